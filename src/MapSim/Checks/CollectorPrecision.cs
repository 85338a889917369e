using MapSim.Heap;
using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Checks;

/// <summary>
/// G10, the collector's half: what is unreachable when marking starts is freed when the sweep of that collection is over.
/// </summary>
/// <remarks>
/// It looks when it is called, not at the step in which marking starts: what is unreachable at the last look before is
/// unreachable then too, and what becomes unreachable in between is not checked. A driver that holds an address nowhere but
/// in itself from one look to the next must keep it (a global variable) or will be told that it leaked. That nothing
/// reachable is freed is another invariant (G3).
/// </remarks>
public sealed class CollectorPrecision
{
    /// <summary>The invariant's number.</summary>
    public const string Id = "G10";

    private readonly List<uint> _due = [];
    private readonly List<uint> _garbage = [];
    private uint _dueCycle;
    private uint? _seenIn;

    /// <summary>Objects whose end was awaited and seen so far.</summary>
    public long Confirmed { get; private set; }

    /// <summary>Looks at the heap: call it when the program or the collector was stopped (GcSchedule.Stopped) and around runtime.GC.</summary>
    /// <param name="m">The machine; the same at each call.</param>
    /// <param name="found">Where violations go.</param>
    public void Look(Machine m, List<Violation> found)
    {
        GcRecords gc = m.Heap.Gc;
        Settle(m, found);
        if (_seenIn is { } cycle && (gc.IsMarking || gc.Cycle > cycle))
        {
            _due.AddRange(_garbage);
            _dueCycle = cycle + 1;
            _seenIn = null;
            Settle(m, found);
        }

        if (!gc.IsMarking)
        {
            FindGarbage(m);
            _seenIn = gc.Cycle;
        }
    }

    /// <summary>Awaits nothing any more: somebody may come to what no root leads to (a step of an iteration that real Go leads astray).</summary>
    public void Forget()
    {
        _due.Clear();
        _garbage.Clear();
        _seenIn = null;
    }

    private void Settle(Machine m, List<Violation> found)
    {
        GcRecords gc = m.Heap.Gc;
        if (_due.Count == 0 || gc.Cycle < _dueCycle || (gc.Cycle == _dueCycle && gc.Unswept && !gc.IsMarking))
        {
            return;
        }

        foreach (uint record in _due)
        {
            ObjectHistory o = m.Heap.History[record];
            if (o.Freed == 0)
            {
                found.Add(new Violation(Id, o.Owner, o.Start, $"{PlaceNames.Of((ObjectKind)o.Kind)} {o.Start} alive after collection {_dueCycle}", "it freed: no root led to it before"));
            }
            else
            {
                Confirmed++;
            }
        }

        _due.Clear();
    }

    private void FindGarbage(Machine m)
    {
        MemoryFault fault = m.Memory.Fault;
        int accesses = m.Memory.Accesses;
        PointerSearch search = new PointerSearch(m, followsUnseen: false).AddAllRoots().Run();
        _garbage.Clear();
        foreach (HeapObject o in m.Heap.LiveObjects())
        {
            if (!search.IsReached(o.Info.History))
            {
                _garbage.Add(o.Info.History);
            }
        }

        m.Memory.Fault = fault;
        m.Memory.Accesses = accesses;
    }
}
