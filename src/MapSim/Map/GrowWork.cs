using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;
using static MapSim.Map.GrowWork.Label;

namespace MapSim.Map;

/// <summary>
/// growWork (map.go 1221-1231 of 1.23): evacuates the old bucket that belongs to the bucket about to be used, and
/// one more, so that every grow comes to an end.
/// </summary>
public struct GrowWork : IFrame<GrowWork>
{
    private Addr _h;
    private ulong _bucket;
    private ushort _type;
    private byte _b;
    private MapVariant _variant;
    private Label _pc;

    /// <summary>Where the frame resumes.</summary>
    public enum Label : byte
    {
        /// <summary>Load h.B.</summary>
        LoadB,

        /// <summary>Load h.flags for the number of old buckets, and evacuate.</summary>
        LoadFlags,

        /// <summary>Load h.oldbuckets: still growing?</summary>
        LoadGrowing,

        /// <summary>Load h.nevacuate, and evacuate.</summary>
        LoadNevacuate,
    }

    /// <inheritdoc/>
    public static ushort Kind => FrameKinds.GrowWork;

    /// <inheritdoc/>
    public static int AddressCount => 1;

    /// <inheritdoc/>
    public static string LabelOf(in GrowWork f) => f._pc.ToString();

    internal static void Call(Machine m, int type, Addr h, ulong bucket, MapVariant variant)
    {
        ref GrowWork f = ref m.Call<GrowWork>();
        f._h = h;
        f._bucket = bucket;
        f._type = (ushort)type;
        f._variant = variant;
    }

    /// <inheritdoc/>
    public static void Step(ref GrowWork f, Machine m)
    {
        do
        {
            switch (f._pc)
            {
                case LoadB:
                    f._b = m.Load8(f._h + m.L.B);
                    f._pc = LoadFlags;
                    break;
                case LoadFlags:
                    bool same = (m.Load8(f._h + m.L.Flags) & HmapFlags.SameSizeGrow) != 0;
                    ulong old = f._bucket & Bmap.BucketMask(unchecked((byte)(f._b - (same ? 0 : 1))), m.PointerSize);
                    f._b = 0;
                    f._bucket = 0;
                    f._pc = LoadGrowing;
                    Evacuate.Call(m, f._type, f._h, old, f._variant);
                    return;
                case LoadGrowing:
                    if (m.LoadPointer(f._h + m.L.OldBuckets).IsNil)
                    {
                        m.Return();
                        return;
                    }

                    f._pc = LoadNevacuate;
                    break;
                case LoadNevacuate:
                    Evacuate.TailCall(m, f._type, f._h, m.LoadWord(f._h + m.L.Nevacuate), f._variant);
                    return;
            }
        }
        while (m.Next());
    }
}
