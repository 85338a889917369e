using MapSim.Checks;
using MapSim.Hash;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Map;
using MapSim.Memory;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Checks;

public sealed class LassoTests
{
    private const int Patience = 5_000;

    [Theory]
    [InlineData("map[uint64]uint64", false)]
    [InlineData("map[uint64]uint64", true)]
    [InlineData("map[uint32]uint64", false)]
    [InlineData("map[string]uint64", false)]
    [InlineData("map[string]uint64", true)]
    [InlineData("map[float64]uint64", false)]
    public void A_lookup_in_a_circle_of_two_buckets_is_found_with_both_of_them(string type, bool generic)
    {
        foreach (bool tracking in new[] { false, true })
        {
            (MapSession s, Addr map, Addr first, Addr second) = Circle(type);
            s.ForceGeneric = generic;
            s.BeginLookup(0, map, Key(s, 777));
            s.Machine.SetTracking(tracking);
            LassoReport report = Watch(s.Machine, 0) ?? throw new InvalidOperationException("no circle seen");
            Assert.Equal((0, true), (report.Goroutine, report.IsAlone));
            Assert.Equal([second, first], report.Stops.Select(stop => stop.Bucket).Order());
            Assert.All(report.Stops, stop => Assert.StartsWith("MapAccess.", stop.Label, StringComparison.Ordinal));
            Assert.Equal(report.Steps, report.Stops.Sum(stop => stop.Steps));
            Assert.StartsWith($"goroutine 0 goes in a circle of {report.Steps} steps: 0xc0", report.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_circle_of_a_fast_lookup_has_nine_steps_a_bucket()
    {
        (MapSession s, Addr map, Addr first, Addr second) = Circle("map[uint64]uint64");
        s.BeginLookup(0, map, Key(s, 777));
        LassoReport report = Watch(s.Machine, 0)!;
        Assert.Equal(18, report.Steps);
        Assert.Equal(
            [new LassoStop(second, "MapAccess.FastKey", 9), new LassoStop(first, "MapAccess.FastKey", 9)],
            report.Stops.OrderBy(stop => stop.Bucket));
    }

    [Fact]
    public void Assignment_and_deletion_of_an_absent_key_spin_too()
    {
        foreach (bool delete in new[] { false, true })
        {
            (MapSession s, Addr map, Addr first, Addr second) = Circle("map[uint64]uint64");
            if (delete)
            {
                s.BeginDelete(0, map, Key(s, 777));
            }
            else
            {
                s.BeginAssign(0, map, Key(s, 777));
            }

            LassoReport report = Watch(s.Machine, 0)!;
            Assert.Equal([second, first], report.Stops.Select(stop => stop.Bucket).Order());
            Assert.All(report.Stops, stop => Assert.StartsWith(delete ? "MapDelete." : "MapAssign.", stop.Label, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_next_in_a_circle_of_deleted_entries_spins()
    {
        MapSession s = Sessions.Of("map[uint64]uint64", hash: DegenerateHashKind.OneBucket);
        Addr map = Sessions.Filled(s, 9);
        for (ulong i = 0; i < 8; i++)
        {
            s.Delete(0, map, Sessions.U64(i));
        }

        MapView view = Sessions.View(s, map);
        BucketView main = view.Bucket(view.Buckets, 0);
        Link(s, main, main);
        MapIterInit.Call(s.Machine, 0, map, s.StackIterator());
        LassoReport report = Watch(s.Machine, 0)!;
        Assert.Equal(main.Address, Assert.Single(report.Stops).Bucket);
    }

    [Theory]
    [InlineData("map[uint64]uint64")]
    [InlineData("map[string]uint64")]
    [InlineData("map[float64]uint64")]
    public void The_longest_chain_is_no_circle(string type)
    {
        MapSession s = Sessions.Of(type, hash: DegenerateHashKind.OneBucket);
        Addr map = s.Make(0);
        for (int i = 0; i < 600; i++)
        {
            s.Assign(0, map, Key(s, i), Sessions.U64(1));
        }

        foreach (int key in new[] { 0, 300, 599, 777 })
        {
            s.BeginLookup(0, map, Key(s, key));
            Assert.Null(Watch(s.Machine, 0));
            Assert.False(s.Machine.Goroutines[0].IsBusy);
        }
    }

    [Fact]
    public void A_whole_iteration_and_the_same_lookup_again_and_again_are_no_circle()
    {
        MapSession s = Sessions.Of("map[uint64]uint64");
        Addr map = Sessions.Filled(s, 200);
        var lasso = new Lasso(s.Machine, 0);
        Addr it = s.StackIterator();
        MapIterInit.Call(s.Machine, 0, map, it);
        int entries = 0;
        for (Run(s.Machine, lasso); !s.IteratorKey(it).IsNil; Run(s.Machine, lasso))
        {
            entries++;
            MapIterNext.Call(s.Machine, it);
        }

        Assert.Equal(200, entries);
        for (int i = 0; i < 50; i++)
        {
            s.BeginLookup(0, map, Key(s, 5));
            Run(s.Machine, lasso);
            s.Machine.TakeResult();
        }

        Assert.Null(lasso.Found);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_store_by_another_goroutine_starts_the_search_anew(bool tracking)
    {
        (MapSession s, Addr map, _, _) = Circle("map[uint64]uint64");
        Machine m = s.Machine;
        Addr other = s.Make(0);
        m.AddGoroutine(256);
        s.BeginLookup(0, map, Key(s, 777));
        m.SetTracking(tracking);
        var lasso = new Lasso(m, 0);
        for (int i = 0; i < Patience; i++)
        {
            m.Step(0);
            Assert.Null(lasso.After(0));
            Assign(m, other);
            lasso.After(1);
        }

        // The other one stays in the middle of an operation from here on.
        for (int i = 0; i < 1_000 && lasso.Found == null; i++)
        {
            m.Step(0);
            lasso.After(0);
        }

        Assert.False(lasso.Found!.IsAlone);
        Assert.Contains("unless another goroutine writes", lasso.Found.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Going_back_in_time_looks_like_a_circle_unless_the_search_is_reset(bool reset)
    {
        MapSession s = Sessions.Of("map[uint64]uint64");
        s.BeginLookup(0, Sessions.Filled(s, 100), Key(s, 3));
        s.Machine.SetTracking(true);
        var lasso = new Lasso(s.Machine, 0);
        for (int i = 0; i < 1_000; i++)
        {
            s.Machine.Step(0);
            lasso.After(0);
            s.Machine.Undo();
            if (reset)
            {
                lasso.Reset();
            }
        }

        Assert.Equal(reset, lasso.Found == null);
    }

    [Fact]
    public void Watching_changes_no_state_and_allocates_nothing()
    {
        MapSession s = Sessions.Of("map[uint64]uint64", hash: DegenerateHashKind.OneBucket);
        Addr map = Sessions.Filled(s, 400);
        s.BeginLookup(0, map, Key(s, 777));
        var lasso = new Lasso(s.Machine, 0);
        long allocated = 0;
        while (s.Machine.Goroutines[0].IsBusy)
        {
            s.Machine.Step(0);
            Fingerprint before = s.Machine.StateHash;
            long bytes = GC.GetAllocatedBytesForCurrentThread();
            lasso.After(0);
            allocated += GC.GetAllocatedBytesForCurrentThread() - bytes;
            Assert.Equal(before, s.Machine.StateHash);
        }

        Assert.Equal(0, allocated);
    }

    private static LassoReport? Watch(Machine m, int g)
    {
        var lasso = new Lasso(m, g);
        for (int i = 0; i < Patience && m.Goroutines[g].IsBusy && lasso.Found == null; i++)
        {
            m.Step(g);
            lasso.After(g);
        }

        return lasso.Found;
    }

    private static void Run(Machine m, Lasso lasso)
    {
        while (m.Goroutines[0].IsBusy)
        {
            m.Step(0);
            lasso.After(0);
        }
    }

    /// <summary>One step of goroutine 1, which assigns to a map again and again.</summary>
    private static void Assign(Machine m, Addr map)
    {
        if (!m.Goroutines[1].IsBusy)
        {
            m.Select(1);
            m.TakeResult();
            MapAssign.Call(m, 0, map, m.Goroutines[1].Locals, MapVariant.Fast64);
        }

        m.Step(1);
    }

    /// <summary>Two full buckets, of which the second leads back to the first.</summary>
    private static (MapSession Session, Addr Map, Addr First, Addr Second) Circle(string type)
    {
        MapSession s = Sessions.Of(type, hash: DegenerateHashKind.OneBucket);
        Addr map = s.Make(0);
        for (int i = 0; i < 16; i++)
        {
            s.Assign(0, map, Key(s, i), Sessions.U64(1));
        }

        MapView view = Sessions.View(s, map);
        Assert.Equal((2, false), (view.B, view.IsGrowing));
        BucketView first = view.Bucket(view.Buckets, 0);
        BucketView second = view.BucketAt(first.Overflow);
        Assert.True(second.Overflow.IsNil);
        Link(s, second, first);
        return (s, map, first.Address, second.Address);
    }

    private static void Link(MapSession s, BucketView from, BucketView to) =>
        s.Machine.Memory.Poke(from.Address + s.TypeOf(0).OverflowOffset, Sessions.U64(to.Address.Value));

    private static byte[] Key(MapSession s, int i) => s.TypeOf(0).Key.Kind switch
    {
        GoKind.String => Sessions.Str(s, $"key {i}"),
        GoKind.Float => Sessions.F64(i),
        _ => Sessions.U64((ulong)i)[..s.TypeOf(0).Key.Size],
    };
}
