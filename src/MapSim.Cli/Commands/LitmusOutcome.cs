using MapSim.Concurrency;
using MapSim.Concurrency.Sampling;
using MapSim.Concurrency.States;
using MapSim.Concurrency.Traces;

namespace MapSim.Cli.Commands;

/// <summary>What an engine found out about a litmus program, in the words of mapsim.litmus/1; null where the engine does not count it.</summary>
internal sealed record LitmusOutcome(string Engine, bool IsComplete, long Steps)
{
    public long? Traces { get; init; }

    public long? FailingTraces { get; init; }

    public long? Deadlocks { get; init; }

    public long? States { get; init; }

    public long? FailingStates { get; init; }

    public long? SleepBlocked { get; init; }

    /// <summary>Runs of the engine random.</summary>
    public long? Runs { get; init; }

    /// <summary>Most preemptions of what was explored; null if any number.</summary>
    public int? Preemptions { get; init; }

    /// <summary>True if everything with so many preemptions was seen.</summary>
    public bool IsCompleteWithin { get; init; }

    /// <summary>The sampler of the engine random.</summary>
    public string? Sampler { get; init; }

    /// <summary>How many runs failed how, a deadlock included, and the number of the first of them, from 1.</summary>
    public IReadOnlyList<(string Key, long Runs, long First)>? FailingRuns { get; init; }

    /// <summary>Different orders of dependent steps that the runs were.</summary>
    public long? DistinctTraces { get; init; }

    /// <summary>True if something can fail.</summary>
    public bool IsFailing => Failures.Count > 0;

    /// <summary>True if threads can wait for ever.</summary>
    public bool IsDeadlocking { get; init; }

    /// <summary>What can fail, with a way to it where the engine knows one.</summary>
    public IReadOnlyList<(string Key, long? Traces, IReadOnlyList<int>? Schedule)> Failures { get; init; } = [];

    /// <summary>A way to a deadlock, where the engine knows one.</summary>
    public IReadOnlyList<int>? DeadlockSchedule { get; init; }

    public static LitmusOutcome Of(StateResult r) => new("states", r.IsComplete, r.Steps)
    {
        States = r.States,
        FailingStates = r.FailingStates,
        IsDeadlocking = r.Deadlocks > 0,
        Failures = [.. r.Failures.Select(f => (f, (long?)null, (IReadOnlyList<int>?)null))],
    };

    /// <summary>What can be reached with a bound of preemptions.</summary>
    /// <param name="r">What was found.</param>
    /// <param name="model">The model at its start, to tell what the way to the first failure leads to.</param>
    public static LitmusOutcome Of(BoundedResult r, IModel model)
    {
        foreach (int thread in r.Found.FirstBad ?? [])
        {
            model.Step(thread);
        }

        string? first = model.Failure;
        while (model.Depth > 0)
        {
            model.Undo();
        }

        LitmusOutcome outcome = Of(r.Found);
        return outcome with
        {
            IsComplete = r.IsEverything,
            Preemptions = r.Preemptions,
            IsCompleteWithin = r.Found.IsComplete,
            Failures = [.. outcome.Failures.Select(f => f.Key == first ? f with { Schedule = r.Found.FirstBad } : f)],
            DeadlockSchedule = first == null ? r.Found.FirstBad : null,
        };
    }

    public static LitmusOutcome Of(TraceReport r, string engine) => new(engine, r.Complete, r.Steps)
    {
        Traces = r.Traces,
        FailingTraces = r.FailingTraces,
        Deadlocks = r.Deadlocks,
        SleepBlocked = r.SleepBlocked,
        IsDeadlocking = r.Deadlocks > 0,
        Failures = [.. r.Failures.Select(f => (f.Key, (long?)f.Traces, (IReadOnlyList<int>?)f.Schedule))],
        DeadlockSchedule = r.DeadlockSchedule,
    };

    /// <summary>Samples prove nothing: they are never complete.</summary>
    public static LitmusOutcome Of(SampleReport r, string sampler) => new("random", false, r.Steps)
    {
        Runs = r.Schedules,
        Sampler = sampler,
        FailingRuns = [.. r.Failures.Select(f => (f.Key, f.Schedules, f.First))],
        DistinctTraces = r.Traces,
        IsDeadlocking = r.Deadlocks > 0,
        Failures = [.. r.Failures.Where(f => f.Key != "deadlock").Select(f => (f.Key, (long?)f.Schedules, (IReadOnlyList<int>?)f.Schedule))],
        DeadlockSchedule = r.Failures.FirstOrDefault(f => f.Key == "deadlock")?.Schedule,
    };
}
