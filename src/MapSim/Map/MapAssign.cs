using MapSim.Faults;
using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;
using static MapSim.Map.MapAssign.Label;

namespace MapSim.Map;

/// <summary>
/// Assignment up to the point where the slot is known: mapassign and its fast variants (map.go 614-741 of 1.23).
/// </summary>
/// <remarks>
/// Hash, set hashWriting, make the first bucket if there is none, do growth work for this bucket, then walk the chain
/// of the new array, remembering the first free slot. An equal key is updated if its type needs it. An absent key may
/// start a grow (and then everything is done again), may need an overflow bucket, and is stored by
/// <see cref="MapInsert"/>. Result: R0 is the address where the caller stores the elem.
/// </remarks>
public struct MapAssign : IFrame<MapAssign>
{
    private Addr _h, _key, _b, _insertb, _k;
    private ulong _bits, _hash, _bucket, _count;
    private ushort _type, _word;
    private byte _top, _i, _inserti, _flags;
    private MapVariant _variant;
    private Label _pc;

    /// <summary>Where the frame resumes.</summary>
    public enum Label : byte
    {
        /// <summary>Load h.flags: is somebody writing?</summary>
        CheckFlags,
        /// <summary>Load h.hash0 and hash.</summary>
        LoadHash0,
        /// <summary>Load h.flags for the toggle.</summary>
        LoadFlags,
        /// <summary>Store h.flags with hashWriting toggled.</summary>
        StoreFlags,
        /// <summary>Load h.buckets: is there a bucket at all?</summary>
        CheckBuckets,
        /// <summary>Allocate the first bucket.</summary>
        NewBucket,
        /// <summary>Store h.buckets.</summary>
        StoreBuckets,
        /// <summary>Load h.B: choose the bucket (again after a grow).</summary>
        Again,
        /// <summary>Load h.oldbuckets: growing?</summary>
        LoadGrowing,
        /// <summary>Load h.buckets.</summary>
        LoadBuckets,
        /// <summary>Load a tophash.</summary>
        Cell,
        /// <summary>Load the pointer to an indirect key.</summary>
        KeyPointer,
        /// <summary>Load a word of the key.</summary>
        KeyWord,
        /// <summary>Load a key (fast32, fast64).</summary>
        FastKey,
        /// <summary>Load a string's length.</summary>
        StringLength,
        /// <summary>Load a string's data pointer.</summary>
        StringData,
        /// <summary>Store the key over the equal one (faststr: its data pointer).</summary>
        UpdateKey,
        /// <summary>Load the overflow pointer.</summary>
        Overflow,
        /// <summary>Load h.oldbuckets: a grow may start only if none is in progress.</summary>
        CheckGrowing,
        /// <summary>Load h.count.</summary>
        LoadCount,
        /// <summary>Load h.B for the load limit.</summary>
        LoadLimit,
        /// <summary>Load h.noverflow.</summary>
        LoadNoverflow,
        /// <summary>Take the new overflow bucket (no access).</summary>
        GotOverflow,
    }

    /// <inheritdoc/>
    public static ushort Kind => FrameKinds.MapAssign;

    /// <inheritdoc/>
    public static int AddressCount => 5;

    /// <inheritdoc/>
    public static bool IsSafePoint(in MapAssign f) => f._pc is NewBucket;

    /// <inheritdoc/>
    public static string LabelOf(in MapAssign f) => f._pc.ToString();

    /// <summary>Calls it for a key in the goroutine's own memory. A nil map fails at once.</summary>
    /// <param name="m">The machine.</param>
    /// <param name="type">The map type's number.</param>
    /// <param name="h">The map; may be nil.</param>
    /// <param name="key">Where the key lies.</param>
    /// <param name="variant">Which entry point.</param>
    public static void Call(Machine m, int type, Addr h, Addr key, MapVariant variant)
    {
        KeyArg arg = KeyArg.Load(m, variant, key);
        ref MapAssign f = ref m.Call<MapAssign>(variant == MapVariant.Generic ? m.Types[type].Key.Size : 0);
        f._h = h;

        // For a pointer key, the fault is that its bits are all there is of it: the collector does not see a pointer.
        f._key = KeyArg.IsPointer(variant) && m.Has(Fault.WbKeyAsIntegerRoot) ? default : arg.Pointer;
        f._bits = arg.Bits;
        f._type = (ushort)type;
        f._variant = variant;
    }

    /// <inheritdoc/>
    public static void Step(ref MapAssign f, Machine m)
    {
        MapType t = m.Types[f._type];
        do
        {
            switch (f._pc)
            {
                case CheckFlags:
                    if (f._h.IsNil)
                    {
                        m.Fail(Failure.AssignToNilMap);
                        return;
                    }

                    if (m.FailIfWriting(m.Load8(f._h + m.L.Flags), Failure.ConcurrentWrites))
                    {
                        return;
                    }

                    f._pc = m.Has(Fault.DetFlagBeforeHash) ? LoadFlags : LoadHash0;
                    break;
                case LoadHash0:
                    if (!KeyHash.TryHash(m, t, new KeyArg(f._variant, f._key, f._bits), m.Load32(f._h + m.L.Hash0), out f._hash))
                    {
                        return;
                    }

                    m.NoteUserCode();
                    f._top = KeyHash.TopHash(m, f._hash);
                    f._pc = m.Has(Fault.DetFlagBeforeHash) ? CheckBuckets : LoadFlags;
                    break;
                case LoadFlags:
                    f._flags = m.Load8(f._h + m.L.Flags);
                    f._pc = StoreFlags;
                    break;
                case StoreFlags:
                    m.Store8(f._h + m.L.Flags, WriteFlag.Begin(m, f._flags));
                    f._flags = 0;
                    f._pc = m.Has(Fault.DetFlagBeforeHash) ? LoadHash0 : CheckBuckets;
                    break;
                case CheckBuckets:
                    f._pc = m.LoadPointer(f._h + m.L.Buckets).IsNil ? NewBucket : Again;
                    break;
                case NewBucket:
                    f._b = m.Allocate((ulong)t.BucketSize, m.PointersOf(f._type).Bucket, ObjectKind.BucketArray, f._h);
                    f._pc = StoreBuckets;
                    break;
                case StoreBuckets:
                    if (m.StorePointer(f._h + m.L.Buckets, f._b, PointerWrite.FirstBucket))
                    {
                        f._b = default;
                        f._pc = Again;
                    }

                    break;
                case Again:
                    f._bucket = f._hash & Bmap.BucketMask(m.Load8(f._h + m.L.B), m.PointerSize);
                    f._pc = LoadGrowing;
                    break;
                case LoadGrowing:
                    f._pc = m.Has(Fault.GrowOnUpdate) ? CheckGrowing : LoadBuckets;
                    if (!m.LoadPointer(f._h + m.L.OldBuckets).IsNil)
                    {
                        GrowWork.Call(m, f._type, f._h, f._bucket, f._variant);
                        return;
                    }

                    break;
                case LoadBuckets:
                    f._b = m.Element(m.LoadPointer(f._h + m.L.Buckets), f._bucket, t.BucketSize);
                    f._bucket = m.Has(Fault.AssignLinkAtHead) ? f._b.Value : 0;
                    f._i = 0;
                    f._pc = Cell;
                    break;
                case Cell:
                    f.LookAtCell(m, m.Load8(f._b + f._i), t);
                    break;
                case KeyPointer:
                    f._k = m.LoadPointer(f._k);
                    f._pc = KeyWord;
                    break;
                case KeyWord:
                    if (!KeyCopy.LoadWord(ref f, m, f._k, t.Key.Size, ref f._word))
                    {
                        break;
                    }

                    m.NoteUserCode();
                    bool equal = KeyEqual.Test(m, t.Key, f._key, m.ScratchAddress(ref f));
                    KeyCopy.Clear(ref f, t.Key.Size);
                    if (!equal)
                    {
                        f._k = default;
                        f.NextCell();
                    }
                    else if (t.Key.NeedsKeyUpdate)
                    {
                        f._pc = UpdateKey;
                    }
                    else
                    {
                        f.End(m, t);
                        return;
                    }

                    break;
                case FastKey:
                    if (m.LoadPlainKey(f._b + (Bmap.DataOffset + f._i * t.KeySlot), t.KeySlot) == f._bits)
                    {
                        f.End(m, t);
                        return;
                    }

                    f.NextCell();
                    break;
                case StringLength:
                    if (m.LoadWord(f._k + m.PointerSize) == f._bits)
                    {
                        f._pc = StringData;
                    }
                    else
                    {
                        f._k = default;
                        f.NextCell();
                    }

                    break;
                case StringData:
                    Addr data = m.LoadPointer(f._k);
                    if (data == f._key || m.StringBytes(data, f._bits).SequenceEqual(m.StringBytes(f._key, f._bits)))
                    {
                        f._pc = UpdateKey;
                    }
                    else
                    {
                        f._k = default;
                        f.NextCell();
                    }

                    break;
                case UpdateKey when m.Has(Fault.AssignNoKeyupdate):
                    f.End(m, t);
                    return;
                case UpdateKey when f._variant == MapVariant.FastStr:
                    if (m.StorePointer(f._k, f._key, PointerWrite.StringKeyUpdate))
                    {
                        f.End(m, t);
                        return;
                    }

                    break;
                case UpdateKey:
                    // The frame that ends the write takes this one's place first: the copy returns to it.
                    (Addr slot, Addr key) = (f._k, f._key);
                    f.End(m, t);
                    MemMove.Call(m, slot, key, t.Key.Size, PointerWrite.KeyUpdate);
                    return;
                case Overflow:
                    Addr next = m.LoadPointer(f._b + t.OverflowOffset);
                    if (next.IsNil)
                    {
                        f._pc = CheckGrowing;
                        break;
                    }

                    f._b = next;
                    f._i = 0;
                    f._pc = Cell;
                    break;
                case CheckGrowing:
                    if (!m.LoadPointer(f._h + m.L.OldBuckets).IsNil)
                    {
                        f.Insert(m, t);
                        return;
                    }

                    f._pc = LoadCount;
                    break;
                case LoadCount:
                    f._count = m.LoadWord(f._h + StructLayouts.Count);
                    f._pc = LoadLimit;
                    break;
                case LoadLimit:
                    byte limit = m.Load8(f._h + m.L.B);
                    if (GrowRule.OverLoadFactor(m, unchecked(f._count + 1), limit))
                    {
                        f.Grow(m);
                        return;
                    }

                    f._count = limit;
                    f._pc = LoadNoverflow;
                    break;
                case LoadNoverflow:
                    bool tooMany = GrowRule.TooManyOverflowBuckets(m, m.Load16(f._h + m.L.Noverflow), (byte)f._count);
                    f._count = 0;
                    if (tooMany)
                    {
                        f.Grow(m);
                    }
                    else
                    {
                        f.Insert(m, t);
                    }

                    return;
                case GotOverflow:
                    f._insertb = new Addr(m.TakeResult());
                    f._inserti = 0;
                    f.Insert(m, t);
                    return;
            }
        }
        while (m.Next());
    }

    /// <summary>The fast32 and fast64 code asks first whether the cell is empty, the others whether the tophash is the key's.</summary>
    private void LookAtCell(Machine m, byte top, MapType t)
    {
        bool looksAtEmptyFirst = _variant is not (MapVariant.Generic or MapVariant.FastStr);
        if (!looksAtEmptyFirst && top == _top)
        {
            _k = _b + (Bmap.DataOffset + _i * t.KeySlot);
            _pc = _variant == MapVariant.FastStr ? StringLength : t.IndirectKey ? KeyPointer : KeyWord;
            return;
        }

        if (Bmap.IsEmpty(top))
        {
            if (_insertb.IsNil)
            {
                _insertb = _b;
                _inserti = _i;
            }

            if (top == Bmap.EmptyRest || m.Has(Fault.AssignHoleWithoutScan))
            {
                _pc = CheckGrowing;
                return;
            }
        }
        else if (looksAtEmptyFirst)
        {
            _pc = FastKey;
            return;
        }

        NextCell();
    }

    private void NextCell()
    {
        _i++;
        _pc = _i == Bmap.Slots ? Overflow : Cell;
    }

    private void Grow(Machine m)
    {
        _count = 0;
        _pc = CheckGrowing;
        if (!m.Has(Fault.AssignNoAgain))
        {
            (_b, _insertb, _inserti, _i, _pc) = (default, default, 0, 0, Again);
        }

        HashGrow.Call(m, _type, _h);
    }

    private void Insert(Machine m, MapType t)
    {
        if (_b.IsNil)
        {
            _pc = LoadBuckets; // the load was tested before the search (Fault.GrowOnUpdate)
            return;
        }

        if (_insertb.IsNil)
        {
            _pc = GotOverflow;
            NewOverflow.Call(m, _type, _h, _bucket != 0 ? new Addr(_bucket) : _b);
            return;
        }

        MapInsert.TailCall(m, _type, _h, new KeyArg(_variant, _key, _bits), _top, _insertb, _inserti);
    }

    /// <summary>The key is there: its elem is where the caller stores.</summary>
    private readonly void End(Machine m, MapType t) =>
        EndWrite.TailCall(m, _type, _h, _b + (t.ElemsOffset + _i * t.ElemSlot));
}
