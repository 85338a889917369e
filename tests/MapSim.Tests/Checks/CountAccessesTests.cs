using MapSim.Checks;
using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Checks;

public sealed class CountAccessesTests
{
    [Fact]
    public void The_table_has_every_access_to_count_but_those_of_clone_and_no_other()
    {
        int loads = 0, stores = 0;
        foreach (MapSession s in SequentialRuns.Begun())
        {
            Machine m = s.Machine;
            m.SetTracking(true);
            while (m.Goroutines[0].IsBusy)
            {
                IReadOnlyList<string> stack = m.CallStack(0);
                CountAccess expected = default;
                m.Dispatching = g => expected = expected.Map.IsNil ? CountAccesses.Next(m, g) : expected;
                Access access = m.Step(0);
                m.Dispatching = null;
                if (stack.Any(f => f.StartsWith("MapClone", StringComparison.Ordinal) || f.StartsWith("MakeMap", StringComparison.Ordinal)))
                {
                    continue;
                }

                CountAccess found = Of(m, access);
                Assert.True(found == expected, $"{string.Join(" < ", stack)}: {expected} made {access}");
                loads += found.Map.IsNil || found.IsStore ? 0 : 1;
                stores += found.IsStore ? 1 : 0;
            }
        }

        Assert.InRange(loads, 20, int.MaxValue);
        Assert.InRange(stores, 10, int.MaxValue);
    }

    private static CountAccess Of(Machine m, Access access) =>
        access.Kind is AccessKind.Load or AccessKind.Store && m.Heap.TryFindObject(access.Address, out HeapObject found)
        && found.Kind == ObjectKind.Hmap && access.Address == found.Start + StructLayouts.Count
            ? new CountAccess(found.Start, access.Kind == AccessKind.Store)
            : default;
}
