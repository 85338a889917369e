using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;
using static MapSim.Map.MarkBucketsEmpty.Label;

namespace MapSim.Map;

/// <summary>
/// The first thing clear does from 1.21 on: sets every tophash of every chain of an array to emptyRest, so that an
/// iterator that still walks there finds nothing (golang/go#59411).
/// </summary>
public struct MarkBucketsEmpty : IFrame<MarkBucketsEmpty>
{
    private Addr _array, _b;
    private ulong _bucket, _mask;
    private ushort _type;
    private byte _i;
    private Label _pc;

    /// <summary>Where the frame resumes.</summary>
    public enum Label : byte
    {
        /// <summary>Choose the bucket (no access).</summary>
        Bucket,

        /// <summary>Store emptyRest to a cell.</summary>
        StoreCell,

        /// <summary>Load the overflow pointer.</summary>
        Overflow,
    }

    /// <inheritdoc/>
    public static ushort Kind => FrameKinds.MarkBucketsEmpty;

    /// <inheritdoc/>
    public static int AddressCount => 2;

    /// <inheritdoc/>
    public static bool IsFunction => false;

    /// <inheritdoc/>
    public static string LabelOf(in MarkBucketsEmpty f) => f._pc.ToString();

    internal static void Call(Machine m, int type, Addr array, ulong mask)
    {
        ref MarkBucketsEmpty f = ref m.Call<MarkBucketsEmpty>();
        f._array = array;
        f._mask = mask;
        f._type = (ushort)type;
    }

    /// <inheritdoc/>
    public static void Step(ref MarkBucketsEmpty f, Machine m)
    {
        MapType t = m.Types[f._type];
        do
        {
            switch (f._pc)
            {
                case Bucket:
                    f._b = m.Element(f._array, f._bucket, t.BucketSize);
                    f._pc = StoreCell;
                    break;
                case StoreCell:
                    m.Store8(f._b + f._i, Bmap.EmptyRest);
                    f._i++;
                    f._pc = f._i == Bmap.Slots ? Overflow : StoreCell;
                    break;
                case Overflow:
                    f._b = m.LoadPointer(f._b + t.OverflowOffset);
                    f._i = 0;
                    if (!f._b.IsNil)
                    {
                        f._pc = StoreCell;
                        break;
                    }

                    if (f._bucket == f._mask)
                    {
                        m.Return();
                        return;
                    }

                    f._bucket++;
                    f._pc = Bucket;
                    break;
            }
        }
        while (m.Next());
    }
}
