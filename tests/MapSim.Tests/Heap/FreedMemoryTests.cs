using MapSim.Heap;
using MapSim.Machines;
using MapSim.Map;
using MapSim.Memory;
using Xunit;

namespace MapSim.Tests.Heaps;

/// <summary>Colours, poison, reuse: the heap's half of a collection, with marking done by hand.</summary>
public class FreedMemoryTests
{
    private readonly Machine _m = new(Sessions.Of("map[int]int").Machine.Options, MapFrames.Table);

    private SimHeap Heap => _m.Heap;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_new_object_is_white_and_while_the_collector_marks_black(bool hasPointers)
    {
        Addr before = Heap.Allocate(0, 48, hasPointers, ObjectKind.Other);
        Assert.Equal(Colour.White, ColourOf(before));
        Heap.Gc.StartMarking();
        Assert.Equal(Colour.White, ColourOf(before));
        Addr during = Heap.Allocate(0, 48, hasPointers, ObjectKind.Other);
        Assert.Equal(Colour.Black, ColourOf(during));
        Assert.Equal(0, Heap.Gc.QueueLength);
        Heap.Gc.EndMarking();
        Assert.Equal(Colour.White, ColourOf(Heap.Allocate(0, 48, hasPointers, ObjectKind.Other)));
    }

    [Fact]
    public void Shading_an_interior_pointer_greys_the_object_once_and_blackens_one_without_pointers()
    {
        Addr scan = Heap.Allocate(0, 64, true, ObjectKind.Other), noscan = Heap.Allocate(0, 64, false, ObjectKind.Other);
        Heap.Gc.StartMarking();
        Heap.Shade(scan + 40);
        Heap.Shade(scan + 63);
        Heap.Shade(noscan + 1);
        Assert.Equal((Colour.Grey, Colour.Black), (ColourOf(scan), ColourOf(noscan)));
        Assert.Equal(1, Heap.Gc.QueueLength);
        Assert.Equal(scan, Heap.Gc.Queued(0));
    }

    [Fact]
    public void A_pointer_behind_an_object_nil_and_a_stack_address_shade_nothing()
    {
        Addr a = Heap.Allocate(0, 60, true, ObjectKind.Other);
        Heap.Gc.StartMarking();
        foreach (Addr other in new[] { a + 60, a + 64, a + 8000, default, _m.Goroutines[0].Locals, new Addr(_m.Memory.HeapBase + (5UL << 34)) })
        {
            Heap.Shade(other);
        }

        Assert.Equal(Colour.White, ColourOf(a));
        Assert.Equal(0, Heap.Gc.QueueLength);
    }

    [Theory]
    [InlineData(48, true)]
    [InlineData(41, false)]
    [InlineData(40_001, false)]
    public void A_freed_object_is_poisoned_and_every_access_to_it_is_a_use_after_free(int size, bool hasPointers)
    {
        Addr neighbour = Heap.Allocate(0, (ulong)size, hasPointers, ObjectKind.Other);
        Addr gone = Heap.Allocate(0, (ulong)size, hasPointers, ObjectKind.Other);
        _m.Memory.Poke(neighbour, [1, 2, 3]);
        Cycle(neighbour);
        Region region = _m.Memory.RegionOf(gone)!;
        for (int at = 0; at < size; at += 8)
        {
            Assert.Equal(SimHeap.Poison, BitConverter.ToUInt64(region.Bytes.Span((int)(gone - region.Base) + at, 8)));
            AssertUseAfterFree(() => _m.Memory.Load<byte>(gone + at));
        }

        AssertUseAfterFree(() => _m.Memory.Load<ulong>(gone));
        AssertUseAfterFree(() => _m.Memory.Store(gone + 8, 1UL));
        AssertUseAfterFree(() => _m.Memory.AtomicOr(gone, 1));
        AssertUseAfterFree(() => _m.Memory.Raw(gone + 16, 8));
        Assert.False(_m.Memory.IsLive(gone, 1));
        Assert.Equal(SimHeap.Poison, BitConverter.ToUInt64(region.Bytes.Span((int)(gone - region.Base) + 8, 8)));
        Assert.Equal([1, 2, 3], _m.Memory.Raw(neighbour, 3).ToArray());
    }

    [Theory]
    [InlineData(48)]
    [InlineData(40_000)]
    public void A_freed_slot_waits_one_whole_cycle_and_comes_back_zeroed_and_with_a_higher_generation(int size)
    {
        Addr first = Heap.Allocate(0, (ulong)size, false, ObjectKind.Other);
        Cycle();
        Addr second = Heap.Allocate(0, (ulong)size, false, ObjectKind.Other);
        Assert.NotEqual(first, second);
        Cycle(second);
        Addr third = Heap.Allocate(0, (ulong)size, false, ObjectKind.Key);
        Assert.Equal(first, third);
        Assert.True(Heap.TryFindObject(third, out HeapObject found));
        Assert.Equal((2U, ObjectKind.Key, true), (found.Info.Generation, found.Kind, found.IsLive));
        Assert.True(_m.Memory.IsLive(third, size));
        Assert.False(_m.Memory.Raw(third, size).ContainsAnyExcept((byte)0));
    }

    [Fact]
    public void A_slot_freed_a_cycle_ago_is_taken_before_one_in_front_of_it_that_was_freed_just_now()
    {
        Addr late = Heap.Allocate(0, 48, false, ObjectKind.Other), early = Heap.Allocate(0, 48, false, ObjectKind.Other);
        Cycle(late);
        Cycle();
        Assert.Equal(early, Heap.Allocate(0, 48, false, ObjectKind.Other));
        Assert.False(_m.Memory.IsLive(late, 48));
        Assert.NotEqual(late, Heap.Allocate(0, 48, false, ObjectKind.Other));
    }

    [Theory]
    [InlineData(48)]
    [InlineData(40_000)]
    public void Without_reuse_no_address_is_handed_out_twice(int size)
    {
        Heap.ReusesMemory = false;
        var seen = new HashSet<Addr>();
        for (int i = 0; i < 400; i++)
        {
            Assert.True(seen.Add(Heap.Allocate(0, (ulong)size, false, ObjectKind.Other)));
            if (i % 20 == 0)
            {
                Cycle();
            }
        }
    }

    [Fact]
    public void With_reuse_a_program_that_keeps_nothing_does_not_grow()
    {
        for (int i = 0; i < 4000; i++)
        {
            Heap.Allocate(0, 1000, i % 2 == 0, ObjectKind.Other);
            if (i % 20 == 0)
            {
                Cycle();
            }
        }

        // 40 objects and their 1024 byte slots at most are in use or waiting at any time.
        Assert.InRange(Heap.Statistics().HeapSys, 1UL, 14UL * 8192);
    }

    [Fact]
    public void Objects_that_are_freed_among_marked_ones_give_back_exactly_their_own_slots()
    {
        Addr[] all = [.. Enumerable.Range(0, 100).Select(_ => Heap.Allocate(0, 80, false, ObjectKind.Other))];
        Addr[] kept = [.. all.Where((_, i) => i % 3 == 0)];
        Cycle(kept);
        Assert.Equal(kept, Heap.LiveObjects().Select(o => o.Start));
        Cycle(kept);
        Addr[] again = [.. Enumerable.Range(0, all.Length - kept.Length).Select(_ => Heap.Allocate(0, 80, false, ObjectKind.Other))];
        Assert.Equal(all.Except(kept), again);
    }

    [Fact]
    public void An_allocation_sweeps_the_span_it_takes_from_first()
    {
        Addr kept = Heap.Allocate(0, 48, false, ObjectKind.Other), gone = Heap.Allocate(0, 48, false, ObjectKind.Other);
        Mark(kept);
        Assert.True(Heap.Gc.Unswept && _m.Memory.IsLive(gone, 48));
        Addr fresh = Heap.Allocate(0, 48, false, ObjectKind.Other);
        Assert.False(_m.Memory.IsLive(gone, 48));

        // It is white: a sweep of its span that came later would free it.
        Assert.Equal(Colour.White, ColourOf(fresh));
        Sweep();
        Assert.Equal([kept, fresh], Heap.LiveObjects().Select(o => o.Start));
    }

    [Fact]
    public void A_sweep_whitens_the_survivors_and_goes_over_each_span_once()
    {
        Addr a = Heap.Allocate(0, 48, true, ObjectKind.Other), b = Heap.Allocate(0, 500, false, ObjectKind.Other);
        Mark(a, b);
        Assert.Equal((Colour.Black, Colour.Black), (ColourOf(a), ColourOf(b)));
        Assert.True(Heap.SweepNext(default));
        Assert.True(Heap.SweepNext(default));
        Assert.False(Heap.SweepNext(default));
        Assert.False(Heap.Gc.Unswept);
        Assert.Equal((Colour.White, Colour.White), (ColourOf(a), ColourOf(b)));
    }

    private void AssertUseAfterFree(Action access)
    {
        _m.Memory.Fault = default;
        access();
        Assert.Equal(MemoryFaultKind.UseAfterFree, _m.Memory.Fault.Kind);
        _m.Memory.Fault = default;
    }

    private Colour ColourOf(Addr a)
    {
        Assert.True(Heap.TryFindObject(a, out HeapObject found));
        return found.Colour;
    }

    private void Cycle(params IEnumerable<Addr> keep)
    {
        Mark(keep);
        Sweep();
    }

    private void Mark(params IEnumerable<Addr> keep)
    {
        Heap.Gc.StartMarking();
        foreach (Addr a in keep)
        {
            Heap.Shade(a);
        }

        while (Heap.Gc.QueueLength > 0)
        {
            Heap.Blacken(Heap.Gc.Pop());
            Heap.Gc.Scanning--;
        }

        Heap.Gc.EndMarking();
    }

    private void Sweep()
    {
        while (Heap.SweepNext(default))
        {
        }
    }
}
