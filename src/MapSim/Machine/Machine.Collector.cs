using MapSim.Faults;
using MapSim.Heap;
using MapSim.Memory;

namespace MapSim.Machines;

/// <summary>What the collector does to the machine in one step: stop the world, scan a stack, sweep a span.</summary>
public sealed unsafe partial class Machine
{
    /// <summary>
    /// Called in the step in which marking starts or ends, while the world is stopped and before anything else happens:
    /// oracles look here. It must not change anything.
    /// </summary>
    public Action<Machine>? PhaseChanged { get; set; }

    /// <summary>
    /// Starts marking, as one step under stop-the-world: barriers on for every P, all stacks grey.
    /// </summary>
    public void StartMarking()
    {
        DrainStoreBuffers();
        foreach (Goroutine g in _goroutines)
        {
            SetStackScanned(g, g.IsSystem);
        }

        Heap.Gc.StartMarking();
        for (int p = 0; p < Heap.Gc.Procs && Has(Fault.GcMarkBeforeBarrier); p++)
        {
            Heap.Gc.SetBarrier(p, p == ProcOf(_current.Id));
        }

        PhaseChanged?.Invoke(this);
    }

    /// <summary>Ends marking, in a step under stop-the-world: barriers off, everything is to be swept.</summary>
    public void EndMarking()
    {
        Heap.Gc.EndMarking();
        PhaseChanged?.Invoke(this);
    }

    /// <summary>Shades everything on a goroutine's stack and declares the stack black.</summary>
    public void ScanStack(int g)
    {
        SimHeap heap = Heap;
        if (!Has(Fault.GcSkipOneStack) || g != _goroutines.FindLastIndex(last => !last.IsSystem))
        {
            VisitStack(g, ref heap, static (ref SimHeap h, RootPlace _, int _, int _, Addr value) => h.Shade(value));
        }

        if (Has(Fault.GcMarkBeforeBarrier))
        {
            heap.Gc.SetBarrier(ProcOf(g), true);
        }

        SetStackScanned(_goroutines[g], true);
    }

    /// <summary>Sweeps one span.</summary>
    /// <returns>False if every span is swept.</returns>
    public bool SweepSpan()
    {
        _arrayStart = default;
        return Heap.SweepNext(new Origin(Steps, _current.Id, default));
    }

    /// <summary>
    /// Sets a global variable on behalf of the program: with a barrier, but not as a step, as the driver of a program does
    /// it between operations.
    /// </summary>
    /// <param name="slot">From <see cref="SimMemory.AddGlobals"/>.</param>
    /// <param name="value">A pointer.</param>
    public void SetGlobal(Addr slot, Addr value)
    {
        if (_p->BarrierOn != 0)
        {
            BufferOld(new Addr(System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(Memory.Raw(slot, 8))));
            BufferNew(value);
        }

        Span<byte> bytes = stackalloc byte[8];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(bytes, value.Value);
        Memory.Poke(slot, bytes);
    }

    private void SetStackScanned(Goroutine g, bool scanned)
    {
        if (Memory.Tracking)
        {
            Memory.Undo.Save(g.Stack.Bytes, 0, sizeof(GoroutineState));
        }

        g.State.StackScanned = scanned ? (byte)1 : (byte)0;
    }
}
