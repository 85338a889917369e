using System.Buffers.Binary;

namespace MapSim.Memory;

/// <summary>
/// One range of addresses with its bytes: an arena (with a shadow that says which bytes are live) or a stack
/// (without: all of it can be used).
/// </summary>
public sealed unsafe class Region
{
    /// <summary>log2 of the bytes in a page, for <see cref="WrittenAfter"/>.</summary>
    public const int PageShift = 12;

    private readonly SimMemory _memory;
    private uint[] _pages = [];

    internal Region(SimMemory memory, Addr start, int capacity, bool hasShadow)
    {
        _memory = memory;
        Base = start;
        Bytes = memory.Undo.NewSegment(capacity);
        Shadow = hasShadow ? memory.Undo.NewSegment(capacity) : null;
        GrowPages();
    }

    /// <summary>Address of the first byte.</summary>
    public Addr Base { get; }

    /// <summary>The bytes; those beyond what was ever used are zero.</summary>
    public Segment Bytes { get; }

    /// <summary>One <see cref="ShadowState"/> for every 8 bytes; null for a stack.</summary>
    public Segment? Shadow { get; }

    /// <summary>Makes room for offsets below <paramref name="size"/>.</summary>
    public void Grow(int size)
    {
        Bytes.Grow(size);
        Shadow?.Grow((size + 7) / 8);
        GrowPages();
        if (Shadow != null)
        {
            _memory.RefreshFastPath();
        }
    }

    /// <summary>True if a page that holds one of these bytes was written while <see cref="SimMemory.WriteEpoch"/> was above <paramref name="epoch"/>.</summary>
    public bool WrittenAfter(int offset, int size, uint epoch) =>
        _pages.AsSpan(offset >> PageShift, ((offset + size - 1) >> PageShift) - (offset >> PageShift) + 1).ContainsAnyInRange(epoch + 1, uint.MaxValue);

    /// <summary>Why <paramref name="size"/> bytes at an address cannot be used; None if they can.</summary>
    public MemoryFaultKind Check(Addr address, int size)
    {
        ulong offset = address - Base;
        if (offset + (ulong)size > (ulong)Bytes.HighWater)
        {
            return MemoryFaultKind.Unmapped;
        }

        if (Shadow == null)
        {
            return MemoryFaultKind.None;
        }

        int first = (int)(offset >> 3), last = (int)((offset + (ulong)size - 1) >> 3);
        if (last - first is 0 or 1 && Shadow.Start[first] == ShadowState.Live && Shadow.Start[last] == ShadowState.Live)
        {
            return MemoryFaultKind.None;
        }

        var states = new ReadOnlySpan<byte>(Shadow.Start + first, last - first + 1);
        int dead = states.IsEmpty ? -1 : states[0] != ShadowState.Live ? 0 : states.Length == 1 ? -1 : states.IndexOfAnyExcept(ShadowState.Live);
        return dead < 0 ? MemoryFaultKind.None : states[dead] == ShadowState.Freed ? MemoryFaultKind.UseAfterFree : MemoryFaultKind.OutOfBounds;
    }

    /// <summary>The state of the eight bytes around an address.</summary>
    public byte StateAt(Addr address)
    {
        ulong offset = address - Base;
        return offset >= (ulong)Bytes.HighWater ? ShadowState.Unmapped
            : Shadow == null ? ShadowState.Live
            : Shadow.Start[offset >> 3];
    }

    /// <summary>Sets the state of a range (the heap does, when it allocates or frees). Journaled while tracking.</summary>
    public void SetState(int offset, int size, byte state)
    {
        int first = offset / 8, count = (size + 7) / 8;
        if (_memory.Tracking)
        {
            _memory.Undo.Save(Shadow!, first, count);
        }

        Shadow!.Span(first, count).Fill(state);
    }

    /// <summary>Writes bytes without a step. Journaled while tracking.</summary>
    public void Write(int offset, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length == 0)
        {
            return;
        }

        MarkWritten(offset, bytes.Length);
        if (_memory.Tracking)
        {
            _memory.BeforeStore(this, offset, bytes.Length);
        }

        bytes.CopyTo(Bytes.Span(offset, bytes.Length));
        _memory.Settle();
    }

    /// <summary>Fills a range with a repeated 8-byte pattern, without a step and without entering the hash (poison).</summary>
    public void Fill(int offset, int size, ulong pattern)
    {
        if (_memory.Tracking)
        {
            _memory.Undo.Save(Bytes, offset, size);
        }

        MarkWritten(offset, size);
        Span<byte> span = Bytes.Span(offset, size);
        for (; span.Length >= 8; span = span[8..])
        {
            BinaryPrimitives.WriteUInt64LittleEndian(span, pattern);
        }
    }

    internal uint* Pages { get; private set; }

    internal void MarkWritten(int offset, int size)
    {
        int first = offset >> PageShift, last = (offset + size - 1) >> PageShift;
        if (first == last)
        {
            _pages[first] = _memory.WriteEpoch;
        }
        else
        {
            _pages.AsSpan(first, last - first + 1).Fill(_memory.WriteEpoch);
        }
    }

    /// <summary>Gives the pages' epochs back to the memory's pool, if it has one.</summary>
    internal void ReleasePages()
    {
        if (_pages.Length > 0)
        {
            _memory.Pool?.Return(_pages);
            _pages = [];
        }
    }

    internal Fingerprint HashWord(int offset) =>
        Fingerprint.Of(Base.Value + (ulong)offset, *(ulong*)(Bytes.Start + offset));

    internal Fingerprint HashWords(int offset, int size)
    {
        Fingerprint hash = default;
        for (int at = offset; at < offset + size; at += 8)
        {
            hash = hash.Xor(HashWord(at));
        }

        return hash;
    }

    internal Fingerprint HashLive()
    {
        Fingerprint hash = default;
        for (int i = 0; i < Bytes.HighWater / 8; i++)
        {
            if (Shadow!.Start[i] == ShadowState.Live)
            {
                hash = hash.Xor(HashWord(8 * i));
            }
        }

        return hash;
    }

    private void GrowPages()
    {
        int needed = (Bytes.Capacity >> PageShift) + 1;
        if (needed > _pages.Length)
        {
            int wanted = Math.Max(needed, 2 * _pages.Length);
            uint[] bigger = _memory.Pool?.RentPages(wanted) ?? GC.AllocateArray<uint>(wanted, pinned: true);
            _pages.CopyTo(bigger, 0);
            ReleasePages();
            _pages = bigger;
            Pages = (uint*)System.Runtime.InteropServices.Marshal.UnsafeAddrOfPinnedArrayElement(bigger, 0);
        }
    }
}
