namespace MapSim.Tests.Programs;

/// <summary>What a random program may have.</summary>
[Flags]
internal enum Having
{
    /// <summary>Main only, with everything that one goroutine can do without waiting for another.</summary>
    Nothing = 0,

    /// <summary>Goroutines, and a random schedule.</summary>
    Goroutines = 1,

    /// <summary>A collector.</summary>
    Collector = 2,

    /// <summary>Store buffers.</summary>
    StoreBuffers = 4,

    /// <summary>The race detector.</summary>
    Race = 8,
}
