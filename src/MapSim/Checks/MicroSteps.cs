using System.Buffers.Binary;
using MapSim.Machines;
using MapSim.Map;
using MapSim.Memory;

namespace MapSim.Checks;

/// <summary>The micro-step a goroutine makes next.</summary>
/// <param name="Step">Which.</param>
/// <param name="Map">On which hmap; nil for <see cref="MicroStep.None"/>.</param>
public readonly record struct MicroStepAt(MicroStep Step, Addr Map);

/// <summary>
/// The one place that knows which label of which frame is which micro-step of the detection table. It looks at frames
/// only, and changes nothing.
/// </summary>
/// <remarks>
/// A step goes through labels without a visible access before it makes its one access. So three labels stand for the
/// micro-step behind them: HashGrow.GotArray always, MapIterNext.LoadH if the iterator is on a stack, MapClear.GotArray
/// if there are no spare buckets. A test compares this table with the accesses that a machine makes to flags. An hmap on
/// a stack is left out: no other goroutine can reach it, and its access is no visible step.
/// </remarks>
public static class MicroSteps
{
    private static readonly FrameLabels Labels = new(MapFrames.Table);

    private static readonly Row[] Table =
    [
        new(FrameKinds.MapAssign, (byte)MapAssign.Label.CheckFlags, MicroStep.W1),
        new(FrameKinds.MapAssign, (byte)MapAssign.Label.LoadFlags, MicroStep.W3a),
        new(FrameKinds.MapAssign, (byte)MapAssign.Label.StoreFlags, MicroStep.W3b),
        new(FrameKinds.MapDelete, (byte)MapDelete.Label.CheckFlags, MicroStep.W1),
        new(FrameKinds.MapDelete, (byte)MapDelete.Label.LoadFlags, MicroStep.W3a),
        new(FrameKinds.MapDelete, (byte)MapDelete.Label.StoreFlags, MicroStep.W3b),
        new(FrameKinds.MapClear, (byte)MapClear.Label.CheckFlags, MicroStep.W1),
        new(FrameKinds.MapClear, (byte)MapClear.Label.LoadFlags, MicroStep.W3a),
        new(FrameKinds.MapClear, (byte)MapClear.Label.StoreFlags, MicroStep.W3b),
        new(FrameKinds.MapClear, (byte)MapClear.Label.LoadSameSize, MicroStep.CarryLoad),
        new(FrameKinds.MapClear, (byte)MapClear.Label.StoreSameSize, MicroStep.CarryStore),
        new(FrameKinds.MapClear, (byte)MapClear.Label.GotArray, MicroStep.W5, When: Condition.NoSpareBuckets),
        new(FrameKinds.EndWrite, (byte)EndWrite.Label.CheckFlags, MicroStep.W5),
        new(FrameKinds.EndWrite, (byte)EndWrite.Label.LoadFlags, MicroStep.W6a),
        new(FrameKinds.EndWrite, (byte)EndWrite.Label.StoreFlags, MicroStep.W6b),
        new(FrameKinds.HashGrow, (byte)HashGrow.Label.LoadSameSize, MicroStep.CarryLoad),
        new(FrameKinds.HashGrow, (byte)HashGrow.Label.StoreSameSize, MicroStep.CarryStore),
        new(FrameKinds.HashGrow, (byte)HashGrow.Label.GotArray, MicroStep.CarryLoad),
        new(FrameKinds.HashGrow, (byte)HashGrow.Label.LoadFlags, MicroStep.CarryLoad),
        new(FrameKinds.HashGrow, (byte)HashGrow.Label.StoreFlags, MicroStep.CarryStore),
        new(FrameKinds.AdvanceEvacuationMark, (byte)AdvanceEvacuationMark.Label.LoadFlags, MicroStep.CarryLoad),
        new(FrameKinds.AdvanceEvacuationMark, (byte)AdvanceEvacuationMark.Label.StoreFlags, MicroStep.CarryStore),
        new(FrameKinds.MapAccess, (byte)MapAccess.Label.CheckFlags, MicroStep.R1),
        new(FrameKinds.MapAccess, (byte)MapAccess.Label.LoadSingle, MicroStep.PastTest),
        new(FrameKinds.MapAccess, (byte)MapAccess.Label.LoadHash0, MicroStep.PastTest),
        new(FrameKinds.MapIterInit, (byte)MapIterInit.Label.OrFlags, MicroStep.OrFlags),
        new(FrameKinds.MapIterNext, (byte)MapIterNext.Label.LoadH, MicroStep.R1, When: Condition.IteratorOnStack),
        new(FrameKinds.MapIterNext, (byte)MapIterNext.Label.CheckFlags, MicroStep.R1, MapWord: 1),
        new(FrameKinds.MapIterNext, (byte)MapIterNext.Label.LoadIterator, MicroStep.PastTest, MapWord: 1),
        new(FrameKinds.MapClone, (byte)MapClone.Label.CheckFlags, MicroStep.R1),
        new(FrameKinds.MapClone, (byte)MapClone.Label.LoadSingle, MicroStep.PastTest),
        new(FrameKinds.CloneOldBuckets, (byte)CloneOldBuckets.Label.CheckFlags, MicroStep.R1),
    ];

    private static readonly Row?[] Index = BuildIndex();

    private enum Condition : byte
    {
        Always,
        IteratorOnStack,
        NoSpareBuckets,
    }

    /// <summary>What a goroutine's next step is.</summary>
    public static MicroStepAt Next(Machine m, int g) => Next(m, g, out _);

    /// <summary>As <see cref="Next(Machine, int)"/>, and where the goroutine stands, as a number for <see cref="NameOf"/>.</summary>
    internal static MicroStepAt Next(Machine m, int g, out ushort place)
    {
        FrameView frame = m.FrameAt(g);
        place = frame.Exists ? (ushort)(frame.Kind << 8 | Labels.CodeOf(frame)) : (ushort)0;
        if (Index[place] is not { } row || !Holds(row.When, m, g, frame))
        {
            return default;
        }

        Addr map = row.When == Condition.IteratorOnStack ? MapOfIterator(m, frame.Word(0)) : frame.Word(row.MapWord);
        return map.IsNil || m.Memory.IsStack(map) ? default : new MicroStepAt(row.Step, map);
    }

    /// <summary>Which operation a goroutine is about to begin, and on which hmap (nil for the store of an elem).</summary>
    public static (MapOperation Operation, Addr Map) Beginning(Machine m, int g)
    {
        FrameView frame = m.FrameAt(g);
        if (!frame.Exists)
        {
            return default;
        }

        MapOperation operation = frame.Kind switch
        {
            FrameKinds.MapAssign => MapOperation.Assign,
            FrameKinds.MapDelete => MapOperation.Delete,
            FrameKinds.MapClear => MapOperation.Clear,
            FrameKinds.MapAccess => MapOperation.Lookup,
            FrameKinds.MapIterInit => MapOperation.IterInit,
            FrameKinds.MapIterNext => MapOperation.IterNext,
            FrameKinds.MapClone => MapOperation.Clone,
            FrameKinds.MapLen => MapOperation.Length,
            FrameKinds.MemMove => MapOperation.ElemStore,
            _ => MapOperation.None,
        };
        Addr map = operation switch
        {
            MapOperation.None or MapOperation.ElemStore => default,
            MapOperation.IterNext => MapOfIterator(m, frame.Word(0)),
            _ => frame.Word(0),
        };
        bool isPrivate = operation != MapOperation.ElemStore && (map.IsNil || m.Memory.IsStack(map));
        return isPrivate ? default : (operation, map);
    }

    /// <summary>"MapAssign.StoreFlags".</summary>
    internal static string NameOf(ushort place) => Labels.NameOf((ushort)(place >> 8), (byte)(place & 0xFF));

    private static bool Holds(Condition condition, Machine m, int g, FrameView frame) => condition switch
    {
        Condition.IteratorOnStack => m.Memory.IsStack(frame.Word(0)),
        Condition.NoSpareBuckets => m.Goroutines[g].State.R1 == 0,
        _ => true,
    };

    private static Addr MapOfIterator(Machine m, Addr it)
    {
        Addr field = it + m.L.ItH;
        if (!m.Memory.IsLive(field, m.PointerSize))
        {
            return default;
        }

        ReadOnlySpan<byte> word = m.Memory.Raw(field, m.PointerSize);
        return new Addr(m.PointerSize == 8 ? BinaryPrimitives.ReadUInt64LittleEndian(word) : BinaryPrimitives.ReadUInt32LittleEndian(word));
    }

    private static Row?[] BuildIndex()
    {
        var index = new Row?[64 << 8];
        foreach (Row row in Table)
        {
            index[row.Kind << 8 | row.Label] = row;
        }

        return index;
    }

    /// <param name="Kind">The frame.</param>
    /// <param name="Label">Its label.</param>
    /// <param name="Step">What it is.</param>
    /// <param name="MapWord">Which of the frame's addresses is the hmap.</param>
    /// <param name="When">When it is.</param>
    private sealed record Row(ushort Kind, byte Label, MicroStep Step, int MapWord = 0, Condition When = Condition.Always);
}
