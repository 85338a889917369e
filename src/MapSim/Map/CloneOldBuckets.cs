using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;
using static MapSim.Map.CloneOldBuckets.Label;

namespace MapSim.Map;

/// <summary>
/// The end of mapclone2 for a source that is growing (map.go 1752-1805 of 1.23): its old buckets that are not
/// evacuated yet. If they fold onto the new map's buckets their entries go to the end of those chains, else each
/// entry is assigned in the ordinary way. Result: R0 is the new map.
/// </summary>
public struct CloneOldBuckets : IFrame<CloneOldBuckets>
{
    private Addr _src, _dst, _old, _from, _to, _elem;
    private ulong _i, _pos, _size;
    private ushort _type, _word;
    private byte _oldB, _slot;
    private Label _pc;

    /// <summary>Where the frame resumes.</summary>
    public enum Label : byte
    {
        /// <summary>Load the source's B.</summary>
        LoadB,

        /// <summary>Load the source's oldbuckets.</summary>
        LoadOldBuckets,

        /// <summary>Load the source's flags: how many old buckets?</summary>
        LoadSameSize,

        /// <summary>Load an old bucket's first tophash.</summary>
        LoadEvacuated,

        /// <summary>Load the new map's B: do the old buckets fold onto its buckets?</summary>
        LoadNewB,

        /// <summary>Load the new map's buckets.</summary>
        LoadTo,

        /// <summary>Load overflow pointers to the end of the chain.</summary>
        FindEnd,

        /// <summary>Take the place behind the moved entries, and load the old bucket's overflow pointer.</summary>
        MovedOverflow,

        /// <summary>Load a tophash.</summary>
        Cell,

        /// <summary>Load the source's flags: is somebody writing?</summary>
        CheckFlags,

        /// <summary>Load the pointer to an indirect key.</summary>
        KeyPointer,

        /// <summary>Load the pointer to an indirect elem.</summary>
        ElemPointer,

        /// <summary>Load a word of the key; after the last, assign.</summary>
        KeyWord,

        /// <summary>Copy the elem (no access).</summary>
        GotElem,

        /// <summary>The entry is done (no access).</summary>
        NextCell,

        /// <summary>Load the overflow pointer.</summary>
        Overflow,
    }

    /// <inheritdoc/>
    public static ushort Kind => FrameKinds.CloneOldBuckets;

    /// <inheritdoc/>
    public static int AddressCount => 6;

    /// <inheritdoc/>
    public static bool IsFunction => false;

    /// <inheritdoc/>
    public static string LabelOf(in CloneOldBuckets f) => f._pc.ToString();

    internal static void TailCall(Machine m, int type, Addr src, Addr dst)
    {
        ref CloneOldBuckets f = ref m.TailCall<CloneOldBuckets>(m.Types[type].Key.Size);
        f._src = src;
        f._dst = dst;
        f._type = (ushort)type;
    }

    /// <inheritdoc/>
    public static void Step(ref CloneOldBuckets f, Machine m)
    {
        MapType t = m.Types[f._type];
        do
        {
            switch (f._pc)
            {
                case LoadB:
                    f._oldB = m.Load8(f._src + m.L.B);
                    f._pc = LoadOldBuckets;
                    break;
                case LoadOldBuckets:
                    f._old = m.LoadPointer(f._src + m.L.OldBuckets);
                    f._pc = LoadSameSize;
                    break;
                case LoadSameSize:
                    if ((m.Load8(f._src + m.L.Flags) & HmapFlags.SameSizeGrow) == 0)
                    {
                        f._oldB = unchecked((byte)(f._oldB - 1));
                    }

                    f._size = Bmap.BucketShift(f._oldB, m.PointerSize);
                    f._from = m.Element(f._old, 0, t.BucketSize);
                    f._pc = LoadEvacuated;
                    break;
                case LoadEvacuated:
                    if (!Bmap.IsEvacuated(m.Load8(f._from)))
                    {
                        f._pc = LoadNewB;
                    }
                    else if (f.NextBucket(m, t))
                    {
                        return;
                    }

                    break;
                case LoadNewB:
                    byte newB = m.Load8(f._dst + m.L.B);
                    f._pos = f._i & Bmap.BucketMask(newB, m.PointerSize);
                    f._pc = f._oldB >= newB ? LoadTo : Cell;
                    break;
                case LoadTo:
                    f._to = m.Element(m.LoadPointer(f._dst + m.L.Buckets), f._pos, t.BucketSize);
                    f._pos = 0;
                    f._pc = FindEnd;
                    break;
                case FindEnd:
                    Addr next = m.LoadPointer(f._to + t.OverflowOffset);
                    if (!next.IsNil)
                    {
                        f._to = next;
                        break;
                    }

                    f._pc = MovedOverflow;
                    MoveToBmap.Call(m, f._type, f._dst, f._to, 0, f._from);
                    return;
                case MovedOverflow:
                    f._to = m.TakeResults(out Addr pos);
                    f._from = m.LoadPointer(f._from + t.OverflowOffset);
                    if (!f._from.IsNil)
                    {
                        MoveToBmap.Call(m, f._type, f._dst, f._to, pos.Value, f._from);
                        return;
                    }

                    f._to = default;
                    if (f.NextBucket(m, t))
                    {
                        return;
                    }

                    break;
                case Cell:
                    f._pos = 0;
                    f._pc = Bmap.IsEmpty(m.Load8(f._from + f._slot)) ? NextCell : CheckFlags;
                    break;
                case CheckFlags:
                    if (m.FailIfWriting(m.Load8(f._src + m.L.Flags), Failure.ConcurrentCloneWrite))
                    {
                        return;
                    }

                    f._to = f._from + (Bmap.DataOffset + f._slot * t.KeySlot);
                    f._elem = f._from + (t.ElemsOffset + f._slot * t.ElemSlot);
                    f._pc = t.IndirectKey ? KeyPointer : AfterKeyPointer(t);
                    break;
                case KeyPointer:
                    f._to = m.LoadPointer(f._to);
                    f._pc = AfterKeyPointer(t);
                    break;
                case ElemPointer:
                    f._elem = m.LoadPointer(f._elem);
                    f._pc = KeyWord;
                    break;
                case KeyWord:
                    if (KeyCopy.LoadWord(ref f, m, f._to, t.Key.Size, ref f._word))
                    {
                        f._to = default;
                        f._pc = GotElem;
                        MapAssign.Call(m, f._type, f._dst, m.ScratchAddress(ref f), MapVariant.Generic);
                        return;
                    }

                    break;
                case GotElem:
                    KeyCopy.Clear(ref f, t.Key.Size);
                    f._pc = NextCell;
                    MemMove.Call(m, new Addr(m.TakeResult()), f._elem, t.Elem.Size, PointerWrite.CloneElem);
                    f._elem = default;
                    return;
                case NextCell:
                    f._slot++;
                    f._pc = f._slot == Bmap.Slots ? Overflow : Cell;
                    break;
                case Overflow:
                    f._slot = 0;
                    f._from = m.LoadPointer(f._from + t.OverflowOffset);
                    f._pc = Cell;
                    if (f._from.IsNil && f.NextBucket(m, t))
                    {
                        return;
                    }

                    break;
            }
        }
        while (m.Next());
    }

    private static Label AfterKeyPointer(MapType t) => t.IndirectElem ? ElemPointer : KeyWord;

    /// <summary>Goes to the next old bucket; true if there is none and the frame has returned.</summary>
    private bool NextBucket(Machine m, MapType t)
    {
        _i++;
        if (_i == _size)
        {
            m.Return(_dst);
            return true;
        }

        _from = m.Element(_old, _i, t.BucketSize);
        _pc = LoadEvacuated;
        return false;
    }
}
