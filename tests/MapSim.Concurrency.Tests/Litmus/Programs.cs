using System.Globalization;
using System.Text.RegularExpressions;

namespace MapSim.Concurrency.Tests.Litmus;

/// <summary>The texts of the programs whose counts are known, by the names of data/exploration-counts.json.</summary>
public static partial class Programs
{
    /// <summary>The text of a program: "readers(3)", "fib_bench(2,3thr)", "reorder(2+1)+s".</summary>
    public static string Text(string name)
    {
        Match parts = NameParts().Match(name);
        int[] n = [.. Numbers().Matches(parts.Groups[2].Value).Select(m => int.Parse(m.Value, CultureInfo.InvariantCulture))];
        string text = Find(parts.Groups[1].Value, n, name);
        return name.EndsWith("+s", StringComparison.Ordinal) ? Spawned(text) : text;
    }

    /// <summary>The same program with a main thread that spawns the others in order; to begin is a step of its own for each, as for threads of an operating system.</summary>
    public static string Spawned(string text)
    {
        List<string> lines = [.. text.Split('\n')];
        int first = lines.FindIndex(IsHead);
        List<string> names = [.. lines.Where(IsHead).Select(l => l[7..])];
        IEnumerable<string> threads = lines[first..].SelectMany(l => IsHead(l) ? [l, FormattableString.Invariant($"  store begun[{names.IndexOf(l[7..])}] 1")] : new[] { l });
        return string.Join('\n', [.. lines[..first], FormattableString.Invariant($"var begun[{names.Count}]"), "thread main", .. names.Select(n => "  spawn " + n), .. threads]);

        static bool IsHead(string line) => line.StartsWith("thread ", StringComparison.Ordinal);
    }

    private static string Find(string kind, int[] n, string name) => kind switch
    {
        "readers" => Classic.Readers(n[0]),
        "lastzero" => Classic.LastZero(n[0]),
        "indexer" => Classic.Indexer(n[0], isLocked: name.EndsWith("lock", StringComparison.Ordinal)),
        "filesystem" => Classic.FileSystem(n[0]),
        "n_writers_a_reader" => Classic.Writers(n[0]),
        "n_writes_a_read_two_threads" => Classic.WritesAndRead(n[0]),
        "rw" => Classic.ReadWrite(n[0]),
        "inc" => Classic.Increment(n[0]),
        "ainc" => Classic.AtomicIncrement(n[0], 1),
        "binc" => Classic.AtomicIncrement(n[0], 2),
        "cinc" => Classic.AtomicIncrement(n[0], 3),
        "casrot" => Classic.CasRotation(n[0]),
        "casw" => Classic.CasAndWrite(n[0]),
        "CoA" => Classic.Coherence(n[0]),
        "fib_bench" => Classic.Fibonacci(n[0], hasChecker: n.Length > 1),
        "account_bad" => Bugs.Account(),
        "lazy01_bad" => Bugs.Lazy(),
        "deadlock01_bad" => Bugs.Deadlock(),
        "reorder" => Bugs.Reorder(n[0], n[1]),
        "twostage" => Bugs.TwoStage(n[0], n[1]),
        "SafeStack" => Stacks.SafeStack(n[0], n[1]),
        "token_ring" => SctBench.TokenRing(),
        "bluetooth_driver" => SctBench.Bluetooth(),
        "stack" => SctBench.Stack(n[0]),
        "queue" => SctBench.Queue(n[0]),
        "circular_buffer" => SctBench.CircularBuffer(n[0]),
        "carter01" => SctBench.Carter(),
        "WSQ" or "WSQ_ok" or "IWSQ" or "IWSQWithState" or "SWSQ" => StealingQueues.Text(kind, n[0], n[1], n[2]),
        "wronglock" => Bugs.WrongLock(n[0], n[1]),
        _ => Shapes.Text(kind) ?? throw new ArgumentException($"expected a known program, found {name}"),
    };

    // "2+2W" is a name; "reorder(2+1)+s" is a kind, numbers, and an ending.
    [GeneratedRegex(@"^([^()]+?)(?:\(([^)]*)\).*|\+s)?$")]
    private static partial Regex NameParts();

    [GeneratedRegex(@"\d+")]
    private static partial Regex Numbers();
}
