using MapSim.Gc;
using MapSim.Machines;
using MapSim.Map;

namespace MapSim.Programs;

/// <summary>All frames: the map's, the collector's, and what goroutines of programs do.</summary>
public static class SimFrames
{
    /// <summary>The table that sessions run on.</summary>
    public static FrameTable Table { get; } = new FrameTable().AddMapFrames().AddGcFrames().Add<ProgramBody>();
}
