using MapSim.Heap;
using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Checks;

/// <summary>
/// One reading of the heap by its pointers, without a step: either everything that the program can reach, or the white
/// objects that hang on given pointers through white objects. The oracles of the collector look at this. An object is
/// reused from reading to reading and allocates only when there are more objects than ever before.
/// </summary>
/// <remarks>
/// Roots are the stacks of all goroutines but the runtime's own, the global variables, and the words in barrier buffers.
/// A pointer counts if it lies where its holder's pointer map says one is; it leads to the object whose bytes contain it.
/// What it does not see: that a stale pointer leads to a newer object at the same address.
/// </remarks>
public sealed class HeapGraph : IPointerVisitor
{
    // By history record: the reading in which the object was found last, and its place in the list.
    private int[] _reading = [];
    private int[] _index = [];
    private HeapObject[] _objects = [];
    private PointerPlace[] _from = [];
    private Machine _machine = null!;
    private int _readings;
    private bool _onlyWhite;

    /// <summary>Objects found.</summary>
    public int Count { get; private set; }

    /// <summary>The first pointer to a freed object that was met, and where; its pointer is nil if there is none.</summary>
    internal (PointerPlace Place, Addr Pointer) Freed { get; private set; }

    /// <summary>The first pointer into the heap's address range, or out of its object, that leads to no object.</summary>
    internal (PointerPlace Place, Addr Pointer) Stray { get; private set; }

    /// <summary>The objects found, roots' targets first.</summary>
    public ReadOnlySpan<HeapObject> Objects => _objects.AsSpan(0, Count);

    /// <summary>Reads everything reachable.</summary>
    public void ReadReachable(Machine m)
    {
        Begin(m, onlyWhite: false);
        for (int g = 0; g < m.Goroutines.Count; g++)
        {
            if (!m.Goroutines[g].IsSystem)
            {
                HeapPointers.OfStack(m, g, this);
            }
        }

        HeapPointers.OfGlobals(m, m.Memory.Globals.Base, HeapPointers.EndOfGlobals(m), this);
        HeapPointers.OfBuffers(m, this);
        Follow();
    }

    /// <summary>Begins a reading that the caller feeds with pointers (this is their visitor) and ends with <see cref="Follow"/>.</summary>
    /// <param name="m">The machine.</param>
    /// <param name="onlyWhite">Whether other objects than white ones end a path.</param>
    internal void Begin(Machine m, bool onlyWhite)
    {
        _machine = m;
        _onlyWhite = onlyWhite;
        _readings++;
        Count = 0;
        Freed = default;
        Stray = default;
        int records = m.Heap.History.Count + 1;
        if (_reading.Length < records)
        {
            Array.Resize(ref _reading, 2 * records);
            Array.Resize(ref _index, 2 * records);
        }
    }

    /// <summary>Follows all pointers of what was found until nothing new comes up.</summary>
    internal void Follow()
    {
        for (int i = 0; i < Count; i++)
        {
            HeapPointers.OfObject(_machine, _objects[i], this);
        }
    }

    /// <summary>True if the last reading found an object.</summary>
    public bool Contains(in HeapObject o) => o.Info.History < (uint)_reading.Length && _reading[o.Info.History] == _readings;

    /// <summary>Where the pointer was by which an object was found first.</summary>
    internal PointerPlace FoundAt(int index) => _from[index];

    /// <summary>How the program reaches a place: the place, what holds its holder, up to a root; for messages.</summary>
    internal string PathOf(PointerPlace place)
    {
        var links = new List<string> { place.Text(_machine) };
        while (place.Holder == HolderKind.Object && _machine.Heap.TryFindObject(place.At, out HeapObject o) && Contains(o))
        {
            place = _from[_index[o.Info.History]];
            links.Add(place.Text(_machine));
        }

        if (links.Count > 6)
        {
            links.RemoveRange(3, links.Count - 5);
            links.Insert(3, "...");
        }

        return string.Join(" <- ", links);
    }

    void IPointerVisitor.Visit(in PointerPlace place, Addr pointer)
    {
        if (pointer.IsNil)
        {
            return;
        }

        if (!_machine.Heap.TryFindObject(pointer, out HeapObject o))
        {
            if (Stray.Pointer.IsNil && (IsOutOfBounds(pointer) || _machine.Memory.ArenaOf(pointer) < (ulong)_machine.Heap.ArenaCount))
            {
                Stray = (place, pointer);
            }
        }
        else if (!o.IsLive)
        {
            Freed = Freed.Pointer.IsNil ? (place, pointer) : Freed;
        }
        else if (!Contains(o) && (!_onlyWhite || o.Colour == Colour.White))
        {
            Add(o, place);
        }
    }

    private static bool IsOutOfBounds(Addr pointer) => SimMemory.OutOfBounds(pointer) == pointer;

    private void Add(in HeapObject o, in PointerPlace place)
    {
        if (Count == _objects.Length)
        {
            Array.Resize(ref _objects, Math.Max(64, 2 * Count));
            Array.Resize(ref _from, _objects.Length);
        }

        _objects[Count] = o;
        _from[Count] = place;
        _reading[o.Info.History] = _readings;
        _index[o.Info.History] = Count++;
    }
}
