using MapSim.Checks;
using MapSim.Gc;
using MapSim.Hash;
using MapSim.Heap;
using MapSim.Machines;
using MapSim.Memory;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Checks;

/// <summary>G10: what no root leads to when marking starts does not survive the collection.</summary>
public sealed class CollectorPrecisionTests
{
    [Fact]
    public void Garbage_that_something_marked_is_found_alive_after_the_collection()
    {
        (MapSession s, CollectorPrecision precision, List<Violation> found) = WithGarbage(out Addr garbage);
        s.Machine.Heap.Shade(garbage);
        s.Collect();
        precision.Look(s.Machine, found);
        Assert.Equal((CollectorPrecision.Id, garbage), (Assert.Single(found).Id, found[0].Bucket));
    }

    [Fact]
    public void Garbage_that_a_root_led_to_in_time_may_live()
    {
        (MapSession s, CollectorPrecision precision, List<Violation> found) = WithGarbage(out Addr garbage);
        s.Keep(garbage);
        precision.Look(s.Machine, found);
        s.Collect();
        precision.Look(s.Machine, found);
        Assert.Empty(found);
        s.Forget(garbage);
        precision.Look(s.Machine, found);
        s.Collect();
        precision.Look(s.Machine, found);
        Assert.Empty(found);
        Assert.Equal(1, precision.Confirmed);
    }

    [Fact]
    public void Garbage_that_was_forgotten_may_live()
    {
        (MapSession s, CollectorPrecision precision, List<Violation> found) = WithGarbage(out Addr garbage);
        precision.Forget();
        s.Machine.Heap.Shade(garbage);
        s.Collect();
        precision.Look(s.Machine, found);
        Assert.Empty(found);
        Assert.Equal(0, precision.Confirmed);
    }

    [Theory]
    [InlineData("map[uint64]uint64", DegenerateHashKind.Identity)]
    [InlineData("map[string]string", DegenerateHashKind.Identity)]
    [InlineData("map[uint64]*T", DegenerateHashKind.LowBits)]
    [InlineData("map[[200]byte]int", DegenerateHashKind.Identity)]
    [InlineData("map[interface{}]int", DegenerateHashKind.ConstantTop)]
    public void The_collector_frees_everything_that_was_unreachable_when_it_started(string type, DegenerateHashKind hash)
    {
        long confirmed = 0;
        for (ulong seed = 1; seed <= 4; seed++)
        {
            var found = new List<Violation>();
            var precision = new CollectorPrecision();
            CollectedMaps? maps = null;
            int looks = 0;
            var schedule = new GcSchedule(seed);
            schedule.Stopped = () =>
            {
                Machine? m = maps?.Session.Machine;
                if (m != null)
                {
                    Fingerprint before = ++looks % 50 == 0 ? m.StateHash : default;
                    precision.Look(m, found);
                    Assert.Equal(before, looks % 50 == 0 ? m.StateHash : default);
                }
            };
            maps = new CollectedMaps(type, seed, hash, schedule);
            int operations = 0;
            void After()
            {
                operations++;
                Assert.Empty(found);
                if (maps.Failure != Failure.None)
                {
                    maps.Drop(maps.Moved!);
                }
            }

            while (operations < 800)
            {
                maps.Act(After);
            }

            confirmed += precision.Confirmed;
        }

        TestContext.Current.SendDiagnosticMessage($"{type}: {confirmed} objects seen to die");
        Assert.True(confirmed > 100);
    }

    private static (MapSession Session, CollectorPrecision Precision, List<Violation> Found) WithGarbage(out Addr garbage)
    {
        MapSession s = Sessions.Of("map[uint64]uint64");
        s.UseCollector(new GcOptions());
        Sessions.Filled(s, 20);
        s.Collect();
        garbage = s.NewObject([1, 2, 3], ObjectKind.Other);
        var found = new List<Violation>();
        var precision = new CollectorPrecision();
        precision.Look(s.Machine, found);
        return (s, precision, found);
    }
}
