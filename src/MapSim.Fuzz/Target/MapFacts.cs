namespace MapSim.Fuzz;

/// <summary>
/// What is true of a map at the end of an operation, and of that operation: the words in which milestones are told
/// (<see cref="Milestones"/>).
/// </summary>
[Flags]
public enum MapFacts : ulong
{
    /// <summary>Nothing to tell.</summary>
    None = 0,

    /// <summary>The operation was an assignment.</summary>
    Assign = 1UL << 0,

    /// <summary>The operation was an assignment to a key that was absent.</summary>
    Insert = 1UL << 1,

    /// <summary>The operation was a delete that took an entry away.</summary>
    Delete = 1UL << 2,

    /// <summary>The operation was a clear of a map with entries.</summary>
    Clear = 1UL << 3,

    /// <summary>The operation was a clone of a map with entries.</summary>
    Clone = 1UL << 4,

    /// <summary>The operation was a lookup.</summary>
    Lookup = 1UL << 5,

    /// <summary>The operation began an iteration over a map with entries.</summary>
    IterationBegan = 1UL << 6,

    /// <summary>The operation was a step of an iteration to an entry.</summary>
    IterationStep = 1UL << 7,

    /// <summary>The operation was the last step of an iteration.</summary>
    IterationEnded = 1UL << 8,

    /// <summary>The operation panicked.</summary>
    Panic = 1UL << 9,

    /// <summary>An iteration of the map is open.</summary>
    IteratorOpen = 1UL << 10,

    /// <summary>Two or more are.</summary>
    TwoIterators = 1UL << 11,

    /// <summary>An open iteration began with fewer buckets than the map has now.</summary>
    IteratorOfSmaller = 1UL << 12,

    /// <summary>An open iteration began when the map had a quarter of its buckets or less.</summary>
    IteratorOfQuarter = 1UL << 13,

    /// <summary>An open iteration began in the middle of a grow.</summary>
    IteratorOfGrow = 1UL << 14,

    /// <summary>An open iteration has gone past the last bucket and is on its way to where it began.</summary>
    IteratorWrapped = 1UL << 15,

    /// <summary>An open iteration filters the entries of an old bucket (checkBucket is set).</summary>
    IteratorFilters = 1UL << 16,

    /// <summary>The map grows, to twice its size or in place.</summary>
    Growing = 1UL << 17,

    /// <summary>It grows in place.</summary>
    SameSize = 1UL << 18,

    /// <summary>The operation began a grow.</summary>
    GrowBegan = 1UL << 19,

    /// <summary>The operation ended a grow.</summary>
    GrowEnded = 1UL << 20,

    /// <summary>The grow that ended was one in place.</summary>
    SameSizeEnded = 1UL << 21,

    /// <summary>The evacuation mark moved by more than two.</summary>
    MarkJumped = 1UL << 22,

    /// <summary>There are entries above the load limit.</summary>
    Overloaded = 1UL << 23,

    /// <summary>Eight or more above it.</summary>
    OverloadedByBucket = 1UL << 24,

    /// <summary>There are as many overflow buckets as buckets, or more.</summary>
    ManyOverflow = 1UL << 25,

    /// <summary>A chain of four or more buckets.</summary>
    Chain4 = 1UL << 26,

    /// <summary>A chain of eight or more buckets.</summary>
    Chain8 = 1UL << 27,

    /// <summary>A chain of twelve or more buckets.</summary>
    Chain12 = 1UL << 28,

    /// <summary>A chain of four or more buckets waits in the old array.</summary>
    OldChain4 = 1UL << 29,

    /// <summary>A chain of eight or more buckets waits in the old array.</summary>
    OldChain8 = 1UL << 30,

    /// <summary>A bucket in the middle of a chain is empty.</summary>
    Hole = 1UL << 31,

    /// <summary>Eight or more keys that do not equal themselves.</summary>
    NaNCrowd = 1UL << 32,

    /// <summary>Sixteen buckets or more.</summary>
    Large = 1UL << 33,

    /// <summary>256 buckets or more.</summary>
    Huge = 1UL << 34,

    /// <summary>The operation emptied the map: it has a new seed.</summary>
    Emptied = 1UL << 35,

    /// <summary>Keys lie outside the buckets.</summary>
    IndirectKey = 1UL << 36,

    /// <summary>Elems lie outside the buckets.</summary>
    IndirectElem = 1UL << 37,

    /// <summary>Buckets hold no pointers: mapextra lists the overflow buckets.</summary>
    Listed = 1UL << 38,

    /// <summary>The spare overflow buckets of the array are used up.</summary>
    NoSpares = 1UL << 39,

    /// <summary>The map was cleared, or emptied, while the same iteration was open as is now.</summary>
    ClearedUnderIterator = 1UL << 40,

    /// <summary>A grow ended while the same iteration was open as is now.</summary>
    GrewUnderIterator = 1UL << 41,

    /// <summary>An open iteration stands in an overflow bucket that belongs to the array of the map.</summary>
    IteratorInSpare = 1UL << 42,
}
