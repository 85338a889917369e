using MapSim.Gc;
using MapSim.Memory;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Gcs;

public class CollectorAllocationTests
{
    [Theory]
    [InlineData("map[uint64]uint64")]
    [InlineData("map[uint64]*T")]
    [InlineData("map[string]uint64")]
    public void A_step_beside_a_collector_and_a_step_of_it_allocate_no_managed_memory(string type)
    {
        MapSession s = Collections.Session(type, new GcOptions(Percent: 0, BarrierBuffer: 8));
        int worker = s.Collector!.Workers[0];
        byte[][] keys = [.. Enumerable.Range(0, 100).Select(i => type.Contains("string", StringComparison.Ordinal) ? Sessions.Str(s, $"key {i}") : Sessions.U64((ulong)i))];
        byte[] elem = Sessions.U64(0);
        Addr map = s.Make(0);
        foreach (byte[] key in keys)
        {
            s.KeepPointers(s.TypeOf(0).Key, key);
            s.Assign(0, map, key, elem);
        }

        Assert.Equal(0, AllocatedBy(() =>
        {
            s.Machine.Heap.Gc.Requested = true;
            foreach (byte[] key in keys)
            {
                s.BeginAssign(0, map, key);
                StepBoth();
                s.Machine.TakeResult();
                s.BeginDelete(0, map, key);
                StepBoth();
                s.BeginAssign(0, map, key);
                StepBoth();
                s.Machine.TakeResult();
            }

            while (s.Machine.IsEnabled(worker))
            {
                s.Machine.Step(worker);
            }

            s.Machine.Select(0);
        }));
        Assert.InRange(s.Machine.Heap.Gc.Cycle, 5U, 5U);

        void StepBoth()
        {
            while (s.Machine.Goroutines[0].IsBusy)
            {
                s.Machine.Step(0);
                if (s.Machine.IsEnabled(worker))
                {
                    s.Machine.Step(worker);
                }
            }

            s.Machine.Select(0);
        }
    }

    [Fact]
    public void A_schedule_that_moves_the_collector_allocates_no_managed_memory()
    {
        MapSession s = Collections.Session("map[uint64]*T", new GcOptions(Percent: 0, BarrierBuffer: 8), new GcSchedule(1, startOneIn: 20));
        byte[][] keys = [.. Enumerable.Range(0, 100).Select(i => Sessions.U64((ulong)i))];
        byte[] elem = Sessions.U64(0);
        Addr map = s.Make(0);
        Assert.Equal(0, AllocatedBy(() =>
        {
            foreach (byte[] key in keys)
            {
                s.Assign(0, map, key, elem);
                s.Delete(0, map, key);
                s.Assign(0, map, key, elem);
            }
        }));
        Assert.InRange(s.Machine.Heap.Gc.Cycle, 5U, 1000U);
    }

    /// <summary>Bytes that the best of several runs allocates: the first ones let the runtime compile and tables grow.</summary>
    private static long AllocatedBy(Action work)
    {
        long least = long.MaxValue;
        for (int i = 0; i < 5; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            work();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
