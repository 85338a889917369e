using MapSim.Layout;
using MapSim.Memory;
using MapSim.Programs;

namespace MapSim.Fuzz;

/// <summary>
/// The engine "fuzz" as far as it stands: every execution is a new random program of one goroutine. A program is a few
/// dozen scenes (<see cref="SceneWriter"/>) in the binary form; what is relative in it is resolved on the unmodified model.
/// </summary>
/// <param name="seed">Decides everything.</param>
/// <param name="releases">The Go releases of the programs.</param>
/// <remarks>There is no feedback yet: what one program reaches changes nothing for the next.</remarks>
public sealed class FreshPrograms(ulong seed, IReadOnlyList<GoVersion> releases) : IHunt
{
    /// <summary>Most pieces of work for one operation of a program.</summary>
    public const int WorkLimit = 200_000;

    private static readonly string[] Releases = ["1.23", "1.22", "1.21", "1.19"];
    private static readonly byte[] Integers = [0, 0, 0, 48, 49, 51, 52, 1, 20, 14, 8, 10];
    private static readonly byte[] Texts = [2, 3, 28, 34, 38, 41, 47, 50, 53];
    private static readonly byte[] Floats = [4, 4, 24, 25, 26, 27, 54];
    private static readonly byte[] Boxes = [5, 18, 30, 31, 32, 35];
    private static readonly byte[] Pointers = [6, 6, 11, 12, 21, 42, 49, 57];
    private static readonly byte[] Large = [7, 9, 9, 19, 29, 31, 43, 44, 45, 46, 55];
    private static readonly int[] Lengths = [2, 4, 6, 6, 9, 9, 14, 25];
    private static readonly int[] Hints = [0, 8, 9, 13, 14, 26, 27, 52, 60, 104];
    private ulong _made;

    /// <inheritdoc/>
    public Trial Next()
    {
        var random = new RandomSource(Fingerprint.Mix(unchecked(seed + (++_made * 0x9E3779B97F4A7C15))));
        MapProgram program = WithLimit(BinaryResolver.Resolve(Make(random, releases)));
        return new Trial(random.Chance(10) ? WithPanics(program, random) : program, Sharing.Alone);
    }

    /// <inheritdoc/>
    public void Saw(RunResult result, bool isRefused)
    {
        // The next program is another one anyway.
    }

    /// <summary>A program in the binary form.</summary>
    internal static BinaryProgram Make(RandomSource random, IReadOnlyList<GoVersion> releases)
    {
        BinaryConfig config = Config(random, releases);
        var ops = new OpList();
        ops.Config(config);
        var scenes = new SceneWriter(random, ops, config);
        int length = random.Pick(Lengths);
        for (int i = 0; i < length && ops.Count < BinaryProgram.DefaultMostOps; i++)
        {
            scenes.Write();
        }

        scenes.Close();
        return ops.ToProgram();
    }

    internal static BinaryConfig Config(RandomSource random, IReadOnlyList<GoVersion> releases)
    {
        byte[] types = random.Below(100) switch
        {
            < 30 => Integers,
            < 42 => Texts,
            < 58 => Floats,
            < 70 => Boxes,
            < 82 => Pointers,
            < 94 => Large,
            _ => [(byte)random.Below(BinaryTypes.Maps.Count)],
        };
        int origin = random.Below(100) switch
        {
            < 40 => 0,
            < 48 => 1,
            < 50 => 2,
            _ => HintArgument(random.Pick(Hints)),
        };
        int arch = random.Below(100) switch { < 80 => 0, < 90 => 1, _ => 2 };
        int release = Array.IndexOf(Releases, random.Pick(releases).Name) | (arch << 2) | (random.Chance(10) ? 16 : 0);
        int hash = random.Below(100) switch { < 35 => 0, < 42 => 1, < 72 => 2, < 84 => 3, < 92 => 4, _ => 5 };
        int forced = 0;
        foreach ((int bit, int percent) in (ReadOnlySpan<(int, int)>)[(0, 3), (1, 10), (3, 10)])
        {
            forced |= random.Chance(percent) ? 1 << bit : 0;
        }

        return new BinaryConfig(
            random.Pick(types), origin, random.Chance(25) ? 4 : 0, release, hash, forced, Seed: random.Next() & 0xFFFF);
    }

    /// <summary>make with a hint, as the binary form says it: 0 to 60, then four an octave.</summary>
    private static int HintArgument(int hint) => hint <= 60 ? 3 + hint : 64 + 3;

    /// <summary>The program, where some elems panic when they are evaluated: the binary form has no such thing.</summary>
    private static MapProgram WithPanics(MapProgram program, RandomSource random) =>
        new([.. program.Lines.Select(l => l.Statement is Operation { Kind: OperationKind.Assign, Elem: not null } assign && random.Chance(20)
            ? new ProgramLine(assign with { Elem = null, ElemPanics = true, Recovers = true }) : l)]);

    /// <summary>An operation without an end must end soon.</summary>
    internal static MapProgram WithLimit(MapProgram program) =>
        new([program.Lines[0], new ProgramLine(new Setting("limit", FormattableString.Invariant($"{WorkLimit}"))), .. program.Lines.Skip(1)]);
}
