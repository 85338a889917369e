using MapSim.Faults;
using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;
using static MapSim.Map.Evacuate.Label;

namespace MapSim.Map;

/// <summary>
/// evacuate (map.go 1246-1368 of 1.23 and its fast variants): moves the entries of one old bucket and its chain to
/// the new array, bucket X (same number) or Y (number + old count), by one more bit of the hash.
/// </summary>
/// <remarks>
/// The old cell's tophash says afterwards where the entry went. A NaN's hash is random: if an iterator may be
/// running, the low bit of the old tophash decides and the fresh hash gives the new tophash; else the fresh hash
/// decides and the tophash stays. Afterwards keys and elems of the old main bucket are cleared, unless an old
/// iterator may still read them or the bucket has no pointers.
/// </remarks>
public struct Evacuate : IFrame<Evacuate>
{
    private Addr _h, _b, _x, _y, _k;
    private ulong _oldBucket, _newBit, _hash;
    private ushort _type, _word;
    private byte _i, _xi, _yi, _top, _useY, _flags;
    private MapVariant _variant;
    private Label _pc;

    /// <summary>Where the frame resumes.</summary>
    public enum Label : byte
    {
        /// <summary>Load h.oldbuckets.</summary>
        LoadOldBuckets,

        /// <summary>Load h.B.</summary>
        LoadB,

        /// <summary>Load h.flags: how many old buckets?</summary>
        LoadFlags,

        /// <summary>Load the first tophash: evacuated already?</summary>
        LoadEvacuated,

        /// <summary>Load h.buckets for destination X.</summary>
        LoadX,

        /// <summary>Load h.flags: is there a destination Y?</summary>
        LoadSameSize,

        /// <summary>Load h.buckets for destination Y.</summary>
        LoadY,

        /// <summary>Load a tophash.</summary>
        Cell,

        /// <summary>Store evacuatedEmpty.</summary>
        StoreEmpty,

        /// <summary>Load the pointer to an indirect key.</summary>
        KeyPointer,

        /// <summary>Load h.flags: does the hash matter?</summary>
        LoadEntryFlags,

        /// <summary>Load h.hash0.</summary>
        LoadHash0,

        /// <summary>Load a word of the key; after the last, hash.</summary>
        KeyWord,

        /// <summary>Load h.flags: may an iterator be running? (generic)</summary>
        LoadIterator,

        /// <summary>Store where the entry goes.</summary>
        StoreEvacuated,

        /// <summary>Take the new overflow bucket (no access).</summary>
        GotOverflow,

        /// <summary>Store the tophash at the destination.</summary>
        StoreTop,

        /// <summary>Copy the key slot (an indirect key's pointer is stored).</summary>
        CopyKey,

        /// <summary>Copy the elem slot.</summary>
        CopyElem,

        /// <summary>Load the overflow pointer.</summary>
        Overflow,

        /// <summary>Load h.flags: may the old bucket be cleared?</summary>
        LoadOldIterator,

        /// <summary>Load h.oldbuckets and clear the old bucket.</summary>
        ClearOld,

        /// <summary>Load h.nevacuate: is this the bucket at the mark?</summary>
        LoadNevacuate,
    }

    /// <inheritdoc/>
    public static ushort Kind => FrameKinds.Evacuate;

    /// <inheritdoc/>
    public static int AddressCount => 5;

    /// <inheritdoc/>
    public static string LabelOf(in Evacuate f) => f._pc.ToString();

    internal static void Call(Machine m, int type, Addr h, ulong oldBucket, MapVariant variant) =>
        m.Call<Evacuate>(m.Types[type].Key.Size).Set(type, h, oldBucket, variant);

    internal static void TailCall(Machine m, int type, Addr h, ulong oldBucket, MapVariant variant) =>
        m.TailCall<Evacuate>(m.Types[type].Key.Size).Set(type, h, oldBucket, variant);

    /// <inheritdoc/>
    public static void Step(ref Evacuate f, Machine m)
    {
        MapType t = m.Types[f._type];
        do
        {
            switch (f._pc)
            {
                case LoadOldBuckets:
                    f._b = m.Element(m.LoadPointer(f._h + m.L.OldBuckets), f._oldBucket, t.BucketSize);
                    f._pc = LoadB;
                    break;
                case LoadB:
                    f._newBit = m.Load8(f._h + m.L.B);
                    f._pc = LoadFlags;
                    break;
                case LoadFlags:
                    bool same = f.IsSameSize(m);
                    f._newBit = Bmap.BucketShift(unchecked((byte)(f._newBit - (same ? 0UL : 1UL))), m.PointerSize);
                    f._pc = LoadEvacuated;
                    break;
                case LoadEvacuated:
                    f._pc = Bmap.IsEvacuated(m.Load8(f._b)) ? LoadNevacuate : LoadX;
                    break;
                case LoadX:
                    f._x = m.Element(m.LoadPointer(f._h + m.L.Buckets), f._oldBucket, t.BucketSize);
                    f._pc = LoadSameSize;
                    break;
                case LoadSameSize:
                    f._pc = f.IsSameSize(m) && !m.Has(Fault.SamesizeComputesY) ? Cell : LoadY;
                    break;
                case LoadY:
                    f._y = m.Element(m.LoadPointer(f._h + m.L.Buckets), f._oldBucket + f._newBit, t.BucketSize);
                    f._pc = Cell;
                    break;
                case Cell:
                    f._top = m.Load8(f._b + f._i);
                    if (Bmap.IsEmpty(f._top))
                    {
                        f._top = 0;
                        f._pc = StoreEmpty;
                    }
                    else if (f._top < Bmap.MinTopHash)
                    {
                        m.Fail(Failure.BadMapState);
                        return;
                    }
                    else
                    {
                        f._k = f._b + (Bmap.DataOffset + f._i * t.KeySlot);
                        f._pc = t.IndirectKey ? KeyPointer : LoadEntryFlags;
                    }

                    break;
                case StoreEmpty:
                    m.Store8(f._b + f._i, Bmap.EvacuatedEmpty);
                    f.NextCell();
                    break;
                case KeyPointer:
                    f._k = m.LoadPointer(f._k);
                    f._pc = LoadEntryFlags;
                    break;
                case LoadEntryFlags:
                    f._useY = 0;
                    f._pc = f.IsSameSize(m) ? StoreEvacuated : LoadHash0;
                    break;
                case LoadHash0:
                    f._hash = m.Load32(f._h + m.L.Hash0);
                    f._pc = KeyWord;
                    break;
                case KeyWord:
                    if (KeyCopy.LoadWord(ref f, m, f._k, t.Key.Size, ref f._word) && !f.HashKey(m, t))
                    {
                        return;
                    }

                    break;
                case LoadIterator:
                    f._flags = m.Load8(f._h + m.L.Flags);
                    f.Choose(m, t);
                    f._pc = StoreEvacuated;
                    break;
                case StoreEvacuated:
                    m.Store8(f._b + f._i, (byte)(Bmap.EvacuatedX + f._useY));
                    f._pc = StoreTop;
                    if (f.DestinationSlot == Bmap.Slots)
                    {
                        f._pc = GotOverflow;
                        NewOverflow.Call(m, f._type, f._h, f.Destination);
                        return;
                    }

                    break;
                case GotOverflow:
                    f.Destination = new Addr(m.TakeResult());
                    f.DestinationSlot = 0;
                    f._pc = StoreTop;
                    break;
                case StoreTop:
                    m.Store8(f.Destination + f.DestinationSlot, f._top);
                    f._pc = CopyKey;
                    break;
                case CopyKey:
                    if (f.CopyTheKey(m, t))
                    {
                        return;
                    }

                    break;
                case CopyElem:
                    f.CopyTheElem(m, t);
                    return;
                case Overflow:
                    f._b = m.LoadPointer(f._b + t.OverflowOffset);
                    f._i = 0;
                    f._pc = f._b.IsNil || m.Has(Fault.EvacDropsOverflow) ? LoadOldIterator : Cell;
                    break;
                case LoadOldIterator:
                    bool walked = (m.Load8(f._h + m.L.Flags) & HmapFlags.OldIterator) != 0 && !m.Has(Fault.EvacIgnoresOlditerator);
                    f._pc = !walked && t.BucketHasPointers ? ClearOld : LoadNevacuate;
                    break;
                case ClearOld:
                    f._pc = LoadNevacuate;
                    Addr old = m.Element(m.LoadPointer(f._h + m.L.OldBuckets), f._oldBucket, t.BucketSize);
                    MemClear.Call(m, old + Bmap.DataOffset, (ulong)(t.BucketSize - Bmap.DataOffset), PointerWrite.EvacuateClear);
                    return;
                case LoadNevacuate:
                    if (m.LoadWord(f._h + m.L.Nevacuate) == f._oldBucket)
                    {
                        AdvanceEvacuationMark.TailCall(m, f._type, f._h, f._newBit);
                    }
                    else
                    {
                        m.Return();
                    }

                    return;
            }
        }
        while (m.Next());
    }

    private void Set(int type, Addr h, ulong oldBucket, MapVariant variant)
    {
        _h = h;
        _oldBucket = oldBucket;
        _type = (ushort)type;
        _variant = variant;
    }

    private Addr Destination
    {
        readonly get => _useY == 0 ? _x : _y;
        set
        {
            if (_useY == 0)
            {
                _x = value;
            }
            else
            {
                _y = value;
            }
        }
    }

    private byte DestinationSlot
    {
        readonly get => _useY == 0 ? _xi : _yi;
        set
        {
            if (_useY == 0)
            {
                _xi = value;
            }
            else
            {
                _yi = value;
            }
        }
    }

    private readonly bool IsSameSize(Machine m) => (m.Load8(_h + m.L.Flags) & HmapFlags.SameSizeGrow) != 0;

    private void NextCell()
    {
        _i++;
        _pc = _i == Bmap.Slots ? Overflow : Cell;
    }

    private bool HashKey(Machine m, MapType t)
    {
        if (!KeyHash.TryHashStored(m, t, m.ScratchAddress(ref this), _hash, out _hash))
        {
            return false;
        }

        m.NoteUserCode();
        if (_variant == MapVariant.Generic)
        {
            _pc = LoadIterator;
            return true;
        }

        Choose(m, t);
        _pc = StoreEvacuated;
        return true;
    }

    private void Choose(Machine m, MapType t)
    {
        if ((_flags & HmapFlags.Iterator) != 0 && !KeyEqual.IsReflexive(m, t.Key, m.ScratchAddress(ref this)) && !m.Has(Fault.EvacNanUsesHash))
        {
            _useY = (byte)(_top & 1);
            _top = KeyHash.TopHash(m, _hash);
        }
        else
        {
            ulong bit = m.Has(Fault.EvacWrongBit) ? _newBit << 1 : _newBit;
            _useY = (_hash & bit) != 0 ? (byte)1 : (byte)0;
        }

        KeyCopy.Clear(ref this, t.Key.Size);
        _hash = 0;
        _flags = 0;
    }

    /// <summary>True if a frame was called.</summary>
    private bool CopyTheKey(Machine m, MapType t)
    {
        Addr to = Destination + (Bmap.DataOffset + DestinationSlot * t.KeySlot);
        if (t.IndirectKey)
        {
            // The pointer was loaded when the key was looked at.
            _pc = m.StorePointer(to, _k, PointerWrite.EvacuateKeyStorage) ? CopyElem : CopyKey;
            return false;
        }

        _pc = CopyElem;
        PointerWrite write = _variant switch
        {
            MapVariant.Generic => PointerWrite.EvacuateKey,
            MapVariant.FastStr => PointerWrite.EvacuateStringKey,
            _ => t.Key.HasPointers ? PointerWrite.EvacuatePointerKey : PointerWrite.EvacuateFastKey,
        };
        MemMove.Call(m, to, _b + (Bmap.DataOffset + _i * t.KeySlot), t.KeySlot, write);
        return true;
    }

    /// <summary>Copies the elem; the entry is moved then.</summary>
    private void CopyTheElem(Machine m, MapType t)
    {
        Addr to = Destination + (t.ElemsOffset + DestinationSlot * t.ElemSlot), from = _b + (t.ElemsOffset + _i * t.ElemSlot);
        DestinationSlot++;
        _top = 0;
        _k = default;
        NextCell();
        MemMove.Call(m, to, from, t.ElemSlot, t.IndirectElem ? PointerWrite.EvacuateElemStorage : PointerWrite.EvacuateElem);
    }
}
