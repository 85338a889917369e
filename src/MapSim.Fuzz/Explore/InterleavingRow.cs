namespace MapSim.Fuzz;

/// <summary>What was found out about a cell.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="ByStates">Its states: what can happen, and how often.</param>
/// <param name="ByTraces">Its traces; not complete if they were too many.</param>
public sealed record InterleavingRow(InterleavingCell Cell, Exploration ByStates, Exploration ByTraces)
{
    private const string Detected = "fatal/concurrent-map-";

    /// <summary>The part of the traces in which Go's own check for concurrent use says nothing; null if neither operation writes, or the traces are not complete.</summary>
    public double? Escape => Cell.IsAllowed || !ByTraces.IsComplete ? null
        : 1 - ByTraces.Ends.Where(e => e.Key?.StartsWith(Detected, StringComparison.Ordinal) == true).Sum(e => e.Share ?? 0);

    /// <summary>
    /// True if the ends that one engine saw are those that the other saw. After which operation a broken structure was noticed is
    /// left out: when two operations end, in which order makes two interleavings but one trace.
    /// </summary>
    public bool Agree => !ByTraces.IsComplete || !ByStates.IsComplete || Seen(ByStates).SetEquals(Seen(ByTraces));

    private static HashSet<string> Seen(Exploration found) => [.. found.Ends.Where(e => e.Count > 0).Select(e => e.Key switch
    {
        null => "clean",
        { } key when key.StartsWith("structure/", StringComparison.Ordinal) => key[..key.LastIndexOf('/')],
        { } key => key,
    })];

    /// <summary>Explores a cell.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="options">Where states and traces are cut.</param>
    public static InterleavingRow Of(InterleavingCell cell, ExploreOptions options)
    {
        Programs.MapProgram program = cell.ToProgram();
        return new InterleavingRow(cell, ProgramExplorer.ByStates(program, options), ProgramExplorer.ByTraces(program, options));
    }
}
