using MapSim.Layout;

namespace MapSim.Faults;

/// <summary>A repair: what it mends and how.</summary>
/// <param name="Repair">Which.</param>
/// <param name="Id">Its name.</param>
/// <param name="Mends">The defects it takes away, as docs/DISCOVERIES.md names them.</param>
/// <param name="Change">What it changes in the model.</param>
/// <param name="Versions">The releases that have the defect; elsewhere the repair changes nothing.</param>
public sealed record RepairInfo(Repair Repair, string Id, string Mends, string Change, IReadOnlyList<GoVersion> Versions);

/// <summary>Every repair.</summary>
public static class RepairCatalogue
{
    /// <summary>In the order of the enumeration.</summary>
    public static IReadOnlyList<RepairInfo> All { get; } =
    [
        new(Repair.IterFilterOnce, "iter-filter-once", "iter-duplicate/same-size-grow, iter-miss/nan-same-size-grow-ends",
            "mapiternext decides when it enters a bucket whether it filters by bucket, and not anew at each cell", GoVersion.All),
        new(Repair.IterOldBucketStays, "iter-old-bucket-stays", "iter-miss/old-bucket-cleared",
            "mapiternext sets the iterator flags again when it enters an old bucket, so that evacuation does not clear that array", GoVersion.All),
        new(Repair.IterEndsWithSeed, "iter-ends-with-seed", "iter-duplicate/seed-changed, iter-duplicate/bucket-relinked, iter-dangling/after-clear, golang/go#70189, golang/go#59411",
            "an iteration remembers the map's seed and ends when the map has another: it was empty in between, so nothing is owed", GoVersion.All),
        new(Repair.IterTakesOldList, "iter-takes-old-list", "iter-dangling/later-array",
            "mapiternext takes h.extra.oldoverflow as its own when it enters an old bucket", GoVersion.All),
        new(Repair.CreateOverflowOnce, "create-overflow-once", "iter-dangling/two-ranges",
            "createOverflow in mapiterinit installs mapextra and the list only if nobody else has", GoVersion.All),
        new(Repair.ClearMarksBuckets, "clear-marks-buckets", "golang/go#59411",
            "mapclear marks every cell of both arrays empty first", [GoVersion.Go119]),
        new(Repair.CloneClampsHint, "clone-clamps-hint", "golang/go#69110",
            "maps.Clone limits its hint to what the source's size allows", [GoVersion.Go121]),
    ];

    /// <summary>What is known about a repair.</summary>
    public static RepairInfo Of(Repair repair) => All[(int)repair];
}
