using MapSim.Memory;

namespace MapSim.Machines;

/// <summary>
/// Where goroutines can be stopped, and who waits: the collector changes its phase and scans stacks only at safe-points
/// (gc-and-barriers.md C), and some frames wait for what others do.
/// </summary>
public sealed unsafe partial class Machine
{
    // The value of Steps when the running dispatch last passed a safe-point.
    private ulong _safeAt;
    private ulong _allocated;
    private int _budgetAfter;

    /// <summary>
    /// Called after each allocation, as the tail of mallocgc: it may push a frame (an assist, the start of a collection)
    /// on the goroutine that allocated. The number is the bytes asked for. Null while there is no collector.
    /// </summary>
    public Action<Machine, ulong>? Allocated { get; set; }

    /// <summary>True if a goroutine stands at a safe-point: between operations, before or after an allocation, where a function begins, after user code (hash, equality).</summary>
    public bool IsAtSafePoint(int g)
    {
        Goroutine goroutine = _goroutines[g];
        ref GoroutineState state = ref goroutine.State;
        if (state.Top == 0 || goroutine.IsSystem)
        {
            return true;
        }

        byte* header = goroutine.Stack.Bytes.Start + state.Top;
        return state.BarrierDone == 0
            && (state.Safe != 0 || _frames.IsSafePoint(((FrameHeader*)header)->Kind, header + sizeof(FrameHeader)));
    }

    /// <summary>True if every goroutine but one stands at a safe-point: the world can be stopped.</summary>
    /// <param name="except">The goroutine that wants to stop it.</param>
    public bool CanStopTheWorld(int except)
    {
        for (int g = 0; g < _goroutines.Count; g++)
        {
            if (g != except && !IsAtSafePoint(g))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>True if a goroutine has an operation in progress and can make its next step.</summary>
    public bool IsEnabled(int g)
    {
        Goroutine goroutine = _goroutines[g];
        int top = goroutine.State.Top;
        byte* header = goroutine.Stack.Bytes.Start + top;
        return top != 0 && _frames.IsEnabled(((FrameHeader*)header)->Kind, header + sizeof(FrameHeader), this);
    }

    /// <summary>What a frame does that finds itself not enabled: no step, the goroutine waits.</summary>
    public void Block()
    {
        _blocked = true;
        _budget = Math.Min(_budget, 0) - 1;
    }

    /// <summary>Tells the machine that user code ran in this step (a hasher, an equality): a safe-point follows.</summary>
    internal void NoteUserCode() => _safeAt = Steps;

    /// <summary>
    /// Whether a barrier is needed was just decided, without an access: up to the store the goroutine cannot be stopped,
    /// even if it stood at a safe-point and only its own stack is touched in between.
    /// </summary>
    internal void NoSafePoint() => _safeAt = unchecked(Steps - 2);

    /// <summary>A step of the collector on its own state: one visible access that conflicts with every other of its kind.</summary>
    public void CollectorStep()
    {
        Memory.Accesses++;
        Memory.LastAccess = new Access(AccessKind.Collector, new Addr(1), 1);
    }

    private void AfterAllocation()
    {
        ulong size = _allocated;
        _allocated = 0;
        _budget = _budgetAfter - 1;
        if (_g->Failure == 0)
        {
            Allocated!(this, size);
        }
    }
}
