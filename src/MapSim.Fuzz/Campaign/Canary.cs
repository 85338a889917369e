using MapSim.Faults;
using MapSim.Layout;
using MapSim.Programs;

namespace MapSim.Fuzz;

/// <summary>
/// A campaign against a model that is broken on purpose: it must find the fault, shrink it, and the program that it writes
/// must fail with the fault and pass without. If it does not, silence of other campaigns means nothing.
/// </summary>
public static class Canary
{
    private const int RunsInTask = 8, ShrinkExecutions = 300;

    /// <summary>The faults that are planted, one after the other by the seed: none of them is hard to find.</summary>
    public static IReadOnlyList<string> Faults { get; } = ["iter-stop-on-emptyrest", "assign-no-again", "assign-link-at-head", "delete-no-value-clear"];

    /// <summary>The fault of a seed.</summary>
    public static FaultInfo FaultOf(ulong seed) => FaultCatalogue.Find(Faults[(int)(seed % (ulong)Faults.Count)])!;

    /// <summary>Runs the campaign and looks at what it wrote.</summary>
    /// <param name="folder">An empty folder.</param>
    /// <param name="fault">What is planted.</param>
    /// <param name="seed">The campaign's seed.</param>
    /// <param name="budget">When it gives up.</param>
    /// <param name="workers">Threads.</param>
    /// <param name="tell">Told as campaigns tell.</param>
    public static CanaryResult Run(string folder, FaultInfo fault, ulong seed, CampaignBudget budget, int workers, Action<string, CampaignSnapshot, string> tell)
    {
        ModelChanges broken = ModelChanges.None.With(fault.Fault);
        var target = new TargetOptions { Faults = broken, Releases = [.. GoVersion.All.Where(fault.Versions.Contains)] };
        var options = new CampaignOptions(seed, target) { RunsInTask = RunsInTask, ShrinkExecutions = ShrinkExecutions };
        string[] commandLine = ["mapsim", "canary", "--seed", FormattableString.Invariant($"{seed}")];
        using CampaignFolder held = CampaignFolder.Open(folder, options, commandLine);
        var campaign = new Campaign(held, options, budget with { StopOnFirst = true }, workers, tell);
        campaign.Run(commandLine);
        CampaignSnapshot s = campaign.Snapshot;
        FindingAccount? finding = s.Findings.Where(f => f.Known == null).MinBy(f => f.FoundAt);
        string? wrong = s.Inconsistent > 0 ? "an input did not end twice in the same way"
            : finding == null ? FormattableString.Invariant($"not found in {s.Executions} executions ({Campaign.EndText(campaign.End)})")
            : WrongWith(held.At(finding.File), finding, broken);
        return new CanaryResult(fault, seed, s.Executions, s.Seconds, finding, wrong);
    }

    private static string? WrongWith(string file, FindingAccount finding, ModelChanges broken)
    {
        if (finding.Shrinking is not ("complete" or "budget"))
        {
            return $"{finding.Key} was found but not shrunk: {finding.Shrinking}";
        }

        MapProgram program = ProgramParser.Parse(File.ReadAllText(file));
        ReplayOutcome plain = ReplayCheck.Of(program), faulty = ReplayCheck.Of(program, changes: broken);
        return !plain.IsOk ? $"{finding.Key} was found, but its program does not replay: {string.Join("; ", plain.Differences)}"
            : faulty.Result.BugKey != finding.Key ? $"{finding.Key} was found, but its program ends with {faulty.Result.BugKey ?? faulty.Result.VerdictText} when it is replayed with the fault"
            : plain.Result.BugKey == finding.Key ? $"{finding.Key} was found, but its program ends so without the fault, too"
            : null;
    }
}

/// <summary>What came of a canary.</summary>
/// <param name="Fault">What was planted.</param>
/// <param name="Seed">The campaign's seed.</param>
/// <param name="Executions">Executions made.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Finding">What was found first; null for nothing.</param>
/// <param name="Wrong">What is wrong; null if all is as it must be.</param>
public sealed record CanaryResult(FaultInfo Fault, ulong Seed, long Executions, double Seconds, FindingAccount? Finding, string? Wrong);
