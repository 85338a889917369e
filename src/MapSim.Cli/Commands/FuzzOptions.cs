using System.CommandLine;
using System.Globalization;
using MapSim.Faults;
using MapSim.Fuzz;
using MapSim.Layout;

namespace MapSim.Cli.Commands;

/// <summary>The options of mapsim fuzz that say what the campaign does and when it ends.</summary>
internal static class FuzzOptions
{
    internal static readonly Option<string?> For = new("--for") { Description = "How long this process goes on: 90s, 10m, 8h. Default 60s unless --execs or --until-stale is given.", HelpName = "time" };
    internal static readonly Option<string?> Execs = new("--execs") { Description = "How many executions the campaign makes in all: 1000, 5k, 5M, 1000x. The result is then the same for any number of workers.", HelpName = "n" };
    internal static readonly Option<string?> UntilStale = new("--until-stale") { Description = "Ends when nothing new came for so long.", HelpName = "time" };
    internal static readonly Option<string?> StopFile = new("--stop-file") { Description = "Ends when this file is there.", HelpName = "file" };
    internal static readonly Option<bool> StopOnFirst = new("--stop-on-first") { Description = "Ends at the first new finding." };
    internal static readonly Option<string?> Seed = new("--seed") { Description = "All randomness comes from it. Default 1, or that of the campaign that goes on.", HelpName = "n" };
    internal static readonly Option<string> Go = new("--go") { Description = "Go release of the programs (1.19, 1.21, 1.22, 1.23), or all.", HelpName = "version", DefaultValueFactory = _ => "all" };
    internal static readonly Option<string[]> Faults = ChangeOptions.Faults();
    internal static readonly Option<string[]> Repairs = ChangeOptions.Repairs();
    internal static readonly Option<string> ShrinkExecs = new("--shrink-execs") { Description = "Executions for shrinking one finding; 0 for none.", HelpName = "n", DefaultValueFactory = _ => "2000" };
    internal static readonly Option<string[]> Seeds = new("--seeds") { Description = "A program, or a folder of programs (.bin, .mapsim), to begin with; may be given several times.", HelpName = "path" };
    private static readonly Option<int> TaskRuns = new("--task-runs") { Description = "Executions in a task of a round.", HelpName = "n", DefaultValueFactory = _ => CampaignOptions.DefaultRunsInTask, Hidden = true };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Option> All { get; } = [For, Execs, UntilStale, StopFile, StopOnFirst, Seed, Go, Faults, Repairs, ShrinkExecs, Seeds, TaskRuns];

    /// <summary>What the campaign does.</summary>
    public static CampaignOptions Campaign(ParseResult parsed)
    {
        ModelChanges changes = ChangeOptions.Read(parsed, Faults, Repairs);
        ModelChanges broken = changes.Faults.Aggregate(ModelChanges.None, (all, f) => all.With(f));
        string go = parsed.GetValue(Go)!;
        GoVersion? one = go == "all" ? null : ProgramFiles.Version(go);
        List<GoVersion> releases = [.. GoVersion.All.Where(v => one == null || v == one)];
        if (releases.Select(broken.NotOf).ToList() is var wrong && wrong.All(w => w != null))
        {
            throw new BadInputException(wrong[0]!);
        }

        int runs = parsed.GetValue(TaskRuns);
        return new CampaignOptions(
            ProgramFiles.Seed(parsed.GetValue(Seed)), new TargetOptions { Releases = [.. releases.Where(v => broken.NotOf(v) == null)], Faults = broken, Repairs = changes.WithoutFaults })
        {
            ShrinkExecutions = BudgetText.Count("--shrink-execs", parsed.GetValue(ShrinkExecs)!, 0), Seeds = FuzzSeeds.Read(parsed.GetValue(Seeds) ?? []),
            RunsInTask = runs is >= 1 and <= 1 << 16 ? runs : throw new BadInputException(FormattableString.Invariant($"--task-runs: expected a number from 1 to {1 << 16}, found {runs}")),
        };
    }

    /// <summary>When it ends.</summary>
    public static CampaignBudget Budget(ParseResult parsed)
    {
        string? time = parsed.GetValue(For), execs = parsed.GetValue(Execs), stale = parsed.GetValue(UntilStale);
        return new CampaignBudget
        {
            Time = time != null ? BudgetText.Time("--for", time) : execs == null && stale == null ? TimeSpan.FromSeconds(60) : null,
            Executions = execs == null ? null : BudgetText.Count("--execs", execs), Stale = stale == null ? null : BudgetText.Time("--until-stale", stale),
            StopFile = parsed.GetValue(StopFile), StopOnFirst = parsed.GetValue(StopOnFirst),
        };
    }

    /// <summary>A folder of its own for each set of options, so that the same command goes on and another one is not refused.</summary>
    public static string DefaultFolder(CampaignOptions options)
    {
        string what = string.Create(
            CultureInfo.InvariantCulture,
            $"{options.Seed ?? CampaignOptions.DefaultSeed} {string.Join(',', options.Target.Releases)} {options.Target.Faults} {options.Target.Repairs} {options.ShrinkExecutions} {options.RunsInTask} {string.Join(' ', options.Seeds.Select(s => CorpusName.Hash(s)))}");
        return Path.Combine("findings", "fuzz-" + CorpusName.Hash(System.Text.Encoding.UTF8.GetBytes(what))[..8]);
    }
}
