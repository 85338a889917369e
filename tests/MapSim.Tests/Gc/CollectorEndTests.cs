using MapSim.Gc;
using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Map;
using MapSim.Memory;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Gcs;

/// <summary>When marking may end: barrier buffers, several workers, and collections that follow close on each other.</summary>
public class CollectorEndTests
{
    [Fact]
    public void A_full_barrier_buffer_is_shaded_in_the_middle_of_an_operation()
    {
        MapSession s = Collections.Session("map[uint64]*T", new GcOptions(Percent: 0, BarrierBuffer: 2));
        Machine m = s.Machine;
        Addr[] objects = [.. Enumerable.Range(0, 3).Select(_ => s.NewObject(new byte[16], ObjectKind.Pointee))];
        m.StartMarking();
        m.BufferPointer(objects[0]);
        m.BufferPointer(objects[1]);
        Assert.All(objects, o => Assert.Equal(Colour.White, Collections.ColourOf(m, o)));
        m.BufferPointer(objects[2]);
        Assert.Equal([Colour.Black, Colour.Black, Colour.White], objects.Select(o => Collections.ColourOf(m, o)));
        Assert.Equal((1, objects[2]), (m.Heap.Gc.BufferedWords(0), m.Heap.Gc.Buffered(0, 0)));
    }

    [Fact]
    public void A_barrier_after_the_flush_of_its_P_is_found_under_stop_the_world_and_marking_goes_on()
    {
        // golang/go#27993: the ragged barrier has flushed every P; then somebody's barrier runs.
        MapSession s = Collections.Session("map[uint64]*T");
        Machine m = s.Machine;
        int worker = s.Collector!.Workers[0];
        Addr hidden = s.NewObject(Sessions.U64(0), ObjectKind.Other, hasPointers: true), behind = s.NewObject(new byte[8], ObjectKind.Other);
        m.Memory.Poke(hidden, Sessions.U64(behind.Value));
        m.Heap.Gc.Requested = true;
        Collections.StepTo(m, worker, "GcWorker.StopTheWorld");
        Assert.Equal((0, 0), (m.Heap.Gc.QueueLength, m.Heap.Gc.Scanning));
        m.Select(0);
        m.BufferPointer(hidden);
        m.Step(worker);
        Assert.True(m.Heap.Gc.IsMarking);
        Assert.Equal((Colour.Grey, "GcWorker.Pick"), (Collections.ColourOf(m, hidden), m.CallStack(worker)[0]));
        Collections.StepTo(m, worker, "GcWorker.Sweep");
        Assert.Equal((Colour.Black, Colour.Black), (Collections.ColourOf(m, hidden), Collections.ColourOf(m, behind)));
        Assert.False(m.Heap.Gc.IsMarking);
    }

    [Fact]
    public void A_flush_that_finds_something_begins_the_ragged_barrier_again()
    {
        // The worker runs on P 1, and has flushed P 0.
        MapSession s = Sessions.Of("map[uint64]*T");
        var m = new Machine(s.Machine.Options with { Procs = 2 }, SimFrames.Table);
        int worker = new Collector(m, new GcOptions(Percent: 0)).Workers[0];
        Addr hidden = m.Heap.Allocate(0, 8, false, ObjectKind.Other);
        m.Heap.Gc.Requested = true;
        Collections.StepTo(m, worker, "GcWorker.Flush");
        m.Select(worker);
        m.BufferPointer(hidden);
        Assert.Equal((0, 1), (m.Heap.Gc.BufferedWords(0), m.Heap.Gc.BufferedWords(1)));
        m.Step(worker);
        Assert.Equal((Colour.Black, "GcWorker.Pick"), (Collections.ColourOf(m, hidden), m.CallStack(worker)[0]));
    }

    [Fact]
    public void A_P_is_flushed_only_when_its_goroutine_stands_at_a_safe_point()
    {
        MapSession s = Collections.Session("map[uint64]*T");
        Machine m = s.Machine;
        int worker = s.Collector!.Workers[0];
        Addr map = Sessions.Filled(s, 5);
        m.Heap.Gc.Requested = true;
        GcRecords gc = m.Heap.Gc;
        while (!gc.IsMarking || !m.Goroutines[0].IsStackBlack || gc.QueueLength + gc.Scanning > 0 || gc.GlobalsScanned < m.Memory.Globals.Bytes.HighWater)
        {
            m.Step(worker);
        }

        m.Select(0);
        s.BeginDelete(0, map, Sessions.U64(3));
        Collections.StepTo(m, 0, "MapDelete.LoadBuckets");
        Assert.Equal(AccessKind.None, m.Step(worker).Kind);
        Assert.Equal("GcWorker.Flush", m.CallStack(worker)[0]);
        Assert.Equal((false, false), (m.IsAtSafePoint(0), m.IsEnabled(worker)));
        m.Select(0);
        m.Run();
        Assert.True(m.IsEnabled(worker));
    }

    [Theory]
    [InlineData("map[uint64]uint64", 1)]
    [InlineData("map[string]string", 2)]
    [InlineData("map[[136]byte][136]byte", 3)]
    [InlineData("map[*T]uint8", 4)]
    public void Two_workers_in_any_order_beside_a_program_mark_everything_reachable(string type, int seed)
    {
        MapSession s = Sessions.Of(type);
        Machine m = s.Machine;
        var collector = new Collector(m, new GcOptions(Percent: 0, StartOneIn: 2, BarrierBuffer: 3, Seed: (ulong)seed), workers: 2);
        var random = new RandomSource((ulong)seed);
        var values = new RandomValues(s, random);
        var keys = new RandomKeys(values, s.TypeOf(0).Key, 40).All;
        Addr slot = m.Memory.AddGlobals(8);
        KeepAll(m);
        s.BeginMake(0);
        RunBeside(m, random);
        m.Select(0);
        var map = new Addr(m.TakeResult());
        m.SetGlobal(slot, map);
        for (int i = 0; i < 250; i++)
        {
            RandomKey key = keys[random.Below(keys.Count)];
            m.Heap.Gc.Requested |= random.Chance(10);
            m.Select(0);
            m.DeclareVariable(0, 0, s.KeyLocal, key.Bytes.Length, m.PointersOf(0).Key);
            if (random.Chance(70))
            {
                s.BeginAssign(0, map, key.Bytes);
                RunBeside(m, random);
                m.Select(0);
                s.BeginStoreElem(0, values.Elem(s.TypeOf(0).Elem));
            }
            else
            {
                s.BeginDelete(0, map, key.Bytes);
            }

            RunBeside(m, random);
            Assert.Equal(Failure.None, m.Goroutines[0].Failure);
        }

        Assert.InRange(m.Heap.Gc.Cycle, 3U, 200U);
        Assert.InRange(m.Heap.Gc.Frees, 3UL, 10_000UL);
        Assert.Equal(2, collector.Workers.Count);
    }

    [Fact]
    public void A_worker_left_behind_at_the_end_of_one_collection_does_not_end_the_next_before_it_marked()
    {
        MapSession s = Collections.Session("map[uint64]uint64");
        Machine m = s.Machine;
        m.Select(0);
        Addr map = Sessions.Filled(s, 20);
        (int first, int second) = (s.Collector!.Workers[0], AddWorker(m));
        m.Heap.Gc.Requested = true;
        Collections.StepTo(m, second, "GcWorker.StopTheWorld");
        RunToCycle(m, first, 1);
        Collections.StepTo(m, first, "GcWorker.Wait");
        m.Heap.Gc.Requested = true;
        m.Step(first);
        Assert.True(m.Heap.Gc.IsMarking);

        // It still stands where the first collection was about to end; no root of the second is scanned.
        m.Step(second);
        Assert.True(m.Heap.Gc.IsMarking, "the second collection ended without scanning a root");
        RunToCycle(m, first, 2);
        m.Select(0);
        s.Collector.Work();
        Assert.True(Collections.IsLive(m, map));
    }

    [Fact]
    public void A_collection_whose_start_was_delayed_by_another_one_finishes_the_sweep_of_that_one_first()
    {
        MapSession s = Collections.Session("map[uint64]uint64");
        Machine m = s.Machine;
        Addr map = Sessions.Filled(s, 20);
        (int first, int second) = (s.Collector!.Workers[0], AddWorker(m));
        s.BeginLookup(0, map, Sessions.U64(3));
        Collections.StepTo(m, 0, "MapAccess.LoadHash0");
        Assert.False(m.IsAtSafePoint(0));
        m.Heap.Gc.Requested = true;
        m.Step(first);
        m.Step(second);
        Assert.Equal(("GcStart.StopTheWorld", "GcStart.StopTheWorld"), (m.CallStack(first)[0], m.CallStack(second)[0]));
        m.Select(0);
        m.Run();
        RunToCycle(m, second, 1);
        Assert.True(m.Heap.Gc.Unswept);
        while (!m.Heap.Gc.IsMarking && m.IsEnabled(first) && m.CallStack(first)[0] != "GcWorker.Wait")
        {
            m.Step(first);
        }

        Assert.False(m.Heap.Gc.IsMarking && m.Heap.Gc.Unswept, "marking began before the heap was swept");
        Assert.All(m.Heap.LiveObjects(), o => Assert.Equal(Colour.White, o.Colour));
    }

    [Fact]
    public void The_copy_of_a_grown_list_has_its_barrier_also_if_the_new_array_started_the_collection()
    {
        // In Go growslice looks at writeBarrier.enabled after mallocgc returned, and mallocgc may have started the marking.
        MapSession s = Collections.Session("map[uint64]uint64", hash: MapSim.Hash.DegenerateHashKind.LowBits);
        Machine m = s.Machine;
        Addr map = Sessions.Filled(s, 24);
        for (ulong i = 24; i < 60; i++)
        {
            s.BeginAssign(0, map, Sessions.U64(i));
            while (m.Goroutines[0].IsBusy)
            {
                bool grows = m.Where() == "AppendOverflow.NewArray" && !m.Heap.Gc.IsMarking;
                m.Step(0);
                if (grows && m.Where() != "AppendOverflow.StoreCapacity")
                {
                    m.StartMarking();
                    m.Step(0);
                    Assert.Equal(1, m.Heap.Gc.BufferedWords(0));
                    return;
                }
            }

            m.TakeResult();
        }

        Assert.Fail("no list with elements was grown");
    }

    [Fact]
    public void Barriers_that_were_meant_for_one_collection_leave_nothing_behind_for_the_time_after_it()
    {
        MapSession s = Collections.Session("map[uint64]uint64", hash: MapSim.Hash.DegenerateHashKind.LowBits);
        Machine m = s.Machine;
        Addr map = Sessions.Filled(s, 24);
        m.Heap.Gc.Requested = true;
        Collections.StepTo(m, s.Collector!.Workers[0], "GcWorker.StopTheWorld");
        m.Select(0);
        for (ulong i = 24; i < 60; i++)
        {
            s.BeginAssign(0, map, Sessions.U64(i));
            while (m.Goroutines[0].IsBusy)
            {
                bool grows = m.Where() == "AppendOverflow.NewArray" && m.Heap.Gc.IsMarking;
                m.Step(0);
                if (grows && m.Where() != "AppendOverflow.StoreCapacity")
                {
                    Assert.True(m.IsAtSafePoint(0));
                    m.Select(0);
                    RunToCycle(m, s.Collector.Workers[0], 1);
                    m.Select(0);
                    m.Run();
                    Assert.Equal((false, 0), (m.Heap.Gc.IsMarking, m.Heap.Gc.BufferedWords(0)));
                    return;
                }
            }

            m.TakeResult();
        }

        Assert.Fail("no list with elements was grown");
    }

    private static int AddWorker(Machine m)
    {
        Goroutine worker = m.AddGoroutine(0, isSystem: true);
        m.Select(worker.Id);
        GcWorker.Call(m);
        m.Select(0);
        return worker.Id;
    }

    private static void RunToCycle(Machine m, int g, uint cycle)
    {
        for (int i = 0; m.Heap.Gc.Cycle < cycle; i++)
        {
            Assert.True(i < 100_000 && m.IsEnabled(g), $"goroutine {g} waits at {m.CallStack(g)[0]}");
            m.Step(g);
        }
    }

    /// <summary>The driver's own values are globals of the program.</summary>
    private static void KeepAll(Machine m)
    {
        foreach (HeapObject o in m.Heap.LiveObjects().ToList())
        {
            m.SetGlobal(m.Memory.AddGlobals(8), o.Start);
        }
    }

    /// <summary>Runs the operation of goroutine 0 and both workers in a random order of steps. At each end of marking all that is reachable must be marked.</summary>
    private static void RunBeside(Machine m, RandomSource random)
    {
        for (int i = 0; m.Goroutines[0].IsBusy; i++)
        {
            Assert.True(i < 1_000_000, "the operation does not end");
            int g = random.Below(3);
            if (!m.IsEnabled(g))
            {
                continue;
            }

            uint cycle = m.Heap.Gc.Cycle;
            m.Step(g);
            if (m.Heap.Gc.Cycle != cycle)
            {
                Assert.Equal(cycle + 1, m.Heap.Gc.Cycle);
                Assert.DoesNotContain(Collections.Reachable(m), a => Collections.ColourOf(m, a) == Colour.White);
                Assert.DoesNotContain(m.Heap.LiveObjects(), o => o.Colour == Colour.Grey);
            }
        }
    }
}
