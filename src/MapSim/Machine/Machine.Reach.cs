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
            if (!Tracking || Memory.Buffering || Allocated != null || !Heap.BeginReach())
            {
                return hash;
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

            return hash.Xor(Heap.EndReach());
        }
    }
}
