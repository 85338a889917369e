using MapSim.Programs;

namespace MapSim.Fuzz;

/// <summary>How a program can end, and how often it does.</summary>
/// <param name="Key">The bug key; null for a clean end.</param>
/// <param name="Count">Distinct final states that end so, or traces, or runs; a lasso has none. Engine reduced: the final states that it saw; of a process that dies it need not see all.</param>
/// <param name="Share">The part of all interleavings (engine states), of all traces, or of all runs (engine random), 0 to 1; null if it was not counted.</param>
/// <param name="Chance">The chance under a scheduler that takes everybody who can move with the same probability; null if it was not counted.</param>
/// <param name="Preemptions">Preemptions of <paramref name="Schedule"/>.</param>
/// <param name="IsFewest">True if it is proved that no schedule with fewer preemptions ends so.</param>
/// <param name="Schedule">Who makes how many steps to end so.</param>
public sealed record ExploredEnd(string? Key, long Count, double? Share, double? Chance, int Preemptions, bool IsFewest, IReadOnlyList<Stretch> Schedule)
{
    /// <summary>Of an end that is none: who goes round and round after the schedule, if only it moves; else null.</summary>
    public string? Endless { get; init; }

    /// <summary>The step of <see cref="Schedule"/> after which no schedule ends well; null if one does to the end, or if it is not known.</summary>
    public TurningPoint? Doomed { get; init; }

    /// <summary>The step of <see cref="Schedule"/> after which there is no other end; null if it is not known.</summary>
    public TurningPoint? Sealed { get; init; }
}

/// <summary>What an explorer found out about a program.</summary>
/// <param name="Engine">states, reduced, traces, optimal, graph or random.</param>
/// <param name="IsComplete">True if everything was seen: what is not among <paramref name="Ends"/> cannot happen.</param>
/// <param name="Ends">The ways in which the program ends, clean first, then by key.</param>
public sealed record Exploration(string Engine, bool IsComplete, IReadOnlyList<ExploredEnd> Ends)
{
    /// <summary>Distinct states; null if the engine does not count them.</summary>
    public long? States { get; init; }

    /// <summary>Steps between states (engine states), or made in all.</summary>
    public long Steps { get; init; }

    /// <summary>Mazurkiewicz traces; null if the engine does not count them.</summary>
    public long? Traces { get; init; }

    /// <summary>Runs of the engine random, each under a schedule of its own; null for the others.</summary>
    public long? Runs { get; init; }

    /// <summary>Who picked the steps of those runs; null for other engines.</summary>
    public string? Sampler { get; init; }

    /// <summary>The bound of preemptions; null if there was none.</summary>
    public int? Bound { get; init; }

    /// <summary>True if the bound left nothing out.</summary>
    public bool IsBoundIdle { get; init; }

    /// <summary>Interleavings; null if they were not counted.</summary>
    public double? Interleavings { get; init; }

    /// <summary>Runs under the oracles.</summary>
    public long JudgedRuns { get; init; }

    /// <summary>What else must be known about the result; null for nothing.</summary>
    public string? Note { get; init; }

    /// <summary>Why it is not complete; null if it is.</summary>
    public string? Cut { get; init; }
}
