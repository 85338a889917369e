using MapSim.Faults;
using MapSim.Layout;
using MapSim.Machines;

namespace MapSim.Map;

/// <summary>
/// How many entries and overflow buckets a map may have before it grows, as the frames ask it (overLoadFactor and
/// tooManyOverflowBuckets, map.go 1182-1200 of 1.23). The rules are <see cref="Bmap"/>'s; only here can the model have them wrong.
/// </summary>
internal static class GrowRule
{
    /// <summary>True if <paramref name="count"/> entries are too many for 2^b buckets.</summary>
    internal static bool OverLoadFactor(Machine m, ulong count, byte b) => Bmap.OverLoadFactor(count, b, Release(m), m.PointerSize);

    /// <summary>The most entries that 2^b buckets hold without growing.</summary>
    internal static ulong LoadLimit(Machine m, byte b) => unchecked(Release(m).LoadFactorNum * (Bmap.BucketShift(b, m.PointerSize) / 2));

    /// <summary>True if there are about as many overflow buckets as buckets.</summary>
    internal static bool TooManyOverflowBuckets(Machine m, ushort noverflow, byte b) =>
        Bmap.TooManyOverflowBuckets(noverflow, b) && !m.Has(Fault.GrowNoSamesize);

    /// <summary>The release whose load limit holds: 1.21 is the one that had 6 entries a bucket.</summary>
    private static GoVersion Release(Machine m) => m.Has(Fault.GrowLoadfactorTrunc) ? GoVersion.Go121 : m.Version;
}
