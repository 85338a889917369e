using System.Globalization;
using MapSim.Heap;
using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Checks;

/// <summary>
/// G1, the weak tri-colour invariant, at any step while the collector marks: a white object that something black points
/// to is reachable from something grey through white objects, so that it will be marked. And a grey object waits in the
/// queue or is being scanned, so that it will be black.
/// </summary>
/// <remarks>
/// Grey is what will still be looked at: objects in the queue, the rest of an object that is being scanned, stacks and
/// global variables not scanned yet, and the words in barrier buffers, which will be shaded. Black is what will not:
/// black objects, the scanned part of an object, scanned stacks and globals. A black object that points to a white one
/// is no violation by itself (the strong invariant): the deletion half of the barrier lets that happen rightly.
/// It does not ask whether what is protected is still needed, nor about stacks of the runtime's own goroutines.
/// </remarks>
public sealed class WeakTriColour : IPointerVisitor
{
    internal const string Id = "G1";
    private readonly ActiveScans _scans = new();
    private readonly HeapGraph _protected = new();
    private Machine _machine = null!;
    private (PointerPlace Place, Addr Pointer) _lost;

    /// <summary>Checks the state as it is now; nothing is found while the collector does not mark.</summary>
    /// <param name="m">The machine.</param>
    /// <param name="found">Takes at most one violation.</param>
    public void Check(Machine m, IList<HeapViolation> found)
    {
        if (!m.Heap.Gc.IsMarking)
        {
            return;
        }

        _machine = m;
        _lost = default;
        _scans.Read(m);
        _protected.Begin(m, onlyWhite: true);
        VisitGrey();
        _protected.Follow();
        int grey = VisitBlack();
        if (!_lost.Pointer.IsNil)
        {
            found.Add(HeapViolation.Of(
                m, Id, _lost.Pointer, $"a white object held by {_lost.Place.Text(m)}, and nothing grey leads to it", "a path from something grey through white objects"));
        }
        else if (grey != m.Heap.Gc.QueueLength + _scans.Objects.Length)
        {
            string counts = string.Create(CultureInfo.InvariantCulture, $"{grey} grey objects, {m.Heap.Gc.QueueLength} in the queue and {_scans.Objects.Length} being scanned");
            found.Add(HeapViolation.Of(m, Id, default, counts, "each grey object in the queue or being scanned"));
        }
    }

    /// <summary>A pointer that nobody will look at again.</summary>
    void IPointerVisitor.Visit(in PointerPlace place, Addr pointer)
    {
        if (_lost.Pointer.IsNil && !pointer.IsNil && _machine.Heap.TryFindObject(pointer, out HeapObject o) && o.IsLive
            && o.Colour == Colour.White && !_protected.Contains(o) && !(place.Holder == HolderKind.Global && _scans.IsWaiting(place.At)))
        {
            _lost = (place, pointer);
        }
    }

    private void VisitGrey()
    {
        GcRecords gc = _machine.Heap.Gc;
        for (int i = 0; i < gc.QueueLength; i++)
        {
            if (_machine.Heap.TryFindObject(gc.Queued(i), out HeapObject o) && o.IsLive)
            {
                HeapPointers.OfObject(_machine, o, _protected);
            }
        }

        foreach ((Addr start, int offset) in _scans.Objects)
        {
            if (_machine.Heap.TryFindObject(start, out HeapObject o) && o.IsLive)
            {
                HeapPointers.OfObject(_machine, o, offset, (int)o.Info.Size, _protected);
            }
        }

        foreach ((Addr from, Addr to) in _scans.Globals)
        {
            HeapPointers.OfGlobals(_machine, from, to, _protected);
        }

        HeapPointers.OfGlobals(_machine, _machine.Memory.Globals.Base + gc.GlobalsScanned, HeapPointers.EndOfGlobals(_machine), _protected);
        HeapPointers.OfBuffers(_machine, _protected);
        VisitStacks(black: false, _protected);
    }

    /// <returns>The number of grey objects met on the way.</returns>
    private int VisitBlack()
    {
        HeapCursor at = default;
        int grey = 0;
        while (_machine.Heap.NextLive(ref at, out HeapObject o, out _))
        {
            grey += o.Colour == Colour.Grey ? 1 : 0;
            if (o.Colour == Colour.Black)
            {
                HeapPointers.OfObject(_machine, o, this);
            }
        }

        foreach ((Addr start, int offset) in _scans.Objects)
        {
            if (_machine.Heap.TryFindObject(start, out HeapObject o) && o.IsLive)
            {
                HeapPointers.OfObject(_machine, o, 0, offset, this);
            }
        }

        HeapPointers.OfGlobals(_machine, _machine.Memory.Globals.Base, _machine.Memory.Globals.Base + _machine.Heap.Gc.GlobalsScanned, this);
        VisitStacks(black: true, this);
        return grey;
    }

    private void VisitStacks(bool black, IPointerVisitor visitor)
    {
        for (int g = 0; g < _machine.Goroutines.Count; g++)
        {
            if (!_machine.Goroutines[g].IsSystem && _machine.Goroutines[g].IsStackBlack == black)
            {
                HeapPointers.OfStack(_machine, g, visitor);
            }
        }
    }
}
