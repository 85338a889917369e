using MapSim.Memory;

namespace MapSim.Tests.Programs.Execution;

/// <summary>
/// Random programs of two to four goroutines that all work on one map, under a random schedule: with nothing between them, or
/// with each operation (a whole range) under a read-write lock, so that they race never and ranges run beside each other.
/// </summary>
internal static class RacyPrograms
{
    private static readonly string[] Types = ["map[uint64]uint64", "map[string]int", "map[int]*T", "map[any]int"];

    /// <summary>A program; the same for the same numbers.</summary>
    public static string Make(int seed, bool locks)
    {
        ulong state = (ulong)seed * 2 + (locks ? 1UL : 0);
        int Next(int limit)
        {
            state = unchecked(state + 0x9E3779B97F4A7C15);
            return (int)(Fingerprint.Mix(state) % (ulong)limit);
        }

        int type = Next(Types.Length);
        string elem = type == 2 ? "&p" : "7";
        string Key() => type == 1 ? $"\"k{Next(12)}\"" : $"{Next(12)}";
        string Operation(int number) => Next(locks ? 10 : 8) switch
        {
            0 or 1 => "assign m " + Key() + " " + elem,
            2 => "delete m " + Key(),
            3 => Next(3) == 0 ? "clear m" : "len m",
            4 => "lookup m " + Key(),
            5 => $"clone m c{number}",
            _ => $"range r{number} m\nend",
        };
        string Locked(int number)
        {
            string operation = Operation(number);
            bool writes = operation.StartsWith("assign", StringComparison.Ordinal) || operation.StartsWith("delete", StringComparison.Ordinal) || operation == "clear m";
            return !locks ? operation : writes ? $"lock rw\n{operation}\nunlock rw" : $"rlock rw\n{operation}\nrunlock rw";
        }

        // The goroutines are spawned when the map has entries: about one that is growing, full, or small.
        int entries = Next(3) switch { 0 => 3, 1 => 8, _ => 14 + Next(3) };
        int goroutines = 2 + Next(3), names = 0;
        string text = $"{(locks ? "race\n" : "")}seed {seed}\nmap m {Types[type]}\nrwmutex rw\n";
        string body = $"repeat {entries} assign m {(type == 1 ? "\"k$i\"" : "$i")} {elem}\n";
        for (int g = 1; g < goroutines; g++)
        {
            text += $"goroutine w{g}\n{string.Join('\n', Enumerable.Range(0, 2 + Next(3)).Select(_ => Locked(names++)))}\nend\n";
            body += $"spawn w{g}\n";
        }

        body += string.Join('\n', Enumerable.Range(0, 2 + Next(3)).Select(_ => Locked(names++)));
        return $"{text}{body}\nschedule random {Next(100_000)}\n";
    }
}
