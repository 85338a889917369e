using MapSim.Faults;
using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;
using static MapSim.Map.MapIterNext.Label;

namespace MapSim.Map;

/// <summary>
/// mapiternext (map.go 934-1069 of 1.23): finds the next entry and stores it in the iterator, or nil at the end.
/// </summary>
/// <remarks>
/// It walks the array the iteration began with. If the map grows and has the iterator's B, buckets not evacuated yet
/// are read from the old array, and only those entries are taken that will move to the bucket at hand (checkBucket).
/// An entry that has moved is looked up again, for it may have changed or gone. Fields of an iterator on the stack
/// are the goroutine's own: their access is no visible step, and all of them are loaded or stored at once.
/// </remarks>
public partial struct MapIterNext : IFrame<MapIterNext>
{
    private Addr _it, _h, _b, _k, _e;
    private ulong _bucket, _check, _startBucket, _hash;
    private ushort _type, _word;
    private byte _i, _offset, _top, _field, _itB, _wrapped, _purpose;
    private Label _pc;
    private const byte ForHash = 1, ForReflexive = 2, ForLookup = 3, NoFilter = 4;

    /// <summary>Where the frame resumes.</summary>
    public enum Label : byte
    {
        /// <summary>Load it.h.</summary>
        LoadH,
        /// <summary>Load h.flags: is somebody writing?</summary>
        CheckFlags,
        /// <summary>Load the iterator's fields, one after the other.</summary>
        LoadIterator,
        /// <summary>Only with the repair iter-ends-with-seed: load h.hash0. Another one: the iteration is at its end.</summary>
        CheckSeed,
        /// <summary>No current bucket: at the end? (no access)</summary>
        NextBucket,
        /// <summary>Store nil to it.key and it.elem.</summary>
        StoreEnd,
        /// <summary>Load h.oldbuckets: growing?</summary>
        LoadGrowing,
        /// <summary>Load h.B: the iterator's?</summary>
        LoadB,
        /// <summary>Load h.flags: how many old buckets?</summary>
        LoadSameSize,
        /// <summary>Load h.oldbuckets for the old bucket.</summary>
        LoadOldBuckets,
        /// <summary>Load the old bucket's first tophash.</summary>
        LoadEvacuated,
        /// <summary>Load it.buckets for the bucket.</summary>
        LoadBuckets,
        /// <summary>Store true to it.wrapped.</summary>
        StoreWrapped,
        /// <summary>Load a tophash.</summary>
        Cell,
        /// <summary>Load the pointer to an indirect key.</summary>
        KeyPointer,
        /// <summary>Load h.flags: must the entry belong to the bucket?</summary>
        LoadCheck,
        /// <summary>Load h.hash0.</summary>
        LoadHash0,
        /// <summary>Load a word of the key.</summary>
        KeyWord,
        /// <summary>Load the tophash again: has the entry moved?</summary>
        LoadMoved,
        /// <summary>Load the pointer to an indirect elem.</summary>
        ElemPointer,
        /// <summary>Take what the lookup found (no access).</summary>
        GotEntry,
        /// <summary>Store the iterator's fields, one after the other.</summary>
        StoreIterator,
        /// <summary>Load the overflow pointer.</summary>
        Overflow,
    }

    /// <inheritdoc/>
    public static ushort Kind => FrameKinds.MapIterNext;

    /// <inheritdoc/>
    public static int AddressCount => 5;

    /// <inheritdoc/>
    public static string LabelOf(in MapIterNext f) => f._pc.ToString();

    /// <summary>Calls it for an iterator that has not ended.</summary>
    public static void Call(Machine m, Addr it)
    {
        int type = m.TypeAt(new Addr(KeyHash.Word(m, it + m.L.ItType)));
        m.Call<MapIterNext>(m.Types[type].Key.Size).Set(it, type);
    }

    /// <summary>Of mapiterinit, which knows the type: that it stored it.t does not mean that memory has it already.</summary>
    internal static void TailCall(Machine m, int type, Addr it) => m.TailCall<MapIterNext>(m.Types[type].Key.Size).Set(it, type);

    /// <inheritdoc/>
    public static void Step(ref MapIterNext f, Machine m)
    {
        MapType t = m.Types[f._type];
        do
        {
            switch (f._pc)
            {
                case LoadH:
                    f._h = m.LoadPointer(f._it + m.L.ItH);
                    f._pc = CheckFlags;
                    break;
                case CheckFlags:
                    if (m.FailIfWriting((byte)(m.Load8(f._h + m.L.Flags) & (m.Has(Faults.Fault.DetIterUnchecked) ? 0 : HmapFlags.HashWriting)), Failure.ConcurrentIterationWrite))
                    {
                        return;
                    }

                    f._pc = LoadIterator;
                    break;
                case LoadIterator:
                    do
                    {
                        f.LoadField(m);
                    }
                    while (f._pc == LoadIterator && m.Memory.Accesses == 0);
                    break;
                case CheckSeed:
                    f._pc = m.Load32(f._h + m.L.Hash0) != (uint)f._hash ? StoreEnd : f._b.IsNil ? NextBucket : Cell;
                    f._hash = 0;
                    break;
                case NextBucket:
                    f._pc = f._wrapped != 0 && f._bucket == f.EndBucket(m) ? StoreEnd : LoadGrowing;
                    break;
                case StoreEnd:
                    if (f._field == 0)
                    {
                        f._field = m.StorePointer(f._it + StructLayouts.ItKey, default, PointerWrite.IterKey) ? (byte)1 : (byte)0;
                    }
                    else if (m.StorePointer(f._it + m.L.ItElem, default, PointerWrite.IterElem))
                    {
                        m.Return();
                        return;
                    }

                    break;
                case LoadGrowing:
                    f._pc = m.LoadPointer(f._h + m.L.OldBuckets).IsNil ? LoadBuckets : LoadB;
                    break;
                case LoadB:
                    f._pc = m.Load8(f._h + m.L.B) == f._itB ? LoadSameSize : LoadBuckets;
                    break;
                case LoadSameSize:
                    byte oldB = unchecked((byte)(f._itB - ((m.Load8(f._h + m.L.Flags) & HmapFlags.SameSizeGrow) != 0 ? 0 : 1)));
                    f._check = f._bucket & Bmap.BucketMask(oldB, m.PointerSize);
                    f._purpose = m.Has(Repair.IterFilterOnce) && oldB == f._itB ? NoFilter : (byte)0;
                    f._pc = LoadOldBuckets;
                    break;
                case LoadOldBuckets:
                    f._b = m.Element(m.LoadPointer(f._h + m.L.OldBuckets), f._check, t.BucketSize);
                    f._pc = LoadEvacuated;
                    break;
                case LoadEvacuated:
                    if (Bmap.IsEvacuated(m.Load8(f._b)))
                    {
                        f._purpose = 0;
                        f._pc = LoadBuckets;
                        break;
                    }

                    f._check = f._purpose == NoFilter ? m.Arch.MaxUintptr : f._bucket;
                    f._purpose = 0;
                    f.EnterBucket(m);
                    if (EnterOldBucket.IsNeeded(m, t))
                    {
                        EnterOldBucket.Call(m, f._it, f._h, t);
                        return;
                    }

                    break;
                case LoadBuckets:
                    f._b = m.Element(m.LoadPointer(f._it + m.L.ItBuckets), f._bucket, t.BucketSize);
                    f._check = m.Arch.MaxUintptr;
                    f.EnterBucket(m);
                    break;
                case StoreWrapped:
                    m.Store8(f._it + m.L.ItWrapped, 1);
                    f._wrapped = 1;
                    f._pc = Cell;
                    break;
                case Cell:
                    if (f._i == Bmap.Slots)
                    {
                        f._pc = Overflow;
                        break;
                    }

                    f._top = m.Load8(f._b + f.Slot);
                    if (Bmap.IsEmpty(f._top) || f._top == Bmap.EvacuatedEmpty)
                    {
                        f.SkipCell(m);
                        break;
                    }

                    f._k = f._b + (Bmap.DataOffset + f.Slot * t.KeySlot);
                    f._pc = t.IndirectKey ? KeyPointer : f.AfterKeyPointer(m);
                    break;
                case KeyPointer:
                    f._k = m.LoadPointer(f._k);
                    f._pc = f.AfterKeyPointer(m);
                    break;
                case LoadCheck:
                    bool same = (m.Load8(f._h + m.L.Flags) & HmapFlags.SameSizeGrow) != 0;
                    f._pc = (same && !m.Has(Repair.IterFilterOnce)) || m.Has(Fault.IterNoCheckbucket) ? LoadMoved : LoadHash0;
                    break;
                case LoadHash0:
                    f._hash = m.Load32(f._h + m.L.Hash0);
                    f._purpose = ForHash;
                    f._pc = KeyWord;
                    break;
                case KeyWord:
                    if (KeyCopy.LoadWord(ref f, m, f._k, t.Key.Size, ref f._word) && !f.UseKey(m, t))
                    {
                        return;
                    }

                    break;
                case LoadMoved:
                    f._top = m.Load8(f._b + f.Slot);
                    if (f._top is not (Bmap.EvacuatedX or Bmap.EvacuatedY) || m.Has(Fault.IterGoldenSkipLookup))
                    {
                        f.Yield(t);
                    }
                    else
                    {
                        // Only a key that equals itself can be looked up.
                        f._purpose = t.Key.IsReflexive ? ForLookup : ForReflexive;
                        f._pc = KeyWord;
                    }

                    break;
                case ElemPointer:
                    f._e = m.LoadPointer(f._e);
                    f._pc = StoreIterator;
                    break;
                case GotEntry:
                    f._e = m.TakeResults(out Addr key);
                    KeyCopy.Clear(ref f, t.Key.Size);
                    f._k = m.Has(Fault.IterNoRegrabKey) && !key.IsNil ? f._k : key;
                    if (f._k.IsNil)
                    {
                        f._e = default;
                        f.NextCell();
                    }
                    else
                    {
                        f._pc = StoreIterator;
                    }

                    break;
                case StoreIterator:
                    bool done;
                    do
                    {
                        done = f.StoreField(m);
                    }
                    while (!done && m.Memory.Accesses == 0);
                    if (done)
                    {
                        m.Return();
                        return;
                    }

                    break;
                case Overflow:
                    f._b = m.LoadPointer(f._b + t.OverflowOffset);
                    f._i = 0;
                    f._pc = f._b.IsNil ? NextBucket : Cell;
                    break;
            }
        }
        while (m.Next());
    }

    private readonly int Slot => (_i + _offset) & (Bmap.Slots - 1);

    private void Set(Addr it, int type)
    {
        _it = it;
        _type = (ushort)type;
    }

    /// <summary>The bucket is chosen: moves the counter on, at once visible if it wraps.</summary>
    private void EnterBucket(Machine m)
    {
        _bucket++;
        _i = 0;
        _pc = Cell;
        if (_bucket == Bmap.BucketShift(_itB, m.PointerSize))
        {
            _bucket = 0;
            _pc = StoreWrapped;
        }
    }

    /// <summary>The bucket at which an iteration that has wrapped around ends: the one it began with.</summary>
    private readonly ulong EndBucket(Machine m) =>
        m.Has(Fault.IterWrapOffByOne) ? (_startBucket + 1) & Bmap.BucketMask(_itB, m.PointerSize) : _startBucket;

    /// <summary>
    /// An empty cell. Not even emptyRest says that the rest of the bucket is: the iteration may have begun in its middle.
    /// </summary>
    private void SkipCell(Machine m)
    {
        bool leaves = _top == Bmap.EmptyRest && m.Has(Fault.IterStopOnEmptyrest);
        NextCell();
        if (leaves)
        {
            _b = default;
            _pc = NextBucket;
        }
    }

    private void NextCell()
    {
        _i++;
        _k = default;
        _top = 0;
        _hash = 0;
        _purpose = 0;
        _pc = Cell;
    }

    private readonly Label AfterKeyPointer(Machine m) => _check != m.Arch.MaxUintptr ? LoadCheck : LoadMoved;

    private void Yield(MapType t)
    {
        _e = _b + (t.ElemsOffset + Slot * t.ElemSlot);
        _top = 0;
        _pc = t.IndirectElem ? ElemPointer : StoreIterator;
    }
}
