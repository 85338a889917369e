using MapSim.Faults;
using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;
using static MapSim.Map.NewOverflow.Label;

namespace MapSim.Map;

/// <summary>
/// newoverflow with incrnoverflow (map.go 222-263 of 1.23): links one more bucket behind a bucket. It takes a spare
/// of the array while there are any (the last one carries a sentinel), else allocates. Result: R0 is the new bucket.
/// </summary>
/// <remarks>
/// In a map whose buckets hold no pointers the collector does not look at overflow words; such a bucket is therefore
/// also entered in extra.overflow (<see cref="CreateOverflow"/>, <see cref="AppendOverflow"/>).
/// </remarks>
public struct NewOverflow : IFrame<NewOverflow>
{
    private Addr _h, _b, _overflow, _extra;
    private ushort _type, _noverflow;
    private Label _pc;

    /// <summary>Where the frame resumes.</summary>
    public enum Label : byte
    {
        /// <summary>Load h.extra.</summary>
        LoadExtra,

        /// <summary>Load extra.nextOverflow.</summary>
        LoadNext,

        /// <summary>Load the spare's overflow word: is it the last one?</summary>
        LoadSentinel,

        /// <summary>Store extra.nextOverflow: the following spare.</summary>
        StoreNext,

        /// <summary>Store nil over the sentinel.</summary>
        StoreSentinel,

        /// <summary>Store nil to extra.nextOverflow.</summary>
        StoreNoNext,

        /// <summary>Allocate a bucket.</summary>
        NewBucket,

        /// <summary>Load h.B: count always, or by lottery?</summary>
        LoadB,

        /// <summary>Load h.noverflow.</summary>
        LoadNoverflow,

        /// <summary>Store h.noverflow + 1.</summary>
        StoreNoverflow,

        /// <summary>Make sure that there is a list (no access).</summary>
        List,

        /// <summary>Append to it (no access).</summary>
        Append,

        /// <summary>Store the link.</summary>
        StoreLink,

        /// <summary>Only with the fault ovf-reuse-evacuated: look for an old bucket to take (no access).</summary>
        Reuse,

        /// <summary>Take what was found, or go on as ever (no access).</summary>
        GotReused,
    }

    /// <inheritdoc/>
    public static ushort Kind => FrameKinds.NewOverflow;

    /// <inheritdoc/>
    public static int AddressCount => 4;

    /// <inheritdoc/>
    public static bool IsSafePoint(in NewOverflow f) => f._pc is NewBucket or LoadB;

    /// <inheritdoc/>
    public static string LabelOf(in NewOverflow f) => f._pc.ToString();

    internal static void Call(Machine m, int type, Addr h, Addr b)
    {
        ref NewOverflow f = ref m.Call<NewOverflow>();
        f._h = h;
        f._b = b;
        f._type = (ushort)type;
        f._pc = m.Has(Fault.OvfReuseEvacuated) ? Reuse : LoadExtra;
    }

    /// <inheritdoc/>
    public static void Step(ref NewOverflow f, Machine m)
    {
        MapType t = m.Types[f._type];
        do
        {
            switch (f._pc)
            {
                case LoadExtra:
                    f._extra = m.LoadPointer(f._h + m.L.Extra);
                    f._pc = f._extra.IsNil ? NewBucket : LoadNext;
                    break;
                case LoadNext:
                    f._overflow = m.LoadPointer(f._extra + m.L.NextOverflow);
                    f._pc = f._overflow.IsNil ? NewBucket : LoadSentinel;
                    break;
                case LoadSentinel:
                    f._pc = m.LoadPointer(f._overflow + t.OverflowOffset).IsNil ? StoreNext : StoreSentinel;
                    break;
                case StoreNext:
                    f._pc = m.StorePointer(f._extra + m.L.NextOverflow, f._overflow + t.BucketSize, PointerWrite.NextOverflow) ? LoadB : StoreNext;
                    break;
                case StoreSentinel:
                    bool reset = m.Has(Fault.OvfSentinelKept) || m.StorePointer(f._overflow + t.OverflowOffset, default, PointerWrite.SentinelReset);
                    f._pc = reset ? StoreNoNext : StoreSentinel;
                    break;
                case StoreNoNext:
                    f._pc = m.StorePointer(f._extra + m.L.NextOverflow, default, PointerWrite.NoNextOverflow) ? LoadB : StoreNoNext;
                    break;
                case NewBucket:
                    f._overflow = m.Allocate((ulong)t.BucketSize, m.PointersOf(f._type).Bucket, ObjectKind.OverflowBucket, f._h);
                    f._pc = LoadB;
                    break;
                case LoadB:
                    f._extra = default;
                    byte b = m.Load8(f._h + m.L.B);
                    f._pc = b < 16 || Wins(m, b) ? LoadNoverflow : AfterCount(m, t);
                    break;
                case LoadNoverflow:
                    f._noverflow = m.Load16(f._h + m.L.Noverflow);
                    f._pc = StoreNoverflow;
                    break;
                case StoreNoverflow:
                    m.Store16(f._h + m.L.Noverflow, unchecked((ushort)(f._noverflow + 1)));
                    f._noverflow = 0;
                    f._pc = AfterCount(m, t);
                    break;
                case List:
                    f._pc = Append;
                    CreateOverflow.Call(m, f._h);
                    return;
                case Append:
                    m.TakeResult();
                    f._pc = StoreLink;
                    AppendOverflow.Call(m, f._h, f._overflow);
                    return;
                case StoreLink:
                    if (!m.StorePointer(f._b + t.OverflowOffset, f._overflow, PointerWrite.Link))
                    {
                        break;
                    }

                    m.Heap.NoteLinked(f._overflow, f._b);
                    m.Return(f._overflow);
                    return;
                case Reuse:
                    f._pc = GotReused;
                    TakeEvacuated.Call(m, f._type, f._h);
                    return;
                case GotReused:
                    f._overflow = new Addr(m.TakeResult());
                    f._pc = f._overflow.IsNil ? LoadExtra : LoadB;
                    break;
            }
        }
        while (m.Next());
    }

    /// <summary>With many buckets only one overflow bucket in 2^(B-15) is counted.</summary>
    private static bool Wins(Machine m, byte b)
    {
        uint mask = (1u << ((b - 15) & 31)) - 1;
        return (unchecked((uint)m.Choices.Draw(ChoiceKind.NoverflowLottery)) & mask) == 0;
    }

    private static Label AfterCount(Machine m, MapType t) => t.BucketHasPointers || m.Has(Fault.OvfNoscanNotRecorded) ? StoreLink : List;
}
