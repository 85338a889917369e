using System.Runtime.CompilerServices;
using MapSim.Faults;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;
using static MapSim.Map.MapAccess.Label;

namespace MapSim.Map;

/// <summary>Which lookup function runs.</summary>
public enum AccessMode : byte
{
    /// <summary>mapaccess1 and mapaccess2: returns the elem's address, nil if absent.</summary>
    Elem,

    /// <summary>mapaccessK: returns key and elem address; no check for writers. Used by iterators.</summary>
    KeyAndElem,
}

/// <summary>
/// Lookup: mapaccess1, mapaccess2, mapaccessK and their fast variants (map.go 412-600, map_fast32.go, map_fast64.go,
/// map_faststr.go of 1.23).
/// </summary>
/// <remarks>
/// Exactly one chain is searched: that of the old array if the map grows and the key's old bucket is not evacuated
/// yet, else that of the new one. The generic code compares tophash first and stops at emptyRest; fast32 and fast64
/// compare the key first and never stop early; faststr compares the length first. With B = 0 the fast functions do
/// not hash at all; for strings <see cref="MapAccessOneBucket"/> takes over then. Results: R0 elem address, R1 key address.
/// </remarks>
public struct MapAccess : IFrame<MapAccess>
{
    private Addr _h, _key, _b, _k;
    private ulong _bits, _hash, _mask;
    private ushort _type, _word;
    private byte _top, _i;
    private MapVariant _variant;
    private AccessMode _mode;
    private Label _pc;

    /// <summary>Where the frame resumes.</summary>
    public enum Label : byte
    {
        /// <summary>Load h.count.</summary>
        LoadCount,
        /// <summary>Load h.flags: is somebody writing?</summary>
        CheckFlags,
        /// <summary>Load h.B: is there a single bucket? (fast variants)</summary>
        LoadSingle,
        /// <summary>Load h.buckets for the single bucket.</summary>
        LoadOnlyBucket,
        /// <summary>Load h.hash0 and hash.</summary>
        LoadHash0,
        /// <summary>Load h.B.</summary>
        LoadB,
        /// <summary>Load h.buckets.</summary>
        LoadBuckets,
        /// <summary>Load h.oldbuckets.</summary>
        LoadOldBuckets,
        /// <summary>Load h.flags: a same-size grow?</summary>
        LoadSameSize,
        /// <summary>Load the old bucket's first tophash.</summary>
        LoadEvacuated,
        /// <summary>Load a tophash (generic).</summary>
        Cell,
        /// <summary>Load the pointer to an indirect key.</summary>
        KeyPointer,
        /// <summary>Load a word of the key.</summary>
        KeyWord,
        /// <summary>Load the pointer to an indirect elem.</summary>
        ElemPointer,
        /// <summary>Load a key (fast32, fast64).</summary>
        FastKey,
        /// <summary>Load the tophash of an equal key: is the slot in use?</summary>
        FastCell,
        /// <summary>Load a string's length.</summary>
        StringLength,
        /// <summary>Load the tophash beside a string.</summary>
        StringCell,
        /// <summary>Load a string's data pointer.</summary>
        StringData,
        /// <summary>Load the overflow pointer.</summary>
        Overflow,
    }

    /// <inheritdoc/>
    public static ushort Kind => FrameKinds.MapAccess;

    /// <inheritdoc/>
    public static int AddressCount => 4;

    /// <inheritdoc/>
    public static string LabelOf(in MapAccess f) => f._pc.ToString();

    /// <summary>Calls it for a key in the goroutine's own memory.</summary>
    /// <param name="m">The machine.</param>
    /// <param name="type">The map type's number.</param>
    /// <param name="h">The map; may be nil.</param>
    /// <param name="key">Where the key lies.</param>
    /// <param name="variant">Which entry point.</param>
    /// <param name="mode">What to return.</param>
    public static void Call(Machine m, int type, Addr h, Addr key, MapVariant variant, AccessMode mode)
    {
        KeyArg arg = KeyArg.Load(m, variant, key);
        ref MapAccess f = ref m.Call<MapAccess>(variant == MapVariant.Generic ? m.Types[type].Key.Size : 0);
        f._h = h;
        f._key = arg.Pointer;
        f._bits = arg.Bits;
        f._type = (ushort)type;
        f._variant = variant;
        f._mode = mode;
    }

    /// <summary>Goes on with hashing, after <see cref="MapAccessOneBucket"/> found two keys that look alike.</summary>
    internal static void TailCallToHash(Machine m, int type, Addr h, in KeyArg key)
    {
        ref MapAccess f = ref m.TailCall<MapAccess>();
        f._h = h;
        f._key = key.Pointer;
        f._bits = key.Bits;
        f._type = (ushort)type;
        f._variant = key.Variant;
        f._pc = LoadHash0;
    }

    /// <inheritdoc/>
    public static void Step(ref MapAccess f, Machine m)
    {
        MapType t = m.Types[f._type];
        do
        {
            switch (f._pc)
            {
                case LoadCount:
                    if (f._h.IsNil || m.LoadWord(f._h + StructLayouts.Count) == 0)
                    {
                        if (f._mode == AccessMode.KeyAndElem || KeyHash.CheckKeyOfEmptyMap(m, t, f.Key))
                        {
                            m.Return();
                        }

                        return;
                    }

                    f._pc = f._mode == AccessMode.KeyAndElem ? LoadHash0 : CheckFlags;
                    break;
                case CheckFlags:
                    if (m.FailIfWriting(m.Load8(f._h + m.L.Flags), Failure.ConcurrentReadWrite))
                    {
                        return;
                    }

                    f._pc = f._variant == MapVariant.Generic ? LoadHash0 : LoadSingle;
                    break;
                case LoadSingle:
                    f._pc = m.Load8(f._h + m.L.B) == 0 ? LoadOnlyBucket : LoadHash0;
                    break;
                case LoadOnlyBucket:
                    f._b = m.LoadPointer(f._h + m.L.Buckets);
                    if (f._variant == MapVariant.FastStr)
                    {
                        MapAccessOneBucket.TailCall(m, f._type, f._h, f.Key, f._b);
                        return;
                    }

                    f._pc = FastKey;
                    break;
                case LoadHash0:
                    if (!KeyHash.TryHash(m, t, f.Key, m.Load32(f._h + m.L.Hash0), out f._hash))
                    {
                        return;
                    }

                    m.NoteUserCode();
                    f._pc = LoadB;
                    break;
                case LoadB:
                    f._mask = Bmap.BucketMask(m.Load8(f._h + m.L.B), m.PointerSize);
                    f._pc = LoadBuckets;
                    break;
                case LoadBuckets:
                    f._b = m.Element(m.LoadPointer(f._h + m.L.Buckets), f._hash & f._mask, t.BucketSize);
                    f._pc = LoadOldBuckets;
                    break;
                case LoadOldBuckets:
                    f._k = m.LoadPointer(f._h + m.L.OldBuckets);
                    if (f._k.IsNil)
                    {
                        f.StartChain(m);
                        break;
                    }

                    f._pc = LoadSameSize;
                    break;
                case LoadSameSize:
                    ulong mask = (m.Load8(f._h + m.L.Flags) & HmapFlags.SameSizeGrow) != 0 ? f._mask : f._mask >> 1;
                    f._k = m.Element(f._k, f._hash & mask, t.BucketSize);
                    f._pc = LoadEvacuated;
                    break;
                case LoadEvacuated:
                    if (!Bmap.IsEvacuated(m.Load8(f._k)))
                    {
                        f._b = f._k;
                    }

                    f._k = default;
                    f.StartChain(m);
                    break;
                case Cell:
                    byte top = m.Load8(f._b + f._i);
                    if (top == f._top)
                    {
                        f._k = f.KeySlot(t);
                        f._pc = t.IndirectKey ? KeyPointer : KeyWord;
                    }
                    else if (top == Bmap.EmptyRest || (top == Bmap.EmptyOne && m.Has(Fault.AssignStopAtEmptyone)))
                    {
                        m.Return();
                        return;
                    }
                    else
                    {
                        f.NextCell(Cell);
                    }

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
                    if (KeyEqual.Test(m, t.Key, f._key, m.ScratchAddress(ref f)))
                    {
                        f.Found(m, t);
                        if (f._pc != ElemPointer)
                        {
                            return;
                        }

                        break;
                    }

                    KeyCopy.Clear(ref f, t.Key.Size);
                    f._k = default;
                    f.NextCell(Cell);
                    break;
                case ElemPointer:
                    m.Return(m.LoadPointer(f.ElemSlot(t)), f._k);
                    return;
                case FastKey:
                    if (f._b.IsNil)
                    {
                        m.Return();
                        return;
                    }

                    if (m.LoadPlainKey(f.KeySlot(t), t.KeySlot) == f._bits)
                    {
                        f._pc = FastCell;
                    }
                    else
                    {
                        f.NextCell(FastKey);
                    }

                    break;
                case FastCell:
                    if (!Bmap.IsEmpty(m.Load8(f._b + f._i)) || m.Has(Fault.FastIgnoresEmpty))
                    {
                        f.Found(m, t);
                        return;
                    }

                    f.NextCell(FastKey);
                    break;
                case StringLength:
                    if (m.LoadWord(f.KeySlot(t) + m.PointerSize) == f._bits)
                    {
                        f._pc = StringCell;
                    }
                    else
                    {
                        f.NextCell(StringLength);
                    }

                    break;
                case StringCell:
                    if (m.Load8(f._b + f._i) == f._top)
                    {
                        f._pc = StringData;
                    }
                    else
                    {
                        f.NextCell(StringLength);
                    }

                    break;
                case StringData:
                    if (f.SameString(m, m.LoadPointer(f.KeySlot(t))))
                    {
                        f.Found(m, t);
                        return;
                    }

                    f.NextCell(StringLength);
                    break;
                case Overflow:
                    f._b = m.LoadPointer(f._b + t.OverflowOffset);
                    if (f._b.IsNil)
                    {
                        m.Return();
                        return;
                    }

                    f._i = 0;
                    f._pc = f.FirstLabel();
                    break;
            }
        }
        while (m.Next());
    }

    private readonly KeyArg Key => new(_variant, _key, _bits);

    private readonly Addr KeySlot(MapType t) => _b + (Bmap.DataOffset + _i * t.KeySlot);

    private readonly Addr ElemSlot(MapType t) => _b + (t.ElemsOffset + _i * t.ElemSlot);

    private readonly Label FirstLabel() => _variant switch
    {
        MapVariant.Generic => Cell,
        MapVariant.FastStr => StringLength,
        _ => FastKey,
    };

    private void StartChain(Machine m)
    {
        _top = KeyHash.TopHash(m, _hash);
        _hash = 0;
        _mask = 0;
        _pc = FirstLabel();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void NextCell(Label first)
    {
        _i++;
        _pc = _i == Bmap.Slots ? Overflow : first;
    }

    private readonly bool SameString(Machine m, Addr data) => data == _key
        || m.StringBytes(data, _bits).SequenceEqual(m.StringBytes(_key, _bits));

    private void Found(Machine m, MapType t)
    {
        Addr key = t.IndirectKey ? _k : KeySlot(t);
        if (t.IndirectElem)
        {
            _k = key;
            _pc = ElemPointer;
            return;
        }

        m.Return(ElemSlot(t), key);
    }
}
