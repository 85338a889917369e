namespace MapSim.Programs;

/// <summary>A defect of the real runtime that random programs run into.</summary>
public enum KnownDefect : byte
{
    /// <summary>1.19: clear leaves a dropped old array as it was, so that a running iteration yields dead entries (golang/go#59411).</summary>
    ClearLeavesIterators,

    /// <summary>From 1.21: clear does not reach arrays older than the previous one; NaN entries are still yielded from there (golang/go#70189).</summary>
    ClearLeavesNaN,

    /// <summary>1.21: the clone of a map above its load limit reads beyond the source's array (golang/go#69110).</summary>
    CloneHintOverload,

    /// <summary>
    /// All releases: an iteration stands in an old bucket of a grow to twice the size; that grow ends and one of the same
    /// size begins before its next step. The filter by bucket is then off, and entries of the other half come twice.
    /// </summary>
    FilterLost,

    /// <summary>
    /// All releases: an iteration stands in an old bucket of a grow of the same size, which ends before its next step. The
    /// filter is then on, and NaN entries of buckets in the upper half are missed.
    /// </summary>
    FilterGained,

    /// <summary>
    /// All releases: an iteration begun before one grow of the same size stands in an old bucket of the next, which is
    /// evacuated and, as oldIterator is not set any more, cleared. Its other entries are missed, the zero key may come
    /// twice, and for keys above 128 bytes the next step dereferences nil.
    /// </summary>
    OldBucketLost,

    /// <summary>
    /// All releases: a map is emptied (so its seed changes) after a grow of the same size, under an iteration begun before
    /// that grow. An entry made since is found by look-up through an evacuated cell of the iteration's own array, and once
    /// more in its bucket under the new seed, in the old array of the next grow of the same size.
    /// </summary>
    SeedChanged,

    /// <summary>
    /// All releases: a map with spare overflow buckets is cleared under an iteration that stands in one of them, and filled
    /// again. Clear makes the bucket spare once more, so it comes into another chain; the iteration goes on in it, and
    /// yields its entries a second time when it comes to that chain.
    /// </summary>
    BucketRelinked,

    /// <summary>
    /// All releases, only with a collector: an iteration over a map whose buckets hold no pointers can still walk overflow
    /// buckets that are on no list any more, because the map was cleared under it or because it stood in the old array of a
    /// later grow. They are freed, and it reads what stands there then.
    /// </summary>
    ListLost,
}

/// <summary>Names of the known defects.</summary>
public static class KnownDefects
{
    /// <summary>Every one.</summary>
    public static IReadOnlyList<KnownDefect> All { get; } = Enum.GetValues<KnownDefect>();

    /// <summary>A short name, with the issue if it is public.</summary>
    public static string Name(KnownDefect defect) => defect switch
    {
        KnownDefect.ClearLeavesIterators => "clear under an iteration, 1.19 (#59411)",
        KnownDefect.ClearLeavesNaN => "NaN after clear (#70189)",
        KnownDefect.CloneHintOverload => "clone of an overloaded map, 1.21 (#69110)",
        KnownDefect.FilterLost => "iter-duplicate/same-size-grow",
        KnownDefect.FilterGained => "iter-miss/nan-same-size-grow-ends",
        KnownDefect.OldBucketLost => "iter-miss/old-bucket-cleared",
        KnownDefect.SeedChanged => "iter-duplicate/seed-changed",
        KnownDefect.BucketRelinked => "iter-duplicate/bucket-relinked",
        _ => "iter-dangling (collector)",
    };
}
