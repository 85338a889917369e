using MapSim.Faults;
using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;
using static MapSim.Map.MapIterInit.Label;

namespace MapSim.Map;

/// <summary>
/// mapiterinit (map.go 868-922 of 1.23): starts an iteration at a random bucket and slot, sets both iterator flags,
/// and takes the first step. The iterator must be zeroed memory.
/// </summary>
public struct MapIterInit : IFrame<MapIterInit>
{
    private Addr _h, _it, _value, _extra;
    private ulong _random;
    private ushort _type;
    private byte _b;
    private Label _pc;

    /// <summary>Where the frame resumes.</summary>
    public enum Label : byte
    {
        /// <summary>Store it.t.</summary>
        StoreType,

        /// <summary>Load h.count.</summary>
        LoadCount,

        /// <summary>Store it.h.</summary>
        StoreH,

        /// <summary>Load h.B.</summary>
        LoadB,

        /// <summary>Store it.B.</summary>
        StoreB,

        /// <summary>Load h.buckets.</summary>
        LoadBuckets,

        /// <summary>Store it.buckets.</summary>
        StoreBuckets,

        /// <summary>Load h.extra, whose lists the iterator keeps alive.</summary>
        LoadExtra,

        /// <summary>Load extra.overflow.</summary>
        LoadOverflow,

        /// <summary>Store it.overflow.</summary>
        StoreOverflow,

        /// <summary>Load extra.oldoverflow.</summary>
        LoadOldOverflow,

        /// <summary>Store it.oldoverflow.</summary>
        StoreOldOverflow,

        /// <summary>Draw, and load h.B for the start bucket.</summary>
        LoadStartB,

        /// <summary>Store it.startBucket.</summary>
        StoreStart,

        /// <summary>Load h.B for the offset.</summary>
        LoadOffsetB,

        /// <summary>Store it.offset.</summary>
        StoreOffset,

        /// <summary>Store it.bucket.</summary>
        StoreBucket,

        /// <summary>Only with the repair iter-ends-with-seed: load h.hash0.</summary>
        LoadSeed,

        /// <summary>Only with that repair: store it in the iterator.</summary>
        StoreSeed,

        /// <summary>Load h.flags.</summary>
        LoadFlags,

        /// <summary>Set both iterator flags, atomically.</summary>
        OrFlags,

        /// <summary>Fault det-plain-or8: load h.flags.</summary>
        LoadPlainFlags,

        /// <summary>Fault det-plain-or8: store h.flags with both iterator flags.</summary>
        StorePlainFlags,
    }

    /// <inheritdoc/>
    public static ushort Kind => FrameKinds.MapIterInit;

    /// <inheritdoc/>
    public static int AddressCount => 4;

    /// <inheritdoc/>
    public static string LabelOf(in MapIterInit f) => f._pc.ToString();

    /// <summary>Calls it.</summary>
    /// <param name="m">The machine.</param>
    /// <param name="type">The map type's number.</param>
    /// <param name="h">The map; may be nil.</param>
    /// <param name="it">The iterator: zeroed memory.</param>
    public static void Call(Machine m, int type, Addr h, Addr it)
    {
        ref MapIterInit f = ref m.Call<MapIterInit>();
        f._h = h;
        f._it = it;
        f._type = (ushort)type;
    }

    /// <inheritdoc/>
    public static void Step(ref MapIterInit f, Machine m)
    {
        MapType t = m.Types[f._type];
        do
        {
            switch (f._pc)
            {
                case StoreType:
                    f._pc = m.StorePointer(f._it + m.L.ItType, m.TypeAddress(f._type), PointerWrite.IterType) ? LoadCount : StoreType;
                    break;
                case LoadCount:
                    if (f._h.IsNil || m.LoadWord(f._h + StructLayouts.Count) == 0)
                    {
                        m.Return();
                        return;
                    }

                    f._pc = StoreH;
                    break;
                case StoreH:
                    f._pc = m.StorePointer(f._it + m.L.ItH, f._h, PointerWrite.IterH) ? LoadB : StoreH;
                    break;
                case LoadB:
                    f._b = m.Load8(f._h + m.L.B);
                    f._pc = StoreB;
                    break;
                case StoreB:
                    m.Store8(f._it + m.L.ItB, f._b);
                    f._b = 0;
                    f._pc = LoadBuckets;
                    break;
                case LoadBuckets:
                    f._value = m.LoadPointer(f._h + m.L.Buckets);
                    f._pc = StoreBuckets;
                    break;
                case StoreBuckets:
                    if (!m.StorePointer(f._it + m.L.ItBuckets, f._value, PointerWrite.IterBuckets))
                    {
                        break;
                    }

                    f._value = default;
                    bool holds = !t.BucketHasPointers && !m.Has(Fault.OvfIterNoHold);
                    f._pc = holds ? LoadExtra : LoadStartB;
                    if (holds)
                    {
                        CreateOverflow.Call(m, f._h);
                        return;
                    }

                    break;
                case LoadExtra:
                    f._extra = m.LoadPointer(f._h + m.L.Extra);
                    f._pc = LoadOverflow;
                    break;
                case LoadOverflow:
                    f._value = m.LoadPointer(f._extra + StructLayouts.Overflow);
                    f._pc = StoreOverflow;
                    break;
                case StoreOverflow:
                    f._pc = m.StorePointer(f._it + m.L.ItOverflow, f._value, PointerWrite.IterOverflow) ? LoadOldOverflow : StoreOverflow;
                    break;
                case LoadOldOverflow:
                    f._value = m.LoadPointer(f._extra + m.L.OldOverflow);
                    f._extra = default;
                    f._pc = StoreOldOverflow;
                    break;
                case StoreOldOverflow:
                    if (m.StorePointer(f._it + m.L.ItOldOverflow, f._value, PointerWrite.IterOldOverflow))
                    {
                        f._value = default;
                        f._pc = LoadStartB;
                    }

                    break;
                case LoadStartB:
                    f._b = m.Load8(f._h + m.L.B);
                    f._random = Random(m, f._b);
                    f._pc = StoreStart;
                    break;
                case StoreStart:
                    m.StoreWord(f._it + m.L.ItStartBucket, f._random & Bmap.BucketMask(f._b, m.PointerSize));
                    f._pc = LoadOffsetB;
                    break;
                case LoadOffsetB:
                    byte shift = m.Load8(f._h + m.L.B);
                    byte offset = shift < m.PointerSize * 8 ? unchecked((byte)((f._random >> shift) & (Bmap.Slots - 1))) : (byte)0;
                    f._random &= Bmap.BucketMask(f._b, m.PointerSize);
                    f._b = offset;
                    f._pc = StoreOffset;
                    break;
                case StoreOffset:
                    m.Store8(f._it + m.L.ItOffset, f._b);
                    f._b = 0;
                    f._pc = StoreBucket;
                    break;
                case StoreBucket:
                    m.StoreWord(f._it + m.L.ItBucket, f._random);
                    f._random = 0;
                    f._pc = m.Has(Repair.IterEndsWithSeed) ? LoadSeed : LoadFlags;
                    break;
                case LoadSeed:
                    f._random = m.Load32(f._h + m.L.Hash0);
                    f._pc = StoreSeed;
                    break;
                case StoreSeed:
                    m.Store32(f._it + m.L.ItSeed, (uint)f._random);
                    f._random = 0;
                    f._pc = LoadFlags;
                    break;
                case LoadFlags:
                    const byte Both = HmapFlags.Iterator | HmapFlags.OldIterator;
                    if ((m.Load8(f._h + m.L.Flags) & Both) == Both)
                    {
                        MapIterNext.TailCall(m, f._type, f._it);
                        return;
                    }

                    f._pc = m.Has(Fault.DetPlainOr8) ? LoadPlainFlags : OrFlags;
                    break;
                case OrFlags:
                    m.Memory.AtomicOr(f._h + m.L.Flags, HmapFlags.Iterator | HmapFlags.OldIterator);
                    MapIterNext.TailCall(m, f._type, f._it);
                    return;
                case LoadPlainFlags:
                    f._b = m.Load8(f._h + m.L.Flags);
                    f._pc = StorePlainFlags;
                    break;
                case StorePlainFlags:
                    m.Store8(f._h + m.L.Flags, (byte)(f._b | HmapFlags.Iterator | HmapFlags.OldIterator));
                    MapIterNext.TailCall(m, f._type, f._it);
                    return;
            }
        }
        while (m.Next());
    }

    /// <summary>Before 1.22 the draw is 32 bits wide unless the map is enormous.</summary>
    private static ulong Random(Machine m, byte b)
    {
        ulong draw = m.Choices.Draw(ChoiceKind.IteratorStart);
        if (m.Has(Fault.IterFixedStart))
        {
            return 0;
        }

        return m.Version.WideRandom || b > 28 ? draw & m.Arch.MaxUintptr : draw & uint.MaxValue;
    }
}
