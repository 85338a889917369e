namespace MapSim.Cli;

/// <summary>What the exit status of every command means (architecture.md section 4).</summary>
internal static class ExitCodes
{
    /// <summary>All is well.</summary>
    public const int Clean = 0;

    /// <summary>A bug in MapSim.</summary>
    public const int InternalError = 1;

    /// <summary>Bad input or usage.</summary>
    public const int BadInput = 2;

    /// <summary>Nothing was selected.</summary>
    public const int NothingSelected = 4;

    /// <summary>An input ran into the step limit.</summary>
    public const int StepLimit = 70;

    /// <summary>An input ran into the memory limit.</summary>
    public const int MemoryLimit = 71;

    /// <summary>Interrupted; what was found so far is saved.</summary>
    public const int Interrupted = 72;

    /// <summary>A new finding.</summary>
    public const int Finding = 77;

    /// <summary>The same input gave two different digests.</summary>
    public const int Nondeterminism = 78;

    /// <summary>A regression file, or a recorded trace, is not reproduced.</summary>
    public const int Drift = 79;
}
