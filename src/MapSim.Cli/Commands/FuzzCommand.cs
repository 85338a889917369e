using System.CommandLine;
using System.Runtime.InteropServices;
using MapSim.Fuzz;

namespace MapSim.Cli.Commands;

/// <summary>mapsim fuzz: a campaign that looks for programs which the model must not run as it does.</summary>
internal static class FuzzCommand
{
    private static readonly Option<string?> Folder = new("--dir") { Description = "The campaign's folder. Default: findings/fuzz-XXXXXXXX, a folder for each set of options.", HelpName = "folder" };
    private static readonly Option<int?> Workers = new("--workers") { Description = "Threads; default one for each core. They do not change what is found.", HelpName = "n" };
    private static readonly Option<string?> Progress = new("--progress") { Description = "line (a line for each event), live (a screen), json (a JSON object a line) or none. Default: live on a terminal, else line.", HelpName = "how" };
    private static readonly Option<bool> ExitZero = new("--exit-zero-on-findings") { Description = "Exit code 0 also if there are new findings." };
    private static readonly Option<bool> Json = new("--json") { Description = $"Print report.json (schema {CampaignReport.Schema}) instead of report.txt." };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("fuzz", """
            Examples:
              mapsim fuzz --for 60s
              mapsim fuzz --execs 5k --seed 7 --dir findings/seven
              mapsim fuzz --for 8h --repair all --dir findings/nightly
              mapsim fuzz --fault iter-stop-on-emptyrest --stop-on-first
              mapsim fuzz --engine afl --for 10m --workers 2

            Mutates map programs, keeps what shows something new, and looks with every oracle. A finding stops nothing: it
            is written to DIR/findings, one for each bug key, and shrunk in the background within a budget of executions.
            What is known of the real runtime (docs/DISCOVERIES.md) goes to DIR/findings/known.

            The same command goes on where it stopped, however it stopped; a folder with another campaign, or with other
            files, is refused (exit code 2). Without --dir each set of options has a folder of its own under findings.
            The same seed, options and --execs give the same corpus and findings, byte for byte.

            Exit codes: 0 the budget is used up, 77 a new finding, 78 an input did not end twice in the same way (a bug in
            MapSim), 72 interrupted (Ctrl-C once; twice ends at once), 2 bad usage or a folder that cannot be used.
            While it runs: mapsim status DIR --watch, or afl-whatsup of the folder above.
            """) { Folder, Workers, Progress, ExitZero, Json };
        foreach (Option option in FuzzOptions.All.Concat(ExternalEngines.Options))
        {
            command.Options.Add(option);
        }

        command.SetAction(parsed => ExternalEngines.IsAsked(parsed) ? FuzzExternal.Run(parsed, Workers, Folder, Progress, ExitZero, Json) : Run(parsed));
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        ExternalEngines.Refuse(parsed, "own", [.. ExternalEngines.Options.Where(o => o != ExternalEngines.Engine)]);
        CampaignOptions options = FuzzOptions.Campaign(parsed);
        CampaignBudget budget = FuzzOptions.Budget(parsed);
        int workers = parsed.GetValue(Workers) ?? Math.Min(Environment.ProcessorCount, 1024);
        if (workers is < 1 or > 1024)
        {
            throw new BadInputException(FormattableString.Invariant($"--workers: expected a number from 1 to 1024, found {workers}"));
        }

        using FuzzProgress progress = FuzzProgress.Of(parsed.GetValue(Progress), budget);
        IReadOnlyList<string> commandLine = ["mapsim", .. parsed.Tokens.Select(t => t.Value)];
        try
        {
            using CampaignFolder folder = CampaignFolder.Open(parsed.GetValue(Folder) ?? FuzzOptions.DefaultFolder(options), options, commandLine);
            if (folder.HasOtherBuild)
            {
                Console.Error.WriteLine($"mapsim: {folder.Root}: another build of MapSim worked on this campaign; what comes may not be what one build alone would find");
            }

            var campaign = new Campaign(folder, options, budget, workers, progress.Tell);
            Run(campaign, commandLine);
            progress.Dispose();
            FuzzProgress.Final(campaign.Snapshot);
            Console.Out.Write(File.ReadAllText(folder.At(parsed.GetValue(Json) ? "report.json" : "report.txt")));
            return ExitCode(campaign, parsed.GetValue(ExitZero));
        }
        catch (CampaignFolderException e)
        {
            throw new BadInputException(e.Message);
        }
    }

    private static void Run(Campaign campaign, IReadOnlyList<string> commandLine)
    {
        int asked = 0;
        void Stop(PosixSignalContext context)
        {
            // The second time the process ends at once; what it saved goes on.
            context.Cancel = Interlocked.Increment(ref asked) == 1;
            campaign.Stop();
        }

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        campaign.Run(commandLine);
    }

    /// <summary>The worst of what happened: 78, 77, 72, 0.</summary>
    private static int ExitCode(Campaign campaign, bool exitZero) =>
        campaign.Snapshot.Inconsistent > 0 ? ExitCodes.Nondeterminism
        : campaign.Snapshot.NewFindings > 0 && !exitZero ? ExitCodes.Finding
        : campaign.End == CampaignEnd.Interrupted ? ExitCodes.Interrupted
        : ExitCodes.Clean;
}
