using MapSim.Faults;
using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;
using static MapSim.Map.MapClear.Label;

namespace MapSim.Map;

/// <summary>
/// mapclear (map.go 1072-1137 of 1.23): the clear builtin, and the delete-all range loop before it existed.
/// </summary>
/// <remarks>
/// From 1.21 every cell of the chains of both arrays is first marked emptyRest, so that running iterators find
/// nothing. The present array is zeroed in place and its spare buckets become free again; B stays, the iterator
/// flags stay, the mapextra object stays (emptied).
/// </remarks>
public struct MapClear : IFrame<MapClear>
{
    private Addr _h, _extra, _next;
    private ulong _mask;
    private ushort _type;
    private byte _flags, _b;
    private Label _pc;

    /// <summary>Where the frame resumes.</summary>
    public enum Label : byte
    {
        /// <summary>Load h.count.</summary>
        LoadCount,

        /// <summary>Load h.flags: is somebody writing?</summary>
        CheckFlags,

        /// <summary>Load h.flags for the toggle.</summary>
        LoadFlags,

        /// <summary>Store h.flags with hashWriting toggled.</summary>
        StoreFlags,

        /// <summary>Load h.B: how many buckets to mark.</summary>
        LoadB,

        /// <summary>Load h.buckets and mark them.</summary>
        MarkBuckets,

        /// <summary>Load h.oldbuckets.</summary>
        LoadOldBuckets,

        /// <summary>Load h.B for the number of old buckets.</summary>
        LoadOldB,

        /// <summary>Load h.flags for the number of old buckets, and mark them.</summary>
        MarkOldBuckets,

        /// <summary>Load h.flags.</summary>
        LoadSameSize,

        /// <summary>Store h.flags without sameSizeGrow.</summary>
        StoreSameSize,

        /// <summary>Store nil to h.oldbuckets.</summary>
        StoreOldBuckets,

        /// <summary>Store 0 to h.nevacuate.</summary>
        StoreNevacuate,

        /// <summary>Store 0 to h.noverflow.</summary>
        StoreNoverflow,

        /// <summary>Store 0 to h.count.</summary>
        StoreCount,

        /// <summary>Store a new h.hash0.</summary>
        StoreHash0,

        /// <summary>Load h.extra.</summary>
        LoadExtra,

        /// <summary>Store nil to a field of the mapextra.</summary>
        ClearExtra,

        /// <summary>Load h.B for the array.</summary>
        LoadArrayB,

        /// <summary>Load h.buckets and zero them.</summary>
        ZeroBuckets,

        /// <summary>Take the first spare bucket (no access).</summary>
        GotArray,

        /// <summary>Load h.extra to note the spare bucket.</summary>
        LoadExtraAgain,

        /// <summary>Store extra.nextOverflow.</summary>
        StoreNextOverflow,
    }

    /// <inheritdoc/>
    public static ushort Kind => FrameKinds.MapClear;

    /// <inheritdoc/>
    public static int AddressCount => 3;

    /// <inheritdoc/>
    public static string LabelOf(in MapClear f) => f._pc.ToString();

    /// <summary>Calls it.</summary>
    /// <param name="m">The machine.</param>
    /// <param name="type">The map type's number.</param>
    /// <param name="h">The map; may be nil.</param>
    public static void Call(Machine m, int type, Addr h)
    {
        ref MapClear f = ref m.Call<MapClear>();
        f._h = h;
        f._type = (ushort)type;
    }

    /// <inheritdoc/>
    public static void Step(ref MapClear f, Machine m)
    {
        do
        {
            switch (f._pc)
            {
                case LoadCount:
                    if (f._h.IsNil || m.LoadWord(f._h + StructLayouts.Count) == 0)
                    {
                        m.Return();
                        return;
                    }

                    f._pc = CheckFlags;
                    break;
                case CheckFlags:
                    if (m.FailIfWriting(m.Load8(f._h + m.L.Flags), Failure.ConcurrentWrites))
                    {
                        return;
                    }

                    f._pc = LoadFlags;
                    break;
                case LoadFlags:
                    f._flags = m.Load8(f._h + m.L.Flags);
                    f._pc = StoreFlags;
                    break;
                case StoreFlags:
                    m.Store8(f._h + m.L.Flags, WriteFlag.Begin(m, f._flags));
                    f._flags = 0;
                    bool marks = (m.Version.ClearMarksBucketsEmpty || m.Has(Repair.ClearMarksBuckets)) && !m.Has(Fault.ClearNoMarkOld);
                    f._pc = marks ? LoadB : LoadSameSize;
                    break;
                case LoadB:
                    f._mask = Bmap.BucketMask(m.Load8(f._h + m.L.B), m.PointerSize);
                    f._pc = MarkBuckets;
                    break;
                case MarkBuckets:
                    f._pc = LoadOldBuckets;
                    MarkBucketsEmpty.Call(m, f._type, m.LoadPointer(f._h + m.L.Buckets), f._mask);
                    f._mask = 0;
                    return;
                case LoadOldBuckets:
                    f._extra = m.LoadPointer(f._h + m.L.OldBuckets);
                    f._pc = f._extra.IsNil ? LoadSameSize : LoadOldB;
                    break;
                case LoadOldB:
                    f._b = m.Load8(f._h + m.L.B);
                    f._pc = MarkOldBuckets;
                    break;
                case MarkOldBuckets:
                    bool same = (m.Load8(f._h + m.L.Flags) & HmapFlags.SameSizeGrow) != 0;
                    f._pc = LoadSameSize;
                    Addr old = f._extra;
                    ulong mask = Bmap.BucketMask(unchecked((byte)(f._b - (same ? 0 : 1))), m.PointerSize);
                    f._extra = default;
                    f._b = 0;
                    MarkBucketsEmpty.Call(m, f._type, old, mask);
                    return;
                case LoadSameSize:
                    f._flags = m.Load8(f._h + m.L.Flags);
                    f._pc = StoreSameSize;
                    break;
                case StoreSameSize:
                    m.Store8(f._h + m.L.Flags, (byte)(f._flags & ~HmapFlags.SameSizeGrow));
                    f._flags = 0;
                    f._pc = m.Has(Fault.ClearKeepsOldbuckets) ? StoreNoverflow : StoreOldBuckets;
                    break;
                case StoreOldBuckets:
                    var oldArray = new Addr(KeyHash.Word(m, f._h + m.L.OldBuckets));
                    if (m.StorePointer(f._h + m.L.OldBuckets, default, PointerWrite.ClearOldBuckets))
                    {
                        m.Heap.NoteReleased(oldArray, m.Steps);
                        f._pc = StoreNevacuate;
                    }

                    break;
                case StoreNevacuate:
                    m.StoreWord(f._h + m.L.Nevacuate, 0);
                    f._pc = StoreNoverflow;
                    break;
                case StoreNoverflow:
                    if (!m.Has(Fault.ClearNoverflowStale))
                    {
                        m.Store16(f._h + m.L.Noverflow, 0);
                    }

                    f._pc = StoreCount;
                    break;
                case StoreCount:
                    m.StoreWord(f._h + StructLayouts.Count, 0);
                    f._pc = StoreHash0;
                    break;
                case StoreHash0:
                    m.Store32(f._h + m.L.Hash0, HashSeed.Draw(m));
                    f._pc = LoadExtra;
                    break;
                case LoadExtra:
                    f._extra = m.LoadPointer(f._h + m.L.Extra);
                    f._pc = f._extra.IsNil ? LoadArrayB : ClearExtra;
                    break;
                case ClearExtra:
                    if (!m.StorePointer(f._extra + f._b, default, PointerWrite.ClearExtra))
                    {
                        break;
                    }

                    f._b += (byte)m.PointerSize;
                    if (f._b == m.L.MapExtraSize)
                    {
                        f._b = 0;
                        f._extra = default;
                        f._pc = LoadArrayB;
                    }

                    break;
                case LoadArrayB:
                    f._b = m.Load8(f._h + m.L.B);
                    f._pc = ZeroBuckets;
                    break;
                case ZeroBuckets:
                    f._pc = GotArray;
                    byte b = f._b;
                    f._b = 0;
                    MakeBucketArray.Call(m, f._type, f._h, b, m.LoadPointer(f._h + m.L.Buckets));
                    return;
                case GotArray:
                    m.TakeResults(out f._next);
                    if (f._next.IsNil)
                    {
                        EndWrite.TailCall(m, f._type, f._h, default);
                        return;
                    }

                    f._pc = LoadExtraAgain;
                    break;
                case LoadExtraAgain:
                    f._extra = m.LoadPointer(f._h + m.L.Extra);
                    f._pc = StoreNextOverflow;
                    break;
                case StoreNextOverflow:
                    if (!m.StorePointer(f._extra + m.L.NextOverflow, f._next, PointerWrite.ClearNextOverflow))
                    {
                        break;
                    }

                    EndWrite.TailCall(m, f._type, f._h, default);
                    return;
            }
        }
        while (m.Next());
    }
}
