namespace MapSim.Fuzz;

/// <summary>What a campaign remembers besides its engine: times and events over all the processes that worked on it. Nothing of it decides what is found.</summary>
internal sealed class CampaignTally
{
    private const string Section = "campaign";

    /// <summary>When it began, in seconds since 1970.</summary>
    public long StartUnix { get; set; } = DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    /// <summary>Seconds of earlier processes.</summary>
    public double SecondsBefore { get; set; }

    /// <summary>Second of the campaign at which the last entry or feature came.</summary>
    public double LastNewAt { get; set; }

    /// <summary>Second at which the last finding came; negative for never.</summary>
    public double LastFindingAt { get; set; } = -1;

    /// <summary>Executions at the last finding.</summary>
    public long LastFindingExecutions { get; set; }

    /// <summary>Rounds since the last new entry.</summary>
    public long RoundsWithoutNew { get; set; }

    /// <summary>Entries that were run a second time to see whether they do the same.</summary>
    public long Checked { get; set; }

    /// <summary>Those that did not.</summary>
    public long Unstable { get; set; }

    public void SaveTo(EngineState state, double seconds) => state.Set(Section, w =>
    {
        w.Write(StartUnix);
        w.Write(seconds);
        w.Write(LastNewAt);
        w.Write(LastFindingAt);
        w.Write(LastFindingExecutions);
        w.Write(RoundsWithoutNew);
        w.Write(Checked);
        w.Write(Unstable);
    });

    public void RestoreFrom(EngineState state) => state.TryGet(Section, r =>
    {
        StartUnix = r.ReadInt64();
        SecondsBefore = r.ReadDouble();
        LastNewAt = r.ReadDouble();
        LastFindingAt = r.ReadDouble();
        LastFindingExecutions = r.ReadInt64();
        RoundsWithoutNew = r.ReadInt64();
        Checked = r.ReadInt64();
        Unstable = r.ReadInt64();
    });
}
