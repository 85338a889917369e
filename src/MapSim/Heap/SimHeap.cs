using System.Runtime.CompilerServices;
using MapSim.Layout;
using MapSim.Memory;

namespace MapSim.Heap;

/// <summary>
/// The allocator: Go's size classes and spans, one arena for each P, so that allocation by two goroutines on
/// different Ps commutes. Its books are simulated bytes too, so that they are undone and restored with the rest.
/// </summary>
/// <remarks>
/// Differences from the real allocator that nothing in a map can see: no tiny allocator (objects below 16 bytes get
/// a slot of their own) and spans are laid out in the order they are first needed. Freed slots are poisoned and not
/// used again until a sweep says so.
/// </remarks>
public sealed unsafe class SimHeap
{
    /// <summary>What freed memory is filled with.</summary>
    public const ulong Poison = 0xDEADBEEF_DEADBEEF;

    private readonly SimMemory _memory;
    private readonly GoVersion _version;
    private readonly Arch _arch;
    private readonly List<Books> _arenas = [];

    /// <summary>Creates an empty heap with the arena of P 0.</summary>
    public SimHeap(SimMemory memory, GoVersion version, Arch arch)
    {
        _memory = memory;
        _version = version;
        _arch = arch;
        AddArena();
    }

    /// <summary>Adds the arena of the next P.</summary>
    public void AddArena() => _arenas.Add(new Books(_memory));

    /// <summary>Number of arenas.</summary>
    public int ArenaCount => _arenas.Count;

    /// <summary>Allocates zeroed memory. Not counted as an access: the machine does that.</summary>
    /// <param name="p">Which P allocates.</param>
    /// <param name="size">Bytes, at least 1, at most 1 GiB.</param>
    /// <param name="hasPointers">False for noscan memory.</param>
    /// <param name="kind">What it is for.</param>
    public Addr Allocate(int p, ulong size, bool hasPointers, ObjectKind kind)
    {
        ArgumentOutOfRangeException.ThrowIfZero(size);
        if (size > 1 << 30)
        {
            throw new OutOfSimulatedMemoryException();
        }

        Books books = _arenas[p];
        int header = SizeClasses.HasMallocHeader(size, hasPointers, _version, _arch) ? SizeClasses.MallocHeaderSize : 0;
        int spanIndex = size + (ulong)header <= SizeClasses.MaxSmallSize
            ? SpanWithRoom(books, SizeClasses.ClassOf((int)size + header), hasPointers)
            : NewSpan(books, 0, (int)((size + SizeClasses.PageSize - 1) / SizeClasses.PageSize), hasPointers);
        ref Span span = ref books.Span(spanIndex);
        books.Save(books.Spans, spanIndex * sizeof(Span), sizeof(Span));
        int slot = span.FreeIndex++;
        int offset = span.StartPage * SizeClasses.PageSize + slot * (int)span.ElemSize + header;
        ref ObjectInfo info = ref books.Object(span.FirstObject + slot);
        books.Save(books.Objects, (span.FirstObject + slot) * sizeof(ObjectInfo), sizeof(ObjectInfo));
        info = new ObjectInfo
        {
            Size = (uint)size, Generation = info.Generation + 1, Live = 1, NoScan = hasPointers ? (byte)0 : (byte)1, Kind = (byte)kind,
            Reserved = (byte)header,
        };
        books.Region.SetState(offset, (int)size, ShadowState.Live);
        return books.Region.Base + offset;
    }

    /// <summary>Frees an object: poisons its bytes, so that any later access through a stale pointer is a finding.</summary>
    /// <exception cref="ArgumentException">No live object starts there.</exception>
    public void Free(Addr start)
    {
        if (!Find(start, out Books? books, out int index, out Addr first) || first != start || books.Object(index).Live == 0)
        {
            throw new ArgumentException($"no live object starts at {start}");
        }

        ref ObjectInfo info = ref books.Object(index);
        int offset = (int)(start - books.Region.Base), size = ((int)info.Size + 7) & ~7;
        if (_memory.Tracking)
        {
            _memory.ToggleObject(books.Region, offset, size);
        }

        books.Save(books.Objects, index * sizeof(ObjectInfo), sizeof(ObjectInfo));
        info.Live = 0;
        books.Region.Fill(offset, size, Poison);
        books.Region.SetState(offset, size, ShadowState.Freed);
    }

    /// <summary>The object, live or freed, that contains an address.</summary>
    public bool TryFindObject(Addr address, out HeapObject found)
    {
        if (Find(address, out Books? books, out int index, out Addr start))
        {
            found = new HeapObject(start, books.Object(index));
            return true;
        }

        found = default;
        return false;
    }

    /// <summary>Every live object, by address.</summary>
    public IEnumerable<HeapObject> LiveObjects()
    {
        foreach (Books books in _arenas)
        {
            for (int s = 0; s < books.State.Spans; s++)
            {
                Span span = books.Span(s);
                for (int i = 0; i < span.FreeIndex; i++)
                {
                    ObjectInfo info = books.Object(span.FirstObject + i);
                    if (info.Live != 0)
                    {
                        yield return new HeapObject(AddressOf(books, span, i, info), info);
                    }
                }
            }
        }
    }

    /// <summary>A hash of the books: which objects exist and where the next ones will be.</summary>
    public Fingerprint BooksHash()
    {
        Fingerprint hash = default;
        for (int p = 0; p < _arenas.Count; p++)
        {
            Books books = _arenas[p];
            hash = hash.Xor(Fingerprint.OfBytes((ulong)p * 2 + 1, books.Spans.Span(0, books.State.Spans * sizeof(Span))))
                .Xor(Fingerprint.OfBytes((ulong)p * 2 + 2, books.Objects.Span(0, books.State.Objects * sizeof(ObjectInfo))));
        }

        return hash;
    }

    private static Addr AddressOf(Books books, Span span, int slot, ObjectInfo info) =>
        books.Region.Base + (span.StartPage * SizeClasses.PageSize + slot * (int)span.ElemSize + info.Reserved);

    private bool Find(Addr address, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Books? books, out int index, out Addr start)
    {
        books = null;
        index = 0;
        start = default;
        ulong arena = _memory.ArenaOf(address);
        if (arena >= (ulong)_arenas.Count)
        {
            return false;
        }

        books = _arenas[(int)arena];
        ulong page = (address - books.Region.Base) / SizeClasses.PageSize;
        if (page >= (ulong)books.State.Pages)
        {
            return false;
        }

        ref Span span = ref books.Span(books.PageSpan((int)page));
        ulong into = address - books.Region.Base - (ulong)span.StartPage * SizeClasses.PageSize;
        int slot = (int)((uint)into / span.ElemSize);
        if (slot >= span.FreeIndex)
        {
            return false;
        }

        index = span.FirstObject + slot;
        ObjectInfo info = books.Object(index);
        start = AddressOf(books, span, slot, info);
        return address >= start && address < start + Math.Max(info.Size, 1UL);
    }

    private static int SpanWithRoom(Books books, int sizeClass, bool hasPointers)
    {
        int cache = 2 * sizeClass + (hasPointers ? 0 : 1);
        int current = books.State.Cache[cache];
        if (current != 0 && books.Span(current - 1).FreeIndex < books.Span(current - 1).Elems)
        {
            return current - 1;
        }

        int fresh = NewSpan(books, sizeClass, SizeClasses.PagesOf(sizeClass), hasPointers);
        books.Save(books.StateBytes, 16 + 4 * cache, 4);
        books.State.Cache[cache] = fresh + 1;
        return fresh;
    }

    private static int NewSpan(Books books, int sizeClass, int pages, bool hasPointers)
    {
        books.Save(books.StateBytes, 0, 16);
        ref ArenaState state = ref books.State;
        int index = state.Spans++;
        int bytes = pages * SizeClasses.PageSize;
        int elemSize = sizeClass == 0 ? bytes : SizeClasses.SizeOf(sizeClass);
        books.Reserve(state.Pages + pages, state.Spans, state.Objects + bytes / elemSize);
        books.Save(books.Spans, index * sizeof(Span), sizeof(Span));
        books.Span(index) = new Span
        {
            StartPage = state.Pages, Pages = pages, ElemSize = (uint)elemSize, Elems = bytes / elemSize,
            FirstObject = state.Objects, SizeClass = (byte)sizeClass, NoScan = hasPointers ? (byte)0 : (byte)1,
        };
        books.MapPages(state.Pages, pages, index);
        state.Pages += pages;
        state.Objects += bytes / elemSize;
        return index;
    }

    /// <summary>The books of one arena: four segments of simulated bytes.</summary>
    private sealed class Books
    {
        private readonly SimMemory _memory;
        private readonly Segment _pageSpans;

        public Books(SimMemory memory)
        {
            _memory = memory;
            Region = memory.AddArena();
            StateBytes = NewSegment(sizeof(ArenaState));
            StateBytes.Grow(sizeof(ArenaState));
            Spans = NewSegment(16 * sizeof(Span));
            Objects = NewSegment(64 * sizeof(ObjectInfo));
            _pageSpans = NewSegment(16 * sizeof(int));
        }

        public Region Region { get; }

        public Segment StateBytes { get; }

        public Segment Spans { get; }

        public Segment Objects { get; }

        public ref ArenaState State => ref *(ArenaState*)StateBytes.Start;

        public ref Span Span(int index) => ref ((Span*)Spans.Start)[index];

        public ref ObjectInfo Object(int index) => ref ((ObjectInfo*)Objects.Start)[index];

        public int PageSpan(int page) => ((int*)_pageSpans.Start)[page];

        public void Save(Segment segment, int offset, int length)
        {
            if (_memory.Tracking)
            {
                _memory.Undo.Save(segment, offset, length);
            }
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

        private Segment NewSegment(int capacity)
        {
            var segment = new Segment(_memory.Undo.SegmentCount, capacity);
            _memory.Undo.Register(segment);
            return segment;
        }
    }
}

/// <summary>An arena has reached its limit (2 GiB, 256 MiB on 386): the program under simulation needs more memory than there is.</summary>
public sealed class OutOfSimulatedMemoryException : Exception
{
    /// <summary>Creates the exception with its only message.</summary>
    public OutOfSimulatedMemoryException()
        : base("the simulated program needs more memory on one P than there is (2 GiB, 256 MiB on 386; one object: 1 GiB)")
    {
    }

    /// <inheritdoc cref="OutOfSimulatedMemoryException()"/>
    public OutOfSimulatedMemoryException(string message)
        : base(message)
    {
    }

    /// <inheritdoc cref="OutOfSimulatedMemoryException()"/>
    public OutOfSimulatedMemoryException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
