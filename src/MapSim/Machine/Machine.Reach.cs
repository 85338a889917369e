using MapSim.Memory;

namespace MapSim.Machines;

/// <summary>What of the state can still matter.</summary>
public sealed unsafe partial class Machine
{
    /// <summary>
    /// The hash of the state without what lies in objects that nothing leads to, neither a stack, nor a global variable, nor an object that something leads to:
    /// nobody will ever read it, and without a collector nobody finds out that it is gone. The same as <see cref="StateHash"/> where that cannot be said.
    /// </summary>
    public Fingerprint ReachableHash
    {
        get
        {
            Fingerprint hash = StateHash;
            return Reach() ? hash.Xor(Heap.HashUnreached()) : hash;
        }
    }

    /// <summary>Visits the objects that something leads to; all live ones where that cannot be said.</summary>
    /// <param name="visit">Is told address and size.</param>
    internal void VisitReachable(Action<ulong, uint> visit)
    {
        if (Reach())
        {
            Heap.VisitReached(visit);
        }
        else
        {
            Heap.VisitLive(visit);
        }
    }

    /// <summary>Finds out which objects something leads to; false if it cannot be said.</summary>
    private bool Reach()
    {
        if (!Tracking || Memory.Buffering || Allocated != null || !Heap.BeginReach())
        {
            return false;
        }

        Region globals = Memory.Globals;
        Heap.ReachFrom(globals.Bytes.Start, globals.Bytes.HighWater);
        foreach (Goroutine g in _goroutines)
        {
            byte* stack = g.Stack.Bytes.Start;
            int locals = (int)(g.Locals - g.Stack.Base);
            fixed (ulong* registers = &g.State.R0)
            {
                Heap.ReachFrom((byte*)registers, 2 * sizeof(ulong));
            }

            Heap.ReachFrom(stack + locals, g.State.Sp - locals);
        }

        Heap.EndReach();
        return true;
    }
}
