using System.Globalization;
using MapSim.Programs;

namespace MapSim.Tests.Programs;

/// <summary>
/// Real defects hidden among hundreds of random operations, made from a number: the same number, the same program. Each
/// begins with a core that shows the defect; noise is put between its lines until it has 200 operations, and seeds are
/// tried until the whole still ends with the core's bug.
/// </summary>
internal static class PlantedFailures
{
    private const int Operations = 205;
    private const int MostTries = 400;

    /// <summary>The cores that are no discoveries: name and text.</summary>
    private static readonly Dictionary<string, string> Cores = new()
    {
        ["clear-1.19"] = """
            mapsim 1
            # why: in 1.19 clear leaves an older array to a running loop.
            go 1.19
            hash identity
            map m map[uint64]uint64 make(40)
            repeat 30 assign m $i $i
            iter i m
            repeat 30..53 assign m $i $i
            clear m
            repeat 60 next i
            """,
        ["nan-clear-1.21"] = """
            mapsim 1
            # why: clear leaves NaN in an array older than the last grow.
            go 1.21
            hash identity
            map m map[float64]uint64 make(40)
            repeat 30 assign m NaN $i
            iter i m
            repeat 30..80 assign m NaN $i
            clear m
            repeat 60 next i
            """,
        ["clone-1.21"] = """
            mapsim 1
            # why: the clone of a map above its load limit reads beyond its array.
            go 1.21
            hash identity
            map m map[uint64]uint64 make(20)
            repeat 18 assign m $i00 0
            repeat 18 delete m $i00
            repeat 6 assign m $i01 0
            repeat 19 assign m $i03 0
            clone m c
            """,
        ["writes"] = """
            mapsim 1
            # why: two goroutines write to a map.
            seed 3
            map m map[string]int make(10)
            goroutine w1
              repeat 10 assign m "a$i" 1
            end
            goroutine w2
              repeat 10 assign m "b$i" 2
            end
            join w1
            join w2
            """,
        ["deadlock"] = """
            mapsim 1
            # why: two mutexes, locked in different orders.
            map m map[int]int
            mutex mu
            mutex nu
            goroutine w1
              lock mu
              assign m 1 1
              lock nu
              unlock nu
              unlock mu
            end
            goroutine w2
              lock nu
              lookup m 1
              lock mu
              unlock mu
              unlock nu
            end
            join w1
            join w2
            """,
        ["race"] = """
            mapsim 1
            # why: a read that nothing orders after a write.
            race
            map m map[int]int
            mutex mu
            goroutine w1
              lock mu
              assign m 1 1
              unlock mu
            end
            goroutine w2
              lookup m 1
            end
            join w1
            join w2
            """,
        ["unexpected"] = """
            mapsim 1
            # why: a wrong expectation.
            map m map[string]int
            assign m "key" 5
            assign m "other" 6
            lookup m "key" = 7
            """,
    };

    /// <summary>Every failure: its name and bug key.</summary>
    public static IReadOnlyList<(string Name, string Key)> All { get; } =
    [
        ("iter-dangling-after-clear", "use-after-free/overflow-bucket/iterate"),
        ("iter-dangling-later-array", "use-after-free/overflow-bucket/iterate"),
        ("iter-duplicate-bucket-relinked", "iter-duplicate/bucket-relinked"),
        ("iter-duplicate-last-spare-bucket", "iter-duplicate/bucket-relinked"),
        ("iter-duplicate-same-size-grow", "iter-duplicate/same-size-grow"),
        ("iter-duplicate-seed-changed", "iter-duplicate/seed-changed"),
        ("iter-miss-nan-same-size-grow-ends", "iter-miss/nan-same-size-grow-ends"),
        ("iter-miss-old-bucket-cleared", "iter-miss/old-bucket-cleared"),
        ("iter-nil-dereference-big-keys", "iter-miss/old-bucket-cleared"),
        ("clear-1.19", "iter-dead/clear"),
        ("nan-clear-1.21", "iter-dead/nan-after-clear"),
        ("clone-1.21", "clone-wrong/overloaded-source"),
        ("writes", "fatal/concurrent-map-writes/assign"),
        ("deadlock", "deadlock/join-lock"),
        ("race", "race"),
        ("unexpected", "unexpected-result/lookup"),
    ];

    /// <summary>The core of a failure.</summary>
    public static MapProgram Core(string name) => ProgramParser.Parse(CoreText(name));

    /// <summary>A failure hidden in noise.</summary>
    public static MapProgram Make(string name, string key)
    {
        for (int seed = 0; seed < MostTries; seed++)
        {
            MapProgram program = ProgramParser.Parse(new Planting(CoreText(name), (ulong)seed, isQuiet: name == "iter-duplicate-seed-changed").Text());
            if (new ProgramRunner(program).Run().BugKey is { } found && (found == key || found.StartsWith(key + "/", StringComparison.Ordinal)))
            {
                return program;
            }
        }

        throw new InvalidOperationException($"no seed hides {name}");
    }

    private static string CoreText(string name) =>
        Cores.TryGetValue(name, out string? text) ? text + "\n" : File.ReadAllText(Repository.Path("corpus", "discoveries", name + ".mapsim"));

    /// <summary>Puts noise into a program. Quiet noise draws no random numbers, on which a core's bug may depend.</summary>
    private sealed class Planting(string core, ulong seed, bool isQuiet)
    {
        private readonly RandomSource _random = new(unchecked(seed * 7919 + 17));
        private int _iterators;

        public string Text()
        {
            MapProgram program = ProgramParser.Parse(core);
            List<string> lines = [.. program.Lines.Select(l => l.Statement is null or Expectation ? "" : l.Statement is Operation o ? (o with { Expected = KeepsExpectation(program) ? o.Expected : null }).ToText() : l.Statement.ToText()).Where(t => t.Length > 0)];
            int lastMap = lines.FindLastIndex(l => l.StartsWith("map ", StringComparison.Ordinal) || SharedDeclaration.Words.Any(w => l.StartsWith(w + " ", StringComparison.Ordinal)));
            lines.Insert(lastMap + 1, "map noise map[string]int " + (isQuiet ? "nil" : "make(30)"));
            lines.Insert(lastMap + 2, "map other map[int32]bool" + (isQuiet ? " nil" : ""));
            lines.Insert(1, "# why: noise around a bug.");
            if (!lines.Any(l => l.StartsWith("seed ", StringComparison.Ordinal)))
            {
                lines.Insert(2, FormattableString.Invariant($"seed {_random.Below(1000)}"));
            }

            bool concurrent = program.Goroutines.Count > 0;
            if (concurrent)
            {
                lines.InsertRange(lines.Count, ["goroutine noisy", "lookup noise \"x\"", "end", "join noisy", FormattableString.Invariant($"schedule random {seed}")]);
            }

            int first = lines.FindIndex(l => l.StartsWith("map other", StringComparison.Ordinal)) + 1;
            while (Shrinker.CountOperations([.. ProgramParser.Parse(string.Join('\n', lines) + "\n").Lines.Select(l => l.Statement!).Where(s => s != null)]) < Operations)
            {
                int end = lines.FindLastIndex(l => !l.StartsWith("schedule", StringComparison.Ordinal)) + 1;
                int at = first + _random.Below(end - first + 1);
                lines.InsertRange(at, Noise(concurrent));
            }

            return string.Join('\n', lines) + "\n";
        }

        private static bool KeepsExpectation(MapProgram program) => !program.Operations.Any(o => o.Operation.Kind == OperationKind.Iter);

        private IEnumerable<string> Noise(bool concurrent)
        {
            int n = _random.Below(1000);
            string text = n.ToString(CultureInfo.InvariantCulture);
            string[] reads = [$"lookup noise \"{text}\"", "len noise", $"lookup other {text}", "len other", $"lookup noise \"k{n % 20}\""];
            string[] writes = [$"assign noise \"{text}\" {n % 7}", $"assign noise \"k{n % 20}\" {n}", $"delete noise \"k{n % 20}\"", $"assign other {n % 50} true", $"delete other {n % 50}", "clear other"];
            if (concurrent || isQuiet)
            {
                return [_random.Pick(reads)];
            }

            string iterator = FormattableString.Invariant($"noise{++_iterators}");
            return n % 16 == 0 ? [$"iter {iterator} noise", $"next {iterator}", $"next {iterator}"] : [_random.Pick(n % 3 == 0 ? reads : writes)];
        }
    }
}
