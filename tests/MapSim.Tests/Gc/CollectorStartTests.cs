using MapSim.Gc;
using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Map;
using MapSim.Memory;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Gcs;

/// <summary>What starts a collection, what an allocation has to do for one, and what is guaranteed when it is over.</summary>
public class CollectorStartTests
{
    [Fact]
    public void A_collection_in_the_tail_of_an_allocation_finds_the_new_object_white_and_keeps_it()
    {
        MapSession s = Collections.Session("map[uint64]*T", new GcOptions(Percent: 0, StartOneIn: 1, Assists: false));
        Machine m = s.Machine;
        s.BeginMake(0);
        m.Step(0);
        Addr hmap = Assert.Single(m.Heap.LiveObjects()).Start;
        Assert.Equal(Colour.White, Collections.ColourOf(m, hmap));
        Assert.Equal(["GcStart.Sweep", "MakeMap.StoreHash0"], m.CallStack(0));
        m.Step(0);
        Assert.True(m.Heap.Gc.IsMarking);
        Assert.Equal((Colour.White, "MakeMap.StoreHash0"), (Collections.ColourOf(m, hmap), m.Where()));

        // The whole rest of the collection while the object is in the frame only.
        s.Collector!.Work();
        while (m.IsEnabled(0) && m.Heap.Gc.Cycle == 0 && m.Goroutines[0].IsBusy)
        {
            m.Step(0);
            s.Collector.Work();
        }

        Assert.Equal(1U, m.Heap.Gc.Cycle);
        Assert.True(Collections.IsLive(m, hmap));
    }

    [Theory]
    [InlineData("map[uint64]uint64")]
    [InlineData("map[string]string")]
    [InlineData("map[[136]byte][136]byte")]
    public void A_program_whose_every_allocation_starts_a_collection_loses_nothing(string type)
    {
        MapSession s = Collections.Session(type, new GcOptions(Percent: 0, StartOneIn: 1, BarrierBuffer: 2));
        var values = new RandomValues(s, new RandomSource(1));
        var keys = new RandomKeys(values, s.TypeOf(0).Key, 50).All;
        Addr map = s.Make(0);
        var model = new Dictionary<int, byte[]>();
        foreach (RandomKey key in keys.Concat(keys))
        {
            byte[] elem = values.Elem(s.TypeOf(0).Elem);
            s.KeepPointers(s.TypeOf(0).Elem, elem);
            Assert.True(s.Assign(0, map, key.Bytes, elem).IsOk);
            model[key.Class] = elem;
        }

        foreach (RandomKey key in keys)
        {
            Assert.True(s.Lookup(0, map, key.Bytes, out bool found).IsOk && found);
            Assert.Equal(model[key.Class], s.Machine.Memory.Raw(s.ResultLocal, s.TypeOf(0).Elem.Size).ToArray());
        }

        Assert.InRange(s.Machine.Heap.Gc.Cycle, 4U, 1000U);
    }

    [Fact]
    public void Pacing_starts_a_collection_at_its_mark_and_never_with_percent_0()
    {
        MapSession s = Collections.Session("map[uint64]uint64", new GcOptions(Percent: 100, MinimumHeap: 4096));
        MapSession never = Collections.Session("map[uint64]uint64", new GcOptions(Percent: 0, MinimumHeap: 4096));
        GcRecords gc = s.Machine.Heap.Gc;
        Addr map = s.Make(0), other = never.Make(0);
        ulong most = 0;
        for (ulong i = 0; i < 400; i++)
        {
            (uint cycle, ulong mark) = (gc.Cycle, gc.NextGc);
            s.Assign(0, map, Sessions.U64(i), Sessions.U64(i));
            never.Assign(0, other, Sessions.U64(i), Sessions.U64(i));
            if (gc.Cycle != cycle)
            {
                most = Math.Max(most, mark);
            }
            else
            {
                Assert.True(gc.HeapLive < gc.NextGc, $"{gc.HeapLive} bytes are live, and none started at {gc.NextGc}");
            }
        }

        Assert.InRange(gc.Cycle, 2U, 20U);
        Assert.InRange(most, 4096UL, 1UL << 20);
        Assert.Equal((0U, 0UL), (never.Machine.Heap.Gc.Cycle, never.Machine.Heap.Gc.Frees));
    }

    [Fact]
    public void An_assist_runs_on_the_goroutine_that_allocated_keeps_its_results_and_ends()
    {
        MapSession s = Collections.Session("map[uint64]*T");
        Machine m = s.Machine;
        Addr[] grey = [.. Enumerable.Range(0, 200).Select(_ => s.NewObject(new byte[64], ObjectKind.Other, hasPointers: true))];
        m.StartMarking();
        Array.ForEach(grey, m.Heap.Shade);
        s.BeginMake(0, MakeForm.Hint, 20);
        Collections.StepTo(m, 0, "GcAssist.Take");
        Assert.Equal(["GcAssist.Take", "MakeMap.StoreHash0"], m.CallStack(0));
        AssertAssistScans(m, 1 + 48 / 8);

        // This one stands above a caller for whom a result waits.
        Collections.StepTo(m, 0, "GcAssist.Take");
        Assert.Equal(["GcAssist.Take", "MakeMap.GotArray"], m.CallStack(0));
        Addr array = m.Heap.LiveObjects().Single(o => o.Kind == ObjectKind.BucketArray).Start;
        Assert.Contains(m.StackRoots(0), r => r.Place == "result" && r.Value == array);
        int left = m.Heap.Gc.QueueLength;
        AssertAssistScans(m, 1 + 4 * 144 / 8);
        Assert.InRange(m.Heap.Gc.QueueLength, 0, left - 1);
        while (m.Goroutines[0].IsBusy)
        {
            m.Step(0);
        }

        Assert.Equal(array, Sessions.View(s, new Addr(m.TakeResult())).Buckets);
    }

    [Fact]
    public void Without_assists_an_allocation_does_no_work_for_the_collector()
    {
        MapSession s = Collections.Session("map[uint64]*T", new GcOptions(Percent: 0, Assists: false));
        Addr grey = s.NewObject(new byte[64], ObjectKind.Other, hasPointers: true);
        s.Machine.StartMarking();
        s.Machine.Heap.Shade(grey);
        s.BeginMake(0, MakeForm.Hint, 20);
        while (s.Machine.Goroutines[0].IsBusy)
        {
            Assert.DoesNotContain(s.Machine.CallStack(0), f => f.StartsWith("Gc", StringComparison.Ordinal));
            s.Machine.Step(0);
        }

        Assert.Equal(Colour.Grey, Collections.ColourOf(s.Machine, grey));
    }

    [Fact]
    public void What_was_unreachable_when_runtime_GC_was_called_is_free_when_it_returns_also_if_it_was_marked_already()
    {
        MapSession s = Collections.Session("map[uint64]*T");
        Machine m = s.Machine;
        Addr map = Sessions.Filled(s, 5), kept = Sessions.Filled(s, 5);
        m.Heap.Gc.Requested = true;
        while (Collections.ColourOf(m, map) == Colour.White)
        {
            m.Step(s.Collector!.Workers[0]);
        }

        m.Select(0);
        s.Forget(map);
        s.Collect();
        Assert.False(Collections.IsLive(m, map));
        Assert.True(Collections.IsLive(m, kept));
        Assert.Equal((2U, false), (m.Heap.Gc.Cycle, m.Heap.Gc.Unswept));
    }

    [Fact]
    public void A_goroutine_that_waits_for_a_collection_makes_no_step()
    {
        MapSession s = Collections.Session("map[uint64]*T");
        Machine m = s.Machine;
        GcCollect.Call(m);
        while (m.IsEnabled(0))
        {
            m.Step(0);
        }

        Assert.Equal("GcCollect.WaitForMark", m.Where());
        ulong before = m.Steps;
        Assert.Equal(AccessKind.None, m.Step(0).Kind);
        Assert.False(m.Run());
        Assert.Equal((before, "GcCollect.WaitForMark"), (m.Steps, m.Where()));
    }

    [Fact]
    public void The_collector_must_come_before_the_first_allocation_and_its_options_are_checked()
    {
        MapSession s = Sessions.Of("map[int]int");
        Assert.Throws<InvalidOperationException>(s.Collect);
        Assert.Throws<ArgumentOutOfRangeException>(() => s.UseCollector(new GcOptions(BarrierBuffer: 1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => s.UseCollector(new GcOptions(BarrierBuffer: 513)));
        s.Make(0);
        Assert.Throws<InvalidOperationException>(() => s.UseCollector(new GcOptions()));
    }

    /// <summary>Steps through an assist: as many words as were asked for, and then to the end of the object at hand.</summary>
    private static void AssertAssistScans(Machine m, int words)
    {
        int scanned = 0;
        while (m.CallStack(0)[0].StartsWith("GcAssist", StringComparison.Ordinal))
        {
            scanned += m.CallStack(0)[0] == "GcAssist.Scan" ? 1 : 0;
            m.Step(0);
        }

        Assert.InRange(scanned, words, words + 8);
    }
}
