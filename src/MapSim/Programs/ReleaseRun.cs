using MapSim.Layout;

namespace MapSim.Programs;

/// <summary>What a program does on one modelled release.</summary>
/// <param name="Release">The release.</param>
/// <param name="Mode">How its schedule was used: strictly on the program's own release, as far as it goes on others.</param>
/// <param name="Result">The run; null if the release cannot run the program.</param>
/// <param name="Shows">It ends as the program expects.</param>
/// <param name="Why">Why the release cannot run it; null if it can.</param>
public sealed record ReleaseRun(GoVersion Release, ScheduleMode Mode, RunResult? Result, bool Shows, string? Why)
{
    /// <summary>The known defect of the real runtime that this is; null if it is none, or does not show.</summary>
    public KnownFinding? Known => Shows && Result?.BugKey is { } key ? KnownFindings.Of(key, Release) : null;

    /// <summary>True if the run says whether the release shows it: no limit, and no schedule that could not be followed.</summary>
    public bool IsDecided => Result is not { Verdict: VerdictKind.StepLimit or VerdictKind.MemoryLimit or VerdictKind.Diverged };
}
