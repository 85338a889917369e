using System.Diagnostics;
using MapSim.Hash;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Map;
using MapSim.Memory;
using MapSim.Programs;
using MapSim.Traces;

namespace MapSim.Cli;

/// <summary>A measured rate: the best of several rounds, as others use the machine too.</summary>
/// <param name="Name">What was done.</param>
/// <param name="PerSecond">How often in a second.</param>
/// <param name="Unit">What was counted.</param>
/// <param name="BytesEach">Managed bytes allocated for each.</param>
/// <param name="StepsEach">Visible steps for each.</param>
internal sealed record Rate(string Name, double PerSecond, string Unit, double BytesEach, double StepsEach = 0);

/// <summary>What "mapsim bench" measures, on one core.</summary>
internal static class Benchmarks
{
    private const int Entries = 1000;

    /// <summary>Stepping: three goroutines on one map, a random one moves at each step.</summary>
    public static IEnumerable<Rate> Stepping(double seconds)
    {
        yield return Measure("random walk, 3 goroutines", "steps/s", seconds, Walk(tracking: false));
        yield return Measure("random walk, journaled and hashed", "steps/s", seconds, Walk(tracking: true));
        yield return Measure("step, peek at all three, undo", "steps/s", seconds, WalkAndUndo());
        yield return Measure("snapshot and restore of a machine", "pairs/s", seconds, Snapshots());
    }

    /// <summary>Sequential operations on map[uint64]uint64 with 1,000 entries.</summary>
    public static IReadOnlyList<Rate> Operations(double seconds)
    {
        MapSession s = Session();
        Addr map = Fill(s);
        var key = new byte[8];
        var elem = new byte[8];
        return
        [
            Measure("assign existing", "op", seconds, s, () => Each(key, k => s.Assign(0, map, k, elem))),
            Measure("lookup present", "op", seconds, s, () => Each(key, k => s.Lookup(0, map, k, out _))),
            Measure("lookup absent", "op", seconds, s, () => Each(key, k => s.Lookup(0, map, k, out _), Entries)),
            Measure("delete and insert again", "op", seconds, s, () => Each(key, k =>
            {
                s.Delete(0, map, k);
                s.Assign(0, map, k, elem);
            })),
            Measure("iterate, per element", "op", seconds, s, () => Iterate(s, map)),
            Measure("assign new, from empty", "op", seconds, null, () =>
            {
                Fill(Session());
                return Entries;
            }),
        ];
    }

    /// <summary>Verification of recorded traces, parsing included; nothing if the folder is not there.</summary>
    public static IEnumerable<Rate> Verification(double seconds, string? folder)
    {
        string from = folder ?? Path.Combine("tests", "data", "go-traces");
        if (!Directory.Exists(from))
        {
            Console.Error.WriteLine($"mapsim: no traces in {from}: verification is not measured");
            yield break;
        }

        byte[][] traces = [.. Directory.EnumerateFiles(from, "*.jsonl.gz").Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];
        yield return Measure("verification of recorded traces", "operations/s", Math.Max(seconds, 2), () =>
        {
            long operations = 0;
            foreach (byte[] trace in traces)
            {
                using var stream = new MemoryStream(trace);
                operations += TraceVerifier.Verify("t.jsonl.gz", stream).Counts.Operations;
            }

            return operations;
        });
    }

    private static MapSession Session() => new(
        new MachineOptions(GoVersion.Go123, Arch.Amd64, new AesHash(Enumerable.Range(1, 128).Select(i => (byte)i).ToArray())),
        MapType.Parse("map[uint64]uint64", Arch.Amd64));

    private static Addr Fill(MapSession s)
    {
        Addr map = s.Make(0);
        var key = new byte[8];
        for (int i = 0; i < Entries; i++)
        {
            WriteKey(key, i);
            s.Assign(0, map, key, key);
        }

        return map;
    }

    private static void WriteKey(byte[] key, int i) =>
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(key, unchecked((ulong)(i + 1) * 0x9e3779b97f4a7c15));

    private static long Each(byte[] key, Action<byte[]> operation, int from = 0)
    {
        for (int i = from; i < from + Entries; i++)
        {
            WriteKey(key, i);
            operation(key);
        }

        return Entries;
    }

    private static long Iterate(MapSession s, Addr map)
    {
        Addr it = s.StackIterator();
        s.IterInit(0, map, it);
        while (!s.IteratorKey(it).IsNil)
        {
            s.IterNext(it);
        }

        return Entries;
    }

    private static Func<long> Walk(bool tracking)
    {
        MapSession s = WithThree(out Addr map);
        ulong random = 1;
        s.Machine.SetTracking(tracking);
        return () =>
        {
            for (int i = 0; i < 10_000; i++)
            {
                Move(s.Machine, map, ref random);
            }

            // The journal of a walk that is never undone would only grow.
            if (tracking)
            {
                s.Machine.SetTracking(true);
            }

            return 10_000;
        };
    }

    private static Func<long> WalkAndUndo()
    {
        MapSession s = WithThree(out Addr map);
        ulong random = 1;
        s.Machine.SetTracking(true);
        return () =>
        {
            for (int i = 0; i < 200; i++)
            {
                Move(s.Machine, map, ref random);
                foreach (Goroutine g in s.Machine.Goroutines)
                {
                    if (g.IsBusy)
                    {
                        s.Machine.Peek(g.Id);
                    }
                }
            }

            while (s.Machine.UndoDepth > 0)
            {
                s.Machine.Undo();
            }

            return 200;
        };
    }

    private static Func<long> Snapshots()
    {
        MapSession s = WithThree(out Addr map);
        ulong random = 1;
        for (int i = 0; i < 50; i++)
        {
            Move(s.Machine, map, ref random);
        }

        return () =>
        {
            for (int i = 0; i < 100; i++)
            {
                s.Machine.Restore(s.Machine.TakeSnapshot());
            }

            return 100;
        };
    }

    /// <summary>Lets a random goroutine make a step; an idle one begins a lookup (the others never see a write).</summary>
    private static void Move(Machine m, Addr map, ref ulong random)
    {
        random = unchecked(random * 6364136223846793005 + 1442695040888963407);
        int g = (int)((random >> 33) % 3);
        if (!m.Goroutines[g].IsBusy)
        {
            m.Select(g);
            m.TakeResult();
            MapAccess.Call(m, 0, map, m.Goroutines[g].Locals, MapVariant.Fast64, AccessMode.Elem);
        }

        m.Step(g);
    }

    private static MapSession WithThree(out Addr map)
    {
        MapSession s = Session();
        map = Fill(s);
        var key = new byte[8];
        for (int g = 0; g < 3; g++)
        {
            if (g > 0)
            {
                s.Machine.AddGoroutine(64);
            }

            WriteKey(key, 17 * g);
            s.Machine.Memory.Poke(s.Machine.Goroutines[g].Locals, key);
        }

        return s;
    }

    internal static Rate Measure(string name, string unit, double seconds, Func<long> round) => Measure(name, unit, seconds, null, round);

    private static Rate Measure(string name, string unit, double seconds, MapSession? session, Func<long> round)
    {
        for (var warm = Stopwatch.StartNew(); warm.Elapsed.TotalSeconds < seconds / 4;)
        {
            round();
        }

        double best = 0;
        long total = 0, bytes = GC.GetAllocatedBytesForCurrentThread();
        ulong steps = session?.Machine.Steps ?? 0;
        for (var watch = Stopwatch.StartNew(); watch.Elapsed.TotalSeconds < seconds;)
        {
            long start = Stopwatch.GetTimestamp();
            long count = round();
            best = Math.Max(best, count / Stopwatch.GetElapsedTime(start).TotalSeconds);
            total += count;
        }

        bytes = GC.GetAllocatedBytesForCurrentThread() - bytes;
        return new Rate(name, best, unit, (double)bytes / total, session == null ? 0 : (double)(session.Machine.Steps - steps) / total);
    }
}
