namespace MapSim.Hash;

/// <summary>Which generation of Go's 64-bit portable hash: they differ in where the multipliers come from.</summary>
public enum PortableHashKind
{
    /// <summary>Go 1.22 and before: constants in the source; only the first hash key matters.</summary>
    FixedMultipliers,

    /// <summary>Go 1.23: the four hash keys of the process.</summary>
    KeyedMultipliers,
}
