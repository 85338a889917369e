namespace MapSim.Heap;

/// <summary>Heap statistics in the shape of runtime.MemStats: the same names, the same meaning. Bytes are what the allocator hands out (size classes).</summary>
public record struct MemStats
{
    /// <summary>Objects allocated, ever.</summary>
    public ulong Mallocs { get; set; }

    /// <summary>Objects freed, ever.</summary>
    public ulong Frees { get; set; }

    /// <summary>Bytes allocated, ever.</summary>
    public ulong TotalAlloc { get; set; }

    /// <summary>Bytes of objects not freed yet, reachable or not.</summary>
    public ulong HeapAlloc { get; set; }

    /// <summary>Bytes of heap memory obtained.</summary>
    public ulong HeapSys { get; set; }

    /// <summary>Bytes in spans that hold at least one object. For one map, the bytes of its objects: spans are shared.</summary>
    public ulong HeapInuse { get; set; }

    /// <summary>The heap size at which the next collection starts by itself; 0 if none will.</summary>
    public ulong NextGC { get; set; }

    /// <summary>Collections completed.</summary>
    public uint NumGC { get; set; }

    /// <summary>Objects not freed yet.</summary>
    public readonly ulong HeapObjects => Mallocs - Frees;

    /// <summary>Bytes in spans without an object.</summary>
    public readonly ulong HeapIdle => HeapSys - HeapInuse;
}
