using MapSim.Checks;
using MapSim.Gc;
using MapSim.Machines;
using MapSim.Memory;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Checks;

/// <summary>Somebody wants to go on and nobody can.</summary>
public sealed class DeadlockTests
{
    [Fact]
    public void A_collection_without_a_worker_never_ends_and_says_who_waits_where()
    {
        MapSession s = Sessions.Of("map[uint64]uint64");
        Assert.Null(Find(s.Machine));
        GcCollect.Call(s.Machine);
        Assert.Null(Find(s.Machine));
        Assert.False(s.Machine.Run());
        Deadlock found = Find(s.Machine)!;
        Assert.Equal((0, false, "GcCollect.WaitForMark"), (found.Waiting[0].Goroutine, found.Waiting[0].IsSystem, Assert.Single(found.Waiting[0].Stack)));
        Assert.Equal("deadlock: no goroutine can move\n  goroutine 0 waits at GcCollect.WaitForMark\n", found.ToString());
    }

    [Fact]
    public void Waiting_for_a_worker_that_can_move_and_a_worker_at_rest_are_none()
    {
        MapSession s = Sessions.Of("map[uint64]uint64");
        s.UseCollector(new GcOptions());
        Machine m = s.Machine;
        Assert.True(m.Goroutines[1].IsBusy && !m.IsEnabled(1));
        Assert.Null(Find(m));
        GcCollect.Call(m);
        Assert.False(m.Run());
        Assert.False(m.IsEnabled(0));
        while (!m.IsEnabled(0))
        {
            Assert.Null(Find(m));
            s.Collector!.Work(1);
        }

        Assert.True(m.Run());
        Assert.Null(Find(m));
    }

    private static Deadlock? Find(Machine m)
    {
        Fingerprint before = m.StateHash;
        Deadlock? found = Deadlock.Of(m);
        Assert.Equal(before, m.StateHash);
        return found;
    }
}
