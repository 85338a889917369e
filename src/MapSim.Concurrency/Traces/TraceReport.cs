namespace MapSim.Concurrency.Traces;

/// <summary>Why an exploration of traces ended.</summary>
public enum TraceStop
{
    /// <summary>Every trace was seen.</summary>
    Finished,

    /// <summary>The limit of traces was reached.</summary>
    Traces,

    /// <summary>The limit of steps was reached.</summary>
    Steps,

    /// <summary>At least one execution was longer than the limit and was cut.</summary>
    Depth,

    /// <summary>The wakeup trees became too big.</summary>
    TreeNodes,

    /// <summary>Somebody cancelled it.</summary>
    Cancelled,

    /// <summary>Too much was given up; never in a report that an engine gives to others.</summary>
    Wasteful,
}

/// <summary>One way in which traces fail.</summary>
/// <param name="Key">What is wrong, as <see cref="IModel.Failure"/> tells it.</param>
/// <param name="Traces">Number of traces that end with it.</param>
/// <param name="Schedule">The threads of the steps of the first of them, in order.</param>
public sealed record TraceFailure(string Key, long Traces, IReadOnlyList<int> Schedule);

/// <summary>What an exploration of traces found.</summary>
public sealed record TraceReport
{
    /// <summary>"source", "optimal" or "graph".</summary>
    public required string Engine { get; init; }

    /// <summary>Why it ended; only <see cref="TraceStop.Finished"/> proves anything about traces that were not seen.</summary>
    public required TraceStop Stop { get; init; }

    /// <summary>True if every trace was seen.</summary>
    public bool Complete => Stop == TraceStop.Finished;

    /// <summary>Complete traces: every thread finished, or nothing can move.</summary>
    public required long Traces { get; init; }

    /// <summary>Those of them with a failure.</summary>
    public required long FailingTraces { get; init; }

    /// <summary>Those of them that end with threads waiting for ever.</summary>
    public required long Deadlocks { get; init; }

    /// <summary>Executions that were given up half way because all they could still do was seen already.</summary>
    public required long SleepBlocked { get; init; }

    /// <summary>Executions that were longer than the limit.</summary>
    public required long Cut { get; init; }

    /// <summary>Steps of the model that were made.</summary>
    public required long Steps { get; init; }

    /// <summary>Sum of the lengths of the complete traces: the steps of an engine that runs every trace from its start.</summary>
    public required long Events { get; init; }

    /// <summary>The failures, by number of traces, then by name.</summary>
    public required IReadOnlyList<TraceFailure> Failures { get; init; }

    /// <summary>The threads of the steps of the first deadlock; null if there is none.</summary>
    public required IReadOnlyList<int>? DeadlockSchedule { get; init; }

    /// <summary>The threads of the steps of the first trace without a failure; null if there is none.</summary>
    public IReadOnlyList<int>? CleanSchedule { get; init; }
}
