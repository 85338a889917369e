using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;
using static MapSim.Map.MakeMap.Label;

namespace MapSim.Map;

/// <summary>How a make() was compiled.</summary>
public enum MakeForm : byte
{
    /// <summary>makemap: a hint that is not a small constant.</summary>
    Hint,

    /// <summary>makemap_small: no hint, or a constant of at most 8; the first bucket comes with the first insert.</summary>
    Small,

    /// <summary>A map that does not escape: header and first bucket are the goroutine's own variables.</summary>
    Stack,
}

/// <summary>
/// make: makemap and makemap_small (map.go 289-352 of 1.23) and the code the compiler writes for maps that do not
/// escape. Result: R0 is the map.
/// </summary>
public struct MakeMap : IFrame<MakeMap>
{
    private Addr _h, _buckets, _next, _extra;
    private ulong _hint;
    private ushort _type;
    private MakeForm _form;
    private Label _pc;

    /// <summary>Where the frame resumes.</summary>
    public enum Label : byte
    {
        /// <summary>Allocate the hmap.</summary>
        NewHmap,

        /// <summary>Store h.buckets (only for a map on the stack).</summary>
        StoreStackBucket,

        /// <summary>Store h.hash0.</summary>
        StoreHash0,

        /// <summary>Store h.B and make the array.</summary>
        StoreB,

        /// <summary>Take the array (no access).</summary>
        GotArray,

        /// <summary>Store h.buckets.</summary>
        StoreBuckets,

        /// <summary>Allocate the mapextra.</summary>
        NewExtra,

        /// <summary>Store h.extra.</summary>
        StoreExtra,

        /// <summary>Store extra.nextOverflow.</summary>
        StoreNextOverflow,
    }

    /// <inheritdoc/>
    public static ushort Kind => FrameKinds.MakeMap;

    /// <inheritdoc/>
    public static int AddressCount => 4;

    /// <inheritdoc/>
    public static bool IsSafePoint(in MakeMap f) => f._pc is NewHmap or NewExtra;

    /// <inheritdoc/>
    public static string LabelOf(in MakeMap f) => f._pc.ToString();

    /// <summary>Calls it.</summary>
    /// <param name="m">The machine.</param>
    /// <param name="type">The map type's number.</param>
    /// <param name="form">How the make() was compiled.</param>
    /// <param name="hint">The hint; only for <see cref="MakeForm.Hint"/>. Negative counts as 0.</param>
    /// <param name="stack">For <see cref="MakeForm.Stack"/>: zeroed memory for hmap and bucket among the goroutine's variables.</param>
    public static void Call(Machine m, int type, MakeForm form, long hint = 0, Addr stack = default)
    {
        ref MakeMap f = ref m.Call<MakeMap>();
        f._type = (ushort)type;
        f._form = form;
        f._hint = UsableHint(hint, m.Types[type], m.Arch);
        if (form == MakeForm.Stack)
        {
            f._h = stack;
            f._pc = StoreStackBucket;
        }
    }

    /// <inheritdoc/>
    public static void Step(ref MakeMap f, Machine m)
    {
        do
        {
            switch (f._pc)
            {
                case NewHmap:
                    f._h = m.Allocate((ulong)m.L.HmapSize, m.Heap.PointerMaps.Hmap, ObjectKind.Hmap, default);
                    f._pc = StoreHash0;
                    break;
                case StoreStackBucket:
                    m.StorePointer(f._h + m.L.Buckets, f._h + ((m.L.HmapSize + 7) & ~7), PointerWrite.StackBucket);
                    f._pc = StoreHash0;
                    break;
                case StoreHash0:
                    m.Store32(f._h + m.L.Hash0, HashSeed.Draw(m));
                    if (f._form != MakeForm.Hint)
                    {
                        m.Return(f._h);
                        return;
                    }

                    f._pc = StoreB;
                    break;
                case StoreB:
                    byte b = 0;
                    while (GrowRule.OverLoadFactor(m, f._hint, b))
                    {
                        b++;
                    }

                    f._hint = 0;
                    m.Store8(f._h + m.L.B, b);
                    if (b == 0)
                    {
                        m.Return(f._h);
                        return;
                    }

                    f._pc = GotArray;
                    MakeBucketArray.Call(m, f._type, f._h, b, default);
                    return;
                case GotArray:
                    f._buckets = m.TakeResults(out f._next);
                    f._pc = StoreBuckets;
                    break;
                case StoreBuckets:
                    if (!m.StorePointer(f._h + m.L.Buckets, f._buckets, PointerWrite.MakeBuckets))
                    {
                        break;
                    }

                    f._buckets = default;
                    if (f._next.IsNil)
                    {
                        m.Return(f._h);
                        return;
                    }

                    f._pc = NewExtra;
                    break;
                case NewExtra:
                    f._extra = m.Allocate((ulong)m.L.MapExtraSize, m.Heap.PointerMaps.MapExtra, ObjectKind.MapExtra, f._h);
                    f._pc = StoreExtra;
                    break;
                case StoreExtra:
                    f._pc = m.StorePointer(f._h + m.L.Extra, f._extra, PointerWrite.MakeExtra) ? StoreNextOverflow : StoreExtra;
                    break;
                case StoreNextOverflow:
                    if (!m.StorePointer(f._extra + m.L.NextOverflow, f._next, PointerWrite.MakeNextOverflow))
                    {
                        break;
                    }

                    m.Return(f._h);
                    return;
            }
        }
        while (m.Next());
    }

    /// <summary>A hint that is negative, or whose buckets would not fit the address space, counts as 0.</summary>
    private static ulong UsableHint(long hint, MapType t, Arch arch)
    {
        if (hint < 0)
        {
            return 0;
        }

        UInt128 bytes = (UInt128)(ulong)hint * (ulong)t.BucketSize;
        return bytes > arch.MaxAlloc ? 0 : (ulong)hint;
    }
}
