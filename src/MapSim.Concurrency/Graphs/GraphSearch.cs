using System.Numerics;
using MapSim.Concurrency.Traces;

namespace MapSim.Concurrency.Graphs;

/// <summary>Explores the graphs that follow from one: it is completed, and each way to reverse a conflict in what was added gives another one to go on with.</summary>
internal sealed class GraphSearch
{
    /// <summary>Levels whose ways are counted before they are tried, for the sake of the estimate of what is done.</summary>
    private const int CountedLevels = 6;

    private readonly List<(ExecutionGraph Graph, Revisits Revisits)> levels = [];
    private readonly Places places = new();
    private readonly ReplayedModel replayed;
    private readonly TraceOptions options;
    private readonly TraceTally tally;
    private readonly int threads;
    private int level = -1;

    /// <summary>A search that has not begun.</summary>
    /// <param name="model">The model, at its start.</param>
    /// <param name="options">Limits.</param>
    public GraphSearch(IModel model, TraceOptions options)
    {
        if (model.Threads is < 1 or > 64)
        {
            throw new ArgumentException($"threads of the model: expected 1 to 64, found {model.Threads}");
        }

        (this.options, threads) = (options, model.Threads);
        tally = new TraceTally(options);
        replayed = new ReplayedModel(model, tally, Explored);
    }

    /// <summary>For a test that must fail: see <see cref="Revisits.IsCareless"/>.</summary>
    public bool IsCareless { get; init; }

    /// <summary>Explores everything that can follow from a graph.</summary>
    /// <param name="part">The graph.</param>
    public TraceReport Run(GraphPart part)
    {
        try
        {
            ExecutionGraph first = Push();
            if (first.Load(part, replayed) && Complete(first))
            {
                Descend();
            }
        }
        finally
        {
            replayed.Back(0);
        }

        return tally.Report("graph");
    }

    /// <summary>Takes graphs in the order in which they are found until there are so many more.</summary>
    /// <param name="enough">Open graphs at which no more are taken.</param>
    /// <returns>What was seen, and the graphs that are left; none if a limit was reached.</returns>
    public (TraceReport Seen, List<GraphPart> Open) Split(int enough)
    {
        List<GraphPart> open = [GraphPart.Empty];
        int taken = 0;
        try
        {
            ExecutionGraph graph = Push();
            ExecutionGraph next = Push();
            Revisits ways = levels[0].Revisits;
            for (; taken < open.Count && open.Count - taken < enough; taken++)
            {
                replayed.Back(0);
                if (!graph.Load(open[taken], replayed) || !Complete(graph))
                {
                    break;
                }

                ways.Start();
                while (ways.Next())
                {
                    next.Revisit(graph, ways.New, ways.Behind, ways.Past, ways.NewThread, ways.NewMove);
                    open.Add(next.ToPart());
                }
            }
        }
        finally
        {
            replayed.Back(0);
        }

        return (tally.Report("graph"), tally.Stop is null ? open[taken..] : []);
    }

    private void Descend()
    {
        StartWays();
        while (level >= 0)
        {
            (ExecutionGraph graph, Revisits ways) = levels[level];
            if (!ways.Next())
            {
                level--;
                continue;
            }

            ExecutionGraph next = Push();
            next.Revisit(graph, ways.New, ways.Behind, ways.Past, ways.NewThread, ways.NewMove);
            if (!Complete(next))
            {
                return;
            }

            StartWays();
        }
    }

    private void StartWays()
    {
        if (level < CountedLevels)
        {
            levels[level].Revisits.StartCounted();
        }
        else
        {
            levels[level].Revisits.Start();
        }
    }

    /// <summary>Adds steps to a graph, always of the lowest thread that can make one, until nothing can move.</summary>
    /// <returns>False if a limit was reached.</returns>
    private bool Complete(ExecutionGraph graph)
    {
        IModel model = replayed.Model;
        if (!replayed.MoveTo(graph.Schedule[..Math.Min(graph.Moved, graph.Count)]))
        {
            return false;
        }

        for (int p = graph.Moved; p < graph.Count; p++)
        {
            ulong before = model.Unfinished;
            if (!replayed.Step(graph.Thread(p)))
            {
                return false;
            }

            graph.Starts(p, model.Unfinished & ~before);
        }

        while (true)
        {
            int t = graph.Redeemable();
            ulong enabled = model.Enabled;
            if (t < 0 && enabled == 0)
            {
                break;
            }

            if (graph.Count >= options.Depth)
            {
                tally.TooLong();
                return true;
            }

            t = t < 0 ? BitOperations.TrailingZeroCount(enabled) : t;
            Move move = places.Of(model.Next(t));
            ulong before = move.Kind == StepKind.Everything ? model.Unfinished : ulong.MaxValue;
            if (!replayed.Step(t))
            {
                return false;
            }

            graph.Append(t, move);
            if (before != ulong.MaxValue)
            {
                graph.Starts(graph.Count - 1, model.Unfinished & ~before);
            }
        }

        for (ulong left = model.Unfinished; left != 0; left &= unchecked(left - 1))
        {
            int t = BitOperations.TrailingZeroCount(left);
            Move move = places.Of(model.Next(t));
            if (move.Kind == StepKind.Lock && !graph.HasPromise(t))
            {
                graph.WaitsFor[t] = move.Place;
                graph.Blocked |= 1UL << t;
            }
        }

        tally.Complete(model, graph.Schedule);
        return tally.Stop is null;
    }

    private ExecutionGraph Push()
    {
        if (++level == levels.Count)
        {
            var graph = new ExecutionGraph(threads, places);
            levels.Add((graph, new Revisits(graph, places, threads) { IsCareless = IsCareless }));
        }

        return levels[level].Graph;
    }

    /// <summary>The part that is done, if every way that is open leads to as much as those that were tried.</summary>
    private double Explored()
    {
        double part = 1;
        double sum = 0;
        for (int i = 0; i < Math.Min(level, CountedLevels); i++)
        {
            // What a graph itself is counts as much as one of its ways; the last way that was found is still open.
            Revisits ways = levels[i].Revisits;
            sum += part * ways.Found / (ways.Total + 1);
            part /= ways.Total + 1;
        }

        return sum;
    }
}
