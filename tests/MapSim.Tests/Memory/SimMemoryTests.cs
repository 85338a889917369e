using MapSim.Heap;
using MapSim.Memory;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Memory;

public class SimMemoryTests
{
    private readonly MapSession _s = Sessions.Of("map[uint64]uint64");

    private SimMemory Memory => _s.Machine.Memory;

    [Fact]
    public void A_range_is_live_if_all_its_words_are()
    {
        var random = new RandomSource(3);
        var memory = new SimMemory(8);
        Region arena = memory.AddArena();
        arena.Grow(512);
        for (int round = 0; round < 40; round++)
        {
            arena.SetState(0, 512, ShadowState.Live);
            for (int dead = random.Below(8); dead > 0; dead--)
            {
                arena.SetState(8 * random.Below(64), 8, random.Chance(50) ? ShadowState.Freed : (byte)(2 + random.Below(254)));
            }

            for (int offset = 0; offset < 400; offset += 1 + random.Below(5))
            {
                for (int size = 1; size <= 100; size++)
                {
                    bool live = Enumerable.Range(offset, size).All(at => memory.StateAt(arena.Base + at) == ShadowState.Live);
                    Assert.Equal(live, memory.IsLive(arena.Base + offset, size));
                }
            }
        }
    }

    [Fact]
    public void An_access_through_nil_is_a_nil_dereference()
    {
        Assert.Equal(MemoryFaultKind.NilDereference, FaultOf(() => Memory.Load<byte>(new Addr(8))));
    }

    [Fact]
    public void An_access_anywhere_around_a_stack_or_an_arena_ends_in_a_fault_and_not_in_an_exception()
    {
        foreach (ulong at in new[] { Memory.StackBase, Memory.StackBase + SimMemory.StackStride, Memory.HeapBase, Memory.HeapBase + Memory.ArenaStride, ulong.MaxValue })
        {
            for (ulong d = 1; d < 16; d++)
            {
                Assert.Equal(MemoryFaultKind.Unmapped, FaultOf(() => Memory.Load<ulong>(new Addr(at - d))));
                Assert.Equal(MemoryFaultKind.Unmapped, FaultOf(() => Memory.Raw(new Addr(at - d), 8)));
            }
        }
    }

    [Fact]
    public void An_access_behind_an_object_is_out_of_bounds()
    {
        Addr at = _s.Machine.Heap.Allocate(0, 100, false, ObjectKind.Other);
        Assert.Equal(MemoryFaultKind.None, FaultOf(() => Memory.Load<byte>(at + 99)));
        Assert.Equal(MemoryFaultKind.OutOfBounds, FaultOf(() => Memory.Load<byte>(at + 104)));
    }

    [Fact]
    public void An_element_outside_its_array_is_out_of_bounds_even_if_another_object_is_there()
    {
        Addr first = _s.Machine.Heap.Allocate(0, 144, false, ObjectKind.BucketArray);
        Addr second = _s.Machine.Heap.Allocate(0, 144, false, ObjectKind.BucketArray);
        Assert.Equal(144UL, second - first);
        Assert.Equal(first, _s.Machine.Element(first, 0, 144));
        Assert.Equal(MemoryFaultKind.OutOfBounds, FaultOf(() => Memory.Load<byte>(_s.Machine.Element(first, 1, 144))));
    }

    [Fact]
    public void A_freed_object_is_poisoned_at_once_and_any_access_to_it_is_a_fault()
    {
        Addr at = _s.Machine.Heap.Allocate(0, 48, true, ObjectKind.Other);
        Memory.Store(at, 42UL);
        _s.Machine.Heap.Free(at);
        Assert.Equal(MemoryFaultKind.UseAfterFree, FaultOf(() => Memory.Load<ulong>(at)));
        Assert.Equal(MemoryFaultKind.UseAfterFree, FaultOf(() => Memory.Raw(at, 8)));
        Assert.Equal(ShadowState.Freed, Memory.StateAt(at));
        Assert.Equal(SimHeap.Poison, BitConverter.ToUInt64(Memory.RegionOf(at)!.Bytes.Span((int)(at - Memory.RegionOf(at)!.Base), 8)));
        Assert.Throws<ArgumentException>(() => _s.Machine.Heap.Free(at));
    }

    [Fact]
    public void Freeing_and_allocating_are_undone_with_the_rest()
    {
        Addr at = _s.Machine.Heap.Allocate(0, 48, true, ObjectKind.Other);
        Memory.Store(at, 42UL);
        _s.Machine.SetTracking(true);
        Fingerprint live = Memory.LiveHash, books = _s.Machine.Heap.BooksHash();
        int mark = Memory.Undo.Mark;
        Fingerprint before = Memory.LiveHash;
        _s.Machine.Heap.Free(at);
        _s.Machine.Heap.Allocate(0, 48, true, ObjectKind.Other);
        Assert.NotEqual(live, Memory.LiveHash);
        Assert.Equal(Memory.ComputeLiveHash(), Memory.LiveHash);
        Memory.Undo.UndoTo(mark);
        Memory.ResetLiveHash(before);
        Assert.Equal(live, Memory.ComputeLiveHash());
        Assert.Equal(books, _s.Machine.Heap.BooksHash());
        Assert.Equal(42UL, BitConverter.ToUInt64(Memory.Raw(at, 8)));
    }

    [Fact]
    public void Access_to_a_goroutines_own_stack_is_no_visible_step()
    {
        Memory.Accesses = 0;
        Memory.Store(_s.KeyLocal, 5UL);
        Assert.Equal(5UL, Memory.Load<ulong>(_s.KeyLocal));
        Assert.Equal(0, Memory.Accesses);
    }

    [Fact]
    public void A_fault_ends_the_operation_with_an_outcome_and_not_with_an_exception()
    {
        Addr map = Sessions.Filled(_s, 20);
        Addr buckets = Sessions.View(_s, map).Buckets;
        _s.Machine.Heap.Free(buckets);
        OperationEnd end = _s.Lookup(0, map, Sessions.U64(3), out _);
        Assert.Equal(MapSim.Machines.Failure.UseAfterFree, end.Failure);
        Assert.InRange(_s.Machine.LastFault.Access.Address.Value, buckets.Value, buckets.Value + 4096);
    }

    private MemoryFaultKind FaultOf(Action access)
    {
        Memory.Fault = default;
        access();
        MemoryFaultKind kind = Memory.Fault.Kind;
        Memory.Fault = default;
        Memory.Accesses = 0;
        return kind;
    }
}
