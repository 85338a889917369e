using MapSim.Layout;
using MapSim.Memory;
using MapSim.Programs;

namespace MapSim.Fuzz;

/// <summary>
/// Random programs of one goroutine from nothing: a header and a few scenes (<see cref="SceneWriter"/>) in the binary form. With
/// them an engine begins, and now and then begins anew.
/// </summary>
internal static class FreshPrograms
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
    private static readonly int[] Lengths = [1, 1, 2, 2, 3, 3, 4, 6];
    private static readonly int[] Hints = [0, 8, 9, 13, 14, 26, 27, 52, 60, 104];

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

        if (random.Chance(50))
        {
            scenes.Close();
        }

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

    /// <summary>An operation without an end must end soon.</summary>
    internal static MapProgram WithLimit(MapProgram program) =>
        new([program.Lines[0], new ProgramLine(new Setting("limit", FormattableString.Invariant($"{WorkLimit}"))), .. program.Lines.Skip(1)]);
}
