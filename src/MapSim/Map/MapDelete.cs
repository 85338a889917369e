using System.Runtime.CompilerServices;
using MapSim.Faults;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;
using static MapSim.Map.MapDelete.Label;

namespace MapSim.Map;

/// <summary>
/// Deletion up to the point where the entry is known: mapdelete and its fast variants (map.go 743-853 of 1.23).
/// </summary>
/// <remarks>
/// Does growth work even if the key is absent. The generic code compares tophash first and stops at emptyRest; fast32
/// and fast64 compare the key first, faststr the length first, and neither stops early. <see cref="MapErase"/> empties
/// the slot.
/// </remarks>
public struct MapDelete : IFrame<MapDelete>
{
    private Addr _h, _key, _b, _first, _k;
    private ulong _bits, _hash, _bucket;
    private ushort _type, _word;
    private byte _top, _i, _flags;
    private MapVariant _variant;
    private Label _pc;

    /// <summary>Where the frame resumes.</summary>
    public enum Label : byte
    {
        /// <summary>Load h.count.</summary>
        LoadCount,

        /// <summary>Load h.flags: is somebody writing?</summary>
        CheckFlags,

        /// <summary>Load h.hash0 and hash.</summary>
        LoadHash0,

        /// <summary>Load h.flags for the toggle.</summary>
        LoadFlags,

        /// <summary>Store h.flags with hashWriting toggled.</summary>
        StoreFlags,

        /// <summary>Load h.B: choose the bucket.</summary>
        LoadB,

        /// <summary>Load h.oldbuckets: growing?</summary>
        LoadGrowing,

        /// <summary>Load h.buckets.</summary>
        LoadBuckets,

        /// <summary>Load a tophash (generic).</summary>
        Cell,

        /// <summary>Load the pointer to an indirect key.</summary>
        KeyPointer,

        /// <summary>Load a word of the key.</summary>
        KeyWord,

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
    public static ushort Kind => FrameKinds.MapDelete;

    /// <inheritdoc/>
    public static int AddressCount => 5;

    /// <inheritdoc/>
    public static string LabelOf(in MapDelete f) => f._pc.ToString();

    /// <summary>Calls it for a key in the goroutine's own memory.</summary>
    /// <param name="m">The machine.</param>
    /// <param name="type">The map type's number.</param>
    /// <param name="h">The map; may be nil.</param>
    /// <param name="key">Where the key lies.</param>
    /// <param name="variant">Which entry point.</param>
    public static void Call(Machine m, int type, Addr h, Addr key, MapVariant variant)
    {
        KeyArg arg = KeyArg.Load(m, variant, key);
        ref MapDelete f = ref m.Call<MapDelete>(variant == MapVariant.Generic ? m.Types[type].Key.Size : 0);
        f._h = h;
        f._key = arg.Pointer;
        f._bits = arg.Bits;
        f._type = (ushort)type;
        f._variant = variant;
    }

    /// <inheritdoc/>
    public static void Step(ref MapDelete f, Machine m)
    {
        MapType t = m.Types[f._type];
        do
        {
            switch (f._pc)
            {
                case LoadCount:
                    if (f._h.IsNil || m.LoadWord(f._h + StructLayouts.Count) == 0)
                    {
                        if (KeyHash.CheckKeyOfEmptyMap(m, t, new KeyArg(f._variant, f._key, f._bits)))
                        {
                            m.Return();
                        }

                        return;
                    }

                    f._pc = CheckFlags;
                    break;
                case CheckFlags:
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
                    f._pc = m.Has(Fault.DetFlagBeforeHash) ? LoadB : LoadFlags;
                    break;
                case LoadFlags:
                    f._flags = m.Load8(f._h + m.L.Flags);
                    f._pc = StoreFlags;
                    break;
                case StoreFlags:
                    m.Store8(f._h + m.L.Flags, WriteFlag.Begin(m, f._flags));
                    f._flags = 0;
                    f._pc = m.Has(Fault.DetFlagBeforeHash) ? LoadHash0 : LoadB;
                    break;
                case LoadB:
                    f._bucket = f._hash & Bmap.BucketMask(m.Load8(f._h + m.L.B), m.PointerSize);
                    f._hash = 0;
                    f._pc = LoadGrowing;
                    break;
                case LoadGrowing:
                    f._pc = LoadBuckets;
                    if (!m.LoadPointer(f._h + m.L.OldBuckets).IsNil && !m.Has(Fault.DeleteSkipGrowwork))
                    {
                        GrowWork.Call(m, f._type, f._h, f._bucket, f._variant);
                        return;
                    }

                    break;
                case LoadBuckets:
                    f._b = m.Element(m.LoadPointer(f._h + m.L.Buckets), f._bucket, t.BucketSize);
                    f._first = f._b;
                    f._bucket = 0;
                    f._pc = f.FirstLabel();
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
                        f.EndAbsent(m);
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
                        f.Erase(m);
                        return;
                    }

                    KeyCopy.Clear(ref f, t.Key.Size);
                    f._k = default;
                    f.NextCell(Cell);
                    break;
                case FastKey:
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
                    if (!Bmap.IsEmpty(m.Load8(f._b + f._i)))
                    {
                        f.Erase(m);
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
                    Addr data = m.LoadPointer(f.KeySlot(t));
                    if (data == f._key || m.StringBytes(data, f._bits).SequenceEqual(m.StringBytes(f._key, f._bits)))
                    {
                        f.Erase(m);
                        return;
                    }

                    f.NextCell(StringLength);
                    break;
                case Overflow:
                    f._b = m.LoadPointer(f._b + t.OverflowOffset);
                    if (f._b.IsNil)
                    {
                        f.EndAbsent(m);
                        return;
                    }

                    f._i = 0;
                    f._pc = f.FirstLabel();
                    break;
            }
        }
        while (m.Next());
    }

    private readonly Addr KeySlot(MapType t) => _b + (Bmap.DataOffset + _i * t.KeySlot);

    private readonly Label FirstLabel() => _variant switch
    {
        MapVariant.Generic => Cell,
        MapVariant.FastStr => StringLength,
        _ => FastKey,
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void NextCell(Label first)
    {
        _i++;
        _pc = _i == Bmap.Slots ? Overflow : first;
    }

    /// <summary>The key is not there.</summary>
    private readonly void EndAbsent(Machine m)
    {
        if (m.Has(Fault.DeleteCountMiss))
        {
            MapErase.TailCallToCount(m, _type, _h);
            return;
        }

        EndWrite.TailCall(m, _type, _h, default);
    }

    private readonly void Erase(Machine m) => MapErase.TailCall(m, _type, _h, _first, _b, _i, _variant);
}
