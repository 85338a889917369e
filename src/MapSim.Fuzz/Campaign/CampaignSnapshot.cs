namespace MapSim.Fuzz;

/// <summary>Where a campaign stands: a value that every thread may read.</summary>
public sealed record CampaignSnapshot
{
    /// <summary>The campaign's folder.</summary>
    public required string Folder { get; init; }

    /// <summary>Its seed.</summary>
    public ulong Seed { get; init; }

    /// <summary>Threads.</summary>
    public int Workers { get; init; }

    /// <summary>Seconds since the campaign began, pauses left out.</summary>
    public double Seconds { get; init; }

    /// <summary>Seconds of this process.</summary>
    public double SecondsHere { get; init; }

    /// <summary>When it began, in seconds since 1970.</summary>
    public long StartUnix { get; init; }

    /// <summary>Executions whose results are taken over.</summary>
    public long Executions { get; init; }

    /// <summary>Executions of the round that runs, which count when it ends.</summary>
    public long Running { get; init; }

    /// <summary>Executions a second, in the last half minute.</summary>
    public double Rate { get; init; }

    /// <summary>Rounds.</summary>
    public long Rounds { get; init; }

    /// <summary>Operations done.</summary>
    public long Operations { get; init; }

    /// <summary>Executions that ran into a limit.</summary>
    public long Limits { get; init; }

    /// <summary>Entries of the corpus.</summary>
    public int Entries { get; init; }

    /// <summary>Bytes of the corpus.</summary>
    public long Bytes { get; init; }

    /// <summary>The longest line of descent.</summary>
    public int Depth { get; init; }

    /// <summary>Features.</summary>
    public int Features { get; init; }

    /// <summary>Each domain of features.</summary>
    public IReadOnlyList<DomainAccount> Domains { get; init; } = [];

    /// <summary>Features that only one execution showed.</summary>
    public int Singletons { get; init; }

    /// <summary>The milestones.</summary>
    public IReadOnlyList<MilestoneAccount> Milestones { get; init; } = [];

    /// <summary>The findings, new ones first, by key.</summary>
    public IReadOnlyList<FindingAccount> Findings { get; init; } = [];

    /// <summary>Second at which the last new entry came.</summary>
    public double LastNewAt { get; init; }

    /// <summary>Second at which the last finding came; negative for never.</summary>
    public double LastFindingAt { get; init; } = -1;

    /// <summary>Executions since the last finding; all if there is none.</summary>
    public long ExecutionsSinceFinding { get; init; }

    /// <summary>Rounds since the last new entry.</summary>
    public long RoundsWithoutNew { get; init; }

    /// <summary>Entries that were run a second time.</summary>
    public long Checked { get; init; }

    /// <summary>Those of them that did not show the same.</summary>
    public long Unstable { get; init; }

    /// <summary>How many of 100 entries do the same when they are run again.</summary>
    public double Stability => Checked == 0 ? 100 : 100.0 * (Checked - Unstable) / Checked;

    /// <summary>Inputs that did not end twice in the same way, or not as a text as they did in the engine.</summary>
    public int Inconsistent { get; init; }

    /// <summary>Findings that wait for being shrunk, or are.</summary>
    public int Shrinking { get; init; }

    /// <summary>Peak memory of the process, in bytes.</summary>
    public long PeakMemory { get; init; }

    /// <summary>Ops of each kind in all programs that were run, most frequent first.</summary>
    public IReadOnlyList<KeyValuePair<string, long>> Ops { get; init; } = [];

    /// <summary>Findings that are new.</summary>
    public int NewFindings => Findings.Count(f => f.Known == null);

    /// <summary>Findings that stand for known defects of the real runtime.</summary>
    public int KnownFindings => Findings.Count(f => f.Known != null);

    /// <summary>Seconds since the last new entry.</summary>
    public double SinceNew => Math.Max(0, Seconds - LastNewAt);

    /// <summary>
    /// How likely the next execution shows a feature that none had, after Good and Turing: features seen once, a share of
    /// all executions. An estimate, and for an engine that learns a rough one.
    /// </summary>
    public double ChanceOfNew => Executions == 0 ? 1 : Math.Min(1, (double)Singletons / Executions);
}

/// <summary>What a domain of features brought.</summary>
/// <param name="Name">The domain.</param>
/// <param name="Features">Features seen.</param>
/// <param name="Admissions">Entries that it brought into the corpus.</param>
public sealed record DomainAccount(string Name, int Features, long Admissions);

/// <summary>A milestone: a situation that a campaign must reach.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Executions">Executions that reached it; 0 for none.</param>
/// <param name="Witness">If none did: the entry that came nearest, and how near; null if there is nothing to say.</param>
public sealed record MilestoneAccount(string Name, long Executions, string? Witness = null);

/// <summary>A finding as reports show it.</summary>
/// <param name="Key">Its bug key.</param>
/// <param name="Known">The known defect that it stands for; null if it is new.</param>
/// <param name="FoundAt">The execution that found it.</param>
/// <param name="Times">Executions that ended so.</param>
/// <param name="File">The program, relative to the campaign's folder.</param>
/// <param name="Shrinking">How far it is shrunk: see <see cref="FindingRecord.Shrink"/>.</param>
public sealed record FindingAccount(string Key, string? Known, long FoundAt, long Times, string File, string Shrinking);
