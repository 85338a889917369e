namespace MapSim.Programs;

/// <summary>How a run of a sequential program ended.</summary>
/// <param name="Verdict">The kind of end, as in <see cref="RunResult.Verdict"/>.</param>
/// <param name="BugKey">The key of what went wrong first, as in <see cref="RunResult.BugKey"/>; null if nothing did.</param>
/// <param name="Operations">Operations done.</param>
/// <param name="Steps">Visible steps made.</param>
public readonly record struct SequentialEnd(VerdictKind Verdict, string? BugKey, int Operations, ulong Steps)
{
    /// <summary>The step limit was that of the whole run, which did too much; else it was that of an operation, which may have no end.</summary>
    public bool IsCut { get; init; }
}
