using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Map;

/// <summary>len(m): loads h.count, without any check. Result: R0 is the length.</summary>
public struct MapLen : IFrame<MapLen>
{
    private Addr _h;

    /// <inheritdoc/>
    public static ushort Kind => FrameKinds.MapLen;

    /// <inheritdoc/>
    public static int AddressCount => 1;

    /// <inheritdoc/>
    public static bool IsFunction => false;

    /// <inheritdoc/>
    public static string LabelOf(in MapLen f) => "LoadCount";

    /// <summary>Calls it.</summary>
    public static void Call(Machine m, Addr h)
    {
        ref MapLen f = ref m.Call<MapLen>();
        f._h = h;
    }

    /// <inheritdoc/>
    public static void Step(ref MapLen f, Machine m) =>
        m.Return(f._h.IsNil ? 0 : m.LoadWord(f._h + StructLayouts.Count));
}
