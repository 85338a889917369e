namespace MapSim.Fuzz;

/// <summary>What a campaign with AFL++ is to do.</summary>
public sealed record AflSetting
{
    /// <summary>The command that starts the target, without faults, repairs and releases: <c>dotnet MapSim.Cli.dll target</c>.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>What inputs are run on.</summary>
    public required TargetOptions Target { get; init; }

    /// <summary>AFL's output folder: each instance has a folder of its own in it. Instances on other machines may share it.</summary>
    public required string Output { get; init; }

    /// <summary>The folder of first inputs.</summary>
    public required string Seeds { get; init; }

    /// <summary>Where what the instances print goes, NAME.log each. Not the output folder: AFL takes all in it for instances.</summary>
    public required string Logs { get; init; }

    /// <summary>A dictionary in AFL's format; null for none.</summary>
    public string? Dictionary { get; init; }

    /// <summary>AFL's random seed; each further instance has the next one.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>How long; null for no limit.</summary>
    public TimeSpan? Time { get; init; }

    /// <summary>How many inputs each instance runs; null for no limit.</summary>
    public long? Executions { get; init; }

    /// <summary>How many instances of afl-fuzz are run here, a core each.</summary>
    public int Instances { get; init; } = 1;

    /// <summary>The name of this machine among those that share the output folder; null if there is none other.</summary>
    public string? Node { get; init; }

    /// <summary>True to end at the first crash.</summary>
    public bool UntilCrash { get; init; }

    /// <summary>An input that takes longer is a hang for AFL.</summary>
    public TimeSpan InputTimeout { get; init; } = TimeSpan.FromSeconds(2);
}
