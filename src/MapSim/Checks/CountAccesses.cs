using MapSim.Machines;
using MapSim.Map;
using MapSim.Memory;

namespace MapSim.Checks;

/// <summary>What a goroutine's next step does to the count of a map.</summary>
/// <param name="Map">The hmap; nil if the step does not touch it, or no other goroutine could.</param>
/// <param name="IsStore">It stores; else it loads.</param>
public readonly record struct CountAccess(Addr Map, bool IsStore);

/// <summary>
/// Which label of which frame loads or stores the first word of a map that exists: h.count. Go's race detector takes that
/// word for the whole map, so these are the accesses in earnest that its events stand for. It looks at frames only.
/// </summary>
/// <remarks>
/// The functions of maps.Clone are left out: it reports nothing. A step goes through labels without a visible access before
/// it makes its one access: so MapIterInit.StoreType stands for LoadCount if the iterator is on a stack. A test compares
/// this table with the accesses that a machine makes.
/// </remarks>
public static class CountAccesses
{
    private static readonly FrameLabels Labels = new(MapFrames.Table);

    private static readonly byte[] Index = BuildIndex(
    [
        (FrameKinds.MapLen, 0, Does.Load),
        (FrameKinds.MapAccess, (byte)MapAccess.Label.LoadCount, Does.Load),
        (FrameKinds.MapIterInit, (byte)MapIterInit.Label.StoreType, Does.LoadIfOnStack),
        (FrameKinds.MapIterInit, (byte)MapIterInit.Label.LoadCount, Does.Load),
        (FrameKinds.MapAssign, (byte)MapAssign.Label.LoadCount, Does.Load),
        (FrameKinds.MapInsert, (byte)MapInsert.Label.LoadCount, Does.Load),
        (FrameKinds.MapInsert, (byte)MapInsert.Label.StoreCount, Does.Store),
        (FrameKinds.HashGrow, (byte)HashGrow.Label.LoadCount, Does.Load),
        (FrameKinds.MapDelete, (byte)MapDelete.Label.LoadCount, Does.Load),
        (FrameKinds.MapErase, (byte)MapErase.Label.LoadCount, Does.Load),
        (FrameKinds.MapErase, (byte)MapErase.Label.StoreCount, Does.Store),
        (FrameKinds.MapErase, (byte)MapErase.Label.CheckEmpty, Does.Load),
        (FrameKinds.MapClear, (byte)MapClear.Label.LoadCount, Does.Load),
        (FrameKinds.MapClear, (byte)MapClear.Label.StoreCount, Does.Store),
    ]);

    private enum Does : byte
    {
        Nothing,
        Load,
        LoadIfOnStack,
        Store,
    }

    /// <summary>What a goroutine's next step is.</summary>
    public static CountAccess Next(Machine m, int g)
    {
        FrameView frame = m.FrameAt(g);
        var does = frame.Exists ? (Does)Index[frame.Kind << 8 | Labels.CodeOf(frame)] : Does.Nothing;
        if (does == Does.Nothing || (does == Does.LoadIfOnStack && !m.Memory.IsStack(frame.Word(1))))
        {
            return default;
        }

        Addr map = frame.Word(0);
        return map.IsNil || m.Memory.IsStack(map) ? default : new CountAccess(map, does == Does.Store);
    }

    private static byte[] BuildIndex((ushort Kind, byte Label, Does Does)[] rows)
    {
        var index = new byte[64 << 8];
        foreach ((ushort kind, byte label, Does does) in rows)
        {
            index[kind << 8 | label] = (byte)does;
        }

        return index;
    }
}
