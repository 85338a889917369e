using MapSim.Concurrency.Graphs;
using MapSim.Concurrency.Sampling;
using MapSim.Concurrency.States;
using MapSim.Concurrency.Traces;
using MapSim.Programs;

namespace MapSim.Fuzz;

/// <summary>
/// Explores a program execution by execution: the engines traces, optimal and graph see each Mazurkiewicz trace once, the engine
/// random sees as many runs as were asked for, which prove nothing.
/// </summary>
internal static class ProgramTraces
{
    /// <summary>Every trace.</summary>
    /// <param name="program">The program.</param>
    /// <param name="engine">traces, optimal or graph.</param>
    /// <param name="options">How far to go.</param>
    /// <exception cref="ProgramFormatException">The program cannot be explored so.</exception>
    public static Exploration Explore(MapProgram program, string engine, ExploreOptions options)
    {
        var model = new ProgramModel(program, options.Changes, isForTraces: true);
        if (!model.Stepper.HasOnlyMutexes)
        {
            throw new ProgramFormatException(1, 1, $"expected a program without collector, store buffers and channels, whose goroutines wait for nothing but mutexes and each other, for the engine {engine}; found another");
        }

        var limits = new TraceOptions
        {
            Traces = options.MostTraces, Depth = options.MostDepth, Cancellation = options.Cancel, Checkpoint = options.Checkpoint, Progress = p => options.Progress?.Invoke(p.Traces, p.Steps),
        };
        TraceReport report;
        try
        {
            report = engine switch
            {
                "optimal" => OptimalDpor.Explore(model, limits),
                "graph" => GraphExplorer.Explore(model, limits),
                _ => TraceExplorer.Explore(model, limits),
            };
        }
        catch (UnsupportedModelException e)
        {
            throw new ProgramFormatException(1, 1, $"engine graph: {e.Message}");
        }

        double? Share(long traces) => report.Complete ? (double)traces / report.Traces : null;
        var ends = new List<ExploredEnd>();
        if (report.CleanSchedule is { } clean)
        {
            ends.Add(End(program, options, model, null, report.Traces - report.FailingTraces, Share(report.Traces - report.FailingTraces), clean));
        }

        ends.AddRange(report.Failures.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => End(program, options, model, f.Key, f.Traces, Share(f.Traces), f.Schedule)));
        return new Exploration(engine, report.Complete, ends)
        {
            Traces = report.Traces, Steps = report.Steps, JudgedRuns = model.Judge.Runs, Cut = report.Complete ? null : CutOf(report.Stop),
        };
    }

    /// <summary>Runs under a sampler.</summary>
    /// <exception cref="ProgramFormatException">The program cannot be explored.</exception>
    public static Exploration Sample(MapProgram program, ExploreOptions options)
    {
        var model = new ProgramModel(program, options.Changes);
        var notes = new EndNotes();
        ISampler sampler = Samplers.New(options.Sampler, model, options.PctDepth, new StateOptions { MostStates = options.MostStates, Cancel = options.Cancel });
        long runs = 0;
        long steps = 0;
        SampleReport report = SampleRun.Explore(model, sampler, new SampleOptions
        {
            Seed = options.Seed, Schedules = options.Runs, Steps = options.MostDepth, Cancellation = options.Cancel,
            Visitor = (m, schedule) =>
            {
                notes.Note(m, schedule);
                steps += schedule.Length;
                if (++runs % 64 == 0)
                {
                    options.Progress?.Invoke(runs, steps);
                }
            },
        });
        List<ExploredEnd> ends = [.. notes.All.Select(e => End(program, options, model, e.Key, e.Times, (double)e.Times / report.Schedules, e.Schedule))];
        string cut = report.Schedules < options.Runs ? "the time is over" : report.Cut > 0 ? FormattableString.Invariant($"{report.Cut} runs were longer than {options.MostDepth} steps") : "runs are samples";
        return new Exploration("random", false, ends) { Runs = report.Schedules, Sampler = options.Sampler, Steps = report.Steps, JudgedRuns = model.Judge.Runs, Cut = cut };
    }

    internal static ExploredEnd End(MapProgram program, ExploreOptions options, ProgramModel model, string? key, long times, double? share, IReadOnlyList<int> schedule) =>
        new(key, times, share, null, ProgramExplorer.PreemptionsOf(program, options, schedule), false, model.Stepper.ScheduleOf(schedule));

    private static string CutOf(TraceStop stop) => stop switch
    {
        TraceStop.Cancelled => "the time is over",
        TraceStop.Depth => "executions are longer than the limit",
        TraceStop.TreeNodes => "the wakeup trees are too big",
        _ => "the limit of traces",
    };
}
