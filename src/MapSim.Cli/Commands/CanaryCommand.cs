using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using MapSim.Faults;
using MapSim.Fuzz;

namespace MapSim.Cli.Commands;

/// <summary>mapsim canary: does a campaign still find a fault that was planted?</summary>
internal static class CanaryCommand
{
    private const string Schema = "mapsim.canary/1";
    private static readonly Option<string> For = new("--for") { Description = "How long it may take.", HelpName = "time", DefaultValueFactory = _ => "60s" };
    private static readonly Option<string?> Execs = new("--execs") { Description = "How many executions it may take.", HelpName = "n" };
    private static readonly Option<string?> Seed = new("--seed") { Description = "The campaign's seed; it also chooses the fault. Default 1.", HelpName = "n" };
    private static readonly Option<int?> Workers = new("--workers") { Description = "Threads; default one for each core.", HelpName = "n" };
    private static readonly Option<string?> Fault = new("--fault") { Description = "Plant this one.", HelpName = "id", Hidden = true };
    private static readonly Option<bool> Json = new("--json") { Description = $"One JSON object (schema {Schema})." };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("canary", $"""
            Examples:
              mapsim canary
              mapsim canary --for 30s --seed 20260101

            Plants a fault in the model ({string.Join(", ", Canary.Faults)}: the seed chooses) and runs a campaign in a
            temporary folder. It must find the fault and shrink it, and the program that it writes must fail with the fault
            and pass without. Exit code 0 if so; 1 if not: then the silence of other campaigns means nothing. 72 after Ctrl-C.
            """) { For, Execs, Seed, Workers, Fault, Json };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        ulong seed = ProgramFiles.Seed(parsed.GetValue(Seed)) ?? 1;
        FaultInfo fault = parsed.GetValue(Fault) is { } id ? FaultsCommand.Find("--fault: ", id) : Canary.FaultOf(seed);
        int workers = parsed.GetValue(Workers) ?? Environment.ProcessorCount;
        if (workers is < 1 or > 1024)
        {
            throw new BadInputException(FormattableString.Invariant($"--workers: expected a number from 1 to 1024, found {workers}"));
        }

        var budget = new CampaignBudget { Time = BudgetText.Time("--for", parsed.GetValue(For)!), Executions = parsed.GetValue(Execs) is { } n ? BudgetText.Count("--execs", n) : null };
        string folder = Directory.CreateTempSubdirectory("mapsim-canary-").FullName;
        try
        {
            // Ctrl-C ends the campaign as a stop file does: by then it may have found something or not.
            string stop = Path.Combine(folder, "stop");
            bool interrupted = false;
            using var signal = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
            {
                context.Cancel = !interrupted;
                interrupted = true;
                File.WriteAllBytes(stop, []);
            });
            CanaryResult result = Canary.Run(Path.Combine(folder, "campaign"), fault, seed, budget with { StopFile = stop }, workers, (_, _, _) => { });
            Report(result, parsed.GetValue(Json));
            return result.Wrong == null ? ExitCodes.Clean : interrupted ? ExitCodes.Interrupted : ExitCodes.InternalError;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Report(CanaryResult r, bool json)
    {
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(
                new
                {
                    schema = Schema, fault = r.Fault.Id, r.Seed, r.Executions, seconds = Math.Round(r.Seconds, 1), found = r.Finding?.Key, foundAt = r.Finding?.FoundAt,
                    shrinking = r.Finding?.Shrinking, ok = r.Wrong == null, wrong = r.Wrong,
                },
                CampaignReport.Json));
            return;
        }

        Console.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"canary {r.Fault.Id} (seed {r.Seed}): {(r.Wrong == null ? $"found as {r.Finding!.Key} at execution {r.Finding.FoundAt}, shrunk, fails with the fault and passes without" : "RED: " + r.Wrong)}; {r.Executions} executions in {r.Seconds:F1} s"));
        if (r.Wrong != null)
        {
            Console.Error.WriteLine($"mapsim: the canary is red: a campaign did not find a fault that was planted ({r.Fault.Change}). That campaigns find nothing means nothing until this is mended.");
        }
    }
}
