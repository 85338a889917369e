using MapSim.Faults;
using MapSim.Layout;
using MapSim.Memory;

namespace MapSim.Heap;

/// <summary>
/// The allocator: Go's size classes and spans, one arena for each P, so that allocation by two goroutines on
/// different Ps commutes. Its books are simulated bytes too, so that they are undone and restored with the rest.
/// </summary>
/// <remarks>
/// Differences from the real allocator that nothing in a map can see: no tiny allocator (objects below 16 bytes get
/// a slot of their own) and spans are laid out in the order they are first needed. A freed slot is poisoned at once; it
/// is used again after the sweep of a later collection than the one that freed it (<see cref="ReusesMemory"/>), so
/// that for one whole cycle every access through a stale pointer is seen.
/// </remarks>
public sealed unsafe partial class SimHeap
{
    private readonly SimMemory _memory;
    private readonly GoVersion _version;
    private readonly Arch _arch;
    private readonly ModelChanges _changes;
    private readonly List<HeapBooks> _arenas = [];

    /// <summary>Creates an empty heap with the arena of P 0.</summary>
    public SimHeap(SimMemory memory, GoVersion version, Arch arch, ModelChanges changes = default)
    {
        _changes = changes;
        _memory = memory;
        _version = version;
        _arch = arch;
        PointerMaps = new PointerMaps(arch, changes.Has(Repair.IterEndsWithSeed) ? StructLayouts.Of(arch).HiterSpace : StructLayouts.Of(arch).HiterSize);
        History = new HeapHistory(memory);
        Gc = new GcRecords(memory);
        AddArena();
    }

    /// <summary>The pointer maps of objects.</summary>
    public PointerMaps PointerMaps { get; }

    /// <summary>What happened to every object ever allocated.</summary>
    public HeapHistory History { get; }

    /// <summary>The collector's registers, queue and barrier buffers.</summary>
    public GcRecords Gc { get; }

    /// <summary>Whether freed slots are used again. If not, a stale pointer is seen for ever, at the cost of memory.</summary>
    public bool ReusesMemory { get; set; } = true;

    /// <summary>How many objects were ever freed: an observer's aid, as <see cref="SimMemory.WriteEpoch"/>. It is no state, and does not go back.</summary>
    public ulong Frees { get; private set; }

    /// <summary>Adds the arena and the barrier buffer of the next P.</summary>
    public void AddArena()
    {
        _arenas.Add(new HeapBooks(_memory));
        Gc.AddP();
    }

    /// <summary>Number of arenas.</summary>
    public int ArenaCount => _arenas.Count;

    /// <summary>Allocates zeroed memory on behalf of nobody: what a driver or a test makes.</summary>
    /// <param name="p">Which P allocates.</param>
    /// <param name="size">Bytes, at least 1, at most 1 GiB.</param>
    /// <param name="hasPointers">False for noscan memory; true if every word may be a pointer.</param>
    /// <param name="kind">What it is for.</param>
    public Addr Allocate(int p, ulong size, bool hasPointers, ObjectKind kind) =>
        Allocate(p, size, hasPointers ? PointerMaps.Words : PointerMaps.None, kind, default);

    /// <summary>
    /// Allocates zeroed memory: black while the collector marks, else white. Not counted as an access: the machine
    /// does that. If the span it takes from is not swept yet, it is swept first.
    /// </summary>
    /// <param name="p">Which P allocates.</param>
    /// <param name="size">Bytes, at least 1, at most 1 GiB.</param>
    /// <param name="map">Which words are pointers.</param>
    /// <param name="kind">What it is for.</param>
    /// <param name="origin">Who allocates.</param>
    public Addr Allocate(int p, ulong size, PointerMap map, ObjectKind kind, Origin origin)
    {
        ArgumentOutOfRangeException.ThrowIfZero(size);
        if (size > 1 << 30)
        {
            throw new OutOfSimulatedMemoryException();
        }

        HeapBooks books = _arenas[p];
        int header = SizeClasses.HasMallocHeader(size, map.HasPointers, _version, _arch) ? SizeClasses.MallocHeaderSize : 0;
        int spanIndex = size + (ulong)header <= SizeClasses.MaxSmallSize
            ? SpanWithRoom(books, SizeClasses.ClassOf((int)size + header), map.HasPointers, origin)
            : LargeSpan(books, (int)((size + SizeClasses.PageSize - 1) / SizeClasses.PageSize), map.HasPointers, origin);
        int slot = TakeSlot(books, spanIndex);
        ref Span span = ref books.Span(spanIndex);
        int offset = span.StartPage * SizeClasses.PageSize + slot * (int)span.ElemSize + header;
        ref ObjectInfo info = ref books.ChangeObject(span.FirstObject + slot);
        bool again = info.Generation > 0;
        info = new ObjectInfo
        {
            Size = (uint)size, Generation = info.Generation + 1, Live = 1, NoScan = map.HasPointers ? (byte)0 : (byte)1, Kind = (byte)kind,
            Header = (byte)header, PointerMap = (ushort)map.Id, Colour = (byte)(Gc.IsMarking && !_changes.Has(Fault.GcAllocWhite) ? Colour.Black : Colour.White), History = History.Add(),
        };
        if (again)
        {
            // Still poisoned. It is not live yet, so it is not in the state hash either.
            books.Region.Fill(offset, ((int)size + 7) & ~7, 0);
        }

        books.Region.SetState(offset, (int)size, ShadowState.Live);
        Note(books.Region.Base + offset, info, span.ElemSize, origin);
        return books.Region.Base + offset;
    }

    /// <summary>The object, live or freed, that contains an address.</summary>
    public bool TryFindObject(Addr address, out HeapObject found)
    {
        ulong arena = _memory.ArenaOf(address);
        if (arena < (ulong)_arenas.Count && _arenas[(int)arena].Find(address, out _, out int index, out Addr start))
        {
            found = new HeapObject(start, _arenas[(int)arena].Object(index));
            return true;
        }

        found = default;
        return false;
    }

    /// <summary>Every live object, by address.</summary>
    public IEnumerable<HeapObject> LiveObjects()
    {
        foreach (HeapBooks books in _arenas)
        {
            for (int s = 0; s < books.State.Spans; s++)
            {
                for (int i = 0; i < books.Span(s).Used; i++)
                {
                    ObjectInfo info = books.Object(books.Span(s).FirstObject + i);
                    if (info.Live != 0)
                    {
                        yield return new HeapObject(books.AddressOf(books.Span(s), i, info), info);
                    }
                }
            }
        }
    }

    /// <summary>A hash of the books: which objects exist, where the next ones will be, and the collector's state.</summary>
    /// <param name="isJournaled">Changes are journaled: what is known of a version of the books is still true.</param>
    public Fingerprint BooksHash(bool isJournaled = false)
    {
        Fingerprint hash = Gc.Hash(isJournaled);
        for (int p = 0; p < _arenas.Count; p++)
        {
            hash = hash.Xor(_arenas[p].Hash(p, isJournaled));
        }

        return hash;
    }

    private static int TakeSlot(HeapBooks books, int index)
    {
        ref Span span = ref books.Change(index);
        span.Allocated++;
        if (span.Reusable == 0)
        {
            return span.Used++;
        }

        span.Reusable--;
        int slot = span.NextReusable;
        while (!IsReusable(books.Object(span.FirstObject + slot), span.SweptCycle))
        {
            slot++;
        }

        span.NextReusable = slot + 1;
        return slot;
    }

    private static bool IsReusable(in ObjectInfo info, uint cycle) => info.Live == 0 && info.FreedCycle < cycle;

    private bool HasRoom(HeapBooks books, int span, Origin origin)
    {
        if (books.Span(span).SweptCycle != Gc.Cycle)
        {
            SweepSpan(books, span, origin);
        }

        return books.Span(span).Reusable > 0 || books.Span(span).Used < books.Span(span).Elems;
    }

    private int SpanWithRoom(HeapBooks books, int sizeClass, bool hasPointers, Origin origin)
    {
        int cache = 2 * sizeClass + (hasPointers ? 0 : 1);
        int current = books.State.Cache[cache];
        if (current != 0 && HasRoom(books, current - 1, origin))
        {
            return current - 1;
        }

        int found = FindSpan(books, sizeClass, 0, hasPointers, origin);
        found = found >= 0 ? found : NewSpan(books, sizeClass, SizeClasses.PagesOf(sizeClass), hasPointers);
        books.SetCache(cache, found);
        return found;
    }

    private int LargeSpan(HeapBooks books, int pages, bool hasPointers, Origin origin)
    {
        int found = FindSpan(books, 0, pages, hasPointers, origin);
        return found >= 0 ? found : NewSpan(books, 0, pages, hasPointers);
    }

    /// <summary>A span of the class in which memory was freed; -1 if there is none.</summary>
    private int FindSpan(HeapBooks books, int sizeClass, int pages, bool hasPointers, Origin origin)
    {
        for (int s = 0; (books.State.Freed > 0 || Gc.Unswept) && ReusesMemory && s < books.State.Spans; s++)
        {
            ref Span span = ref books.Span(s);
            if (span.SizeClass == sizeClass && span.NoScan == (hasPointers ? 0 : 1) && (pages == 0 || span.Pages == pages) && HasRoom(books, s, origin))
            {
                return s;
            }
        }

        return -1;
    }

    private int NewSpan(HeapBooks books, int sizeClass, int pages, bool hasPointers)
    {
        ref ArenaState state = ref books.ChangeState();
        int index = state.Spans++;
        int bytes = pages * SizeClasses.PageSize;
        int elemSize = sizeClass == 0 ? bytes : SizeClasses.SizeOf(sizeClass);
        books.Reserve(state.Pages + pages, state.Spans, state.Objects + bytes / elemSize);
        books.Change(index) = new Span
        {
            StartPage = state.Pages, Pages = pages, ElemSize = (uint)elemSize, Elems = bytes / elemSize, FirstObject = state.Objects,
            SizeClass = (byte)sizeClass, NoScan = hasPointers ? (byte)0 : (byte)1, SweptCycle = Gc.Cycle,
        };
        books.MapPages(state.Pages, pages, index);
        state.Pages += pages;
        state.Objects += bytes / elemSize;
        return index;
    }
}
