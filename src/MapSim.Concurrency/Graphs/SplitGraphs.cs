using MapSim.Concurrency.Traces;

namespace MapSim.Concurrency.Graphs;

/// <summary>Explores graphs by several workers, with the same report for any number of them.</summary>
/// <remarks>
/// Graphs are taken in the order in which they are found until some hundred are open; each of those is then a part of its own,
/// with everything that follows from it. Parts share nothing, so nothing depends on who takes which.
/// </remarks>
internal static class SplitGraphs
{
    /// <summary>Open graphs at which no more are opened.</summary>
    private const int Enough = 256;

    /// <summary>Explores everything that can follow from where the model stands.</summary>
    /// <param name="model">The model; it stands where it stood when this returns.</param>
    /// <param name="workers">Number of workers, at least 1.</param>
    /// <param name="options">Limits.</param>
    public static TraceReport Explore(IModel model, int workers, TraceOptions options)
    {
        TraceOptions ofPart = options with { Progress = null, Visitor = null };
        (TraceReport first, List<GraphPart> parts) = new GraphSearch(model, ofPart).Split(Enough);
        var reports = new TraceReport[parts.Count];
        IModel[] models = [.. Enumerable.Range(0, workers).Select(_ => model.Fork())];
        int next = -1;
        var told = new SplitTraces.Told(options.Progress, parts.Count + 1);
        told.Done(first);
        try
        {
            Parallel.For(0, workers, new ParallelOptions { MaxDegreeOfParallelism = workers }, worker =>
            {
                for (int i = Interlocked.Increment(ref next); i < parts.Count; i = Interlocked.Increment(ref next))
                {
                    reports[i] = new GraphSearch(models[worker], ofPart).Run(parts[i]);
                    told.Done(reports[i]);
                }
            });
        }
        catch (AggregateException e) when (e.InnerException is UnsupportedModelException inner)
        {
            throw new UnsupportedModelException(inner.Message);
        }

        var tally = new TraceTally(options);
        foreach (TraceReport report in reports.Prepend(first))
        {
            tally.Add(report);
            tally.Stop ??= report.Complete ? null : report.Stop;
        }

        return tally.Report("graph");
    }
}
