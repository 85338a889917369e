using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Map;
using MapSim.Memory;
using Xunit;

namespace MapSim.Tests.Heaps;

public class SimHeapTests
{
    private readonly Machine _m = new(Sessions.Of("map[int]int").Machine.Options, MapFrames.Table);

    [Fact]
    public void Objects_of_one_size_class_lie_side_by_side_and_large_ones_on_pages_of_their_own()
    {
        Addr a = _m.Heap.Allocate(0, 140, false, ObjectKind.Other), b = _m.Heap.Allocate(0, 144, false, ObjectKind.Other);
        Assert.Equal(144UL, b - a);
        Addr large = _m.Heap.Allocate(0, 40_000, false, ObjectKind.Other);
        Assert.Equal(0UL, large.Value % SizeClasses.PageSize);
        Assert.Equal(40_960UL, _m.Heap.Allocate(0, 40_000, false, ObjectKind.Other) - large);
    }

    [Fact]
    public void Objects_with_and_without_pointers_never_share_a_span()
    {
        Addr a = _m.Heap.Allocate(0, 64, false, ObjectKind.Other), b = _m.Heap.Allocate(0, 64, true, ObjectKind.Other);
        Assert.NotEqual(a.Value / SizeClasses.PageSize, b.Value / SizeClasses.PageSize);
    }

    [Fact]
    public void An_interior_pointer_leads_to_its_object_and_one_behind_the_object_does_not()
    {
        Addr a = _m.Heap.Allocate(0, 100, true, ObjectKind.MapExtra);
        Assert.True(_m.Heap.TryFindObject(a + 99, out HeapObject found));
        Assert.Equal((a, ObjectKind.MapExtra, 100U), (found.Start, found.Kind, found.Info.Size));
        Assert.False(_m.Heap.TryFindObject(a + 100, out _));
        Assert.False(_m.Heap.TryFindObject(new Addr(64), out _));
    }

    [Fact]
    public void Live_objects_are_listed_until_they_are_freed()
    {
        Addr a = _m.Heap.Allocate(0, 32, true, ObjectKind.Other), b = _m.Heap.Allocate(0, 5000, false, ObjectKind.Other);
        Assert.Equal([a, b], _m.Heap.LiveObjects().Select(o => o.Start));
        _m.Heap.Free(a);
        Assert.Equal([b], _m.Heap.LiveObjects().Select(o => o.Start));
    }

    [Fact]
    public void A_larger_object_with_pointers_has_a_malloc_header_from_1_22_on()
    {
        foreach (GoVersion version in GoVersion.All)
        {
            var m = new Machine(_m.Options with { Version = version }, MapFrames.Table);
            Addr a = m.Heap.Allocate(0, 1000, true, ObjectKind.Other);
            Assert.Equal(version.HasMallocHeaders ? 8UL : 0, a.Value % SizeClasses.PageSize);
            Assert.Equal(0UL, m.Heap.Allocate(0, 1000, false, ObjectKind.Other).Value % SizeClasses.PageSize);
        }
    }

    [Fact]
    public void A_program_that_needs_more_memory_than_there_is_gets_its_own_exception()
    {
        Assert.Throws<OutOfSimulatedMemoryException>(() => _m.Heap.Allocate(0, 1UL << 31, false, ObjectKind.Other));
        var small = new Machine(_m.Options with { Arch = Arch.I386, MemHash = new MapSim.Hash.PortableHash32([1, 2, 3, 4]) }, MapFrames.Table);
        Assert.Throws<OutOfSimulatedMemoryException>(() =>
        {
            for (int i = 0; i < 5; i++)
            {
                small.Heap.Allocate(0, 100 << 20, false, ObjectKind.Other);
            }
        });
    }
}
