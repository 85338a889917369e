using System.Numerics;
using MapSim.Concurrency.States;
using MapSim.Programs;

namespace MapSim.Fuzz;

/// <summary>
/// Finds every way in which a program of a few goroutines can end. The engine states visits each state once, and proves what
/// cannot happen; the others go by executions (<see cref="ProgramTraces"/>).
/// </summary>
public static class ProgramExplorer
{
    /// <summary>What is said of an exploration whose verdicts hang on the way to a state.</summary>
    private const string OneWay = "races are judged on one way to each final state; --engine traces judges every order of conflicting steps";

    /// <summary>
    /// The engine to take when nobody asks for one. Whether a race was seen hangs on the order of the steps and not on the state
    /// they lead to, so programs with the race detector are explored by traces, if they can be.
    /// </summary>
    /// <param name="program">The program.</param>
    /// <param name="options">What is changed in the model.</param>
    /// <exception cref="ProgramFormatException">The program cannot be explored.</exception>
    public static string EngineFor(MapProgram program, ExploreOptions options) =>
        ProgramSettings.Of(program).Race && new ProgramStepper(program, options.Changes).HasOnlyMutexes ? "traces" : "states";

    /// <summary>By states.</summary>
    /// <exception cref="ProgramFormatException">The program cannot be explored.</exception>
    public static Exploration ByStates(MapProgram program, ExploreOptions options)
    {
        var model = new ProgramModel(program, options.Changes);
        StateGraph graph = StateGraph.Build(model, new StateOptions { MostStates = options.MostStates, Cancel = options.Cancel, Checkpoint = options.Checkpoint, Progress = p => options.Progress?.Invoke(p.States, p.Steps) });
        IReadOnlyList<EndShare>? shares = EndShare.Of(graph);
        double all = shares?.Sum(s => s.Interleavings) ?? 0;
        Fates? fates = Fates.Of(graph);
        var ends = new List<ExploredEnd>();
        foreach ((string? key, long count) in Counts(graph))
        {
            FewestPreemptions way = FewestPreemptions.Find(graph, s => graph.Enabled(s) == 0 && graph.Failure(s) == key)!;
            EndShare? share = shares?.First(s => s.Key == key);
            ends.Add(new ExploredEnd(key, count, share?.Interleavings / all, share?.Chance, way.Preemptions, way.IsProven, model.Stepper.ScheduleOf(way.Threads))
            {
                Doomed = key == null || fates == null ? null : TurningPoint.Doomed(graph, fates, way.Threads, model.Stepper),
                Sealed = key == null || fates == null ? null : TurningPoint.Sealed(graph, fates, way.Threads, key, model.Stepper),
            });
        }

        foreach (Lasso lasso in Lassos.Find(graph))
        {
            ends.Add(EndOf(lasso, program, options));
        }

        return new Exploration("states", graph.IsComplete, ends)
        {
            States = graph.Count, Steps = graph.Transitions, Interleavings = shares == null ? null : all, JudgedRuns = model.Judge.Runs,
            Cut = CutOf(graph.IsComplete, options), Note = ProgramSettings.Of(program).Race ? OneWay : null,
        };
    }

    /// <summary>
    /// By those states that are needed to see every end (<see cref="ReducedStates"/>): fewer states, the same ends; shares and chances are not counted,
    /// and the preemptions are those of the schedule that was found.
    /// </summary>
    /// <exception cref="ProgramFormatException">The program cannot be explored so: it waits for more than mutexes, spawns and joins, or has a collector or store buffers.</exception>
    public static Exploration ByReduction(MapProgram program, ExploreOptions options)
    {
        var model = new ProgramModel(program, options.Changes, isForEnds: true);
        if (!model.Stepper.HasOnlyMutexes)
        {
            throw new ProgramFormatException(1, 1, "expected a program without collector, store buffers and channels, whose goroutines wait for nothing but mutexes and each other, for the engine reduced; found another");
        }

        var notes = new EndNotes();
        ReducedResult result = ReducedStates.Explore(model, new StateOptions
        {
            MostStates = options.MostStates, Cancel = options.Cancel, Progress = p => options.Progress?.Invoke(p.States, p.Steps), EndVisitor = notes.Note,
        });
        List<ExploredEnd> ends = [.. notes.All.Select(e => new ExploredEnd(e.Key, e.Times, null, null, PreemptionsOf(program, options, e.Schedule), false, model.Stepper.ScheduleOf(e.Schedule)))];
        return new Exploration("reduced", result.Found.IsComplete && result.IsAcyclic, ends)
        {
            States = result.Found.States + result.Found.FailingStates, Steps = result.Found.Steps, JudgedRuns = model.Judge.Runs,
            Cut = CutOf(result.Found.IsComplete, options) ?? (result.IsAcyclic ? null : "somebody may go round for ever: the engine states says who"),
            Note = ProgramSettings.Of(program).Race ? OneWay : null,
        };
    }

    /// <summary>By traces.</summary>
    /// <param name="program">The program.</param>
    /// <param name="options">How far to go.</param>
    /// <param name="engine">traces, optimal or graph.</param>
    /// <exception cref="ProgramFormatException">The program cannot be explored so: it waits for more than mutexes, spawns and joins, or has a collector or store buffers.</exception>
    public static Exploration ByTraces(MapProgram program, ExploreOptions options, string engine = "traces") => ProgramTraces.Explore(program, engine, options);

    /// <summary>By runs under a sampler: they prove nothing.</summary>
    /// <exception cref="ProgramFormatException">The program cannot be explored.</exception>
    public static Exploration BySamples(MapProgram program, ExploreOptions options) => ProgramTraces.Sample(program, options);

    /// <summary>By states, as far as so many preemptions lead.</summary>
    /// <param name="program">The program.</param>
    /// <param name="most">Most preemptions of an execution, 0 or more.</param>
    /// <param name="options">How far to go.</param>
    /// <exception cref="ProgramFormatException">The program cannot be explored.</exception>
    public static Exploration ByPreemptions(MapProgram program, int most, ExploreOptions options)
    {
        var model = new ProgramModel(program, options.Changes);
        var notes = new EndNotes();
        BoundedResult result = PreemptionBound.Explore(model, most, new StateOptions
        {
            MostStates = options.MostStates, Cancel = options.Cancel, Progress = p => options.Progress?.Invoke(p.States, p.Steps), EndVisitor = notes.Note,
        });
        List<ExploredEnd> ends = [.. notes.All.Select(e => new ExploredEnd(e.Key, e.Times, null, null, PreemptionsOf(program, options, e.Schedule), false, model.Stepper.ScheduleOf(e.Schedule)))];
        return new Exploration("states", result.Found.IsComplete, ends)
        {
            States = result.Found.States + result.Found.FailingStates, Steps = result.Found.Steps, JudgedRuns = model.Judge.Runs, Bound = most, IsBoundIdle = result.IsEverything, Cut = CutOf(result.Found.IsComplete, options),
            Note = ProgramSettings.Of(program).Race ? OneWay : null,
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

    private static string? CutOf(bool isComplete, ExploreOptions options) =>
        isComplete ? null : options.Cancel.IsCancellationRequested ? "the time is over" : FormattableString.Invariant($"the limit of {options.MostStates} states");

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
    internal static int PreemptionsOf(MapProgram program, ExploreOptions options, IReadOnlyList<int> schedule)
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
