using System.CommandLine;
using MapSim.Fuzz;

namespace MapSim.Cli.Commands;

/// <summary>mapsim fuzz --engine afl and --engine sharpfuzz: what of the command's options they take, and what they refuse.</summary>
internal static class FuzzExternal
{
    /// <summary>Another program makes the inputs.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="workers">The option --workers.</param>
    /// <param name="own">Options that only campaigns of our own have.</param>
    public static int Run(ParseResult parsed, Option<int?> workers, params ReadOnlySpan<Option> own)
    {
        string engine = parsed.GetValue(ExternalEngines.Engine)!, go = parsed.GetValue(FuzzOptions.Go)!;
        ExternalEngines.Refuse(parsed, engine, [FuzzOptions.UntilStale, FuzzOptions.StopFile, FuzzOptions.StopOnFirst, FuzzOptions.ShrinkExecs, FuzzOptions.Seeds, .. own]);
        TargetOptions target = TargetCommand.Options(ChangeOptions.Read(parsed, FuzzOptions.Faults, FuzzOptions.Repairs), go == "all" ? [] : [go]);
        if (engine == "sharpfuzz")
        {
            ExternalEngines.Refuse(parsed, engine, FuzzOptions.For, FuzzOptions.Execs, FuzzOptions.Seed, workers);
            return ExternalEngines.RunSharpFuzz(parsed, target);
        }

        int instances = parsed.GetValue(workers) ?? 1;
        if (instances is < 1 or > 1024)
        {
            throw new BadInputException(FormattableString.Invariant($"--workers: expected a number from 1 to 1024, found {instances}"));
        }

        CampaignBudget budget = FuzzOptions.Budget(parsed);
        string output = (parsed.GetValue(ExternalEngines.Output) ?? "mapsim-afl").TrimEnd('/');
        string? node = parsed.GetValue(ExternalEngines.Node);
        string setup = output + "-setup" + (node == null ? "" : "-" + node);
        return AflEngine.Run(parsed, new AflSetting
        {
            Command = TargetCommand.Words,
            Target = target,
            Output = output,
            Seeds = Path.Combine(setup, "seeds"),
            Logs = setup,
            Dictionary = Path.Combine(setup, "ops.dict"),
            Seed = ProgramFiles.Seed(parsed.GetValue(FuzzOptions.Seed)) ?? CampaignOptions.DefaultSeed,
            Time = budget.Time,
            Executions = budget.Executions,
            Instances = instances,
            Node = node,
        });
    }
}
