using MapSim.Faults;
using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;
using static MapSim.Map.MapClone.Label;

namespace MapSim.Map;

/// <summary>
/// mapclone2, which maps.Clone calls (map.go 1673-1750 of 1.23): repacks the entries of the source's buckets into a
/// new map with the same seed. <see cref="CloneOldBuckets"/> does the rest if the source is growing. Result: R0 is
/// the new map.
/// </summary>
/// <remarks>
/// 1.21 does not limit the hint to the source's load limit, so the new map may have more buckets than the source; it
/// then reads beyond the source's array (golang/go#69110), which here is the outcome "out of bounds".
/// </remarks>
public struct MapClone : IFrame<MapClone>
{
    private Addr _src, _dst, _to, _from;
    private ulong _count, _i, _j, _pos, _dstSize, _srcSize;
    private ushort _type;
    private byte _isFirst;
    private Label _pc;

    /// <summary>Where the frame resumes.</summary>
    public enum Label : byte
    {
        /// <summary>Load the source's count: the hint.</summary>
        LoadHint,

        /// <summary>Load the source's B: limit the hint (from 1.22), and make the map.</summary>
        LoadLimit,

        /// <summary>Take the new map and load the source's hash0.</summary>
        LoadHash0,

        /// <summary>Store it.</summary>
        StoreHash0,

        /// <summary>Load the source's count: empty?</summary>
        LoadCount,

        /// <summary>Load the source's flags: is somebody writing?</summary>
        CheckFlags,

        /// <summary>Load the source's B: a single bucket?</summary>
        LoadSingle,

        /// <summary>Allocate the only bucket.</summary>
        NewBucket,

        /// <summary>Store it to buckets.</summary>
        StoreBuckets,

        /// <summary>Load the source's count for the new map.</summary>
        LoadSingleCount,

        /// <summary>Store it.</summary>
        StoreSingleCount,

        /// <summary>Load the source's buckets and copy the bucket as it is.</summary>
        CopySingle,

        /// <summary>The single bucket is copied (no access).</summary>
        DoneSingle,

        /// <summary>Load the new map's B.</summary>
        LoadSize,

        /// <summary>Load the source's B.</summary>
        LoadSourceSize,

        /// <summary>Load the new map's buckets.</summary>
        LoadTo,

        /// <summary>Load the source's buckets.</summary>
        LoadFrom,

        /// <summary>Take the place behind the moved entries, and load the source bucket's overflow pointer.</summary>
        Overflow,

        /// <summary>Load the source's oldbuckets: growing?</summary>
        LoadGrowing,
    }

    /// <inheritdoc/>
    public static ushort Kind => FrameKinds.MapClone;

    /// <inheritdoc/>
    public static int AddressCount => 4;

    /// <inheritdoc/>
    public static bool IsSafePoint(in MapClone f) => f._pc is NewBucket;

    /// <inheritdoc/>
    public static string LabelOf(in MapClone f) => f._pc.ToString();

    /// <summary>Calls it for a map that is not nil (maps.Clone returns nil for nil itself).</summary>
    public static void Call(Machine m, int type, Addr source)
    {
        ref MapClone f = ref m.Call<MapClone>();
        f._src = source;
        f._type = (ushort)type;
    }

    /// <inheritdoc/>
    public static void Step(ref MapClone f, Machine m)
    {
        MapType t = m.Types[f._type];
        do
        {
            switch (f._pc)
            {
                case LoadHint:
                    f._count = m.LoadWord(f._src + StructLayouts.Count);
                    f._pc = LoadLimit;
                    break;
                case LoadLimit:
                    bool clamps = (m.Version.CloneClampsHint || m.Has(Repair.CloneClampsHint)) && !m.Has(Fault.CloneHintOverload);
                    ulong hint = clamps ? Clamp(f._count, m.Load8(f._src + m.L.B), m) : f._count;
                    f._count = 0;
                    f._pc = LoadHash0;
                    MakeMap.Call(m, f._type, MakeForm.Hint, (long)hint);
                    return;
                case LoadHash0:
                    f._dst = f._dst.IsNil ? new Addr(m.TakeResult()) : f._dst;
                    f._count = m.Load32(f._src + m.L.Hash0);
                    f._pc = m.Has(Fault.CloneNewHash0) ? LoadCount : StoreHash0;
                    break;
                case StoreHash0:
                    m.Store32(f._dst + m.L.Hash0, (uint)f._count);
                    f._count = 0;
                    f._pc = LoadCount;
                    break;
                case LoadCount:
                    if (m.LoadWord(f._src + StructLayouts.Count) == 0)
                    {
                        m.Return(f._dst);
                        return;
                    }

                    f._pc = CheckFlags;
                    break;
                case CheckFlags:
                    if (m.FailIfWriting(m.Load8(f._src + m.L.Flags), Failure.ConcurrentCloneWrite))
                    {
                        return;
                    }

                    f._pc = LoadSingle;
                    break;
                case LoadSingle:
                    bool asIs = m.Load8(f._src + m.L.B) == 0 && !(t.IndirectKey && t.Key.NeedsKeyUpdate) && !t.IndirectElem;
                    f._isFirst = asIs ? (byte)1 : (byte)0;
                    f._pc = asIs ? NewBucket : LoadSize;
                    break;
                case NewBucket:
                    f._to = m.Allocate((ulong)t.BucketSize, m.PointersOf(f._type).Bucket, ObjectKind.BucketArray, f._dst);
                    f._pc = StoreBuckets;
                    break;
                case StoreBuckets:
                    if (m.StorePointer(f._dst + m.L.Buckets, f._to, PointerWrite.CloneBucket))
                    {
                        f._pc = f._isFirst != 0 ? LoadSingleCount : LoadSourceSize;
                    }

                    break;
                case LoadSingleCount:
                    f._count = m.LoadWord(f._src + StructLayouts.Count);
                    f._pc = StoreSingleCount;
                    break;
                case StoreSingleCount:
                    m.StoreWord(f._dst + StructLayouts.Count, f._count);
                    f._count = 0;
                    f._pc = CopySingle;
                    break;
                case CopySingle:
                    f._pc = DoneSingle;
                    MemMove.Call(m, f._to, m.LoadPointer(f._src + m.L.Buckets), t.BucketSize, PointerWrite.CloneWholeBucket);
                    return;
                case DoneSingle:
                    m.Return(f._dst);
                    return;
                case LoadSize:
                    byte b = m.Load8(f._dst + m.L.B);
                    f._dstSize = Bmap.BucketShift(b, m.PointerSize);
                    f._pc = b == 0 ? NewBucket : LoadSourceSize;
                    break;
                case LoadSourceSize:
                    f._srcSize = Bmap.BucketShift(m.Load8(f._src + m.L.B), m.PointerSize);
                    f._pc = LoadTo;
                    break;
                case LoadTo:
                    f._to = m.Element(m.LoadPointer(f._dst + m.L.Buckets), f._i, t.BucketSize);
                    f._pos = 0;
                    f._j = 0;
                    f._pc = LoadFrom;
                    break;
                case LoadFrom:
                    f._from = m.Element(m.LoadPointer(f._src + m.L.Buckets), f._i + f._j, t.BucketSize);
                    f._pc = Overflow;
                    MoveToBmap.Call(m, f._type, f._dst, f._to, f._pos, f._from);
                    return;
                case Overflow:
                    f._to = m.TakeResults(out Addr pos);
                    f._pos = pos.Value;
                    f._from = m.LoadPointer(f._from + t.OverflowOffset);
                    if (!f._from.IsNil)
                    {
                        MoveToBmap.Call(m, f._type, f._dst, f._to, f._pos, f._from);
                        return;
                    }

                    f.NextSource();
                    break;
                case LoadGrowing:
                    if (m.LoadPointer(f._src + m.L.OldBuckets).IsNil || m.Has(Fault.CloneIgnoresOld))
                    {
                        m.Return(f._dst);
                    }
                    else
                    {
                        CloneOldBuckets.TailCall(m, f._type, f._src, f._dst);
                    }

                    return;
            }
        }
        while (m.Next());
    }

    private static ulong Clamp(ulong count, byte b, Machine m) =>
        GrowRule.OverLoadFactor(m, count, b) ? GrowRule.LoadLimit(m, b) : count;

    private void NextSource()
    {
        _j += _dstSize;
        if (_j < _srcSize)
        {
            _pc = LoadFrom;
            return;
        }

        _i++;
        _pc = _i < _dstSize ? LoadTo : LoadGrowing;
    }
}
