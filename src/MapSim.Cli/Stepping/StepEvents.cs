using MapSim.Programs;

namespace MapSim.Cli.Stepping;

/// <summary>What the stepper can be told to go on until: named steps of a run, in the words of people, and all of <see cref="TimelineEvents"/>.</summary>
internal static class StepEvents
{
    private static readonly (string Name, string Meaning, Func<Timeline, TimelineStep, bool> Is)[] Named =
    [
        ("grow.start", "a map begins to grow", (_, s) => Has(s, TimelineEvents.Grow)),
        ("evacuate", "an old bucket is marked as evacuated", (_, s) => Has(s, TimelineEvents.Evacuated)),
        ("grow.end", "a grow has ended", (_, s) => Has(s, TimelineEvents.Grown)),
        ("clear", "a clear begins", IsClear),
        ("overflow.new", "an overflow bucket is linked into a chain", (_, s) => Has(s, TimelineEvents.Overflow)),
        ("gc.start", "the collector begins to mark", (t, s) => Has(s, TimelineEvents.Collector) && MarkSwitches(t, s) % 2 == 0),
        ("gc.end", "the collector ends marking", (t, s) => Has(s, TimelineEvents.Collector) && MarkSwitches(t, s) % 2 == 1),
        ("gc.sweep", "the collector frees objects", (_, s) => Has(s, TimelineEvents.Freed)),
        ("fatal", "the process dies: fatal error, throw, panic, or an access outside every object", IsFatal),
    ];

    /// <summary>All names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Named.Select(n => n.Name), .. TimelineEvents.All];

    /// <summary>The names that are the stepper's own, with what they mean.</summary>
    public static IEnumerable<(string Name, string Meaning)> Meanings => Named.Select(n => (n.Name, n.Meaning));

    /// <summary>The nearest step with an event.</summary>
    /// <param name="timeline">The run.</param>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="from">A position: only steps behind it, or before its own step.</param>
    /// <param name="backwards">Looks before it.</param>
    /// <returns>The number of the step; 0 if there is none.</returns>
    public static int Find(Timeline timeline, string name, int from, bool backwards)
    {
        Func<Timeline, TimelineStep, bool> isIt = Named.FirstOrDefault(n => n.Name == name).Is ?? ((_, s) => Has(s, name));
        int way = backwards ? -1 : 1;
        for (int at = from + way; at > 0 && at <= timeline.Count; at += way)
        {
            if (isIt(timeline, timeline.Steps[at - 1]))
            {
                return at;
            }
        }

        return 0;
    }

    private static bool Has(TimelineStep step, string name) => step.Events.Contains(name);

    private static bool IsClear(Timeline timeline, TimelineStep step)
    {
        if (!step.Point.Label.StartsWith("MapClear.", StringComparison.Ordinal))
        {
            return false;
        }

        // Only the first step of it: clearing takes many, some of them in other frames.
        for (int i = step.Number - 2; i >= 0 && timeline.Steps[i] is var before; i--)
        {
            if (before.Mover == step.Mover && !before.IsDrain)
            {
                if (before.Point.Operation != step.Point.Operation)
                {
                    return true;
                }

                if (before.Point.Label.StartsWith("MapClear.", StringComparison.Ordinal))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static int MarkSwitches(Timeline timeline, TimelineStep step) => timeline.Steps.Take(step.Number - 1).Count(s => Has(s, TimelineEvents.Collector));

    private static bool IsFatal(Timeline timeline, TimelineStep step) =>
        step.Number == timeline.Count && timeline.Result.Verdict is VerdictKind.Fatal or VerdictKind.Throw or VerdictKind.Panic or VerdictKind.Undefined;
}
