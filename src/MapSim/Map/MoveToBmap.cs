using MapSim.Faults;
using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;
using static MapSim.Map.MoveToBmap.Label;

namespace MapSim.Map;

/// <summary>
/// moveToBmap (map.go 1614-1671 of 1.23): copies the entries of one bucket behind those already in a destination
/// bucket. Indirect elems get storage of their own, indirect keys only if the type needs key update. Results: R0 the
/// bucket, R1 the slot where the next entry goes.
/// </summary>
public struct MoveToBmap : IFrame<MoveToBmap>
{
    private Addr _h, _dst, _src, _value, _fresh;
    private ulong _pos, _count;
    private ushort _type;
    private byte _i, _top;
    private Label _pc;

    /// <summary>Where the frame resumes.</summary>
    public enum Label : byte
    {
        /// <summary>Load a source tophash.</summary>
        Cell,

        /// <summary>Load a destination tophash: free?</summary>
        FindSlot,

        /// <summary>Take the new overflow bucket (no access).</summary>
        GotOverflow,

        /// <summary>Load the source tophash again.</summary>
        LoadTop,

        /// <summary>Store the tophash.</summary>
        StoreTop,

        /// <summary>Copy the key slot (no access).</summary>
        CopyKey,

        /// <summary>Load the pointer to an indirect key.</summary>
        KeyPointer,

        /// <summary>Allocate a key of its own.</summary>
        NewKey,

        /// <summary>Store the pointer to the key.</summary>
        StoreKeyPointer,

        /// <summary>Copy the elem slot (no access).</summary>
        CopyElem,

        /// <summary>Load the pointer to an indirect elem.</summary>
        ElemPointer,

        /// <summary>Allocate an elem of its own.</summary>
        NewElem,

        /// <summary>Store the pointer to the elem.</summary>
        StoreElemPointer,

        /// <summary>Load the new map's count.</summary>
        LoadCount,

        /// <summary>Store it plus one.</summary>
        StoreCount,
    }

    /// <inheritdoc/>
    public static ushort Kind => FrameKinds.MoveToBmap;

    /// <inheritdoc/>
    public static int AddressCount => 5;

    /// <inheritdoc/>
    public static bool IsSafePoint(in MoveToBmap f) => f._pc is NewKey or NewElem || (f._pc == FindSlot && f._pos == Bmap.Slots);

    /// <inheritdoc/>
    public static string LabelOf(in MoveToBmap f) => f._pc.ToString();

    internal static void Call(Machine m, int type, Addr h, Addr dst, ulong pos, Addr src)
    {
        ref MoveToBmap f = ref m.Call<MoveToBmap>();
        f._h = h;
        f._dst = dst;
        f._pos = pos;
        f._src = src;
        f._type = (ushort)type;
    }

    /// <inheritdoc/>
    public static void Step(ref MoveToBmap f, Machine m)
    {
        MapType t = m.Types[f._type];
        do
        {
            switch (f._pc)
            {
                case Cell:
                    f._top = m.Load8(f._src + f._i);
                    if (!Bmap.IsEmpty(f._top))
                    {
                        f._pc = FindSlot;
                    }
                    else if (f.IsDone(m))
                    {
                        return;
                    }

                    break;
                case FindSlot:
                    if (f._pos == Bmap.Slots)
                    {
                        f._pc = GotOverflow;
                        NewOverflow.Call(m, f._type, f._h, f._dst);
                        return;
                    }

                    if (Bmap.IsEmpty(m.Load8(f._dst + f._pos)))
                    {
                        f._pc = LoadTop;
                    }
                    else
                    {
                        f._pos++;
                    }

                    break;
                case GotOverflow:
                    f._dst = new Addr(m.TakeResult());
                    f._pos = 0;
                    f._pc = LoadTop;
                    break;
                case LoadTop:
                    f._top = m.Load8(f._src + f._i);
                    f._pc = StoreTop;
                    break;
                case StoreTop:
                    m.Store8(f._dst + f._pos, f._top);
                    f._top = 0;
                    f._pc = t.IndirectKey ? KeyPointer : CopyKey;
                    break;
                case CopyKey:
                    f._pc = t.IndirectElem ? ElemPointer : CopyElem;
                    MemMove.Call(m, f.ToKey(t), f.FromKey(t), t.KeySlot, PointerWrite.CloneKey);
                    return;
                case KeyPointer:
                    f._value = m.LoadPointer(f.FromKey(t));
                    f._pc = t.Key.NeedsKeyUpdate ? NewKey : StoreKeyPointer;
                    break;
                case NewKey:
                    f._fresh = m.Allocate((ulong)t.Key.Size, m.PointersOf(f._type).Key, ObjectKind.Key, f._h);
                    f._pc = StoreKeyPointer;
                    MemMove.Call(m, f._fresh, f._value, t.Key.Size, PointerWrite.CloneKey);
                    f._value = f._fresh;
                    f._fresh = default;
                    return;
                case StoreKeyPointer:
                    if (m.StorePointer(f.ToKey(t), f._value, PointerWrite.CloneKeyStorage))
                    {
                        f._value = default;
                        f._pc = t.IndirectElem ? ElemPointer : CopyElem;
                    }

                    break;
                case CopyElem:
                    f._pc = LoadCount;
                    MemMove.Call(m, f.ToElem(t), f.FromElem(t), t.ElemSlot, PointerWrite.CloneElem);
                    return;
                case ElemPointer:
                    f._value = m.LoadPointer(f.FromElem(t));
                    f._pc = NewElem;
                    if (m.Has(Fault.CloneSharesIndirect))
                    {
                        (f._fresh, f._value, f._pc) = (f._value, default, StoreElemPointer);
                    }

                    break;
                case NewElem:
                    f._fresh = m.Allocate((ulong)t.Elem.Size, m.PointersOf(f._type).Elem, ObjectKind.Elem, f._h);
                    f._pc = StoreElemPointer;
                    MemMove.Call(m, f._fresh, f._value, t.Elem.Size, PointerWrite.CloneElem);
                    f._value = default;
                    return;
                case StoreElemPointer:
                    if (m.StorePointer(f.ToElem(t), f._fresh, PointerWrite.CloneElemStorage))
                    {
                        f._fresh = default;
                        f._pc = LoadCount;
                    }

                    break;
                case LoadCount:
                    f._count = m.LoadWord(f._h + StructLayouts.Count);
                    f._pc = StoreCount;
                    break;
                case StoreCount:
                    m.StoreWord(f._h + StructLayouts.Count, unchecked(f._count + 1));
                    f._count = 0;
                    f._pos++;
                    if (f.IsDone(m))
                    {
                        return;
                    }

                    break;
            }
        }
        while (m.Next());
    }

    private readonly Addr ToKey(MapType t) => _dst + (Bmap.DataOffset + (int)_pos * t.KeySlot);

    private readonly Addr FromKey(MapType t) => _src + (Bmap.DataOffset + _i * t.KeySlot);

    private readonly Addr ToElem(MapType t) => _dst + (t.ElemsOffset + (int)_pos * t.ElemSlot);

    private readonly Addr FromElem(MapType t) => _src + (t.ElemsOffset + _i * t.ElemSlot);

    private bool IsDone(Machine m)
    {
        _i++;
        _top = 0;
        _pc = Cell;
        if (_i < Bmap.Slots)
        {
            return false;
        }

        m.Return(_dst, new Addr(_pos));
        return true;
    }
}
