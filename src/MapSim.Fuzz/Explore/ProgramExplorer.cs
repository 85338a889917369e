using System.Numerics;
using MapSim.Concurrency.States;
using MapSim.Concurrency.Traces;
using MapSim.Programs;

namespace MapSim.Fuzz;

/// <summary>
/// Finds every way in which a program of a few goroutines can end. The engine states visits each state once, and proves what
/// cannot happen; the engine traces visits each order of steps that conflict once.
/// </summary>
public static class ProgramExplorer
{
    /// <summary>By states.</summary>
    /// <exception cref="ProgramFormatException">The program cannot be explored.</exception>
    public static Exploration ByStates(MapProgram program, ExploreOptions options)
    {
        var model = new ProgramModel(program, options.Changes);
        StateGraph graph = StateGraph.Build(model, new StateOptions { MostStates = options.MostStates, Cancel = options.Cancel, Progress = p => options.Progress?.Invoke(p.States, p.Steps) });
        IReadOnlyList<EndShare>? shares = EndShare.Of(graph);
        double all = shares?.Sum(s => s.Interleavings) ?? 0;
        var ends = new List<ExploredEnd>();
        foreach ((string? key, long count) in Counts(graph))
        {
            FewestPreemptions way = FewestPreemptions.Find(graph, s => graph.Enabled(s) == 0 && graph.Failure(s) == key)!;
            EndShare? share = shares?.First(s => s.Key == key);
            ends.Add(new ExploredEnd(key, count, share?.Interleavings / all, share?.Chance, way.Preemptions, way.IsProven, model.Stepper.ScheduleOf(way.Threads)));
        }

        foreach (Lasso lasso in Lassos.Find(graph))
        {
            ends.Add(EndOf(lasso, program, options));
        }

        return new Exploration("states", graph.IsComplete, ends)
        {
            States = graph.Count, Steps = graph.Transitions, Interleavings = shares == null ? null : all, JudgedRuns = model.Judge.Runs,
            Cut = graph.IsComplete ? null : options.Cancel.IsCancellationRequested ? "the time is over" : FormattableString.Invariant($"the limit of {options.MostStates} states"),
        };
    }

    /// <summary>By traces.</summary>
    /// <exception cref="ProgramFormatException">The program cannot be explored so: it waits for more than mutexes, spawns and joins, or has a collector or store buffers.</exception>
    public static Exploration ByTraces(MapProgram program, ExploreOptions options)
    {
        var model = new ProgramModel(program, options.Changes, isForTraces: true);
        if (!model.Stepper.HasOnlyMutexes)
        {
            throw new ProgramFormatException(1, 1, "expected a program without collector, store buffers and channels, whose goroutines wait for nothing but mutexes and each other, for the engine traces; found another");
        }

        var firsts = new SortedDictionary<string, (long Traces, int[] Schedule)>(StringComparer.Ordinal);
        var limits = new TraceOptions
        {
            Traces = options.MostTraces, Depth = options.MostDepth, Cancellation = options.Cancel, Progress = p => options.Progress?.Invoke(p.Traces, p.Steps),
            Visitor = (m, schedule) =>
            {
                string key = m.Failure ?? "";
                if (!firsts.TryGetValue(key, out (long Traces, int[] Schedule) known))
                {
                    known.Schedule = new int[schedule.Length];
                    for (int i = 0; i < schedule.Length; i++)
                    {
                        known.Schedule[i] = schedule[i];
                    }
                }

                firsts[key] = (known.Traces + 1, known.Schedule);
            },
        };
        TraceReport report = SourceDpor.Explore(model, limits);
        var ends = new List<ExploredEnd>();
        foreach ((string key, (long traces, int[] schedule)) in firsts)
        {
            double? share = report.Complete ? (double)traces / report.Traces : null;
            ends.Add(new ExploredEnd(key.Length == 0 ? null : key, traces, share, null, PreemptionsOf(program, options, schedule), false, model.Stepper.ScheduleOf(schedule)));
        }

        return new Exploration("traces", report.Complete, ends)
        {
            Traces = report.Traces, Steps = report.Steps, JudgedRuns = model.Judge.Runs, Cut = report.Complete ? null : CutOf(report.Stop),
        };
    }

    /// <summary>A run that comes back to where it was: an operation without an end, which the runner meets as its step limit.</summary>
    private static ExploredEnd EndOf(Lasso lasso, MapProgram program, ExploreOptions options)
    {
        var model = new ProgramModel(program, options.Changes);
        foreach (int thread in lasso.Threads)
        {
            model.Step(thread);
        }

        int mover = BitOperations.TrailingZeroCount(lasso.Moving);
        string key = (lasso.Kind == LassoKind.Spin ? "endless/" : "livelock/") + model.Stepper.OperationOf(mover);
        return new ExploredEnd(key, 0, null, null, PreemptionsOf(program, options, lasso.Threads), false, model.Stepper.ScheduleOf(lasso.Threads)) { Endless = lasso.Kind == LassoKind.Spin ? model.Stepper.NameOf(mover) : null };
    }

    private static string CutOf(TraceStop stop) => stop switch
    {
        TraceStop.Cancelled => "the time is over",
        TraceStop.Depth => "executions are longer than the limit",
        _ => "the limit of traces",
    };

    /// <summary>Final states by key, clean first.</summary>
    private static List<(string? Key, long Count)> Counts(StateGraph graph)
    {
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        for (int state = 0; state < graph.Count; state++)
        {
            if (graph.Enabled(state) == 0)
            {
                string key = graph.Failure(state) ?? "";
                counts[key] = counts.GetValueOrDefault(key) + 1;
            }
        }

        return [.. counts.Select(c => (c.Key.Length == 0 ? null : c.Key, c.Value))];
    }

    /// <summary>Switches away from somebody who could have gone on.</summary>
    private static int PreemptionsOf(MapProgram program, ExploreOptions options, IReadOnlyList<int> schedule)
    {
        var model = new ProgramModel(program, options.Changes);
        int preemptions = 0;
        for (int i = 0; i < schedule.Count && model.Enabled != 0; i++)
        {
            preemptions += i > 0 && schedule[i] != schedule[i - 1] && (model.Enabled >> schedule[i - 1] & 1) != 0 ? 1 : 0;
            model.Step(schedule[i]);
        }

        return preemptions;
    }
}
