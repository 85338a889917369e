namespace MapSim.Programs;

/// <summary>A conflict of two steps of different goroutines that puts them in an order.</summary>
/// <param name="Earlier">The number of the step that came first.</param>
/// <param name="Later">The number of the other.</param>
/// <param name="IsDecisive">The other way round the program does not go wrong in this way.</param>
public sealed record TimelineEdge(int Earlier, int Later, bool IsDecisive);

/// <summary>The happens-before edges of a timeline, without those that the others imply.</summary>
public static class TimelineEdges
{
    /// <summary>The edges in the order of the later step.</summary>
    /// <param name="timeline">The timeline.</param>
    public static IReadOnlyList<TimelineEdge> Of(Timeline timeline)
    {
        int goroutines = timeline.Steps.Select(s => s.Mover).DefaultIfEmpty().Max() + 1;
        if (goroutines == 1 && !timeline.Steps.Any(s => s.IsDrain))
        {
            return [];
        }

        // What leaves a store buffer is ordered by others than its goroutine.
        TimelineStep[] steps = [.. timeline.Steps.Where(s => s.Access.IsShared)];
        RecordedStep[] recorded = [.. steps.Select(s => new RecordedStep((ulong)s.Number, s.IsDrain ? s.Mover + goroutines : s.Mover, s.Point, s.Access, s.Line))];
        HashSet<(StepPoint, StepPoint)> decisive = [.. Lines(timeline).Where(l => l.IsDecisive).Select(l => (l.First, l.Second))];
        var edges = CausalOrder.Edges(recorded)
            .Select(e => new TimelineEdge(steps[e.Earlier].Number, steps[e.Later].Number, decisive.Remove((steps[e.Earlier].Point, steps[e.Later].Point)))).ToList();

        // An order line may name two steps that others put in order, too.
        Dictionary<StepPoint, int> numbers = [];
        foreach (TimelineStep step in steps)
        {
            numbers.TryAdd(step.Point, step.Number);
        }

        foreach ((StepPoint first, StepPoint second) in decisive)
        {
            if (numbers.TryGetValue(first, out int earlier) && numbers.TryGetValue(second, out int later))
            {
                edges.Add(new TimelineEdge(earlier, later, true));
            }
        }

        return [.. edges.OrderBy(e => e.Later).ThenBy(e => e.Earlier)];
    }

    /// <summary>The lines that the program has, or else what is found out about its schedule.</summary>
    private static IEnumerable<OrderLine> Lines(Timeline timeline)
    {
        OrderLine[] own = [.. timeline.Program.Lines.Select(l => l.Statement).OfType<OrderLine>()];
        return own.Length > 0 || timeline.Result.BugKey == null || timeline.Program.Goroutines.Count == 0 ? own
            : DecisiveOrder.Of(timeline.Program.WithSchedule(timeline.Result.Schedule), timeline.Result, timeline.Changes);
    }
}
