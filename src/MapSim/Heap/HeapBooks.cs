using MapSim.Memory;

namespace MapSim.Heap;

/// <summary>The books of one arena: spans and objects, in segments of simulated bytes.</summary>
internal sealed unsafe class HeapBooks
{
    private readonly SimMemory _memory;
    private readonly Segment _pageSpans;

    public HeapBooks(SimMemory memory)
    {
        _memory = memory;
        Region = memory.AddArena();
        StateBytes = memory.Undo.NewSegment(sizeof(ArenaState));
        StateBytes.Grow(sizeof(ArenaState));
        Spans = memory.Undo.NewSegment(16 * sizeof(Span));
        Objects = memory.Undo.NewSegment(64 * sizeof(ObjectInfo));
        _pageSpans = memory.Undo.NewSegment(16 * sizeof(int));
    }

    private (ulong State, ulong Spans, ulong Objects, Fingerprint Hash) _known;

    public Region Region { get; }

    public Segment StateBytes { get; }

    public Segment Spans { get; }

    public Segment Objects { get; }

    public ref ArenaState State => ref *(ArenaState*)StateBytes.Start;

    public ref Span Span(int index) => ref ((Span*)Spans.Start)[index];

    public ref ObjectInfo Object(int index) => ref ((ObjectInfo*)Objects.Start)[index];

    public int PageSpan(int page) => ((int*)_pageSpans.Start)[page];

    /// <summary>A hash of spans and objects.</summary>
    /// <param name="number">The arena's number.</param>
    /// <param name="isJournaled">Changes are journaled: what is known of a version of the books is still true.</param>
    public Fingerprint Hash(int number, bool isJournaled)
    {
        if (!isJournaled || _known.State != StateBytes.Version || _known.Spans != Spans.Version || _known.Objects != Objects.Version)
        {
            _known = (StateBytes.Version, Spans.Version, Objects.Version, ComputeHash(number));
        }

        return _known.Hash;
    }

    private Fingerprint ComputeHash(int number)
    {
        Fingerprint hash = Fingerprint.OfBlock((ulong)number * 2 + 1, Spans.Span(0, State.Spans * sizeof(Span)));
        for (int i = 0; i < State.Objects; i++)
        {
            // The number of its history record tells how the state came about, not what it is.
            ObjectInfo info = Object(i);
            if (info.Generation > 0)
            {
                info.History = 0;
                hash = hash.Xor(Fingerprint.OfBlock(((ulong)number << 32) + (ulong)i, new ReadOnlySpan<byte>(&info, sizeof(ObjectInfo))));
            }
        }

        return hash;
    }

    /// <summary>The span, to be changed: journaled while tracking.</summary>
    public ref Span Change(int span)
    {
        Save(Spans, span * sizeof(Span), sizeof(Span));
        return ref Span(span);
    }

    /// <summary>The object, to be changed.</summary>
    public ref ObjectInfo ChangeObject(int index)
    {
        Save(Objects, index * sizeof(ObjectInfo), sizeof(ObjectInfo));
        return ref Object(index);
    }

    /// <summary>The arena's counters, to be changed; not its cache.</summary>
    public ref ArenaState ChangeState()
    {
        Save(StateBytes, 0, 16);
        return ref State;
    }

    public void SetCache(int at, int span)
    {
        Save(StateBytes, 16 + 4 * at, 4);
        State.Cache[at] = span + 1;
    }

    public Addr AddressOf(in Span span, int slot, in ObjectInfo info) =>
        Region.Base + (span.StartPage * SizeClasses.PageSize + slot * (int)span.ElemSize + info.Header);

    /// <summary>The object, live or freed, whose bytes contain an address; its index and first byte.</summary>
    public bool Find(Addr address, out int span, out int index, out Addr start)
    {
        index = 0;
        start = default;
        span = 0;
        ulong page = (address - Region.Base) / SizeClasses.PageSize;
        if (page >= (ulong)State.Pages)
        {
            return false;
        }

        span = PageSpan((int)page);
        ref Span s = ref Span(span);
        ulong into = address - Region.Base - (ulong)s.StartPage * SizeClasses.PageSize;
        int slot = (int)((uint)into / s.ElemSize);
        if (slot >= s.Used)
        {
            return false;
        }

        index = s.FirstObject + slot;
        ref ObjectInfo info = ref Object(index);
        start = AddressOf(s, slot, info);
        return address >= start && address < start + Math.Max(info.Size, 1UL);
    }

    public void Reserve(int pages, int spans, int objects)
    {
        if ((long)pages * SizeClasses.PageSize > Math.Min((long)_memory.ArenaStride, (1L << 31) - (1 << 16)))
        {
            throw new OutOfSimulatedMemoryException();
        }

        Region.Grow(pages * SizeClasses.PageSize);
        Spans.Grow(spans * sizeof(Span));
        Objects.Grow(objects * sizeof(ObjectInfo));
        _pageSpans.Grow(pages * sizeof(int));
    }

    public void MapPages(int first, int count, int span)
    {
        Save(_pageSpans, first * sizeof(int), count * sizeof(int));
        new Span<int>((int*)_pageSpans.Start + first, count).Fill(span);
    }

    private void Save(Segment segment, int offset, int length)
    {
        if (_memory.Tracking)
        {
            _memory.Undo.Save(segment, offset, length);
        }
    }
}
