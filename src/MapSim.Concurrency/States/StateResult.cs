namespace MapSim.Concurrency.States;

/// <summary>What an exploration of states found.</summary>
public sealed record StateResult
{
    /// <summary>True if every state was seen; false if a limit cut it.</summary>
    public bool IsComplete { get; init; }

    /// <summary>Distinct states in which no thread has failed.</summary>
    public long States { get; init; }

    /// <summary>Distinct states in which a thread has failed; the others go on there.</summary>
    public long FailingStates { get; init; }

    /// <summary>Steps between states, each counted once.</summary>
    public long Transitions { get; init; }

    /// <summary>Steps made in all passes.</summary>
    public long Steps { get; init; }

    /// <summary>Distinct states in which every thread has stopped.</summary>
    public long Ends { get; init; }

    /// <summary>Distinct states in which threads wait and none can move.</summary>
    public long Deadlocks { get; init; }

    /// <summary>What can go wrong, in ordinal order, without deadlocks.</summary>
    public IReadOnlyList<string> Failures { get; init; } = [];

    /// <summary>A way to the first failure or deadlock that was met, as threads; null if none was, or if more than one worker looked.</summary>
    public IReadOnlyList<int>? FirstBad { get; init; }

    /// <summary>True if something can go wrong, a deadlock included.</summary>
    public bool IsBad => Failures.Count > 0 || Deadlocks > 0;
}
