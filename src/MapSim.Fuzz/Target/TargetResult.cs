namespace MapSim.Fuzz;

/// <summary>How an execution of the target ended.</summary>
public enum TargetEnd : byte
{
    /// <summary>Nothing is wrong: the program ended as Go defines it, be it by a panic.</summary>
    Clean,

    /// <summary>Something is wrong: there is a bug key.</summary>
    Finding,

    /// <summary>An operation did not end within its limit of steps, or the program is too long.</summary>
    StepLimit,

    /// <summary>The program needs more memory than a simulated process has.</summary>
    MemoryLimit,
}

/// <summary>What an execution of the target gave.</summary>
/// <param name="End">How it ended.</param>
/// <param name="BugKey">What is wrong, in map terms; null unless it is a finding. With a fault: only what the model without it does not do.</param>
/// <param name="Operations">Operations done.</param>
/// <param name="Steps">Visible steps made.</param>
public readonly record struct TargetResult(TargetEnd End, string? BugKey, int Operations, ulong Steps);
