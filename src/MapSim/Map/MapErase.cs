using MapSim.Faults;
using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;
using static MapSim.Map.MapErase.Label;

namespace MapSim.Map;

/// <summary>
/// The second half of a deletion: empties the slot that <see cref="MapDelete"/> found (map.go 793-846 of 1.23).
/// </summary>
/// <remarks>
/// The key is cleared only if it holds pointers (faststr: only the data pointer), the elem always. The tophash
/// becomes emptyOne; if everything behind it in the chain is empty, the run of trailing emptyOne cells becomes
/// emptyRest, going backwards across bucket boundaries. The last entry's deletion draws a new hash0.
/// </remarks>
public struct MapErase : IFrame<MapErase>
{
    private Addr _h, _first, _b, _at;
    private ulong _count;
    private ushort _type;
    private byte _i;
    private MapVariant _variant;
    private Label _pc;

    /// <summary>Where the frame resumes.</summary>
    public enum Label : byte
    {
        /// <summary>Clear the key slot, if it holds pointers (one pointer is stored at once).</summary>
        ClearKey,

        /// <summary>Clear the elem slot.</summary>
        ClearElem,

        /// <summary>Store emptyOne.</summary>
        StoreEmptyOne,

        /// <summary>Load the tophash of the next cell.</summary>
        LoadNextCell,

        /// <summary>Load the overflow pointer: is this the last bucket?</summary>
        LoadOverflow,

        /// <summary>Load the first tophash of the next bucket.</summary>
        LoadNextBucket,

        /// <summary>Store emptyRest.</summary>
        StoreEmptyRest,

        /// <summary>Load overflow pointers from the chain's start, to find the bucket before this one.</summary>
        FindPrevious,

        /// <summary>Load the tophash of the cell before.</summary>
        LoadPreviousCell,

        /// <summary>Load h.count.</summary>
        LoadCount,

        /// <summary>Store h.count - 1.</summary>
        StoreCount,

        /// <summary>Load h.count: is the map empty now?</summary>
        CheckEmpty,

        /// <summary>Store a new h.hash0.</summary>
        StoreHash0,
    }

    /// <inheritdoc/>
    public static ushort Kind => FrameKinds.MapErase;

    /// <inheritdoc/>
    public static int AddressCount => 4;

    /// <inheritdoc/>
    public static bool IsFunction => false;

    /// <inheritdoc/>
    public static string LabelOf(in MapErase f) => f._pc.ToString();

    internal static void TailCall(Machine m, int type, Addr h, Addr first, Addr b, byte i, MapVariant variant)
    {
        ref MapErase f = ref m.TailCall<MapErase>();
        f._h = h;
        f._first = first;
        f._b = b;
        f._i = i;
        f._type = (ushort)type;
        f._variant = variant;
    }

    /// <summary>Counts down without having erased anything.</summary>
    internal static void TailCallToCount(Machine m, int type, Addr h)
    {
        ref MapErase f = ref m.TailCall<MapErase>();
        f._h = h;
        f._type = (ushort)type;
        f._pc = LoadCount;
    }

    /// <inheritdoc/>
    public static void Step(ref MapErase f, Machine m)
    {
        MapType t = m.Types[f._type];
        do
        {
            switch (f._pc)
            {
                case ClearKey when m.Has(Fault.DeleteKeepsPointers):
                    f._pc = t.IndirectElem || t.Elem.HasPointers ? StoreEmptyOne : ClearElem;
                    break;
                case ClearKey:
                    if (f.ClearTheKey(m, t))
                    {
                        return;
                    }

                    break;
                case ClearElem:
                    if (f.ClearTheElem(m, t))
                    {
                        return;
                    }

                    break;
                case StoreEmptyOne:
                    m.Store8(f._b + f._i, Bmap.EmptyOne);
                    f._pc = m.Has(Fault.DeleteEmptyrestOverreach) ? StoreEmptyRest : f._i == Bmap.Slots - 1 ? LoadOverflow : LoadNextCell;
                    break;
                case LoadNextCell:
                    f._pc = m.Load8(f._b + (f._i + 1)) != Bmap.EmptyRest ? LoadCount : StoreEmptyRest;
                    break;
                case LoadOverflow:
                    f._at = m.LoadPointer(f._b + t.OverflowOffset);
                    f._pc = f._at.IsNil ? StoreEmptyRest : LoadNextBucket;
                    break;
                case LoadNextBucket:
                    f._pc = m.Load8(f._at) != Bmap.EmptyRest ? LoadCount : StoreEmptyRest;
                    f._at = default;
                    break;
                case StoreEmptyRest:
                    m.Store8(f._b + f._i, Bmap.EmptyRest);
                    if (f._i > 0)
                    {
                        f._i--;
                        f._pc = LoadPreviousCell;
                    }
                    else if (f._b == f._first)
                    {
                        f._pc = LoadCount;
                    }
                    else
                    {
                        f._at = f._first;
                        f._pc = FindPrevious;
                    }

                    break;
                case FindPrevious:
                    Addr next = m.LoadPointer(f._at + t.OverflowOffset);
                    if (next != f._b)
                    {
                        f._at = next;
                        break;
                    }

                    f._b = f._at;
                    f._at = default;
                    f._i = Bmap.Slots - 1;
                    f._pc = LoadPreviousCell;
                    break;
                case LoadPreviousCell:
                    f._pc = m.Load8(f._b + f._i) != Bmap.EmptyOne ? LoadCount : StoreEmptyRest;
                    break;
                case LoadCount:
                    f._count = m.LoadWord(f._h + StructLayouts.Count);
                    f._pc = StoreCount;
                    break;
                case StoreCount:
                    m.StoreWord(f._h + StructLayouts.Count, unchecked(f._count - 1));
                    f._count = 0;
                    f._pc = CheckEmpty;
                    break;
                case CheckEmpty:
                    ulong left = m.LoadWord(f._h + StructLayouts.Count);
                    if (left != 0 && !(left == 1 && m.Has(Fault.ReseedNonempty)))
                    {
                        EndWrite.TailCall(m, f._type, f._h, default);
                        return;
                    }

                    f._pc = StoreHash0;
                    break;
                case StoreHash0:
                    m.Store32(f._h + m.L.Hash0, HashSeed.Draw(m));
                    EndWrite.TailCall(m, f._type, f._h, default);
                    return;
            }
        }
        while (m.Next());
    }

    /// <summary>Nil over a pointer, bulk clearing of a key with pointers, or nothing. True if a frame was called.</summary>
    private bool ClearTheKey(Machine m, MapType t)
    {
        Addr key = _b + (Bmap.DataOffset + _i * t.KeySlot);
        if (_variant == MapVariant.Generic && !t.IndirectKey && t.Key.HasPointers)
        {
            _pc = ClearElem;
            MemClear.Call(m, key, (ulong)t.KeySlot, PointerWrite.DeleteKey);
            return true;
        }

        PointerWrite write = _variant switch
        {
            MapVariant.Generic => PointerWrite.DeleteKeyStorage,
            MapVariant.FastStr => PointerWrite.DeleteStringKey,
            _ => PointerWrite.DeletePointerKey,
        };
        if (!(t.IndirectKey || t.Key.HasPointers) || m.StorePointer(key, default, write))
        {
            _pc = ClearElem;
        }

        return false;
    }

    private bool ClearTheElem(Machine m, MapType t)
    {
        Addr elem = _b + (t.ElemsOffset + _i * t.ElemSlot);
        if (t.IndirectElem)
        {
            _pc = m.StorePointer(elem, default, PointerWrite.DeleteElemStorage) ? StoreEmptyOne : ClearElem;
            return false;
        }

        _pc = StoreEmptyOne;
        if (t.ElemSlot == 0 || (!t.Elem.HasPointers && m.Has(Fault.DeleteNoValueClear)))
        {
            return false;
        }

        MemClear.Call(m, elem, (ulong)t.ElemSlot, PointerWrite.DeleteElem);
        return true;
    }
}
