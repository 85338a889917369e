using MapSim.Gc;
using MapSim.Heap;
using MapSim.Machines;
using MapSim.Map;
using MapSim.Memory;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Gcs;

/// <summary>A collector on a machine with store buffers: stopping the world is where they are drained.</summary>
public class CollectorStoreBufferTests
{
    [Fact]
    public void The_start_of_marking_drains_every_goroutines_buffer()
    {
        MapSession s = Collections.Session("map[uint64]uint64", storeBuffers: 50);
        Machine m = s.Machine;
        s.BeginMake(0);
        m.Run();
        Assert.Equal(1, m.BufferedStores(0));
        m.Heap.Gc.Requested = true;
        m.Step(s.Collector!.Workers[0]);
        Assert.Equal((true, 0), (m.Heap.Gc.IsMarking, m.BufferedStores(0)));
        m.Select(0);
        Assert.NotEqual(0U, Sessions.View(s, new Addr(m.TakeResult())).Hash0);
    }

    [Fact]
    public void The_end_of_marking_drains_every_goroutines_buffer()
    {
        MapSession s = Collections.Session("map[uint64]*T", storeBuffers: 200);
        Machine m = s.Machine;
        int worker = s.Collector!.Workers[0];
        Addr map = Sessions.Filled(s, 3);
        m.Heap.Gc.Requested = true;
        Collections.StepTo(m, worker, "GcWorker.StopTheWorld");
        m.Select(0);
        s.BeginDelete(0, map, Sessions.U64(1));
        m.Run();
        Assert.InRange(m.BufferedStores(0), 3, 100);
        m.Step(worker);
        Assert.Equal(0, m.BufferedStores(0));
    }

    [Theory]
    [InlineData("map[uint64]uint64", 2)]
    [InlineData("map[string]string", 5)]
    [InlineData("map[uint64]*T", 40)]
    [InlineData("map[[136]byte][136]byte", 3)]
    public void A_program_with_store_buffers_and_a_collector_in_steps_loses_nothing(string type, int entries)
    {
        MapSession s = Collections.Session(type, new GcOptions(Percent: 0, StartOneIn: 5, BarrierBuffer: 3), new GcSchedule(9, startOneIn: 3), storeBuffers: entries);
        var values = new RandomValues(s, new RandomSource(1));
        var keys = new RandomKeys(values, s.TypeOf(0).Key, 50).All;
        Addr map = s.Make(0);
        var model = new Dictionary<int, byte[]>();
        for (int i = 0; i < 400; i++)
        {
            RandomKey key = keys[i * 7 % keys.Count];
            if (i % 3 == 2)
            {
                Assert.True(s.Delete(0, map, key.Bytes).IsOk);
                model.Remove(key.Class);
                continue;
            }

            byte[] elem = values.Elem(s.TypeOf(0).Elem);
            s.KeepPointers(s.TypeOf(0).Elem, elem);
            Assert.True(s.Assign(0, map, key.Bytes, elem).IsOk);
            model[key.Class] = elem;
        }

        foreach (RandomKey key in keys)
        {
            Assert.True(s.Lookup(0, map, key.Bytes, out bool found).IsOk);
            Assert.Equal(model.ContainsKey(key.Class), found);
            Assert.True(!found || s.Machine.Memory.Raw(s.ResultLocal, s.TypeOf(0).Elem.Size).SequenceEqual(model[key.Class]));
        }

        Assert.True(s.Machine.DrainStoreBuffers());
        HashSet<Addr> expected = Collections.Reachable(s.Machine);
        s.Collect();
        Assert.Superset(expected, s.Machine.Heap.LiveObjects().Select(o => o.Start).ToHashSet());
        Assert.InRange(s.Machine.Heap.Gc.Cycle, 10U, 1000U);
    }

    [Fact]
    public void A_store_of_its_own_that_comes_too_late_fails_the_goroutine_that_wants_to_stop_the_world()
    {
        MapSession s = Collections.Session("map[uint64]*T", storeBuffers: 50);
        Machine m = s.Machine;
        s.BeginMake(0);
        m.Run();
        m.Heap.Free(new Addr(m.TakeResult()));
        Assert.Equal(1, m.BufferedStores(0));
        GcCollect.Call(m);
        for (int i = 0; i < 5 && m.IsEnabled(0); i++)
        {
            m.Step(0);
        }

        Assert.Equal((Failure.UseAfterFree, false, 0), (m.Goroutines[0].Failure, m.Goroutines[0].IsBusy, m.BufferedStores(0)));
        m.Select(0);
        Assert.Equal("idle", m.Where());
    }
}
