namespace MapSim.Concurrency.Sampling;

/// <summary>How much is sampled.</summary>
public sealed record SampleOptions
{
    /// <summary>The seed: the same seed, model and sampler give the same runs.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Number of runs.</summary>
    public long Schedules { get; init; } = 10_000;

    /// <summary>The longest run in steps; one that is longer is cut there.</summary>
    public int Steps { get; init; } = 10_000;

    /// <summary>Ends with the first run that fails or deadlocks.</summary>
    public bool StopAtFirst { get; init; }

    /// <summary>Counts how many different Mazurkiewicz traces the runs were; takes some time and 32 bytes for each.</summary>
    public bool CountTraces { get; init; }

    /// <summary>Ends between two runs when this says so.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Called after every run with the number of runs so far.</summary>
    public Action<long>? Progress { get; init; }

    /// <summary>Where the sampling is kept, to go on later; null if nowhere. A visitor sees only the runs of its own part.</summary>
    public Checkpoint? Checkpoint { get; init; }

    /// <summary>Called at the end of every run that was not cut, with the threads of its steps in order.</summary>
    public Traces.TraceVisitor? Visitor { get; init; }
}

/// <summary>One way in which runs fail.</summary>
/// <param name="Key">What is wrong, as <see cref="IModel.Failure"/> tells it; "deadlock" if threads wait for ever and nothing else is wrong.</param>
/// <param name="Schedules">Number of runs that end with it.</param>
/// <param name="First">Number of the first of them, from 1.</param>
/// <param name="Schedule">The threads of the steps of the first of them, in order.</param>
public sealed record SampleFailure(string Key, long Schedules, long First, IReadOnlyList<int> Schedule);

/// <summary>What sampling found. It proves nothing about the runs that were not made.</summary>
/// <param name="Sampler">Name of the sampler.</param>
/// <param name="Schedules">Runs made.</param>
/// <param name="Steps">Steps made.</param>
/// <param name="Failing">Runs with a failure.</param>
/// <param name="Deadlocks">Runs that end with threads waiting for ever.</param>
/// <param name="Cut">Runs that were longer than the limit.</param>
/// <param name="FirstFailing">Number of the first run that failed or deadlocked, from 1; null if none did.</param>
/// <param name="Traces">Different traces seen; null if they were not counted.</param>
/// <param name="Failures">The failures, by the first run that showed them.</param>
public sealed record SampleReport(
    string Sampler, long Schedules, long Steps, long Failing, long Deadlocks, long Cut, long? FirstFailing, long? Traces, IReadOnlyList<SampleFailure> Failures);
