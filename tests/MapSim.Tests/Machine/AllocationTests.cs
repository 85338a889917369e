using MapSim.Memory;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Machines;

public class AllocationTests
{
    [Theory]
    [InlineData("map[uint64]uint64")]
    [InlineData("map[string]uint64")]
    [InlineData("map[float64]uint64")]
    public void A_step_allocates_no_managed_memory(string type)
    {
        MapSession s = Sessions.Of(type);
        byte[][] keys = [.. Enumerable.Range(0, 100).Select(i => type.Contains("string", StringComparison.Ordinal) ? Sessions.Str(s, $"key {i}") : Sessions.F64(i))];
        byte[] elem = Sessions.U64(1);
        Addr map = s.Make(0);
        foreach (byte[] key in keys)
        {
            s.Assign(0, map, key, elem);
        }

        Assert.Equal(0, AllocatedBy(() =>
        {
            foreach (byte[] key in keys)
            {
                s.BeginLookup(0, map, key);
                while (s.Machine.Goroutines[0].IsBusy)
                {
                    s.Machine.Step(0);
                }

                s.Machine.TakeResult();
                s.BeginAssign(0, map, key);
                while (s.Machine.Goroutines[0].IsBusy)
                {
                    s.Machine.Step(0);
                }

                s.Machine.TakeResult();
                s.Delete(0, map, key);
                s.Assign(0, map, key, elem);
            }
        }));
    }

    /// <summary>Bytes that a second run allocates: the first one lets the runtime compile.</summary>
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
