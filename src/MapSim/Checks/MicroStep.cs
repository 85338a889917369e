namespace MapSim.Checks;

/// <summary>What a step does to the bit hashWriting of a map (gc-and-barriers.md, D2). Every other step leaves it alone.</summary>
public enum MicroStep : byte
{
    /// <summary>Nothing that detection cares about.</summary>
    None,

    /// <summary>w1: a writer loads the flags and is fatal if the bit is set.</summary>
    W1,

    /// <summary>w3a: a writer loads the flags for the toggle.</summary>
    W3a,

    /// <summary>w3b: a writer stores the loaded flags with the bit toggled.</summary>
    W3b,

    /// <summary>w5: a writer loads the flags and is fatal if the bit is clear.</summary>
    W5,

    /// <summary>w6a: a writer loads the flags to clear the bit.</summary>
    W6a,

    /// <summary>w6b: a writer stores the loaded flags with the bit cleared.</summary>
    W6b,

    /// <summary>r1: a lookup, a next or a clone loads the flags and is fatal if the bit is set.</summary>
    R1,

    /// <summary>A writer loads the flags to change another bit; it will store this one as it is now.</summary>
    CarryLoad,

    /// <summary>The store that belongs to <see cref="CarryLoad"/>: the bit becomes what it was at the load.</summary>
    CarryStore,

    /// <summary>The start of an iteration sets both iterator bits, atomically.</summary>
    OrFlags,

    /// <summary>The first step of a reader behind its r1: here it must have tested.</summary>
    PastTest,
}

/// <summary>What a goroutine does to a map, as far as detection tells operations apart.</summary>
public enum MapOperation : byte
{
    /// <summary>No operation, or one that does not concern a map that others can reach.</summary>
    None,

    /// <summary>Assignment, without the store of the elem.</summary>
    Assign,

    /// <summary>Deletion of a key.</summary>
    Delete,

    /// <summary>Clearing.</summary>
    Clear,

    /// <summary>Lookup.</summary>
    Lookup,

    /// <summary>The start of an iteration, with its first next.</summary>
    IterInit,

    /// <summary>The next step of an iteration.</summary>
    IterNext,

    /// <summary>Clone; the map is the source.</summary>
    Clone,

    /// <summary>Length.</summary>
    Length,

    /// <summary>What the caller of an assignment does afterwards: the store of the elem.</summary>
    ElemStore,
}
