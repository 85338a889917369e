using System.Diagnostics;

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
    /// left out: when two operations end, in which order makes two interleavings but one trace. For the same reason a history (H9) that
    /// no order explains counts as clean here: which operation was over when another began is no property of a trace.
    /// </summary>
    /// <remarks>What was seen of a cell with too many states must be among the ends that the reduced search found, if that proved them to be all; the ends of all states must be just those.</remarks>
    public bool Agree => (!ByTraces.IsComplete || Proof is not { } proof || Seen(proof).SetEquals(Seen(ByTraces)))
        && (ByReduction is not { IsComplete: true } all
            || (ByStates.Ends.All(e => e.Count == 0 || all.Ends.Any(a => a.Key == e.Key)) && (!ByStates.IsComplete || all.Ends.All(a => ByStates.Ends.Any(e => e.Key == a.Key)))));

    /// <summary>As many of the states as show every end; null if nobody asked for them.</summary>
    public Exploration? ByReduction { get; init; }

    /// <summary>What proves that nothing else can happen; null if nothing does.</summary>
    public Exploration? Proof => ByStates.IsComplete ? ByStates : ByReduction is { IsComplete: true } reduced ? reduced : null;

    /// <summary>The ways to end, clean first: of all states, or those that any engine saw, each with the fewest preemptions of a schedule that was found.</summary>
    public IReadOnlyList<ExploredEnd> Ends => ByReduction == null || ByStates.IsComplete ? ByStates.Ends
        : [.. ByStates.Ends.Concat(ByReduction.Ends).GroupBy(e => e.Key ?? "").OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => g.MinBy(e => e.Preemptions)! with { IsFewest = false })];

    private static HashSet<string> Seen(Exploration found) => [.. found.Ends.Where(e => e.Count > 0).Select(e => e.Key switch
    {
        null => "clean",
        { } key when key.StartsWith("history/", StringComparison.Ordinal) => "clean",
        { } key when key.StartsWith("structure/", StringComparison.Ordinal) => key[..key.LastIndexOf('/')],
        { } key => key,
    })];

    /// <summary>How long the engines took, in seconds; not a property of the cell.</summary>
    public CellSeconds Seconds { get; init; }

    /// <summary>
    /// Explores a cell: as few states as show every end, all its states, and its traces. The engine reduced goes first because it is cheap: it never needs more states than there are, so
    /// where it has proved the cell with more than the engine states may have, that one is not asked.
    /// </summary>
    /// <param name="cell">The cell.</param>
    /// <param name="options">Where states, reduced states and traces are cut.</param>
    public static InterleavingRow Of(InterleavingCell cell, ExploreOptions options)
    {
        Programs.MapProgram program = cell.ToProgram();
        var watch = Stopwatch.StartNew();
        Exploration? reduced = options.MostReduced == 0 ? null : ProgramExplorer.ByReduction(program, options with { MostStates = options.MostReduced });
        double afterReduced = watch.Elapsed.TotalSeconds;
        Exploration states = reduced is { IsComplete: true } && reduced.States > options.MostStates
            ? new Exploration("states", false, []) { Cut = FormattableString.Invariant($"more than {options.MostStates} states: the engine reduced needs {reduced.States}") }
            : ProgramExplorer.ByStates(program, options);
        double afterStates = watch.Elapsed.TotalSeconds;
        Exploration traces = ProgramExplorer.ByTraces(program, options);
        return new InterleavingRow(cell, states, traces)
        {
            ByReduction = reduced,
            Seconds = new CellSeconds(afterReduced, afterStates - afterReduced, watch.Elapsed.TotalSeconds - afterStates),
        };
    }
}

/// <summary>Seconds that the engines took for a cell.</summary>
/// <param name="Reduced">The engine reduced.</param>
/// <param name="States">The engine states; nearly nothing where it was not asked.</param>
/// <param name="Traces">The engine traces.</param>
public readonly record struct CellSeconds(double Reduced, double States, double Traces)
{
    /// <summary>All of them.</summary>
    public double Sum => Reduced + States + Traces;
}
