using MapSim.Faults;
using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;
using static MapSim.Map.HashGrow.Label;

namespace MapSim.Map;

/// <summary>
/// hashGrow (map.go 1139-1182 of 1.23): starts a grow. Twice the buckets if the map is over its load limit, else as
/// many (there were too many overflow buckets). The entries are moved later, by <see cref="GrowWork"/>.
/// </summary>
public struct HashGrow : IFrame<HashGrow>
{
    private Addr _h, _old, _new, _next, _extra, _overflow;
    private ulong _count;
    private ushort _type;
    private byte _bigger, _flags, _b;
    private Label _pc;

    /// <summary>Where the frame resumes.</summary>
    public enum Label : byte
    {
        /// <summary>Load h.count.</summary>
        LoadCount,

        /// <summary>Load h.B: bigger or same size?</summary>
        LoadLimit,

        /// <summary>Load h.flags.</summary>
        LoadSameSize,

        /// <summary>Store h.flags with sameSizeGrow.</summary>
        StoreSameSize,

        /// <summary>Load h.buckets.</summary>
        LoadBuckets,

        /// <summary>Load h.B and make the array.</summary>
        LoadB,

        /// <summary>Take the array (no access).</summary>
        GotArray,

        /// <summary>Load h.flags to drop the iterator bits.</summary>
        LoadFlags,

        /// <summary>Load h.flags: is there an iterator?</summary>
        LoadIterator,

        /// <summary>Load h.B.</summary>
        LoadOldB,

        /// <summary>Store h.B.</summary>
        StoreB,

        /// <summary>Store h.flags.</summary>
        StoreFlags,

        /// <summary>Store h.oldbuckets.</summary>
        StoreOldBuckets,

        /// <summary>Store h.buckets.</summary>
        StoreBuckets,

        /// <summary>Store 0 to h.nevacuate.</summary>
        StoreNevacuate,

        /// <summary>Store 0 to h.noverflow.</summary>
        StoreNoverflow,

        /// <summary>Load h.extra.</summary>
        LoadExtra,

        /// <summary>Load extra.overflow.</summary>
        LoadOverflow,

        /// <summary>Load extra.oldoverflow: it must be nil.</summary>
        CheckOldOverflow,

        /// <summary>Store extra.oldoverflow.</summary>
        StoreOldOverflow,

        /// <summary>Store nil to extra.overflow.</summary>
        StoreOverflow,

        /// <summary>Allocate the mapextra.</summary>
        NewExtra,

        /// <summary>Store h.extra.</summary>
        StoreExtra,

        /// <summary>Store extra.nextOverflow.</summary>
        StoreNextOverflow,
    }

    /// <inheritdoc/>
    public static ushort Kind => FrameKinds.HashGrow;

    /// <inheritdoc/>
    public static int AddressCount => 6;

    /// <inheritdoc/>
    public static bool IsSafePoint(in HashGrow f) => f._pc is NewExtra;

    /// <inheritdoc/>
    public static string LabelOf(in HashGrow f) => f._pc.ToString();

    internal static void Call(Machine m, int type, Addr h)
    {
        ref HashGrow f = ref m.Call<HashGrow>();
        f._h = h;
        f._type = (ushort)type;
    }

    /// <inheritdoc/>
    public static void Step(ref HashGrow f, Machine m)
    {
        do
        {
            switch (f._pc)
            {
                case LoadCount:
                    f._count = m.LoadWord(f._h + StructLayouts.Count);
                    f._pc = LoadLimit;
                    break;
                case LoadLimit:
                    bool over = GrowRule.OverLoadFactor(m, unchecked(f._count + 1), m.Load8(f._h + m.L.B));
                    f._count = 0;
                    f._bigger = over ? (byte)1 : (byte)0;
                    f._pc = over ? LoadBuckets : LoadSameSize;
                    break;
                case LoadSameSize:
                    f._flags = m.Load8(f._h + m.L.Flags);
                    f._pc = StoreSameSize;
                    break;
                case StoreSameSize:
                    m.Store8(f._h + m.L.Flags, (byte)(f._flags | HmapFlags.SameSizeGrow));
                    f._flags = 0;
                    f._pc = LoadBuckets;
                    break;
                case LoadBuckets:
                    f._old = m.LoadPointer(f._h + m.L.Buckets);
                    f._pc = LoadB;
                    break;
                case LoadB:
                    f._pc = GotArray;
                    MakeBucketArray.Call(m, f._type, f._h, unchecked((byte)(m.Load8(f._h + m.L.B) + f._bigger)), default);
                    return;
                case GotArray:
                    f._new = m.TakeResults(out f._next);
                    f._pc = LoadFlags;
                    break;
                case LoadFlags:
                    f._flags = (byte)(m.Load8(f._h + m.L.Flags) & ~(HmapFlags.Iterator | HmapFlags.OldIterator));
                    f._pc = LoadIterator;
                    break;
                case LoadIterator:
                    if ((m.Load8(f._h + m.L.Flags) & HmapFlags.Iterator) != 0)
                    {
                        f._flags |= HmapFlags.OldIterator;
                    }

                    f._pc = LoadOldB;
                    break;
                case LoadOldB:
                    f._b = m.Load8(f._h + m.L.B);
                    f._pc = StoreB;
                    break;
                case StoreB:
                    m.Store8(f._h + m.L.B, unchecked((byte)(f._b + f._bigger)));
                    f._b = 0;
                    f._bigger = 0;
                    f._pc = StoreFlags;
                    break;
                case StoreFlags:
                    m.Store8(f._h + m.L.Flags, f._flags);
                    f._flags = 0;
                    f._pc = StoreOldBuckets;
                    break;
                case StoreOldBuckets:
                    if (m.StorePointer(f._h + m.L.OldBuckets, f._old, PointerWrite.GrowOldBuckets))
                    {
                        m.Heap.NoteMigrating(f._old, m.Steps);
                        f._old = default;
                        f._pc = StoreBuckets;
                    }

                    break;
                case StoreBuckets:
                    if (m.StorePointer(f._h + m.L.Buckets, f._new, PointerWrite.GrowBuckets))
                    {
                        f._new = default;
                        f._pc = StoreNevacuate;
                    }

                    break;
                case StoreNevacuate:
                    m.StoreWord(f._h + m.L.Nevacuate, 0);
                    f._pc = StoreNoverflow;
                    break;
                case StoreNoverflow:
                    if (!m.Has(Fault.NoverflowNotReset))
                    {
                        m.Store16(f._h + m.L.Noverflow, 0);
                    }

                    f._pc = LoadExtra;
                    break;
                case LoadExtra:
                    f._extra = m.LoadPointer(f._h + m.L.Extra);
                    if (f._extra.IsNil && f._next.IsNil)
                    {
                        m.Return();
                        return;
                    }

                    f._pc = f._extra.IsNil ? NewExtra : LoadOverflow;
                    break;
                case LoadOverflow:
                    f._overflow = m.LoadPointer(f._extra + StructLayouts.Overflow);
                    if (!f._overflow.IsNil && !m.Has(Fault.OvfPromoteForgotten))
                    {
                        f._pc = CheckOldOverflow;
                    }
                    else if (f.IsDone(m))
                    {
                        return;
                    }

                    break;
                case CheckOldOverflow:
                    if (!m.LoadPointer(f._extra + m.L.OldOverflow).IsNil)
                    {
                        m.Fail(Failure.OldOverflowNotNil);
                        return;
                    }

                    f._pc = StoreOldOverflow;
                    break;
                case StoreOldOverflow:
                    Addr kept = m.Has(Fault.OvfDropOldEarly) ? default : f._overflow;
                    if (m.StorePointer(f._extra + m.L.OldOverflow, kept, PointerWrite.GrowOldOverflow))
                    {
                        f._overflow = default;
                        f._pc = StoreOverflow;
                    }

                    break;
                case StoreOverflow:
                    if (m.StorePointer(f._extra + StructLayouts.Overflow, default, PointerWrite.GrowOverflow) && f.IsDone(m))
                    {
                        return;
                    }

                    break;
                case NewExtra:
                    f._extra = m.Allocate((ulong)m.L.MapExtraSize, m.Heap.PointerMaps.MapExtra, ObjectKind.MapExtra, f._h);
                    f._pc = StoreExtra;
                    break;
                case StoreExtra:
                    f._pc = m.StorePointer(f._h + m.L.Extra, f._extra, PointerWrite.GrowExtra) ? StoreNextOverflow : StoreExtra;
                    break;
                case StoreNextOverflow:
                    if (!m.StorePointer(f._extra + m.L.NextOverflow, f._next, PointerWrite.GrowNextOverflow))
                    {
                        break;
                    }

                    m.Return();
                    return;
            }
        }
        while (m.Next());
    }

    /// <summary>Returns if the new array has no spares; else goes on to note the first one.</summary>
    private bool IsDone(Machine m)
    {
        if (_next.IsNil)
        {
            m.Return();
            return true;
        }

        _pc = StoreNextOverflow;
        return false;
    }
}
