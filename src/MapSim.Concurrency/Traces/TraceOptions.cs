namespace MapSim.Concurrency.Traces;

/// <summary>How far an exploration of traces goes, and what it tells on the way.</summary>
public sealed record TraceOptions
{
    /// <summary>Stops after so many complete traces.</summary>
    public long Traces { get; init; } = long.MaxValue;

    /// <summary>Stops after so many steps of the model.</summary>
    public long Steps { get; init; } = long.MaxValue;

    /// <summary>The longest execution that is followed, in steps, at most 60,000. One that is longer is cut there, and the exploration is not complete.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Below 1 or above 60,000.</exception>
    public int Depth
    {
        get;
        init => field = value is >= 1 and <= ClockRows.MaxSteps ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "depth: expected 1 to 60000");
    }

    = 5_000;

    /// <summary>Stops when the wakeup trees of the optimal engine have so many nodes at the same time; a node takes 24 bytes.</summary>
    public int TreeNodes { get; init; } = 16_000_000;

    /// <summary>Stops when this says so.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Called every <see cref="ProgressSteps"/> steps, from the engine's own thread.</summary>
    public Action<TraceProgress>? Progress { get; init; }

    /// <summary>Steps between two calls of <see cref="Progress"/>.</summary>
    public long ProgressSteps { get; init; } = 1 << 20;

    /// <summary>Where the exploration is kept, to go on later; null if nowhere. A visitor sees only the traces of its own part.</summary>
    public Checkpoint? Checkpoint { get; init; }

    /// <summary>Called at the end of every complete trace with the model, which stands at that end and must be left as it is, and the threads of its steps in order.</summary>
    public TraceVisitor? Visitor { get; init; }
}

/// <summary>Sees the end of a complete trace.</summary>
/// <param name="model">The model at the end of the trace.</param>
/// <param name="schedule">The threads of the steps, in order; valid during the call.</param>
public delegate void TraceVisitor(IModel model, ReadOnlySpan<byte> schedule);

/// <summary>How far an exploration is.</summary>
/// <param name="Traces">Complete traces so far.</param>
/// <param name="Steps">Steps made so far.</param>
/// <param name="Explored">The part of the tree that is done, 0 to 1, if every open branch were as big as the done ones beside it. An estimate: new branches are found on the way, so it can go down.</param>
public readonly record struct TraceProgress(long Traces, long Steps, double Explored);
