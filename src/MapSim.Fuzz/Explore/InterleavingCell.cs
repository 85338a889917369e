using System.Globalization;
using System.Text;
using MapSim.Programs;

namespace MapSim.Fuzz;

/// <summary>
/// A cell of the table of docs/INTERLEAVINGS.md: what a map is in the middle of, one operation of main, and one of another
/// goroutine beside it, without any lock.
/// </summary>
/// <param name="Situation">The map's situation.</param>
/// <param name="Main">What main does; two operations with a comma between them.</param>
/// <param name="Other">What the other goroutine does.</param>
public sealed record InterleavingCell(string Situation, string Main, string Other)
{
    // Hashes are the keys: the low bits choose the bucket. "Old" is in the map, "fresh" and the next multiple of the
    // number of buckets are not, and would go to the same bucket.
    private static readonly Scene[] Scenes =
    [
        new("no grow", 0, [.. Enumerable.Range(1, 3)], [], 1, 8, 1),
        new("overflow chain", 9, [.. Enumerable.Range(1, 9).Select(k => 2 * k)], [], 18, 20, 2),
        new("doubling", 0, [.. Enumerable.Range(1, 8)], [], 1, 9, 1),
        new("same-size grow", 9, [.. Enumerable.Range(1, 9).Select(k => 2 * k)], [.. Enumerable.Range(1, 8).Select(k => 2 * k)], 18, 20, 2) { Then = [.. Enumerable.Range(0, 9).Select(k => (2 * k) + 1)] },
        new("mid-evacuation", 26, [.. Enumerable.Range(1, 27)], [], 1, 29, 4),
    ];

    // A same-size grow with as little to move as there can be: of the second chain, too, one entry is left.
    private static readonly Scene SparseChains = Scenes[3] with { WithoutThen = [.. Enumerable.Range(0, 8).Select(k => (2 * k) + 1)] };

    // Doubling with less to move: of four full buckets' worth of entries only one lies in each of the two buckets that an assign moves.
    private static readonly Scene TwoEntriesToMove = Scenes[2] with
    {
        Hint = 26, First = [4, 5, .. Enumerable.Range(0, 12).Select(k => (4 * k) + 2), .. Enumerable.Range(0, 12).Select(k => (4 * k) + 3)], Old = 4, Fresh = 8, Step = 4,
    };

    /// <summary>The situations, in the order of the table.</summary>
    public static IReadOnlyList<string> Situations { get; } = [.. Scenes.Select(s => s.Name)];

    /// <summary>What main does, in the order of the table.</summary>
    public static IReadOnlyList<string> MainOperations { get; } = ["assign new", "assign existing", "delete", "lookup", "iterate", "clear"];

    /// <summary>What the other goroutine does.</summary>
    public static IReadOnlyList<string> OtherOperations { get; } = ["assign", "delete", "iterate", "clear"];

    /// <summary>All cells.</summary>
    public static IEnumerable<InterleavingCell> All =>
        from situation in Situations from main in MainOperations from other in OtherOperations select new InterleavingCell(situation, main, other);

    /// <summary>All cells of two operations beside two.</summary>
    public static IEnumerable<InterleavingCell> Twos =>
        from situation in Situations
        from first in MainOperations from second in MainOperations from one in OtherOperations from two in OtherOperations
        select new InterleavingCell(situation, $"{first}, {second}", $"{one}, {two}");

    /// <summary>The situation is taken as it is, whatever number of states that makes (<see cref="IsSmallest"/>).</summary>
    public bool IsWhole { get; init; }

    /// <summary>The cells of one operation beside one that a cell of several is made of, each in the same situation, as it is.</summary>
    public IEnumerable<InterleavingCell> Parts =>
        (from main in Main.Split(", ") from other in Other.Split(", ") select new InterleavingCell(Situation, main, other) { IsWhole = true }).Distinct();

    /// <summary>True if neither operation writes, so that Go allows the two at once.</summary>
    public bool IsAllowed => Main.Split(", ").All(o => o is "lookup" or "iterate") && Other.Split(", ").All(o => o == "iterate");

    /// <summary>
    /// True if the situation has been made small, because otherwise there are too many states: where both goroutines may grow the map, one after the other, and
    /// each cell of an old bucket ends as whoever came last left it.
    /// </summary>
    public bool IsSmallest => !IsWhole && (Situation, Main, Other) is ("doubling", "assign new", "assign") or ("same-size grow", "assign new" or "assign existing", "assign");

    /// <summary>The cell as a program.</summary>
    public MapProgram ToProgram()
    {
        Scene scene = !IsSmallest ? Scenes.First(s => s.Name == Situation) : Situation == SparseChains.Name ? SparseChains : TwoEntriesToMove;
        var text = new StringBuilder("mapsim 1\nhash identity\n");
        text.Append(scene.Hint == 0 ? "map m map[uint64]uint64\n" : string.Create(CultureInfo.InvariantCulture, $"map m map[uint64]uint64 make({scene.Hint})\n"));
        text.Append("goroutine w\n").Append(Operations(Other, scene, 1)).Append("end\n");
        Each(text, "assign m {0} 10\n", scene.First);
        Each(text, "delete m {0}\n", scene.Without);
        Each(text, "assign m {0} 10\n", scene.Then);
        Each(text, "delete m {0}\n", scene.WithoutThen);
        text.Append("spawn w\n").Append(Operations(Main, scene, 0)).Append("join w\n");
        return ProgramParser.Parse(text.ToString());
    }

    private static void Each(StringBuilder text, string line, IReadOnlyList<int> keys)
    {
        foreach (int key in keys)
        {
            text.AppendFormat(CultureInfo.InvariantCulture, line, key);
        }
    }

    /// <summary>Each new key is one that nobody else uses; ranges have names of their own.</summary>
    private static string Operations(string names, Scene scene, int goroutine) => string.Concat(
        names.Split(", ").Select((name, i) => Operation(name, scene, scene.Fresh + (((2 * i) + goroutine) * scene.Step), FormattableString.Invariant($"{"ef"[i]}"))));

    private static string Operation(string name, Scene scene, int fresh, string range) => name switch
    {
        "assign new" or "assign" => FormattableString.Invariant($"assign m {fresh} 20\n"),
        "assign existing" => FormattableString.Invariant($"assign m {scene.Old} 20\n"),
        "delete" => FormattableString.Invariant($"delete m {scene.Old}\n"),
        "lookup" => FormattableString.Invariant($"lookup m {scene.Old}\n"),
        "iterate" => $"range {range} m\nend\n",
        _ => "clear m\n",
    };

    private sealed record Scene(string Name, int Hint, IReadOnlyList<int> First, IReadOnlyList<int> Without, int Old, int Fresh, int Step)
    {
        public IReadOnlyList<int> Then { get; init; } = [];

        public IReadOnlyList<int> WithoutThen { get; init; } = [];
    }
}
