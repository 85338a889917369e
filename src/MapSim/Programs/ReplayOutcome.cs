namespace MapSim.Programs;

/// <summary>How a replay ended.</summary>
public enum ReplayStatus
{
    /// <summary>As the program expects.</summary>
    Ok,

    /// <summary>Not as it expects: another verdict, another digest, or a schedule that cannot be followed.</summary>
    Drift,

    /// <summary>An operation took more steps than the limit.</summary>
    StepLimit,

    /// <summary>It needs more memory than a simulated process has.</summary>
    MemoryLimit,

    /// <summary>Two runs of it in one process were not the same: a bug in MapSim.</summary>
    Nondeterminism,
}

/// <summary>What came of replaying a program.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Result">The run.</param>
/// <param name="Differences">What is not as it should be, one sentence each, the most important first; empty if all is.</param>
public sealed record ReplayOutcome(ReplayStatus Status, RunResult Result, IReadOnlyList<string> Differences)
{
    /// <summary>Where the results first differ from the run that was pinned; null if they do not, or the program has no checkpoints.</summary>
    public CheckpointDifference? FirstDifference { get; init; }

    /// <summary>A line of the program to look at, from 1.</summary>
    public int Line { get; init; } = 1;

    /// <summary>True if all is as the program expects.</summary>
    public bool IsOk => Status == ReplayStatus.Ok;

    /// <summary>The verdict in few words: the bug key if an oracle saw it or the program expects one, else as in <see cref="RunResult.VerdictText"/>.</summary>
    public string Verdict => (Result.Expectation.Key != null ? Result.BugKey : Result.Finding?.Key) ?? Result.VerdictText;

    /// <summary>What the program expects, without the digest.</summary>
    public string Expected => (Result.Expectation with { Digest = null }).ToText()["expect ".Length..];

    /// <summary>
    /// The name of what went wrong: the bug key if something went wrong that the program does not expect, else "drift",
    /// "step-limit", "memory-limit" or "nondeterminism"; null if nothing did.
    /// </summary>
    public string? Key => Status switch
    {
        ReplayStatus.Ok => null,
        ReplayStatus.Drift => Result.IsAsExpected ? "drift" : Result.BugKey ?? "drift",
        ReplayStatus.StepLimit => "step-limit",
        ReplayStatus.MemoryLimit => "memory-limit",
        _ => "nondeterminism",
    };
}
