using MapSim.Gc;
using MapSim.Hash;
using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Heaps;

public class BucketLifecycleTests
{
    [Fact]
    public void Arrays_and_overflow_buckets_go_from_use_over_migration_and_release_to_the_end()
    {
        (MapSession s, Addr map) = Grown();
        BucketLifecycle before = Report(s, map);
        Assert.Equal([6, 5, 5, 0], before.Arrays.Select(t => t.Entered));
        Assert.Equal([1, 0, 5, 0], before.Arrays.Select(t => t.Present));
        s.Collect();
        BucketLifecycle after = Report(s, map);
        Assert.Equal([1, 0, 0, 5], after.Arrays.Select(t => t.Present));
        Assert.True(after.Overflow[0].Entered > 5);
        Assert.Equal(after.Overflow[0].Entered, after.Overflow.Sum(t => t.Present));
        foreach (StageTimes t in after.Arrays.Concat(after.Overflow).Where(t => t.Entered > t.Present))
        {
            Assert.True(t.Min <= t.Median && t.Median <= t.Max && t.Max > 0);
        }
    }

    [Fact]
    public void The_table_is_the_same_each_time_and_lists_every_map()
    {
        (MapSession s, Addr map) = Grown();
        s.Collect();
        (MapSession again, Addr _) = Grown();
        again.Collect();
        string text = Report(s, map).ToString();
        Assert.Equal(text, Report(again, map).ToString());
        TestContext.Current.SendDiagnosticMessage(text);
        Assert.Equal(9, text.Split('\n').Length - 1);
        Addr other = s.Make(0, Map.MakeForm.Hint, 100);
        Assert.Equal([map, other], BucketLifecycle.Maps(s.Machine.Heap));
    }

    [Fact]
    public void A_map_without_buckets_has_an_empty_life()
    {
        MapSession s = Sessions.Of("map[uint64]uint64");
        Assert.All(Report(s, s.Make(0)).Arrays, t => Assert.Equal((0, 0), (t.Entered, t.Present)));
    }

    /// <summary>Four grows, from 1 to 16 buckets, all over, and one to 32.</summary>
    private static (MapSession Session, Addr Map) Grown()
    {
        MapSession s = Sessions.Of("map[uint64]uint64", hash: DegenerateHashKind.LowBits);
        s.UseCollector(new GcOptions());
        return (s, Sessions.Filled(s, 140));
    }

    private static BucketLifecycle Report(MapSession s, Addr map)
    {
        Fingerprint before = s.Machine.StateHash;
        BucketLifecycle report = BucketLifecycle.Of(s.Machine.Heap, map);
        Assert.Equal(before, s.Machine.StateHash);
        return report;
    }
}
