using System.Globalization;
using System.Numerics;
using System.Text;
using MapSim.Layout;
using MapSim.Memory;
using MapSim.Programs;

namespace MapSim.Fuzz;

/// <summary>
/// What is worth telling apart in a run of a text program, as hashes: how it ended, which operation followed which, what
/// each kind of operation gave, and the shape of each map at the end. Two programs with equal features show the same, as
/// far as this goes; a corpus keeps the smaller.
/// </summary>
public static class RunFeatures
{
    /// <summary>Changes whenever the same run gives other features.</summary>
    public const int Version = 1;

    /// <summary>The name of these features in control files.</summary>
    public static string Schema => "run-features/" + Version.ToString(CultureInfo.InvariantCulture);

    /// <summary>Runs a program and derives its features: sorted, each once.</summary>
    public static IReadOnlyList<ulong> Of(MapProgram program)
    {
        var features = new SortedSet<ulong>();
        string before = "begin";
        var runner = new ProgramRunner(program);
        runner.Observer = r =>
        {
            string operation = FirstWord(r.Text);
            Add(features, $"then {before} {operation}");
            Add(features, $"gave {operation} {Kind(r.Result)}");
            before = operation;
        };
        string verdict = Verdict(runner);
        Add(features, $"end {before} {verdict}");
        foreach (MapVariable map in runner.Maps)
        {
            Add(features, map.Address.IsNil ? "map nil" : Shape(runner, map));
        }

        return [.. features];
    }

    private static string Verdict(ProgramRunner runner)
    {
        try
        {
            return Expectation.Word(runner.Run().Verdict);
        }
        catch (ProgramFormatException)
        {
            // Something that this release cannot do: all such programs are one to us.
            return "refused";
        }
    }

    private static string Shape(ProgramRunner runner, MapVariable map)
    {
        SimMemory memory = runner.Session.Machine.Memory;
        if (!memory.IsLive(map.Address, StructLayouts.Of(map.Type.Arch).HmapSize))
        {
            return "map dead";
        }

        var view = new MapView(memory, map.Type, map.Address);
        // A broken header may say anything.
        ulong octile = view.B < 64 ? Math.Min(view.Count >> view.B, 15) : 15;
        string growing = !view.IsGrowing ? "no" : view.IsSameSizeGrow ? "same" : "double";
        return FormattableString.Invariant($"map {view.B} {Bucketed(view.Noverflow)} {growing} {octile} {Bucketed(LongestChain(runner, view))}");
    }

    private static int LongestChain(ProgramRunner runner, MapView view)
    {
        BucketNames names = runner.NewBucketNames(view.Type);
        names.Visit(view);
        int longest = 0;
        foreach (ArrayRegion array in names.Arrays)
        {
            for (ulong i = 0; i < array.Main; i++)
            {
                longest = Math.Max(longest, names.Chain(array.Start + (i * (ulong)view.Type.BucketSize)).Count());
            }
        }

        return longest;
    }

    /// <summary>0, 1, 2 for 2 and 3, 3 for 4 to 7...</summary>
    private static int Bucketed(int n) => n == 0 ? 0 : BitOperations.Log2((uint)n) + 1;

    private static string Kind(string result) => result is "ok" or "absent" or "end" ? result
        : result.Split(": ")[0] is var word && word.Length < result.Length && word.All(char.IsAsciiLetterLower) ? word : "value";

    private static string FirstWord(string text) => text.IndexOf(' ', StringComparison.Ordinal) is > 0 and var space ? text[..space] : text;

    private static void Add(SortedSet<ulong> features, string text) => features.Add(Fingerprint.OfBytes(Version, Encoding.UTF8.GetBytes(text)).Low);
}
