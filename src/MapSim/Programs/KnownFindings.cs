using MapSim.Layout;

namespace MapSim.Programs;

/// <summary>A finding that the unmodified runtime gives, too.</summary>
/// <param name="Key">The bug key.</param>
/// <param name="Defect">The defect; docs/DISCOVERIES.md explains it.</param>
/// <param name="Releases">The releases that have it, oldest first.</param>
public sealed record KnownFinding(string Key, KnownDefect Defect, IReadOnlyList<GoVersion> Releases);

/// <summary>
/// The bug keys by which the model oracle tells the known defects of the real runtime. It gives such a key only if it saw
/// the defect's cause; what merely looks alike gets a key of its own.
/// </summary>
/// <remarks><see cref="KnownDefect.ListLost"/> has none: what it does is not a wrong entry but an access to freed memory.</remarks>
public static class KnownFindings
{
    /// <summary>The clone of a map above its load limit read beyond the source's array (1.21).</summary>
    public const string CloneOfOverloaded = "clone-wrong/overloaded-source";

    private static readonly IReadOnlyList<GoVersion> Only119 = [GoVersion.Go119];
    private static readonly IReadOnlyList<GoVersion> Only121 = [GoVersion.Go121];
    private static readonly IReadOnlyList<GoVersion> From121 = [GoVersion.Go121, GoVersion.Go122, GoVersion.Go123];

    /// <summary>Every one.</summary>
    public static IReadOnlyList<KnownFinding> All { get; } =
    [
        new("iter-duplicate/same-size-grow", KnownDefect.FilterLost, GoVersion.All),
        new("iter-miss/nan-same-size-grow-ends", KnownDefect.FilterGained, GoVersion.All),
        new("iter-miss/old-bucket-cleared", KnownDefect.OldBucketLost, GoVersion.All),
        new("iter-duplicate/old-bucket-cleared", KnownDefect.OldBucketLost, GoVersion.All),
        new("iter-duplicate/seed-changed", KnownDefect.SeedChanged, GoVersion.All),
        new("iter-duplicate/bucket-relinked", KnownDefect.BucketRelinked, GoVersion.All),
        new("iter-dead/clear", KnownDefect.ClearLeavesIterators, Only119),
        new("iter-stale/clear", KnownDefect.ClearLeavesIterators, Only119),
        new("iter-duplicate/clear", KnownDefect.ClearLeavesIterators, Only119),
        new("iter-dead/nan-after-clear", KnownDefect.ClearLeavesIterators, Only119),
        new("iter-duplicate/nan-after-clear", KnownDefect.ClearLeavesIterators, Only119),
        new("iter-dead/nan-after-clear", KnownDefect.ClearLeavesNaN, From121),
        new("iter-duplicate/nan-after-clear", KnownDefect.ClearLeavesNaN, From121),
        new(CloneOfOverloaded, KnownDefect.CloneHintOverload, Only121),
    ];

    /// <summary>What a key stands for in a release; null if the unmodified runtime does not give it there.</summary>
    public static KnownFinding? Of(string key, GoVersion version) => All.FirstOrDefault(f => f.Key == key && f.Releases.Contains(version));

    /// <summary>True if a key stands for a known defect in some release.</summary>
    internal static bool HasKey(string key) => All.Any(f => f.Key == key);
}
