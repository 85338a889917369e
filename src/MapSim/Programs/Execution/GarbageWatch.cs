using MapSim.Checks;
using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Programs;

/// <summary>
/// G10 for programs: what only dead entries of maps hold when gc begins is free when it has ended, as runtime.GC promises.
/// </summary>
/// <remarks>
/// <code>
/// who may hold an object                                read from
/// stacks: variables, iterators of ranges, frames        memory: every pointer, followed as far as it leads
/// iterators of iter, labels, barrier buffers            memory
/// a map in a variable                                   the model: its entries, and what hangs on them
/// ... that is growing, or whose content is unknown      memory
/// </code>
/// Waited for are, of what none of these holds: objects the program made (new, string data, boxed values), bucket arrays and
/// overflow buckets that their map has let go of, and whatever no pointer leads to at all. Not judged: what an iterator or an
/// operation in progress could come to, rightly or not; keys and elems that the map keeps in memory of their own; buckets that
/// clear dropped; collections that nobody called, and those called while stores wait in buffers.
/// </remarks>
/// <param name="run">The run.</param>
/// <param name="model">Knows what its maps contain.</param>
internal sealed class GarbageWatch(ProgramRun run, ModelOracle model) : IPointerVisitor
{
    private readonly HeapGraph _held = new();
    private readonly HeapGraph _reachable = new();
    private readonly Dictionary<int, LeakProbe> _due = [];

    private Machine Machine => run.Session.Machine;

    /// <summary>A goroutine calls gc.</summary>
    public void Began(int g)
    {
        ReadHeld();
        _reachable.ReadReachable(Machine);
        var probe = new LeakProbe();
        HeapCursor at = default;
        while (Machine.Heap.NextLive(ref at, out HeapObject o, out _))
        {
            if (!_held.Contains(o) && (IsJudged(o) || !_reachable.Contains(o)))
            {
                probe.Expect(Machine, o.Start, $"{PlaceNames.Of(o.Kind)} {run.NameOfObject(o.Start)}".TrimEnd());
            }
        }

        _due[g] = probe;
    }

    /// <summary>That gc has ended. Returns the first object that should be gone.</summary>
    public OracleFinding? Ended(int g)
    {
        if (!_due.Remove(g, out LeakProbe? probe) || probe.StillAlive(Machine) is not [Leak leak, ..]
            || !Machine.Heap.TryFindObject(leak.Address, out HeapObject o))
        {
            return null;
        }

        return new OracleFinding($"leak/{BugKey.Part(PlaceNames.Of(o.Kind))}/gc", leak.ToString());
    }

    /// <summary>A global variable: the maps in variables have their own rule.</summary>
    void IPointerVisitor.Visit(in PointerPlace place, Addr pointer)
    {
        if (!run.IsMapSlot(place.At))
        {
            Hold(place, pointer);
        }
    }

    private void ReadHeld()
    {
        _held.Begin(Machine, onlyWhite: false);
        for (int g = 0; g < Machine.Goroutines.Count; g++)
        {
            if (!Machine.Goroutines[g].IsSystem)
            {
                HeapPointers.OfStack(Machine, g, _held);
            }
        }

        HeapPointers.OfGlobals(Machine, Machine.Memory.Globals.Base, HeapPointers.EndOfGlobals(Machine), this);
        HeapPointers.OfBuffers(Machine, _held);
        foreach (MapVariable map in run.Maps)
        {
            HoldMap(map);
        }

        _held.Follow();
    }

    private void HoldMap(MapVariable map)
    {
        if (!Machine.Memory.IsLive(map.Address, Machine.L.HmapSize))
        {
            return;
        }

        if (new MapView(Machine.Memory, map.Type, map.Address).IsGrowing || model.EntriesOf(map.Address) is not { } entries)
        {
            Hold(default, map.Address);
            return;
        }

        foreach (MapEntry entry in entries)
        {
            HoldPointers(map.Type.Key, entry.Key);
            HoldPointers(map.Type.Elem, entry.Elem);
        }
    }

    private void HoldPointers(GoType type, byte[] value)
    {
        foreach (int offset in type.PointerOffsets)
        {
            Hold(default, new Addr(Machine.PointerSize == 8 ? BitConverter.ToUInt64(value, offset) : BitConverter.ToUInt32(value, offset)));
        }
    }

    private void Hold(in PointerPlace place, Addr pointer) => ((IPointerVisitor)_held).Visit(place, pointer);

    private bool IsJudged(in HeapObject o)
    {
        if (o.Kind is not (ObjectKind.BucketArray or ObjectKind.OverflowBucket))
        {
            return o.Kind is ObjectKind.Pointee or ObjectKind.StringData or ObjectKind.Boxed;
        }

        HeapHistory history = Machine.Heap.History;
        uint array = history[o.Info.History].ArrayRecord;
        return history[array == 0 ? o.Info.History : array].Released != 0;
    }
}
