using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MapSim.Fuzz;

/// <summary>The report of a campaign: report.txt for people, report.json for programs, junit.xml for CI systems.</summary>
public static class CampaignReport
{
    /// <summary>The schema of report.json.</summary>
    public const string Schema = "mapsim.campaign/1";

    /// <summary>How JSON files of a campaign are written.</summary>
    public static JsonSerializerOptions Json { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true, NewLine = "\n",
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping, DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    };

    /// <summary>The command that shows a finding again.</summary>
    public static string Command(string folder, FindingAccount finding) => "mapsim replay " + CampaignFiles.Quoted(Path.Combine(folder, finding.File));

    internal static void Write(CampaignFolder folder, CampaignSnapshot s, CampaignOptions options, CampaignEnd end, string digest, IReadOnlyList<string> commandLine)
    {
        folder.Write("report.txt", Text(s, options, end, digest, commandLine));
        folder.Write("report.json", JsonBytes(s, folder.Manifest, end, digest, commandLine));
        folder.Write("junit.xml", CampaignJUnit.Of(s, commandLine));
    }

    /// <summary>The report for people.</summary>
    public static string Text(CampaignSnapshot s, CampaignOptions options, CampaignEnd end, string digest, IReadOnlyList<string> commandLine)
    {
        var text = new StringBuilder();
        void Line(FormattableString line) => text.Append(FormattableString.Invariant(line)).Append('\n');
        Line($"{string.Join(' ', commandLine.Select(CampaignFiles.Quoted))}");
        Line($"seed {s.Seed}, go {string.Join(", ", options.Target.Releases)}, {s.Workers} workers; {Campaign.EndText(end)}");
        Line($"");
        Line($"executions        {s.Executions} in {CampaignWarnings.Duration(s.Seconds)}: {s.Executions / Math.Max(0.001, s.Seconds):F0}/s ({s.Executions / Math.Max(0.001, s.Seconds) / Math.Max(1, s.Workers):F0}/s a worker)");
        Line($"operations        {s.Operations}; {s.Limits} executions ran into a limit");
        Line($"corpus            {s.Entries} entries, {s.Bytes} bytes, at most {s.Depth} generations");
        Line($"features          {s.Features}; the last new ones {CampaignWarnings.Duration(s.SinceNew)} ago");
        Line($"chance of new     {s.ChanceOfNew.ToString("E1", CultureInfo.InvariantCulture)} an execution (estimate after Good and Turing: {s.Singletons} features were seen once)");
        Line($"run twice         {s.Checked} entries, {s.Unstable} differed; {s.Inconsistent} inputs in all did not end twice in the same way");
        Line($"digest            {digest}");
        Findings(text, s, "new findings", [.. s.Findings.Where(f => f.Known == null)]);
        Findings(text, s, "known defects of the real runtime", [.. s.Findings.Where(f => f.Known != null)]);
        Milestones(text, s.Milestones);
        text.Append("\ndomain              features  admissions\n");
        foreach (DomainAccount domain in s.Domains)
        {
            Line($"  {domain.Name,-16}{domain.Features,10}{domain.Admissions,12}");
        }

        long ops = Math.Max(1, s.Ops.Sum(o => o.Value));
        text.Append("\nops of the programs\n");
        foreach ((string name, long count) in s.Ops)
        {
            Line($"  {name,-16}{count,10}  {100.0 * count / ops,5:F1} %");
        }

        foreach (string warning in CampaignWarnings.Of(s))
        {
            Line($"warning: {warning}");
        }

        return text.ToString();
    }

    private static void Findings(StringBuilder text, CampaignSnapshot s, string title, List<FindingAccount> findings)
    {
        text.Append(CultureInfo.InvariantCulture, $"\n{findings.Count} {title}\n");
        foreach (FindingAccount f in findings)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {f.Key}{(f.Known == null ? "" : $" ({f.Known})")}: {f.Times} times, first at execution {f.FoundAt}; shrinking: {f.Shrinking}\n");
            text.Append("    ").Append(Command(s.Folder, f)).Append('\n');
        }
    }

    private static void Milestones(StringBuilder text, IReadOnlyList<MilestoneAccount> milestones)
    {
        int reached = milestones.Count(m => m.Executions > 0);
        text.Append(CultureInfo.InvariantCulture, $"\nmilestones: {reached} of {milestones.Count} reached\n");
        foreach (MilestoneAccount m in milestones.Where(m => m.Executions > 0))
        {
            text.Append(CultureInfo.InvariantCulture, $"  {m.Name}: {m.Executions} executions\n");
        }

        foreach (MilestoneAccount m in milestones.Where(m => m.Executions == 0))
        {
            text.Append(CultureInfo.InvariantCulture, $"  NEVER {m.Name}{(m.Witness == null ? "" : $"; nearest: {m.Witness}")}\n");
        }
    }

    private static byte[] JsonBytes(CampaignSnapshot s, CampaignManifest manifest, CampaignEnd end, string digest, IReadOnlyList<string> commandLine)
    {
        var report = new
        {
            schema = Schema, commandLine, end = end.ToString(), digest, options = manifest.Values.ToDictionary(v => v.Key, v => v.Value), builds = manifest.Builds,
            totals = new
            {
                seconds = Math.Round(s.Seconds, 1), s.Executions, executionsPerSecond = Math.Round(s.Executions / Math.Max(0.001, s.Seconds), 1), s.Operations, s.Limits, s.Rounds,
                s.Entries, s.Bytes, s.Depth, s.Features, s.Singletons, chanceOfNewEstimate = s.ChanceOfNew, s.Checked, s.Unstable, s.Inconsistent, s.Workers,
            },
            findings = s.Findings.Select(f => new { f.Key, f.Known, f.FoundAt, f.Times, f.File, f.Shrinking, command = Command(s.Folder, f) }),
            milestones = s.Milestones, domains = s.Domains, ops = s.Ops.ToDictionary(o => o.Key, o => o.Value), warnings = CampaignWarnings.Of(s),
        };
        return [.. JsonSerializer.SerializeToUtf8Bytes(report, Json), (byte)'\n'];
    }
}
