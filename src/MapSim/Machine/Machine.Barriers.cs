using System.Runtime.CompilerServices;
using MapSim.Faults;
using MapSim.Heap;
using MapSim.Memory;

namespace MapSim.Machines;

/// <summary>
/// Pointer stores with Go's hybrid write barrier (mbarrier.go): while the collector marks, *slot = ptr first writes the
/// old and the new pointer down in the P's buffer, then stores. Both are shaded when the buffer is flushed.
/// </summary>
/// <remarks>
/// With the barrier on, a store is two steps: the barrier's load of the old pointer, and the store. There is no
/// safe-point between the test of the flag and the store, so phases and stack scans cannot come between them; heap
/// marking and other goroutines can.
/// </remarks>
public sealed unsafe partial class Machine
{
    /// <summary>True if the running goroutine's pointer stores need barriers.</summary>
    public bool BarrierOn => _p->BarrierOn != 0;

    /// <summary>Stores a pointer, with the barrier that the table of pointer writes says.</summary>
    /// <param name="address">The slot.</param>
    /// <param name="value">The pointer.</param>
    /// <param name="write">Which statement of the runtime this is.</param>
    /// <returns>
    /// False if this step was the barrier's: the frame must change nothing, and come back to the same label for the store.
    /// </returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool StorePointer(Addr address, Addr value, PointerWrite write)
    {
        if (_p->BarrierOn != 0 && !PassBarrier(address, value, write))
        {
            return false;
        }

        StoreWord(address, value.Value);
        return true;
    }

    /// <summary>True if a write has a barrier: as the table of pointer writes says, less what the model's faults leave out.</summary>
    internal bool HasBarrier(PointerWrite write) => _barriers[(int)write];

    /// <summary>The deletion half of a barrier: writes down the pointer that a store is about to overwrite.</summary>
    internal void BufferOld(Addr pointer)
    {
        if (!Has(Fault.WbNoDeletionHalf))
        {
            BufferPointer(pointer);
        }
    }

    /// <summary>The insertion half: writes down the pointer that is about to be stored.</summary>
    internal void BufferNew(Addr pointer)
    {
        if (!Has(Fault.WbNoInsertionHalf))
        {
            BufferPointer(pointer);
        }
    }

    /// <summary>Writes a pointer down for the collector: it will be marked. Flushes the P's buffer if that is full.</summary>
    public void BufferPointer(Addr pointer)
    {
        int p = ProcOf(_current.Id);
        if (!Heap.Gc.TryBuffer(p, pointer))
        {
            Heap.FlushBarrierBuffer(p);
            Heap.Gc.TryBuffer(p, pointer);
        }
    }

    /// <summary>
    /// The pointer map of the memory a bulk barrier has to look at (bulkBarrierPreWrite): that of the object, and where in
    /// it the address lies. False if no barrier is needed: barriers are off, a stack, or memory without pointers.
    /// </summary>
    public bool NeedsBulkBarrier(Addr destination, out PointerMap map, out int offset)
    {
        map = Heap.PointerMaps.None;
        offset = 0;
        if (_p->BarrierOn == 0 || !Heap.TryFindObject(destination, out HeapObject found))
        {
            return false;
        }

        map = Heap.PointerMaps[found.Info.PointerMap];
        if (Has(Fault.WbBulkShort) && (ObjectKind)found.Info.Kind is ObjectKind.BucketArray or ObjectKind.OverflowBucket)
        {
            map = Heap.PointerMaps.WithoutLink(map);
        }

        offset = (int)(destination - found.Start);
        return map.HasPointers;
    }

    private bool PassBarrier(Addr address, Addr value, PointerWrite write)
    {
        if (!HasBarrier(write))
        {
            return true;
        }

        if (_g->BarrierDone != 0)
        {
            _g->BarrierDone = 0;
            return true;
        }

        Addr old = LoadPointer(address);
        if (Memory.Fault.Kind != MemoryFaultKind.None)
        {
            return false;
        }

        BufferOld(old);
        if (!value.IsNil)
        {
            BufferNew(value);
        }

        // A slot on the goroutine's own stack: its old value is no visible access, so both halves are one step.
        if (Memory.Accesses == 0)
        {
            return true;
        }

        _g->BarrierDone = 1;
        return false;
    }
}
