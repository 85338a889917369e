using MapSim.Machines;
using MapSim.Memory;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Machines;

public class TimeTravelTests
{
    [Fact]
    public void A_snapshot_taken_at_any_step_of_any_operation_finishes_with_the_same_bytes()
    {
        foreach (EveryOperation.Case c in EveryOperation.All())
        {
            MapSession s = c.Prepare();
            c.Begin(s);
            var snapshots = new List<Snapshot>();
            while (s.Machine.Goroutines[0].IsBusy)
            {
                snapshots.Add(s.Machine.TakeSnapshot());
                s.Machine.Step(0);
            }

            Fingerprint end = s.Machine.StateHash;
            ulong steps = s.Machine.Steps;
            Snapshot last = s.Machine.TakeSnapshot();
            foreach (Snapshot snapshot in snapshots)
            {
                s.Machine.Restore(snapshot);
                s.Machine.Run();
                Assert.True(end == s.Machine.StateHash, $"{c}: state after a restore at step {snapshot.Steps}");
                Assert.Equal(steps, s.Machine.Steps);
                Assert.True(SameBytes(last, s.Machine.TakeSnapshot()), $"{c}: bytes after a restore at step {snapshot.Steps}");
            }

            Assert.NotEmpty(snapshots);
        }
    }

    [Fact]
    public void Undoing_every_step_of_any_operation_leads_back_to_its_start()
    {
        foreach (EveryOperation.Case c in EveryOperation.All())
        {
            MapSession s = c.Prepare();
            c.Begin(s);
            Snapshot start = s.Machine.TakeSnapshot();
            s.Machine.SetTracking(true);
            var hashes = new Stack<(Fingerprint State, Fingerprint Trace)>();
            while (s.Machine.Goroutines[0].IsBusy)
            {
                hashes.Push((s.Machine.StateHash, s.Machine.TraceHash));
                s.Machine.Step(0);
            }

            while (hashes.TryPop(out var before))
            {
                s.Machine.Undo();
                Assert.True(before.State == s.Machine.StateHash, $"{c}: state hash {hashes.Count} steps from the start");
                Assert.Equal(before.Trace, s.Machine.TraceHash);
            }

            Assert.True(SameBytes(start, s.Machine.TakeSnapshot()), c.ToString());
        }
    }

    [Fact]
    public void Peeking_tells_the_next_access_and_leaves_no_trace()
    {
        foreach (EveryOperation.Case c in EveryOperation.All())
        {
            MapSession s = c.Prepare();
            c.Begin(s);
            s.Machine.SetTracking(true);
            while (s.Machine.Goroutines[0].IsBusy)
            {
                Fingerprint before = s.Machine.StateHash;
                Access peeked = s.Machine.Peek(0);
                Assert.True(before == s.Machine.StateHash, $"{c}: {s.Machine.Where()}");
                Assert.Equal(peeked, s.Machine.Step(0));
            }
        }
    }

    [Fact]
    public void The_incremental_state_hash_equals_the_one_computed_from_nothing()
    {
        foreach (EveryOperation.Case c in EveryOperation.All())
        {
            MapSession s = c.Prepare();
            c.Begin(s);
            s.Machine.SetTracking(true);
            while (s.Machine.Goroutines[0].IsBusy)
            {
                s.Machine.Step(0);
                Assert.True(s.Machine.Memory.ComputeLiveHash() == s.Machine.Memory.LiveHash, $"{c}: {s.Machine.Where()}");
            }
        }
    }

    [Fact]
    public void Running_at_a_stretch_takes_the_same_steps_to_the_same_bytes_as_stepping()
    {
        foreach (EveryOperation.Case c in EveryOperation.All())
        {
            MapSession stepped = c.Prepare();
            c.Begin(stepped);
            while (stepped.Machine.Goroutines[0].IsBusy)
            {
                stepped.Machine.Step(0);
            }

            MapSession run = c.Prepare();
            c.Begin(run);
            run.Machine.Run();
            Assert.Equal(stepped.Machine.Steps, run.Machine.Steps);
            Assert.True(stepped.Machine.StateHash == run.Machine.StateHash, c.ToString());
        }
    }

    [Fact]
    public void A_step_makes_at_most_one_access_or_the_machine_refuses_to_go_on()
    {
        foreach (EveryOperation.Case c in EveryOperation.All())
        {
            MapSession s = c.Prepare();
            c.Begin(s);
            while (s.Machine.Goroutines[0].IsBusy)
            {
                ulong before = s.Machine.Steps;
                s.Machine.Step(0);
                Assert.InRange(s.Machine.Steps - before, 0UL, 1UL);
            }
        }

        var machine = new Machine(Sessions.Of("map[int]int").Machine.Options, new FrameTable().Add<TwoLoads>());
        machine.Call<TwoLoads>().At = machine.Heap.Allocate(0, 16, false, Heap.ObjectKind.Other);
        var e = Assert.Throws<MachineInvariantException>(() => machine.Run());
        Assert.Contains("TwoLoads", e.Message, StringComparison.Ordinal);
        Assert.Contains("2 accesses", e.Message, StringComparison.Ordinal);
    }

    private static bool SameBytes(Snapshot a, Snapshot b) =>
        a.Parts.Count == b.Parts.Count && a.Parts.Zip(b.Parts).All(p => p.First.AsSpan().TrimEnd((byte)0).SequenceEqual(p.Second.AsSpan().TrimEnd((byte)0)));

    private struct TwoLoads : IFrame<TwoLoads>
    {
        public Addr At;

        public static ushort Kind => 60;

        public static int AddressCount => 1;

        public static string LabelOf(in TwoLoads f) => "Both";

        public static void Step(ref TwoLoads f, Machine m) => m.Return(m.LoadWord(f.At) + m.LoadWord(f.At + 8));
    }
}
