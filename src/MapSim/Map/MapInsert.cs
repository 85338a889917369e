using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;
using static MapSim.Map.MapInsert.Label;

namespace MapSim.Map;

/// <summary>
/// The second half of an assignment: stores an absent key into the slot that <see cref="MapAssign"/> found
/// (map.go 700-720 of 1.23).
/// </summary>
/// <remarks>
/// Generic: storage for an indirect key and elem, the key, the tophash, the count. The fast variants store the
/// tophash before the key.
/// </remarks>
public struct MapInsert : IFrame<MapInsert>
{
    private Addr _h, _key, _insertb, _k, _fresh;
    private ulong _bits, _count;
    private ushort _type, _word;
    private byte _top, _inserti, _allocates;
    private MapVariant _variant;
    private Label _pc;

    /// <summary>Where the frame resumes.</summary>
    public enum Label : byte
    {
        /// <summary>Choose the first step by variant (no access).</summary>
        Start,

        /// <summary>Allocate an indirect key.</summary>
        NewKey,

        /// <summary>Store the pointer to it.</summary>
        StoreKeyPointer,

        /// <summary>Allocate an indirect elem.</summary>
        NewElem,

        /// <summary>Store the pointer to it.</summary>
        StoreElemPointer,

        /// <summary>Store the key.</summary>
        StoreKey,

        /// <summary>Store the tophash.</summary>
        StoreTop,

        /// <summary>Load h.count.</summary>
        LoadCount,

        /// <summary>Store h.count + 1.</summary>
        StoreCount,
    }

    /// <inheritdoc/>
    public static ushort Kind => FrameKinds.MapInsert;

    /// <inheritdoc/>
    public static int AddressCount => 5;

    /// <inheritdoc/>
    public static bool IsFunction => false;

    /// <inheritdoc/>
    public static bool IsSafePoint(in MapInsert f) => f._pc is NewKey or NewElem || (f._pc == Start && f._allocates != 0);

    /// <inheritdoc/>
    public static string LabelOf(in MapInsert f) => f._pc.ToString();

    internal static void TailCall(Machine m, int type, Addr h, in KeyArg key, byte top, Addr insertb, byte inserti)
    {
        ref MapInsert f = ref m.TailCall<MapInsert>();
        f._h = h;
        f._key = key.Pointer;
        f._bits = key.Bits;
        f._variant = key.Variant;
        f._insertb = insertb;
        f._inserti = inserti;
        f._top = top;
        f._type = (ushort)type;
        f._allocates = m.Types[type].IndirectKey || m.Types[type].IndirectElem ? (byte)1 : (byte)0;
    }

    /// <inheritdoc/>
    public static void Step(ref MapInsert f, Machine m)
    {
        MapType t = m.Types[f._type];
        do
        {
            switch (f._pc)
            {
                case Start:
                    f._k = f._insertb + (Bmap.DataOffset + f._inserti * t.KeySlot);
                    f._pc = f._variant != MapVariant.Generic ? StoreTop : AfterKeyPointer(t, t.IndirectKey);
                    break;
                case NewKey:
                    f._fresh = m.Allocate((ulong)t.Key.Size, m.PointersOf(f._type).Key, ObjectKind.Key, f._h);
                    f._pc = StoreKeyPointer;
                    break;
                case StoreKeyPointer:
                    if (m.StorePointer(f._k, f._fresh, PointerWrite.KeyStorage))
                    {
                        f._k = f._fresh;
                        f._fresh = default;
                        f._pc = AfterKeyPointer(t, false);
                    }

                    break;
                case NewElem:
                    f._fresh = m.Allocate((ulong)t.Elem.Size, m.PointersOf(f._type).Elem, ObjectKind.Elem, f._h);
                    f._pc = StoreElemPointer;
                    break;
                case StoreElemPointer:
                    if (m.StorePointer(f.ElemSlot(t), f._fresh, PointerWrite.ElemStorage))
                    {
                        f._fresh = default;
                        f._pc = StoreKey;
                    }

                    break;
                case StoreKey when f._variant == MapVariant.Generic:
                    Addr slot = f._k;
                    f._k = default;
                    f._pc = StoreTop;
                    MemMove.Call(m, slot, f._key, t.Key.Size, PointerWrite.Key);
                    return;
                case StoreKey:
                    if (f.StoreFastKey(m, t))
                    {
                        f._k = default;
                        f._pc = LoadCount;
                    }

                    break;
                case StoreTop:
                    m.Store8(f._insertb + f._inserti, f._top);
                    f._pc = f._variant == MapVariant.Generic ? LoadCount : StoreKey;
                    break;
                case LoadCount:
                    f._count = m.LoadWord(f._h + StructLayouts.Count);
                    f._pc = StoreCount;
                    break;
                case StoreCount:
                    m.StoreWord(f._h + StructLayouts.Count, unchecked(f._count + 1));
                    EndWrite.TailCall(m, f._type, f._h, f.ElemSlot(t));
                    return;
            }
        }
        while (m.Next());
    }

    private static Label AfterKeyPointer(MapType t, bool newKey) => newKey ? NewKey : t.IndirectElem ? NewElem : StoreKey;

    private readonly Addr ElemSlot(MapType t) => _insertb + (t.ElemsOffset + _inserti * t.ElemSlot);

    private bool StoreFastKey(Machine m, MapType t)
    {
        switch (_variant)
        {
            case MapVariant.FastStr when _word == 0:
                _word = m.StorePointer(_k, _key, PointerWrite.StringKey) ? (ushort)1 : (ushort)0;
                return false;
            case MapVariant.FastStr:
                m.StoreWord(_k + m.PointerSize, _bits);
                _word = 0;
                return true;
            case MapVariant.Fast32Ptr or MapVariant.Fast64Ptr:
                return m.StorePointer(_k, new Addr(_bits), PointerWrite.FastPointerKey);
            default:
                // On 386 a uint64 is two words.
                if (t.KeySlot > m.PointerSize)
                {
                    m.Store32(_k + _word, unchecked((uint)(_bits >> (8 * _word))));
                    _word = _word == 0 ? (ushort)4 : (ushort)0;
                    return _word == 0;
                }

                m.StoreChunk(_k, _bits, t.KeySlot);
                return true;
        }
    }
}
