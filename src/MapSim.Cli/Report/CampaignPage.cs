using System.Globalization;
using System.Text;
using System.Text.Json;
using MapSim.Cli.Commands;
using MapSim.Fuzz;

namespace MapSim.Cli.Report;

/// <summary>
/// The page of a campaign, from what it wrote into its folder: executions, states, milestones reached and never reached, findings with
/// their programs, and curves over time. The campaign may still run.
/// </summary>
internal static class CampaignPage
{
    /// <summary>The schema of the page's data.</summary>
    public const string Schema = "mapsim.campaign-page/1";

    /// <summary>More points than this are thinned out: the screen has no more.</summary>
    private const int MostPoints = 1000;

    /// <summary>The longest program or page that is shown whole, in characters.</summary>
    private const int MostText = 20_000;

    private static readonly JsonSerializerOptions Compact = new(CampaignReport.Json) { WriteIndented = false };

    /// <summary>The page.</summary>
    /// <param name="folder">The campaign's folder.</param>
    /// <exception cref="BadInputException">It is no campaign, or a file in it says something else than campaigns write.</exception>
    public static byte[] Of(string folder)
    {
        if (!File.Exists(Path.Combine(folder, CampaignFiles.Manifest)))
        {
            throw new BadInputException($"{folder}: expected the folder of a campaign, with a file {CampaignFiles.Manifest}, found none");
        }

        CampaignSnapshot s = Snapshot(Path.Combine(folder, CampaignFiles.Status)) with { Folder = folder };
        var data = new
        {
            schema = Schema, folder, running = CampaignFolder.IsRunning(folder), status = s, newFindings = s.NewFindings, knownFindings = s.KnownFindings, chanceOfNew = s.ChanceOfNew, stability = s.Stability,
            warnings = CampaignWarnings.Of(s), curves = Curves(Path.Combine(folder, CampaignFiles.PlotData)), findings = s.Findings.Select(f => Finding(folder, f)), commandLine = Text(Path.Combine(folder, "cmdline")).Trim().Replace('\n', ' '),
        };
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(data, Compact);
        return ReportHtml.Of("campaign.html", "MapSim campaign " + Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)), json);
    }

    private static CampaignSnapshot Snapshot(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<CampaignSnapshot>(File.ReadAllBytes(file), CampaignReport.Json) ?? throw new JsonException("null");
        }
        catch (FileNotFoundException)
        {
            throw new BadInputException($"{file}: expected where the campaign stands, found no such file (it has not said anything yet)");
        }
        catch (JsonException e)
        {
            throw new BadInputException($"{file}: expected what a campaign writes there, found something else ({e.Message})");
        }
    }

    private static object Finding(string folder, FindingAccount f)
    {
        string file = Path.Combine(folder, f.File), page = Path.ChangeExtension(file, ".md"), record = Path.ChangeExtension(file, ".json");
        FindingRecord? how = FindingRecord.Read(record);
        return new
        {
            f.Key, f.Known, f.FoundAt, f.Times, f.Shrinking, command = CampaignReport.Command(folder, f), report = $"mapsim report {CampaignFiles.Quoted(file)} -o {CampaignFiles.Quoted(CampaignFiles.NameOf(f.Key) + ".html")}",
            program = Text(file), page = Text(page), before = how?.OperationsBefore ?? 0, after = how?.OperationsAfter ?? 0,
        };
    }

    private static string Text(string file)
    {
        string text = File.Exists(file) ? File.ReadAllText(file, Encoding.UTF8) : "";
        return text.Length > MostText ? text[..MostText] + "\n...\n" : text;
    }

    /// <summary>[seconds, executions, entries, features, findings, executions a second] of plot_data; a line that is no such is left out.</summary>
    private static List<double[]> Curves(string file)
    {
        var points = new List<double[]>();
        foreach (string line in File.Exists(file) ? File.ReadLines(file) : [])
        {
            double[] n = [.. line.Split(',').Select(w => double.TryParse(w.Trim().TrimEnd('%'), NumberStyles.Float, CultureInfo.InvariantCulture, out double x) ? x : double.NaN)];
            if (n.Length == 13 && !n.Any(double.IsNaN))
            {
                points.Add([n[0], n[11], n[3], n[12], n[7], n[10]]);
            }
        }

        int stride = Math.Max(1, points.Count / MostPoints);
        return [.. points.Where((_, i) => i % stride == 0 || i == points.Count - 1)];
    }
}
