namespace MapSim.Fuzz;

/// <summary>What a campaign does. These decide what it finds, so a campaign that goes on must have the same ones.</summary>
/// <param name="Seed">All randomness comes from it; null for that of the campaign that goes on, 1 for a new one.</param>
/// <param name="Target">What inputs are run on.</param>
public sealed record CampaignOptions(ulong? Seed, TargetOptions Target)
{
    /// <summary>The seed of a new campaign if nobody says otherwise.</summary>
    public const ulong DefaultSeed = 1;

    /// <summary>Executions for shrinking one finding; 0 for none.</summary>
    public long ShrinkExecutions { get; init; } = 2000;

    /// <summary>Executions in a task of a round unless somebody says otherwise: rounds are short, as a process that is killed loses one.</summary>
    public const int DefaultRunsInTask = 8;

    /// <summary>Executions in a task of a round, see <see cref="EngineOptions.RunsInTask"/>.</summary>
    public int RunsInTask { get; init; } = DefaultRunsInTask;

    /// <summary>Programs to begin with: canonical bytes. They are kept with the campaign, so one that goes on need not be told.</summary>
    public IReadOnlyList<byte[]> Seeds { get; init; } = [];
}

/// <summary>When a campaign ends: as soon as one of these says so. They do not change what it finds until then.</summary>
public sealed record CampaignBudget
{
    /// <summary>How long this process goes on, but at least for one whole round, or it would not come further; null for no limit.</summary>
    public TimeSpan? Time { get; init; }

    /// <summary>How many executions the campaign has made in the end, those of earlier processes included; null for no limit.</summary>
    public long? Executions { get; init; }

    /// <summary>Ends when nothing new came for so long; null for no limit.</summary>
    public TimeSpan? Stale { get; init; }

    /// <summary>Ends when this file is there; null for none.</summary>
    public string? StopFile { get; init; }

    /// <summary>Ends at the first finding that is new.</summary>
    public bool StopOnFirst { get; init; }
}

/// <summary>Why a campaign ended.</summary>
public enum CampaignEnd
{
    /// <summary>It goes on.</summary>
    None,

    /// <summary>The time is over.</summary>
    Time,

    /// <summary>The executions are made.</summary>
    Executions,

    /// <summary>Nothing new came for too long.</summary>
    Stale,

    /// <summary>The stop file is there.</summary>
    StopFile,

    /// <summary>A new finding.</summary>
    FirstFinding,

    /// <summary>Somebody asked it to stop.</summary>
    Interrupted,

    /// <summary>Something in MapSim or under it went wrong.</summary>
    Failed,
}

/// <summary>The folder of a campaign cannot be used; the message says why and what to do.</summary>
public sealed class CampaignFolderException : Exception
{
    /// <summary>Creates the exception.</summary>
    public CampaignFolderException(string message)
        : base(message)
    {
    }

    /// <inheritdoc cref="CampaignFolderException(string)"/>
    public CampaignFolderException()
    {
    }

    /// <inheritdoc cref="CampaignFolderException(string)"/>
    public CampaignFolderException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
