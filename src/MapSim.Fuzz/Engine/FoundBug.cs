namespace MapSim.Fuzz;

/// <summary>A bug of a campaign: one for each bug key.</summary>
/// <param name="Key">The bug key.</param>
/// <param name="Known">The known defect of the real runtime that it stands for in its release; null if it stands for none: it is new.</param>
/// <param name="Input">The canonical bytes of the first program that ended so.</param>
/// <param name="FoundAt">The execution that found it, from 1.</param>
public sealed record FoundBug(string Key, string? Known, byte[] Input, long FoundAt)
{
    /// <summary>The entry it was made from; -1 if it was made from nothing.</summary>
    public int Parent { get; init; } = -1;

    /// <summary>How it was made.</summary>
    public string Mutation { get; init; } = "";

    /// <summary>How many executions ended so.</summary>
    public long Times { get; internal set; } = 1;
}
