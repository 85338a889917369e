namespace MapSim.Concurrency.States;

/// <summary>How far an exploration of states goes.</summary>
public sealed record StateOptions
{
    /// <summary>Most distinct states, failing ones included.</summary>
    public long MostStates { get; init; } = long.MaxValue;

    /// <summary>Most steps.</summary>
    public long MostSteps { get; init; } = long.MaxValue;

    /// <summary>True to stop at the first failure or deadlock.</summary>
    public bool StopsAtFirst { get; init; }

    /// <summary>True to interleave only accesses to places that threads share, which the exploration finds out itself: fewer states, the same ends.</summary>
    public bool FindsShared { get; init; }

    /// <summary>Where the exploration is kept, to go on later; null if nowhere. <see cref="StateExplorer"/> and <see cref="StateGraph"/> keep one.</summary>
    public Checkpoint? Checkpoint { get; init; }

    /// <summary>Called now and then with what was done so far.</summary>
    public Action<StateProgress>? Progress { get; init; }

    /// <summary>Called at every distinct state in which nobody can move, with who moved on the first way there. <see cref="PreemptionBound"/> and <see cref="ReducedStates"/> call it.</summary>
    public Traces.TraceVisitor? EndVisitor { get; init; }

    /// <summary>Stops the exploration; what is known until then is the result.</summary>
    public CancellationToken Cancel { get; init; }
}

/// <summary>What an exploration has done so far.</summary>
/// <param name="States">Distinct states.</param>
/// <param name="Steps">Steps made.</param>
/// <param name="Depth">Steps from the start to where it is.</param>
public readonly record struct StateProgress(long States, long Steps, int Depth);
