using System.Runtime.InteropServices;
using MapSim.Memory;

namespace MapSim.Machines;

/// <summary>A store that left a store buffer.</summary>
/// <param name="Goroutine">Whose it was.</param>
/// <param name="Access">Where it went.</param>
public readonly record struct DrainedStore(int Goroutine, Access Access);

/// <summary>
/// Store buffers (<see cref="MachineOptions.StoreBuffers"/>): when a store reaches memory is a choice of its own,
/// next to which goroutine steps.
/// </summary>
/// <remarks>
/// A scheduler chooses between <see cref="Step"/> of a goroutine and <see cref="DrainOne"/> of one whose buffer is not
/// empty, also of one that has ended. A step may have to drain in passing (a full buffer, an atomic access, an
/// allocation): it leads to the same state and trace as that many <see cref="DrainOne"/> and then the step, but counts
/// as one, and its <see cref="Access"/> is the program's own; <see cref="Drained"/> has the stores that others see.
/// An explorer that wants one access a step drains by hand until the step drains nothing.
/// For the trace hash each buffer is a goroutine of its own, whose steps are the drains.
/// </remarks>
public sealed unsafe partial class Machine
{
    private readonly List<DrainedStore> _drained = [];

    /// <summary>The stores that reached memory since the last step (or peek, or <see cref="DrainOne"/>) began, oldest first. Kept only while tracking.</summary>
    public ReadOnlySpan<DrainedStore> Drained => CollectionsMarshal.AsSpan(_drained);

    /// <summary>How many stores of a goroutine wait in its buffer; 0 without buffers.</summary>
    public int BufferedStores(int g) => Memory.Buffering ? Memory.BufferOf(g).Count : 0;

    /// <summary>What the next <see cref="DrainOne"/> of a goroutine will store; none if nothing waits.</summary>
    public Access PeekDrain(int g) => Memory.Buffering ? Memory.BufferOf(g).Oldest : default;

    /// <summary>
    /// Drains the oldest store of a goroutine's buffer into memory: a visible step that can be undone. It does not select
    /// the goroutine and is no event of it.
    /// </summary>
    /// <returns>The store, as memory sees it.</returns>
    /// <remarks>
    /// Memory that was freed since the store was executed: a real processor writes there all the same, so the store is
    /// reported as the goroutine's use after free, which ends its operation (or waits, if it is idle, for whoever takes
    /// its failure next), and the poison stays. Memory that was allocated again is written to, as in a real process.
    /// </remarks>
    public Access DrainOne(int g)
    {
        Access store = PeekDrain(g);
        if (store.Kind == AccessKind.None)
        {
            throw new MachineInvariantException($"goroutine {g} has no store to drain");
        }

        if (Memory.Tracking)
        {
            PushMark();
        }

        DrainOldest(g);
        Steps++;
        Memory.LastAccess = store;
        return store;
    }

    /// <summary>
    /// Drains everything a goroutine has buffered (locking and unlocking do), as part of the step that asks for it or
    /// between steps.
    /// </summary>
    /// <returns>False if a store failed and with it the goroutine: a frame that drained its own buffer must leave at once.</returns>
    public bool DrainAll(int g)
    {
        bool ok = true;
        while (BufferedStores(g) > 0)
        {
            ok &= DrainOldest(g);
        }

        return ok;
    }

    /// <summary>
    /// Drains all buffers, goroutine by goroutine: stopping the world does, and whoever looks at memory between
    /// operations. Other orders come from <see cref="DrainOne"/> before it.
    /// </summary>
    /// <returns>False if a store failed, see <see cref="DrainAll"/>.</returns>
    public bool DrainStoreBuffers()
    {
        bool ok = true;
        for (int g = 0; g < _goroutines.Count; g++)
        {
            ok &= DrainAll(g);
        }

        return ok;
    }

    private void AddStoreBuffer()
    {
        if (Options.StoreBuffers != 0)
        {
            Memory.StoreDrained ??= NoteDrain;
            Memory.AddStoreBuffer(Options.StoreBuffers);
        }
    }

    private bool DrainOldest(int g)
    {
        MemoryFault fault = Memory.Drain(Memory.BufferOf(g));
        if (fault.Kind != MemoryFaultKind.None)
        {
            FailDrain(_goroutines[g], fault);
        }

        return fault.Kind == MemoryFaultKind.None;
    }

    /// <summary>Ends the operation of any goroutine, running or not. A failure that nobody has taken yet stays.</summary>
    private void FailDrain(Goroutine g, MemoryFault fault)
    {
        ref GoroutineState state = ref g.State;
        if (state.Failure != 0)
        {
            return;
        }

        if (Memory.Tracking)
        {
            Memory.Undo.Save(g.Stack.Bytes, 0, sizeof(GoroutineState));
        }

        LastFault = fault;
        LastFaultSite = new FaultSite(g.Id, Steps, CallStack(g.Id), StackRoots(g.Id));
        state = new GoroutineState
        {
            Failure = (byte)Failures.Of(fault.Kind), Events = state.Events, StackScanned = state.StackScanned, Handler = state.Handler,
        };
        Unwind(g);
        if (g == _current)
        {
            _budget = Math.Min(_budget, 0);
        }
    }

    /// <summary>The buffers' numbers in the trace are -1, -2 ...: a drain commutes with the owner's own later steps.</summary>
    private void NoteDrain(int g, Access store)
    {
        _drained.Add(new DrainedStore(g, store));
        NoteEvent(-1 - g, store);
    }
}
