using MapSim.Machines;

namespace MapSim.Gc;

/// <summary>The numbers of the collector's frames. Append only: snapshots contain them.</summary>
internal static class GcFrameKinds
{
    public const ushort GcStart = 40;
    public const ushort GcWorker = 41;
    public const ushort GcAssist = 42;
    public const ushort GcCollect = 43;
}

/// <summary>The collector as frames: what a machine needs to collect.</summary>
public static class GcFrames
{
    /// <summary>Adds the collector's frames to a table.</summary>
    public static FrameTable AddGcFrames(this FrameTable table) =>
        table.Add<GcStart>().Add<GcWorker>().Add<GcAssist>().Add<GcCollect>();
}
