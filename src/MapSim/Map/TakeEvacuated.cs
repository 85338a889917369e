using MapSim.Heap;
using MapSim.Machines;
using MapSim.Memory;
using static MapSim.Map.TakeEvacuated.Label;

namespace MapSim.Map;

/// <summary>
/// What no release does: takes an overflow bucket of the old array that is evacuated already out of its chain and empties
/// it, so that newoverflow can link it anew. The remark at map.go 1.23:1259 (golang/go#19992) proposes this for maps that
/// nobody iterates over; here nobody asks, which is the fault ovf-reuse-evacuated. Result: R0 is the bucket, or nil.
/// </summary>
/// <remarks>
/// It looks at one old bucket only, the last one that the evacuation mark has passed: that one is evacuated for sure, and
/// which it is needs no memory of its own.
/// </remarks>
public struct TakeEvacuated : IFrame<TakeEvacuated>
{
    private Addr _h, _old, _taken, _next;
    private ushort _type;
    private Label _pc;

    /// <summary>Where the frame resumes.</summary>
    public enum Label : byte
    {
        /// <summary>Load h.oldbuckets: growing?</summary>
        LoadOldBuckets,

        /// <summary>Load h.nevacuate: is any bucket evacuated?</summary>
        LoadNevacuate,

        /// <summary>Load the overflow pointer of that bucket.</summary>
        LoadOverflow,

        /// <summary>Load that of the overflow bucket.</summary>
        LoadNext,

        /// <summary>Take it out of its chain.</summary>
        StoreNext,

        /// <summary>Empty it.</summary>
        Clear,

        /// <summary>It is empty (no access).</summary>
        Done,
    }

    /// <inheritdoc/>
    public static ushort Kind => FrameKinds.TakeEvacuated;

    /// <inheritdoc/>
    public static int AddressCount => 4;

    /// <inheritdoc/>
    public static bool IsFunction => false;

    /// <inheritdoc/>
    public static string LabelOf(in TakeEvacuated f) => f._pc.ToString();

    internal static void Call(Machine m, int type, Addr h)
    {
        ref TakeEvacuated f = ref m.Call<TakeEvacuated>();
        f._h = h;
        f._type = (ushort)type;
    }

    /// <inheritdoc/>
    public static void Step(ref TakeEvacuated f, Machine m)
    {
        int size = m.Types[f._type].BucketSize, link = m.Types[f._type].OverflowOffset;
        do
        {
            switch (f._pc)
            {
                case LoadOldBuckets:
                    f._old = m.LoadPointer(f._h + m.L.OldBuckets);
                    if (f._old.IsNil)
                    {
                        m.Return();
                        return;
                    }

                    f._pc = LoadNevacuate;
                    break;
                case LoadNevacuate:
                    ulong mark = m.LoadWord(f._h + m.L.Nevacuate);
                    if (mark == 0)
                    {
                        m.Return();
                        return;
                    }

                    f._old = m.Element(f._old, mark - 1, size);
                    f._pc = LoadOverflow;
                    break;
                case LoadOverflow:
                    f._taken = m.LoadPointer(f._old + link);
                    if (f._taken.IsNil)
                    {
                        m.Return();
                        return;
                    }

                    f._pc = LoadNext;
                    break;
                case LoadNext:
                    f._next = m.LoadPointer(f._taken + link);
                    f._pc = StoreNext;
                    break;
                case StoreNext:
                    f._pc = m.StorePointer(f._old + link, f._next, PointerWrite.Link) ? Clear : StoreNext;
                    break;
                case Clear:
                    f._pc = Done;
                    MemClear.Call(m, f._taken, (ulong)size, PointerWrite.ZeroBuckets);
                    return;
                case Done:
                    m.TakeResult();
                    m.Return(f._taken);
                    return;
            }
        }
        while (m.Next());
    }
}
