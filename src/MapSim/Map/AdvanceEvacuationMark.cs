using MapSim.Faults;
using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;
using static MapSim.Map.AdvanceEvacuationMark.Label;

namespace MapSim.Map;

/// <summary>
/// advanceEvacuationMark (map.go 1370-1391 of 1.23): moves h.nevacuate on by one and over buckets already evacuated,
/// at most 1024 of them; at the end of the old array the grow is over.
/// </summary>
public struct AdvanceEvacuationMark : IFrame<AdvanceEvacuationMark>
{
    private Addr _h, _extra;
    private ulong _newBit, _stop, _mark;
    private ushort _type;
    private byte _flags;
    private Label _pc;

    /// <summary>Where the frame resumes.</summary>
    public enum Label : byte
    {
        /// <summary>Load h.nevacuate to move it on.</summary>
        LoadMark,

        /// <summary>Store h.nevacuate.</summary>
        StoreMark,

        /// <summary>Load h.nevacuate to limit the look-ahead.</summary>
        LoadLimit,

        /// <summary>Load h.nevacuate: at the limit?</summary>
        LoadPosition,

        /// <summary>Load h.oldbuckets.</summary>
        LoadOldBuckets,

        /// <summary>Load the first tophash of the bucket at the mark.</summary>
        LoadEvacuated,

        /// <summary>Load h.nevacuate to step over an evacuated bucket.</summary>
        LoadSkip,

        /// <summary>Store h.nevacuate.</summary>
        StoreSkip,

        /// <summary>Load h.nevacuate: is the grow over?</summary>
        LoadEnd,

        /// <summary>Store nil to h.oldbuckets.</summary>
        StoreOldBuckets,

        /// <summary>Load h.extra.</summary>
        LoadExtra,

        /// <summary>Store nil to extra.oldoverflow.</summary>
        StoreOldOverflow,

        /// <summary>Load h.flags.</summary>
        LoadFlags,

        /// <summary>Store h.flags without sameSizeGrow.</summary>
        StoreFlags,
    }

    /// <inheritdoc/>
    public static ushort Kind => FrameKinds.AdvanceEvacuationMark;

    /// <inheritdoc/>
    public static int AddressCount => 2;

    /// <inheritdoc/>
    public static string LabelOf(in AdvanceEvacuationMark f) => f._pc.ToString();

    internal static void TailCall(Machine m, int type, Addr h, ulong newBit)
    {
        ref AdvanceEvacuationMark f = ref m.TailCall<AdvanceEvacuationMark>();
        f._h = h;
        f._newBit = newBit;
        f._type = (ushort)type;
    }

    /// <inheritdoc/>
    public static void Step(ref AdvanceEvacuationMark f, Machine m)
    {
        do
        {
            switch (f._pc)
            {
                case LoadMark:
                    f._mark = m.LoadWord(f._h + m.L.Nevacuate);
                    f._pc = StoreMark;
                    break;
                case StoreMark:
                    m.StoreWord(f._h + m.L.Nevacuate, unchecked(f._mark + 1));
                    f._mark = 0;
                    f._pc = LoadLimit;
                    break;
                case LoadLimit:
                    f._stop = Math.Min(unchecked(m.LoadWord(f._h + m.L.Nevacuate) + Bmap.EvacuationLookAhead), f._newBit);
                    f._pc = LoadPosition;
                    break;
                case LoadPosition:
                    f._mark = m.LoadWord(f._h + m.L.Nevacuate);
                    f._pc = f._mark == f._stop ? LoadEnd : LoadOldBuckets;
                    break;
                case LoadOldBuckets:
                    f._extra = m.Element(m.LoadPointer(f._h + m.L.OldBuckets), f._mark, m.Types[f._type].BucketSize);
                    f._pc = LoadEvacuated;
                    break;
                case LoadEvacuated:
                    f._pc = Bmap.IsEvacuated(m.Load8(f._extra)) ? LoadSkip : LoadEnd;
                    f._extra = default;
                    break;
                case LoadSkip:
                    f._mark = m.LoadWord(f._h + m.L.Nevacuate);
                    f._pc = StoreSkip;
                    break;
                case StoreSkip:
                    m.StoreWord(f._h + m.L.Nevacuate, unchecked(f._mark + 1));
                    f._pc = LoadPosition;
                    break;
                case LoadEnd:
                    f._mark = 0;
                    ulong mark = m.LoadWord(f._h + m.L.Nevacuate);
                    if (mark != f._newBit && !(unchecked(mark + 1) == f._newBit && m.Has(Fault.EvacFinishEarly)))
                    {
                        m.Return();
                        return;
                    }

                    f._pc = StoreOldBuckets;
                    break;
                case StoreOldBuckets:
                    var old = new Addr(KeyHash.Word(m, f._h + m.L.OldBuckets));
                    if (m.StorePointer(f._h + m.L.OldBuckets, default, PointerWrite.EndOldBuckets))
                    {
                        m.Heap.NoteReleased(old, m.Steps);
                        f._pc = LoadExtra;
                    }

                    break;
                case LoadExtra:
                    f._extra = m.LoadPointer(f._h + m.L.Extra);
                    f._pc = f._extra.IsNil ? LoadFlags : StoreOldOverflow;
                    break;
                case StoreOldOverflow:
                    f._pc = m.StorePointer(f._extra + m.L.OldOverflow, default, PointerWrite.EndOldOverflow) ? LoadFlags : StoreOldOverflow;
                    break;
                case LoadFlags:
                    f._flags = m.Load8(f._h + m.L.Flags);
                    f._pc = StoreFlags;
                    break;
                case StoreFlags:
                    m.Store8(f._h + m.L.Flags, (byte)(m.Has(Fault.SamesizeFlagSticky) ? f._flags : f._flags & ~HmapFlags.SameSizeGrow));
                    m.Return();
                    return;
            }
        }
        while (m.Next());
    }
}
