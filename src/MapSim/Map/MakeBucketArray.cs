using MapSim.Faults;
using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;
using static MapSim.Map.MakeBucketArray.Label;

namespace MapSim.Map;

/// <summary>
/// makeBucketArray (map.go 354-403 of 1.23): a new array of 2^b buckets with its spare overflow buckets, or, for
/// clear, the old one zeroed in place. Results: R0 the array, R1 the first spare bucket or nil.
/// </summary>
public struct MakeBucketArray : IFrame<MakeBucketArray>
{
    private Addr _dirty, _h;
    private ulong _buckets;
    private ushort _type;
    private byte _b;
    private Label _pc;
    private uint _cleared;

    /// <summary>Where the frame resumes.</summary>
    public enum Label : byte
    {
        /// <summary>Allocate the array, or zero the old one.</summary>
        Allocate,

        /// <summary>Store the sentinel: the last spare bucket points to the array.</summary>
        StoreSentinel,

        /// <summary>Zero the words between the cells of two buckets, and no cell (<see cref="Fault.ClearNoValueClear"/>).</summary>
        ZeroMarks,
    }

    /// <inheritdoc/>
    public static ushort Kind => FrameKinds.MakeBucketArray;

    /// <inheritdoc/>
    public static int AddressCount => 2;

    /// <inheritdoc/>
    public static bool IsSafePoint(in MakeBucketArray f) => f._pc is Allocate;

    /// <inheritdoc/>
    public static string LabelOf(in MakeBucketArray f) => f._pc.ToString();

    internal static void Call(Machine m, int type, Addr h, byte b, Addr dirty)
    {
        ref MakeBucketArray f = ref m.Call<MakeBucketArray>();
        f._type = (ushort)type;
        f._h = h;
        f._b = b;
        f._dirty = dirty;
    }

    /// <summary>Buckets in an array for a given B: main ones and spares (go-map.md section 5).</summary>
    public static ulong BucketCount(MapType t, byte b, GoVersion version)
    {
        ulong main = Bmap.BucketShift(b, t.Arch.PointerSize);
        if (b < 4)
        {
            return main;
        }

        ulong size = (ulong)t.BucketSize * (main + (main >> 4));
        return SizeClasses.RoundUpSize(size, t.BucketHasPointers, version, t.Arch) / (ulong)t.BucketSize;
    }

    /// <inheritdoc/>
    public static void Step(ref MakeBucketArray f, Machine m)
    {
        MapType t = m.Types[f._type];
        do
        {
            switch (f._pc)
            {
                case Allocate:
                    f._buckets = BucketCount(t, f._b, m.Version);
                    ulong size = f._buckets * (ulong)t.BucketSize;
                    bool fresh = f._dirty.IsNil;
                    if (fresh)
                    {
                        f._dirty = m.Allocate(size, m.PointersOf(f._type).Bucket, ObjectKind.BucketArray, f._h);
                    }
                    else if (m.Has(Fault.ClearNoValueClear))
                    {
                        f._pc = ZeroMarks;
                        break;
                    }

                    if (f._buckets == Bmap.BucketShift(f._b, m.PointerSize))
                    {
                        Addr array = f._dirty;
                        m.Return(array);
                        if (!fresh)
                        {
                            m.TakeResult();
                            MemClear.Call(m, array, size, PointerWrite.ZeroBuckets);
                        }

                        return;
                    }

                    f._pc = StoreSentinel;
                    if (!fresh)
                    {
                        MemClear.Call(m, f._dirty, size, PointerWrite.ZeroBuckets);
                        return;
                    }

                    break;
                case ZeroMarks:
                    if (f._cleared <= f._buckets)
                    {
                        f.ZeroNextMarks(m, t);
                        return;
                    }

                    f._cleared = 0;
                    f._pc = StoreSentinel;
                    if (f._buckets == Bmap.BucketShift(f._b, m.PointerSize))
                    {
                        m.Return(f._dirty);
                        return;
                    }

                    break;
                case StoreSentinel:
                    m.TakeResult();
                    Addr last = m.Element(f._dirty, f._buckets - 1, t.BucketSize);
                    if (!m.Has(Fault.OvfSentinelMissing) && !m.StorePointer(last + t.OverflowOffset, f._dirty, PointerWrite.Sentinel))
                    {
                        break;
                    }

                    m.Return(f._dirty, f._dirty + (Bmap.BucketShift(f._b, m.PointerSize) * (ulong)t.BucketSize));
                    return;
            }
        }
        while (m.Next());
    }

    /// <summary>The overflow word of one bucket and the tophashes of the next lie side by side.</summary>
    private void ZeroNextMarks(Machine m, MapType t)
    {
        Addr edge = _dirty + (ulong)t.BucketSize * _cleared;
        int before = _cleared == 0 ? 0 : m.PointerSize, after = _cleared == _buckets ? 0 : Bmap.DataOffset;
        _cleared++;
        MemClear.Call(m, edge + -before, (ulong)(before + after), PointerWrite.ZeroBuckets);
    }
}
