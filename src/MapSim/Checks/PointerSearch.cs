using System.Buffers.Binary;
using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Checks;

/// <summary>
/// Which live objects pointers lead to, breadth first from the roots, and by which shortest chain. It reads the heap by
/// itself, with nothing of the collector but the pointer maps; objects are known by their history records, so an object
/// at the address of an earlier one is another.
/// </summary>
/// <remarks>It makes no step, and follows no pointer in a freed object: what was there is gone.</remarks>
internal sealed class PointerSearch
{
    private readonly Machine _m;
    private readonly bool _followsUnseen;
    private readonly List<StackRoot> _roots = [];
    private readonly List<HeapObject> _objects = [];
    private readonly Dictionary<uint, Arrival> _reached = [];

    /// <summary>Creates a search without roots.</summary>
    /// <param name="m">The machine.</param>
    /// <param name="followsUnseen">Whether overflow words that the collector does not see lead on too.</param>
    public PointerSearch(Machine m, bool followsUnseen)
    {
        _m = m;
        _followsUnseen = followsUnseen;
        Types = new BucketTypes(m);
    }

    /// <summary>The record of the object that is looked for, live or freed; 0 to look for all.</summary>
    public uint Goal { get; init; }

    /// <summary>The types of buckets.</summary>
    public BucketTypes Types { get; }

    /// <summary>True if a pointer leads to the object with this record.</summary>
    public bool IsReached(uint record) => _reached.ContainsKey(record);

    /// <summary>Adds the stacks of all goroutines but the collector's own, and the globals.</summary>
    public PointerSearch AddAllRoots()
    {
        for (int g = 0; g < _m.Goroutines.Count; g++)
        {
            if (!_m.Goroutines[g].IsSystem)
            {
                foreach (StackRoot root in _m.StackRoots(g))
                {
                    AddRoot(root);
                }
            }
        }

        return AddGlobals();
    }

    /// <summary>Adds the global variables.</summary>
    public PointerSearch AddGlobals()
    {
        for (int at = 0; at < _m.Memory.Globals.Bytes.HighWater; at += 8)
        {
            AddRoot(new StackRoot(-1, "global", at, Word(_m.Memory.Globals.Bytes.Span(at, 8))));
        }

        return this;
    }

    /// <summary>Adds a root.</summary>
    public void AddRoot(StackRoot root)
    {
        int objects = _reached.Count;
        Reach(new Arrival(0, _roots.Count, root.Value, true));
        if (_reached.Count > objects)
        {
            _roots.Add(root);
        }
    }

    /// <summary>Follows all pointers, or until the goal is reached.</summary>
    public PointerSearch Run()
    {
        for (int i = 0; i < _objects.Count && !(Goal != 0 && IsReached(Goal)); i++)
        {
            Follow(_objects[i]);
        }

        return this;
    }

    /// <summary>The chain that leads to an object, root first; empty if none does.</summary>
    public IReadOnlyList<PointerLink> ChainTo(uint record)
    {
        var chain = new List<PointerLink>();
        for (uint at = record; _reached.TryGetValue(at, out Arrival by); at = by.From)
        {
            _m.Heap.TryFindObject(by.Value, out HeapObject to);
            string from = by.From == 0 ? PlaceNames.Root(_m, _roots[by.Place])
                : PlaceNames.Field(_m, Types, ObjectOf(by.From), by.Place);
            chain.Add(new PointerLink(from, by.Value, (to.IsLive ? "" : "freed ") + PlaceNames.Of(to.Kind), by.Seen));
        }

        chain.Reverse();
        return chain;
    }

    private HeapObject ObjectOf(uint record)
    {
        _m.Heap.TryFindObject(_m.Heap.History[record].Start, out HeapObject found);
        return found;
    }

    private void Follow(HeapObject o)
    {
        PointerMap map = _m.Heap.PointerMaps[o.Info.PointerMap];
        int size = (int)o.Info.Size, word = _m.PointerSize;
        ReadOnlySpan<byte> bytes = _m.Memory.Raw(o.Start, size);
        for (int at = map.Next(0, size); at + word <= size; at = map.Next(at + word, size))
        {
            Reach(new Arrival(o.Info.History, at, Word(bytes[at..]), true));
        }

        if (_followsUnseen && !map.HasPointers && Types.Of(o.Info) is { } t)
        {
            for (int at = t.OverflowOffset; at + word <= size; at += t.BucketSize)
            {
                Reach(new Arrival(o.Info.History, at, Word(bytes[at..]), false));
            }
        }
    }

    private void Reach(Arrival by)
    {
        if (!by.Value.IsNil && _m.Heap.TryFindObject(by.Value, out HeapObject found) && (found.IsLive || found.Info.History == Goal)
            && _reached.TryAdd(found.Info.History, by) && found.IsLive)
        {
            _objects.Add(found);
        }
    }

    private Addr Word(ReadOnlySpan<byte> bytes) => new(
        _m.PointerSize == 8 ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes));

    /// <summary>How an object was first reached.</summary>
    /// <param name="From">The record of the object that holds the pointer; 0 for a root.</param>
    /// <param name="Place">The offset in it, or the root's number.</param>
    /// <param name="Value">The pointer.</param>
    /// <param name="Seen">Whether the collector sees it.</param>
    private readonly record struct Arrival(uint From, int Place, Addr Value, bool Seen);
}
