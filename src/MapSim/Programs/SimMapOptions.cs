using MapSim.Gc;
using MapSim.Heap;
using MapSim.Layout;
using MapSim.Programs;

namespace MapSim;

/// <summary>What process a <see cref="SimMap"/> lives in. The architecture is the map type's.</summary>
public sealed record SimMapOptions
{
    /// <summary>The Go release; 1.23 if not set.</summary>
    public GoVersion Version { get; init; } = GoVersion.Go123;

    /// <summary>The hash function; Go's AES hash if not set, which on arm64 is the portable one.</summary>
    public HashRegime Hash { get; init; } = HashRegime.Aes;

    /// <summary>Seed of the hash function's keys and of every random choice: the same seed, the same bytes and the same order.</summary>
    public ulong Seed { get; init; }

    /// <summary>The collector: Go's pacing if not set; null for none, so that nothing is ever freed.</summary>
    public GcOptions? Collector { get; init; } = new();

    /// <summary>Types that have fast functions (mapassign_faststr and the like) use the generic ones.</summary>
    public bool ForceGeneric { get; init; }
}

/// <summary>Memory statistics.</summary>
/// <param name="Process">Of everything on the simulated heap, strings and pointees too.</param>
/// <param name="Map">Of the map alone: its header, arrays, overflow buckets, lists, indirect keys and elems.</param>
public readonly record struct SimMapStats(MemStats Process, MemStats Map);
