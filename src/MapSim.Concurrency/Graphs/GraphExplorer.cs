using MapSim.Concurrency.Traces;

namespace MapSim.Concurrency.Graphs;

/// <summary>The engine "graph": every Mazurkiewicz trace once, as a graph of what depends on what, with no execution in vain and nothing remembered but the graphs on the way.</summary>
/// <remarks>
/// The idea is TruSt (Kokologiannakis, Marmanis, Gladstein, Vafeiadis, POPL 2022), for sequential consistency, carried from
/// reads and writes to any steps that conflict or not:
/// 1. A graph is completed by always adding the next step of the lowest thread that can make one, behind all it conflicts with.
/// 2. For each step that was added, and each conflicting step r that came in before it and is no cause of it, there is a graph in
///    which the new step comes before r: r keeps its stamp (when it came in) and moves behind the new step; what else came in
///    after r goes, unless it is a cause of r or of the new step. Then back to 1.
/// 3. So that no graph is reached twice, the causes that r has now are frozen: they must stay in all that follows. A revisit that
///    would remove or move a frozen step is not made; some other graph leads to its result. If r gets several causes that do not
///    depend on each other (a write behind two reads), they come in the order of their threads.
/// 4. A lock behind another lock of its mutex cannot be made at once. It is a promise then: the next lock of this mutex, made as
///    soon as the mutex is free. Threads that wait for a mutex at the end revisit like those that were served.
/// Each revisit leads to exactly one more trace, so nothing is explored in vain, and the steps of an exploration are those that
/// differ from one trace to the next. At most one graph is kept for each revisit on the way, and each freezes a step more, so
/// there are never more of them than steps in an execution.
/// That it is right is not proved here but tested: against the oracle of the tests and against known counts.
/// </remarks>
public static class GraphExplorer
{
    /// <summary>Explores everything that can follow from where the model stands, which should be its start.</summary>
    /// <param name="model">The model; it stands where it stood when this returns.</param>
    /// <param name="options">Limits; none if left out.</param>
    /// <exception cref="UnsupportedModelException">A thread unlocks a mutex that it does not hold, or makes a step that depends on everything while another one waits for a mutex.</exception>
    public static TraceReport Explore(IModel model, TraceOptions? options = null) => new GraphSearch(model, options ?? new TraceOptions()).Run(GraphPart.Empty);

    /// <summary>The same by several workers, with the same report for any number of them.</summary>
    /// <param name="model">The model; it stands where it stood when this returns.</param>
    /// <param name="workers">Number of workers, at least 1; more than the machine has cores are of no use.</param>
    /// <param name="options">Limits; the numbers of traces and steps hold for each of the parts. Progress is told at the end of each part, a visitor is not called.</param>
    /// <exception cref="ArgumentOutOfRangeException">No workers.</exception>
    /// <exception cref="UnsupportedModelException">As above.</exception>
    public static TraceReport Explore(IModel model, int workers, TraceOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        return SplitGraphs.Explore(model, workers, options ?? new TraceOptions());
    }

    /// <summary>For a test that must fail: removes steps that must stay.</summary>
    internal static TraceReport ExploreCarelessly(IModel model, TraceOptions options) => new GraphSearch(model, options) { IsCareless = true }.Run(GraphPart.Empty);
}
