using MapSim.Checks;
using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Checks;

public sealed class CountStoresTests
{
    [Fact]
    public void The_table_has_every_store_to_count_but_those_of_clone_and_no_other()
    {
        int stores = 0;
        foreach (MapSession s in SequentialRuns.Begun())
        {
            Machine m = s.Machine;
            m.SetTracking(true);
            while (m.Goroutines[0].IsBusy)
            {
                IReadOnlyList<string> stack = m.CallStack(0);
                Addr expected = default;
                m.Dispatching = g => expected = CountStores.Next(m, g);
                Access access = m.Step(0);
                m.Dispatching = null;
                if (stack.Any(f => f.StartsWith("MapClone", StringComparison.Ordinal)))
                {
                    continue;
                }

                Addr found = access.Kind == AccessKind.Store && m.Heap.TryFindObject(access.Address, out HeapObject o)
                    && o.Kind == ObjectKind.Hmap && access.Address == o.Start + StructLayouts.Count ? o.Start : default;
                Assert.True(found == expected, $"{string.Join(" < ", stack)}: {expected} made {access}");
                stores += found.IsNil ? 0 : 1;
            }
        }

        Assert.InRange(stores, 10, int.MaxValue);
    }
}
