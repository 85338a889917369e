using MapSim.Memory;
using Xunit;

namespace MapSim.Tests.Memory;

/// <summary>Memory that is zeroed late: what the fault mm-publish-before-init does to a new bucket.</summary>
public sealed class LateStoreTests
{
    private const ulong Before = 0xA5A5_A5A5_A5A5_A5A5;
    private readonly SimMemory _memory = new(8);
    private readonly Addr _at;

    public LateStoreTests()
    {
        Region arena = _memory.AddArena();
        arena.Grow(256);
        arena.SetState(0, 256, ShadowState.Live);
        _at = arena.Base;
        Region stack = _memory.AddStack(64);
        _memory.AddStoreBuffer(4);
        _memory.SelectStack(stack);
    }

    private StoreBuffer Buffer => _memory.BufferOf(0);

    [Fact]
    public void The_goroutine_sees_zeros_and_memory_holds_what_was_there_before()
    {
        _memory.ZeroLate(_at, 16);
        Assert.Equal((0UL, 0UL), (_memory.Load<ulong>(_at), _memory.Load<ulong>(_at + 8)));
        Assert.Equal((Before, Before), (InMemory(0), InMemory(8)));
        _memory.Drain(Buffer);
        Assert.Equal((Before, 0UL), (InMemory(0), InMemory(8)));
        _memory.Drain(Buffer);
        Assert.Equal((0UL, 0), (InMemory(0), Buffer.Count));
    }

    [Fact]
    public void A_store_to_another_place_overtakes_them_and_one_to_the_same_place_does_not()
    {
        _memory.ZeroLate(_at, 16);
        _memory.Store<byte>(_at + 3, 7);
        _memory.Store(_at + 64, 9UL);
        Assert.Equal(7UL << 24, _memory.Load<ulong>(_at));
        _memory.Drain(Buffer);
        Assert.Equal((9UL, Before, Before), (InMemory(64), InMemory(0), InMemory(8)));
        _memory.DrainOwn();
        Assert.Equal((7UL << 24, 0UL), (InMemory(0), InMemory(8)));
        _memory.Store(_at + 72, 1UL);
        _memory.Store(_at + 80, 2UL);
        Assert.Equal(_at + 72, Buffer.Oldest.Address);
    }

    [Fact]
    public void What_the_buffer_has_no_room_for_is_zeroed_at_once_from_the_end()
    {
        _memory.ZeroLate(_at, 64);
        Assert.Equal(4, Buffer.Count);
        Assert.Equal([Before, Before, Before, Before, 0, 0, 0, 0], Enumerable.Range(0, 8).Select(i => InMemory(8 * i)));
    }

    [Fact]
    public void All_of_it_is_taken_back_and_the_hashes_know_it()
    {
        _memory.SetTracking(true);
        _memory.Store(_at + 96, 1UL);
        (Fingerprint Memory, Fingerprint Buffers, int Count) before = (_memory.ComputeLiveHash(), _memory.BuffersHash(), Buffer.Count);
        int mark = _memory.Undo.Mark;
        _memory.ZeroLate(_at, 16);
        Assert.Equal(_memory.ComputeLiveHash(), _memory.LiveHash);
        Fingerprint late = _memory.BuffersHash();
        _memory.Store(_at + 64, 9UL);
        _memory.Drain(Buffer);
        _memory.Drain(Buffer);
        Assert.Equal(_memory.ComputeLiveHash(), _memory.LiveHash);
        _memory.Undo.UndoTo(mark);
        Assert.Equal(before, (_memory.ComputeLiveHash(), _memory.BuffersHash(), Buffer.Count));

        // The same stores in the same places, but nothing may overtake these.
        _memory.Store(_at + 8, 0UL);
        _memory.Store(_at, 0UL);
        Assert.NotEqual(late, _memory.BuffersHash());
    }

    private ulong InMemory(int offset) => BitConverter.ToUInt64(_memory.Raw(_at + offset, 8));
}
