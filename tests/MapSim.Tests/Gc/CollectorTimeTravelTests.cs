using MapSim.Gc;
using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;
using MapSim.Programs;
using MapSim.Tests.Machines;
using Xunit;

namespace MapSim.Tests.Gcs;

/// <summary>Undo, redo and snapshots of the collector's steps, beside the steps of every operation.</summary>
public class CollectorTimeTravelTests
{
    private static readonly string[] Types = ["map[uint64]uint64", "map[string]string", "map[uint64]*T", "map[[136]byte][136]byte"];

    [Fact]
    public void Every_step_of_a_program_and_its_collector_is_undone_and_redone()
    {
        var reached = new HashSet<string>();
        foreach (EveryOperation.Case c in Cases())
        {
            Machine m = Begun(c);
            Snapshot start = m.TakeSnapshot();
            m.SetTracking(true);
            var done = new List<(int Goroutine, Fingerprint Before, Access Access)>();
            Walk(m, g =>
            {
                reached.Add(m.CallStack(g)[0]);
                Fingerprint before = m.StateHash;
                Access access = m.Step(g);
                Fingerprint after = m.StateHash;
                m.Undo();
                Assert.True(before == m.StateHash, $"{c}: undone to before {m.CallStack(g)[0]}");
                Assert.Equal(access, m.Step(g));
                Assert.True(after == m.StateHash, $"{c}: redone");
                done.Add((g, before, access));
            });
            Assert.True(m.Memory.ComputeLiveHash() == m.Memory.LiveHash, c.ToString());
            Snapshot end = m.TakeSnapshot();
            for (int i = done.Count - 1; i >= 0; i--)
            {
                m.Undo();
                Assert.True(done[i].Before == m.StateHash, $"{c}: {i} steps from the start");
            }

            AssertSame(start, m.TakeSnapshot(), $"{c}: undone");
            foreach ((int g, _, Access access) in done)
            {
                Assert.Equal(access, m.Step(g));
            }

            AssertSame(end, m.TakeSnapshot(), $"{c}: redone");
        }

        string[] all =
        [
            "GcStart.Sweep", "GcStart.StopTheWorld", "GcWorker.Pick", "GcWorker.ScanGlobals", "GcWorker.ScanObject", "GcWorker.Flush", "GcWorker.StopTheWorld",
            "GcWorker.Sweep", "GcWorker.Wait", "GcAssist.Take", "GcAssist.Scan", "MemMove.BarrierNew", "MemClear.BarrierOld",
        ];
        Assert.Empty(all.Except(reached));
    }

    [Fact]
    public void A_snapshot_taken_in_the_middle_of_marking_or_sweeping_finishes_with_the_same_bytes()
    {
        (int marking, int sweeping) = (0, 0);
        foreach (EveryOperation.Case c in Cases())
        {
            Machine m = Begun(c);
            var order = new List<int>();
            var snapshots = new List<(int At, Snapshot Snapshot)>();
            Walk(m, g =>
            {
                if (order.Count % 37 == 0 || (m.Heap.Gc.Unswept && order.Count % 5 == 0))
                {
                    snapshots.Add((order.Count, m.TakeSnapshot()));
                    marking += m.Heap.Gc.IsMarking ? 1 : 0;
                    sweeping += m.Heap.Gc.Unswept ? 1 : 0;
                }

                order.Add(g);
                m.Step(g);
            });
            Snapshot end = m.TakeSnapshot();
            Fingerprint hash = m.StateHash;
            foreach ((int at, Snapshot snapshot) in snapshots)
            {
                m.Restore(snapshot);
                AssertSame(snapshot, m.TakeSnapshot(), $"{c}: restored");
                order.Skip(at).ToList().ForEach(g => m.Step(g));
                Assert.True(hash == m.StateHash, $"{c}: finished from step {at}");
                AssertSame(end, m.TakeSnapshot(), $"{c}: finished from step {at}");
            }
        }

        Assert.InRange(marking, 100, 100_000);
        Assert.InRange(sweeping, 20, 100_000);
    }

    [Fact]
    public void Peeking_at_the_collectors_next_step_leaves_no_trace()
    {
        foreach (EveryOperation.Case c in Cases().Where((_, i) => i % 3 == 0))
        {
            Machine m = Begun(c);
            m.SetTracking(true);
            Walk(m, g =>
            {
                Fingerprint before = m.StateHash;
                Access peeked = m.Peek(g);
                Assert.True(before == m.StateHash, $"{c}: {m.CallStack(g)[0]}");
                Assert.Equal(peeked, m.Step(g));
            });
        }
    }

    private static IEnumerable<EveryOperation.Case> Cases() =>
        EveryOperation.All().Where(c => (c.Version == GoVersion.Go123 && Types.Contains(c.Type)) || c.Arch == Arch.I386);

    /// <summary>An operation that has begun, a collector that is asked for a collection, some garbage and slots to use again.</summary>
    private static Machine Begun(EveryOperation.Case c)
    {
        MapSession s = c.Prepare();
        c.Begin(s);
        Machine m = s.Machine;
        foreach (HeapObject o in m.Heap.LiveObjects().Where(o => o.Kind is ObjectKind.Hmap or ObjectKind.Hiter or ObjectKind.StringData or ObjectKind.Pointee).ToList())
        {
            m.SetGlobal(m.Memory.AddGlobals(8), o.Start);
        }

        for (int size = 16; size < 400; size += 48)
        {
            m.Heap.Free(m.Heap.Allocate(0, (ulong)size, size % 3 == 0, ObjectKind.Other));
            m.Heap.Allocate(0, (ulong)size, size % 3 == 0, ObjectKind.Other);
        }

        _ = new Collector(m, new GcOptions(Percent: 0, StartOneIn: 3, BarrierBuffer: 4));
        m.Heap.Gc.Requested = true;

        // In the middle of the operation, so that the worker has to wait for a safe-point.
        m.Select(0);
        for (int i = 0; i < 3 && m.Goroutines[0].IsBusy && m.IsAtSafePoint(0); i++)
        {
            m.Step(0);
        }

        return m;
    }

    /// <summary>Lets the operation and the worker take turns at random, until both have nothing to do.</summary>
    private static void Walk(Machine m, Action<int> step)
    {
        var random = new RandomSource(3);
        for (int i = 0; m.IsEnabled(0) || m.IsEnabled(1); i++)
        {
            Assert.True(i < 50_000, "no end");
            int g = random.Below(2);
            if (m.IsEnabled(g))
            {
                step(g);
            }
        }
    }

    private static void AssertSame(Snapshot a, Snapshot b, string what) => Assert.True(
        a.Parts.Count == b.Parts.Count && a.Parts.Zip(b.Parts).All(p => p.First.AsSpan().TrimEnd((byte)0).SequenceEqual(p.Second.AsSpan().TrimEnd((byte)0))), what);
}
