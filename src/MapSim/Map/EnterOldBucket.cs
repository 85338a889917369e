using MapSim.Faults;
using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;
using static MapSim.Map.EnterOldBucket.Label;

namespace MapSim.Map;

/// <summary>
/// Not in Go: what the repairs iter-old-bucket-stays and iter-takes-old-list add to mapiternext where it enters a bucket
/// of the old array. The map is told that an iteration walks there, so that evacuation clears nothing; and the iterator
/// holds the list of that array's overflow buckets.
/// </summary>
public struct EnterOldBucket : IFrame<EnterOldBucket>
{
    private Addr _it, _h, _extra, _value;
    private Label _pc;

    /// <summary>Where the frame resumes.</summary>
    public enum Label : byte
    {
        /// <summary>Set both iterator flags, atomically, as mapiterinit does.</summary>
        OrFlags,

        /// <summary>Load h.extra.</summary>
        LoadExtra,

        /// <summary>Load extra.oldoverflow.</summary>
        LoadOldOverflow,

        /// <summary>Store it.oldoverflow.</summary>
        StoreOldOverflow,
    }

    /// <inheritdoc/>
    public static ushort Kind => FrameKinds.EnterOldBucket;

    /// <inheritdoc/>
    public static int AddressCount => 4;

    /// <inheritdoc/>
    public static bool IsFunction => false;

    /// <inheritdoc/>
    public static string LabelOf(in EnterOldBucket f) => f._pc.ToString();

    /// <summary>True if a machine needs it for maps of a type.</summary>
    internal static bool IsNeeded(Machine m, MapType t) => m.Has(t.BucketHasPointers ? Repair.IterOldBucketStays : Repair.IterTakesOldList);

    internal static void Call(Machine m, Addr it, Addr h, MapType t)
    {
        ref EnterOldBucket f = ref m.Call<EnterOldBucket>();
        f._it = it;
        f._h = h;
        f._pc = t.BucketHasPointers ? OrFlags : LoadExtra;
    }

    /// <inheritdoc/>
    public static void Step(ref EnterOldBucket f, Machine m)
    {
        do
        {
            switch (f._pc)
            {
                case OrFlags:
                    m.Memory.AtomicOr(f._h + m.L.Flags, HmapFlags.Iterator | HmapFlags.OldIterator);
                    m.Return();
                    return;
                case LoadExtra:
                    f._extra = m.LoadPointer(f._h + m.L.Extra);
                    f._pc = LoadOldOverflow;
                    break;
                case LoadOldOverflow:
                    f._value = m.LoadPointer(f._extra + m.L.OldOverflow);
                    f._extra = default;
                    f._pc = StoreOldOverflow;
                    break;
                case StoreOldOverflow:
                    if (m.StorePointer(f._it + m.L.ItOldOverflow, f._value, PointerWrite.IterOldOverflow))
                    {
                        m.Return();
                        return;
                    }

                    break;
            }
        }
        while (m.Next());
    }
}
