using MapSim.Layout;
using MapSim.Memory;
using MapSim.Programs;

namespace MapSim.Fuzz;

/// <summary>
/// The engine "explore" as far as it stands: small random programs of a few goroutines (<see cref="SmallProgram"/>), and of
/// each some dozen random schedules. The exhaustive engines come later; they will have the same seam.
/// </summary>
/// <param name="seed">Decides everything.</param>
/// <param name="releases">The Go releases of the programs.</param>
public sealed class RandomWalks(ulong seed, IReadOnlyList<GoVersion> releases) : IHunt
{
    private static readonly int[] Walks = [2, 4, 8, 8, 16, 32];
    private ulong _made;
    private RandomSource _random = new(seed);
    private SmallProgram? _current;
    private int _left;

    /// <inheritdoc/>
    public Trial Next()
    {
        if (_current == null || _left == 0)
        {
            _random = new RandomSource(Fingerprint.Mix(unchecked(seed + (++_made * 0x9E3779B97F4A7C15))));
            _current = SmallProgram.Make(_random, _random.Pick(releases));
            _left = _random.Pick(Walks);
        }

        _left--;
        return new Trial(Scheduled(_current.Program, _random.Next() & 0xFFFF_FFFF), _current.Sharing);
    }

    /// <inheritdoc/>
    public void Refuse() => _left = 0;

    /// <summary>A program under a random schedule.</summary>
    internal static MapProgram Scheduled(MapProgram program, ulong schedule) =>
        new([.. program.Lines.Where(l => l.Statement is not (RandomScheduleLine or ScheduleLine)), new ProgramLine(new RandomScheduleLine(schedule))]);
}
