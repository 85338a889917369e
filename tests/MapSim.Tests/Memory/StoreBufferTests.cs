using MapSim.Memory;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Memory;

public class StoreBufferTests
{
    private const int Size = 256;
    private readonly SimMemory _memory = new(8);
    private readonly List<Region> _stacks = [];
    private readonly Region _arena;
    private readonly Addr _at;

    public StoreBufferTests()
    {
        _arena = _memory.AddArena();
        _arena.Grow(Size);
        _arena.SetState(0, Size, ShadowState.Live);
        _at = _arena.Base;
        for (int g = 0; g < 2; g++)
        {
            _stacks.Add(_memory.AddStack(64));
            _memory.AddStoreBuffer(4);
        }

        _memory.SelectStack(_stacks[0]);
    }

    [Fact]
    public void A_goroutine_sees_its_own_store_at_once_and_others_see_it_when_it_is_drained()
    {
        _memory.Store(_at, 7UL);
        Assert.Equal(AccessKind.Buffered, _memory.LastAccess.Kind);
        Assert.Equal(7UL, _memory.Load<ulong>(_at));
        Assert.Equal(0UL, BitConverter.ToUInt64(_memory.Raw(_at, 8)));
        _memory.SelectStack(_stacks[1]);
        Assert.Equal(0UL, _memory.Load<ulong>(_at));
        Assert.Equal(default, _memory.Drain(_memory.BufferOf(0)));
        Assert.Equal(7UL, _memory.Load<ulong>(_at));
    }

    [Fact]
    public void A_load_is_forwarded_only_if_every_byte_comes_from_the_buffer()
    {
        _memory.Store<ushort>(_at + 2, 0xBBAA);
        Assert.Equal(0xBBAA_0000U, _memory.Load<uint>(_at));
        Assert.Equal(new Access(AccessKind.Load, _at, 4), _memory.LastAccess);
        Assert.Equal(0xBB, _memory.Load<byte>(_at + 3));
        Assert.Equal(new Access(AccessKind.Forwarded, _at + 3, 1), _memory.LastAccess);
        Assert.Equal(0, _memory.Load<byte>(_at + 4));
        Assert.Equal(new Access(AccessKind.Load, _at + 4, 1), _memory.LastAccess);
        _memory.Store<ushort>(_at, 0xDDCC);
        Assert.Equal(0xBBAA_DDCCU, _memory.Load<uint>(_at));
        Assert.Equal(AccessKind.Forwarded, _memory.LastAccess.Kind);
    }

    [Fact]
    public void Of_several_stores_to_a_byte_the_youngest_is_seen_and_they_are_drained_oldest_first()
    {
        _memory.Store(_at, 0x1111_1111_1111_1111UL);
        _memory.Store<byte>(_at + 3, 0x22);
        _memory.Store<uint>(_at + 2, 0x33333333);
        Assert.Equal(0x1111_3333_3333_1111UL, _memory.Load<ulong>(_at));
        Assert.Equal(0x0000_1111_3333_3333UL, _memory.Load<ulong>(_at + 2));
        ulong[] drained = [0x1111_1111_1111_1111UL, 0x1111_1111_2211_1111UL, 0x1111_3333_3333_1111UL];
        foreach (ulong expected in drained)
        {
            _memory.Drain(_memory.BufferOf(0));
            Assert.Equal(expected, BitConverter.ToUInt64(_memory.Raw(_at, 8)));
            Assert.Equal(0x1111_3333_3333_1111UL, _memory.Load<ulong>(_at));
        }

        Assert.Equal(0, _memory.BufferOf(0).Count);
    }

    [Fact]
    public void A_full_buffer_drains_its_oldest_store_for_the_next_one()
    {
        for (ulong i = 0; i < 5; i++)
        {
            _memory.Accesses = 0;
            _memory.Store(_at + 8 * i, i + 1);
            Assert.Equal(1, _memory.Accesses);
        }

        Assert.Equal(4, _memory.BufferOf(0).Count);
        Assert.Equal(1UL, BitConverter.ToUInt64(_memory.Raw(_at, 8)));
        Assert.Equal(0UL, BitConverter.ToUInt64(_memory.Raw(_at + 8, 8)));
        Assert.Equal(_at + 8, _memory.BufferOf(0).Oldest.Address);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_atomic_access_drains_the_own_buffer_and_acts_on_memory(bool onOwnStack)
    {
        _memory.Store<byte>(_at, 5);
        _memory.Store<byte>(_at + 1, 6);
        _memory.SelectStack(_stacks[1]);
        _memory.Store<byte>(_at + 2, 7);
        _memory.SelectStack(_stacks[0]);
        _memory.AtomicOr(onOwnStack ? _stacks[0].Base : _at, 8);
        Assert.Equal(0, _memory.BufferOf(0).Count);
        Assert.Equal(1, _memory.BufferOf(1).Count);
        byte[] expected = [(byte)(onOwnStack ? 5 : 13), 6, 0];
        Assert.Equal(expected, _memory.Raw(_at, 3));
    }

    [Fact]
    public void Stack_accesses_are_not_buffered()
    {
        _memory.Store(_stacks[0].Base + 8, 5UL);
        Assert.Equal(0, _memory.Accesses);
        Assert.Equal(0, _memory.BufferOf(0).Count);
        Assert.Equal(5UL, _memory.Load<ulong>(_stacks[0].Base + 8));
    }

    [Fact]
    public void Whether_a_store_may_go_where_it_wants_is_decided_when_it_executes()
    {
        _memory.Store(_at + Size, 1UL);
        Assert.Equal(MemoryFaultKind.Unmapped, _memory.Fault.Kind);
        Assert.Equal(new Access(AccessKind.Store, _at + Size, 8), _memory.Fault.Access);
        Assert.Equal(0, _memory.BufferOf(0).Count);
    }

    [Fact]
    public void A_store_to_memory_freed_meanwhile_is_dropped_when_it_is_drained_and_the_fault_given_back()
    {
        _memory.Store(_at, 1UL);
        _arena.SetState(0, 8, ShadowState.Freed);
        Assert.Equal(new MemoryFault(MemoryFaultKind.UseAfterFree, new Access(AccessKind.Store, _at, 8)), _memory.Drain(_memory.BufferOf(0)));
        Assert.Equal(0, _memory.BufferOf(0).Count);
        Assert.Equal(0UL, BitConverter.ToUInt64(_arena.Bytes.Span(0, 8)));
    }

    [Fact]
    public void What_does_not_fit_an_entry_is_refused()
    {
        Assert.Throws<InvalidOperationException>(() => _memory.Store(_at, default(Int128)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public unsafe void Random_accesses_agree_with_a_naive_model_and_can_be_undone(bool tracking)
    {
        _memory.SetTracking(tracking);
        byte[] zero = Everything();
        Fingerprint start = _memory.LiveHash.Xor(_memory.BuffersHash()), live = _memory.LiveHash;
        int mark = _memory.Undo.Mark;
        var model = new NaiveTso();
        var random = new RandomSource(tracking ? 1UL : 2UL);
        for (int i = 0; i < 20_000; i++)
        {
            int g = random.Below(2), size = 1 << random.Below(4), offset = random.Below(24);
            Addr at = _at + offset;
            _memory.SelectStack(_stacks[g]);
            switch (random.Below(8))
            {
                case 0 when _memory.BufferOf(g).Count > 0:
                    _memory.Drain(_memory.BufferOf(g));
                    model.Drain(g);
                    break;
                case 1:
                    _memory.AtomicOr(at, 1);
                    model.Or(g, offset);
                    break;
                case < 5:
                    ulong value = random.Next();
                    new ReadOnlySpan<byte>(&value, size).CopyTo(new Span<byte>(_memory.Touch(at, size, AccessKind.Store), size));
                    model.Store(g, offset, new ReadOnlySpan<byte>(&value, size).ToArray());
                    break;
                default:
                    Assert.Equal(model.Load(g, offset, size), new ReadOnlySpan<byte>(_memory.Touch(at, size, AccessKind.Load), size).ToArray());
                    break;
            }

            Assert.Equal(model.Memory, _memory.Raw(_at, 32));
            Assert.Equal(model.Waiting(g), _memory.BufferOf(g).Count);
        }

        Assert.Equal(_memory.ComputeLiveHash(), _memory.LiveHash);
        if (tracking)
        {
            _memory.Undo.UndoTo(mark);
            _memory.ResetLiveHash(live);
            Assert.Equal(start, _memory.ComputeLiveHash().Xor(_memory.BuffersHash()));
            Assert.Equal(zero, Everything());
        }
    }

    private byte[] Everything() =>
        [.. Enumerable.Range(0, _memory.Undo.SegmentCount).SelectMany(i => _memory.Undo.Segment(i).Span(0, _memory.Undo.Segment(i).HighWater).ToArray())];

    /// <summary>Memory and a list of stores for each goroutine: total store order as its definition says.</summary>
    private sealed class NaiveTso
    {
        private readonly Queue<(int Offset, byte[] Bytes)>[] _waiting = [new(), new()];

        public byte[] Memory { get; } = new byte[32];

        public int Waiting(int g) => _waiting[g].Count;

        public void Store(int g, int offset, byte[] bytes)
        {
            if (_waiting[g].Count == 4)
            {
                Drain(g);
            }

            _waiting[g].Enqueue((offset, bytes));
        }

        public void Drain(int g)
        {
            (int offset, byte[] bytes) = _waiting[g].Dequeue();
            bytes.CopyTo(Memory, offset);
        }

        public void Or(int g, int offset)
        {
            while (Waiting(g) > 0)
            {
                Drain(g);
            }

            Memory[offset] |= 1;
        }

        public byte[] Load(int g, int offset, int size)
        {
            var seen = (byte[])Memory.Clone();
            foreach ((int at, byte[] bytes) in _waiting[g])
            {
                bytes.CopyTo(seen, at);
            }

            return seen[offset..(offset + size)];
        }
    }
}
