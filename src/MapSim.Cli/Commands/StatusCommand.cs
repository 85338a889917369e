using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using MapSim.Fuzz;

namespace MapSim.Cli.Commands;

/// <summary>mapsim status: where one or more campaigns stand, by what they write into their folders. Reads only.</summary>
internal static class StatusCommand
{
    private const string Schema = "mapsim.status/1";
    private const int MostNever = 8;
    private static readonly Argument<string> Folder = new("DIR") { Description = "The folder of a campaign, or one with such folders in it.", DefaultValueFactory = _ => "findings" };
    private static readonly Option<bool> Watch = new("--watch") { Description = "Again every two seconds, until Ctrl-C." };
    private static readonly Option<bool> Json = new("--json") { Description = $"One JSON object (schema {Schema})." };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("status", """
            Examples:
              mapsim status findings
              mapsim status findings/nightly --watch

            Says of each campaign whether a process works on it, how fast it is, what it found (with the command that shows
            it), when it last saw something new, which milestones it never reached, and warnings in plain words.
            Exit code 0; 4 if there is no campaign.
            """) { Folder, Watch, Json };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string folder = parsed.GetValue(Folder)!;
        bool json = parsed.GetValue(Json);
        while (true)
        {
            List<string> campaigns = Find(folder);
            if (campaigns.Count == 0)
            {
                Console.Error.WriteLine($"mapsim: no campaign in {folder} (expected a folder with {CampaignFiles.Manifest}, or folders with one in it)");
                return ExitCodes.NothingSelected;
            }

            string text = json ? AsJson(campaigns) : string.Join("\n", campaigns.Select(Text));
            bool inPlace = parsed.GetValue(Watch) && !Console.IsOutputRedirected && !json;
            Console.Out.Write(inPlace ? "\u001b[H\u001b[2J" + text : text);
            Console.Out.Flush();
            if (!parsed.GetValue(Watch))
            {
                return ExitCodes.Clean;
            }

            Thread.Sleep(2000);
        }
    }

    private static List<string> Find(string folder) => !Directory.Exists(folder) ? []
        : IsCampaign(folder) ? [folder]
        : [.. Directory.EnumerateDirectories(folder).SelectMany(d => IsCampaign(d) ? [d] : Directory.EnumerateDirectories(d).Where(IsCampaign)).Order(StringComparer.Ordinal)];

    private static bool IsCampaign(string folder) => File.Exists(Path.Combine(folder, CampaignFiles.Manifest));

    private static CampaignSnapshot? Read(string folder)
    {
        try
        {
            byte[] bytes = File.ReadAllBytes(Path.Combine(folder, CampaignFiles.Status));
            return JsonSerializer.Deserialize<CampaignSnapshot>(bytes, CampaignReport.Json)! with { Folder = folder };
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (JsonException e)
        {
            throw new BadInputException($"{Path.Combine(folder, CampaignFiles.Status)}: expected what a campaign writes there, found something else ({e.Message})");
        }
    }

    private static string Text(string folder)
    {
        bool isRunning = CampaignFolder.IsRunning(folder);
        if (Read(folder) is not { } s)
        {
            return $"{folder}: {(isRunning ? "running, has not said anything yet" : "stopped before it said anything")}\n";
        }

        var text = new StringBuilder();
        void Line(FormattableString line) => text.Append(FormattableString.Invariant(line)).Append('\n');
        double average = (s.Executions + s.Running) / Math.Max(0.001, s.Seconds);
        Line($"{folder}: {(isRunning ? "running" : "stopped")}, {CampaignWarnings.Duration(s.Seconds)}, seed {s.Seed}");
        Line($"  {s.Executions + s.Running} executions, {(isRunning ? s.Rate : average):F0}/s ({average:F0}/s on average), {s.Operations} operations");
        Line($"  {s.Entries} entries in the corpus, {s.Features} features; last new {CampaignWarnings.Duration(s.SinceNew)} before its last word; chance of new {s.ChanceOfNew.ToString("E0", CultureInfo.InvariantCulture)} (estimate)");
        Line($"  {string.Join(", ", s.Domains.Where(d => d.Features > 0).Select(d => FormattableString.Invariant($"{d.Name.ToLowerInvariant()} {d.Features}/{d.Admissions}")))} (features/admissions)");
        Line($"  milestones: {s.Milestones.Count(m => m.Executions > 0)} of {s.Milestones.Count} reached");
        List<MilestoneAccount> never = [.. s.Milestones.Where(m => m.Executions == 0)];
        foreach (MilestoneAccount m in never.Take(MostNever))
        {
            Line($"    never: {m.Name}{(m.Witness == null ? "" : "; nearest: " + m.Witness)}");
        }

        if (never.Count > MostNever)
        {
            Line($"    and {never.Count - MostNever} more: see {Path.Combine(folder, "report.txt")} or --json");
        }

        Line($"  {s.NewFindings} new findings, {s.KnownFindings} known{(s.Shrinking > 0 ? FormattableString.Invariant($", {s.Shrinking} being shrunk") : "")}");
        foreach (FindingAccount f in s.Findings)
        {
            Line($"    {f.Key}{(f.Known == null ? "" : $" (known: {f.Known})")}, {f.Times} times");
            Line($"      {CampaignReport.Command(folder, f)}");
        }

        foreach (string warning in CampaignWarnings.Of(s))
        {
            Line($"  warning: {warning}");
        }

        return text.ToString();
    }

    private static string AsJson(List<string> folders)
    {
        var all = folders.Select(f => (Folder: f, Snapshot: Read(f))).Select(c => new
        {
            folder = c.Folder, running = CampaignFolder.IsRunning(c.Folder), status = c.Snapshot,
            commands = c.Snapshot?.Findings.Select(f => new { f.Key, command = CampaignReport.Command(c.Folder, f) }), warnings = c.Snapshot == null ? [] : CampaignWarnings.Of(c.Snapshot),
        });
        return JsonSerializer.Serialize(new { schema = Schema, campaigns = all }, CampaignReport.Json) + "\n";
    }
}
