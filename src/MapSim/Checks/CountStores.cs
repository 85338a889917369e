using MapSim.Machines;
using MapSim.Map;
using MapSim.Memory;

namespace MapSim.Checks;

/// <summary>
/// Which label of which frame stores the count of a map that exists: the first word of the hmap, whose first byte stands for
/// the whole map in what Go's race detector is told. It looks at frames only.
/// </summary>
/// <remarks>maps.Clone is left out: it stores the count of a map that nobody else knows yet, and reports nothing.</remarks>
public static class CountStores
{
    private static readonly FrameLabels Labels = new(MapFrames.Table);

    /// <summary>The map whose count a goroutine's next step stores; nil if it stores none, or no other goroutine could reach it.</summary>
    public static Addr Next(Machine m, int g)
    {
        FrameView frame = m.FrameAt(g);
        bool stores = frame.Exists && frame.Kind switch
        {
            FrameKinds.MapInsert => Labels.CodeOf(frame) == (byte)MapInsert.Label.StoreCount,
            FrameKinds.MapErase => Labels.CodeOf(frame) == (byte)MapErase.Label.StoreCount,
            FrameKinds.MapClear => Labels.CodeOf(frame) == (byte)MapClear.Label.StoreCount,
            _ => false,
        };
        Addr map = stores ? frame.Word(0) : default;
        return m.Memory.IsStack(map) ? default : map;
    }
}
