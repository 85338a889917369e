namespace MapSim.Faults;

/// <summary>
/// Ways to mend the model: each takes a defect of the real runtime away, so that campaigns go on past it. What each does is
/// said in <see cref="RepairCatalogue"/>.
/// </summary>
public enum Repair : byte
{
    /// <summary>Whether an iteration filters by bucket is decided when it enters the bucket.</summary>
    IterFilterOnce,

    /// <summary>An iteration that enters an old bucket has the map leave that array's cells alone.</summary>
    IterOldBucketStays,

    /// <summary>An iteration ends when the map has another seed than at its start: it was empty in between.</summary>
    IterEndsWithSeed,

    /// <summary>An iteration that enters an old bucket holds the list of that array's overflow buckets.</summary>
    IterTakesOldList,

    /// <summary>Two iterations that begin at the same time share one list of overflow buckets.</summary>
    CreateOverflowOnce,

    /// <summary>clear marks the cells of all arrays, as from 1.21 on.</summary>
    ClearMarksBuckets,

    /// <summary>Clone limits its hint, as from 1.22 on.</summary>
    CloneClampsHint,
}
