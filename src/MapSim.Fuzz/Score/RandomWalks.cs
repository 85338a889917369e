using MapSim.Layout;
using MapSim.Memory;
using MapSim.Programs;

namespace MapSim.Fuzz;

/// <summary>
/// Small random programs of a few goroutines (<see cref="SmallProgram"/>), and of each a few dozen random schedules: one half
/// are walks, in which everybody who can move is as likely to at each step, the other half has a few long stretches: main stops
/// somewhere, others move, main goes on.
/// </summary>
/// <param name="seed">Decides everything.</param>
/// <param name="releases">The Go releases of the programs.</param>
public sealed class RandomWalks(ulong seed, IReadOnlyList<GoVersion> releases)
{
    private const string Main = "main";
    private static readonly int[] Walks = [2, 4, 8, 16, 32];
    private static readonly int[] Stretches = [1, 1, 2, 3, 5, 8, 12, 18, 30, 60];
    private ulong _made;
    private RandomSource _random = new(seed);
    private SmallProgram? _current;
    private int _left;

    // What the first walk of a program tells about it: when main began to have company, and how far it went.
    private (long Alone, long All)? _main;

    /// <summary>The next execution.</summary>
    public Trial Next()
    {
        if (_current == null || _left == 0)
        {
            _random = new RandomSource(Fingerprint.Mix(unchecked(seed + (++_made * 0x9E3779B97F4A7C15))));
            _current = SmallProgram.Make(_random, _random.Pick(releases));
            _left = _current.Program.Goroutines.Count > 0 ? _random.Pick(Walks) : 1;
            _main = null;
        }

        _left--;
        MapProgram program = _main is { } main && _random.Chance(50) ? _current.Program.WithSchedule(Pauses(main.Alone, main.All))
            : Scheduled(_current.Program, _random.Next() & 0xFFFF_FFFF);
        return new Trial(program, _current.Sharing);
    }

    /// <summary>Is told how the last one ended, so that it may choose the next by it.</summary>
    /// <param name="result">The run, on the model that is hunted.</param>
    /// <param name="isRefused">It ends badly on the unmodified model, too: more like it would prove nothing.</param>
    public void Saw(RunResult result, bool isRefused)
    {
        if (isRefused)
        {
            _left = 0;
        }

        if (_main == null && result.Schedule is [{ Goroutine: Main } first, ..])
        {
            _main = (first.Steps, result.Schedule.Where(s => s.Goroutine == first.Goroutine).Sum(s => s.Steps));
        }
    }

    /// <summary>A program under a random schedule.</summary>
    internal static MapProgram Scheduled(MapProgram program, ulong schedule) =>
        new([.. program.WithSchedule([]).Lines, new ProgramLine(new RandomScheduleLine(schedule))]);

    /// <summary>A schedule with a stretch that is a little longer or shorter.</summary>
    internal static IEnumerable<IReadOnlyList<Stretch>> Neighbours(IReadOnlyList<Stretch> schedule)
    {
        for (int i = 0; i < schedule.Count; i++)
        {
            foreach (long steps in (long[])[schedule[i].Steps - 1, schedule[i].Steps + 1])
            {
                if (steps > 0)
                {
                    yield return [.. schedule.Take(i), schedule[i] with { Steps = steps }, .. schedule.Skip(i + 1)];
                }
            }
        }
    }

    /// <summary>
    /// Main stops at a random step after the others began; then a few stretches of anybody. Where one cannot be made, main
    /// goes on.
    /// </summary>
    private List<Stretch> Pauses(long alone, long all)
    {
        var stretches = new List<Stretch> { new(Main, alone + _random.Below((int)Math.Max(1, all - alone + 1))) };
        string[] movers = [.. Movers(_current!.Program)];
        int count = 1 + _random.Below(6);
        for (int i = 0; i < count; i++)
        {
            stretches.Add(new Stretch(_random.Pick(movers), _random.Pick(Stretches)));
        }

        return stretches;
    }

    private static IEnumerable<string> Movers(MapProgram program)
    {
        ILookup<string, string> settings = program.Settings.ToLookup(s => s.Setting.Name, s => s.Setting.Value);
        string[] goroutines = [Main, .. program.Goroutines];
        string[] workers = !settings.Contains("collector") ? [] : settings["workers"].FirstOrDefault() == "2" ? ["gc.1", "gc.2"] : ["gc.1"];
        return [.. goroutines, .. workers, .. settings.Contains("storebuffers") ? goroutines.Select(g => g + ".drain") : []];
    }
}
