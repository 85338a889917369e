namespace MapSim.Faults;

/// <summary>The part of the runtime that a fault breaks: the sections of the catalogue.</summary>
public enum FaultGroup : byte
{
    /// <summary>Assignment.</summary>
    Assign,

    /// <summary>Deletion of a key.</summary>
    Delete,

    /// <summary>Clearing.</summary>
    Clear,

    /// <summary>Growing and evacuation.</summary>
    Growth,

    /// <summary>Iteration.</summary>
    Iteration,

    /// <summary>The life of overflow chains.</summary>
    Overflow,

    /// <summary>Write barriers.</summary>
    Barrier,

    /// <summary>The collector.</summary>
    Gc,

    /// <summary>Go's own check for concurrent use, and the race detector.</summary>
    Detection,

    /// <summary>Clone, hash and equality, bookkeeping.</summary>
    Rest,
}

/// <summary>How a fault is hunted.</summary>
public enum FaultMode : byte
{
    /// <summary>F: one goroutine is enough; random programs find it.</summary>
    Fuzz,

    /// <summary>X: it needs an interleaving of goroutines, or of a goroutine and the collector.</summary>
    Explore,

    /// <summary>L: nothing is wrong but what stays alive.</summary>
    Leak,
}

/// <summary>What a fault must come to.</summary>
public enum FaultVerdict : byte
{
    /// <summary>K: some program fails with it and passes without it.</summary>
    Killed,

    /// <summary>E: no program can tell. A negative control: an oracle that kills it is wrong.</summary>
    Equivalent,

    /// <summary>K/M: can be told only if an allocation may start a collection.</summary>
    KilledIfAllocationsCollect,

    /// <summary>K/E: can be told only by a program with a data race; a negative control among all others.</summary>
    KilledIfRaced,
}
