using System.Globalization;
using System.Text;
using MapSim.Fuzz;

namespace MapSim.Cli.Commands;

/// <summary>The live view of a campaign on a terminal: painted again in place twice a second; no colours if NO_COLOR is set.</summary>
/// <param name="budget">When the campaign ends.</param>
internal sealed class FuzzScreen(CampaignBudget budget) : IDisposable
{
    private const double Seconds = 0.5;
    private const int MostFindings = 8, MostMessages = 5;
    private readonly bool _hasColours = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
    private readonly List<string> _messages = [];
    private double _next = double.MinValue;
    private int _painted;

    /// <summary>Takes an event.</summary>
    public void Show(string word, CampaignSnapshot s, string text)
    {
        if (word != "tick")
        {
            _messages.Add($"{CampaignWarnings.Duration(s.Seconds),8}  {word}: {text}");
            _messages.RemoveRange(0, Math.Max(0, _messages.Count - MostMessages));
        }

        if (s.SecondsHere >= _next || word == "DONE")
        {
            _next = s.SecondsHere + Seconds;
            Paint(Lines(s, budget, _messages, _hasColours));
        }
    }

    public void Dispose()
    {
    }

    /// <summary>What the screen shows.</summary>
    internal static IReadOnlyList<string> Lines(CampaignSnapshot s, CampaignBudget budget, IReadOnlyList<string> messages, bool hasColours)
    {
        string Colour(string code, string text) => hasColours ? $"\u001b[{code}m{text}\u001b[0m" : text;
        string I(FormattableString text) => FormattableString.Invariant(text);
        string left = budget.Time is { } time ? ", " + CampaignWarnings.Duration(Math.Max(0, time.TotalSeconds - s.SecondsHere)) + " left"
            : budget.Executions is { } most && s.Rate > 0 ? ", about " + CampaignWarnings.Duration(Math.Max(0, most - s.Executions - s.Running) / s.Rate) + " left" : "";
        int reached = s.Milestones.Count(m => m.Executions > 0);

        // As AFL's cycle counter: green means that it is fine to stop.
        string fresh = s.SinceNew < 60 ? "35" : s.SinceNew < 600 ? "33" : s.SinceNew < 1800 ? "34" : "32";
        var lines = new List<string>
        {
            Colour("1", I($"mapsim fuzz  {s.Folder}  seed {s.Seed}, {s.Workers} workers, {CampaignWarnings.Duration(s.Seconds)}{left}")),
            "",
            I($"  executions  {s.Executions + s.Running,12}    exec/s    {s.Rate,10:F0}    operations {s.Operations,14}"),
            I($"  corpus      {s.Entries,12}    features  {s.Features,10}    generations {s.Depth,13}"),
            "  last new    " + Colour(fresh, I($"{CampaignWarnings.Duration(s.SinceNew),12}")) + I($"    chance of new (estimate) {s.ChanceOfNew.ToString("E0", CultureInfo.InvariantCulture)}    memory {s.PeakMemory >> 20} MB"),
            "",
            "  " + string.Join("  ", s.Domains.Take(6).Select(d => I($"{d.Name.ToLowerInvariant()} {d.Features}"))),
            "  " + string.Join("  ", s.Domains.Skip(6).Select(d => I($"{d.Name.ToLowerInvariant()} {d.Features}"))),
            I($"  milestones {reached} of {s.Milestones.Count}") + (reached < s.Milestones.Count ? "; never: " + string.Join(", ", s.Milestones.Where(m => m.Executions == 0).Take(3).Select(m => m.Name)) : ""),
            "",
            Colour(s.NewFindings > 0 ? "31;1" : "1", I($"  {s.NewFindings} new findings, {s.KnownFindings} known{(s.Shrinking > 0 ? I($", {s.Shrinking} being shrunk") : "")}")),
        };
        foreach (FindingAccount f in s.Findings.Take(MostFindings))
        {
            lines.Add(I($"    {f.Key} x{f.Times}{(f.Known == null ? "" : $" ({f.Known})")}"));
            if (f.Known == null)
            {
                lines.Add("      " + CampaignReport.Command(s.Folder, f));
            }
        }

        lines.Add("");
        lines.AddRange(CampaignWarnings.Of(s).Select(w => Colour("33", "  warning: " + w)));
        lines.AddRange(messages.Select(m => "  " + m));
        return lines;
    }

    private void Paint(IReadOnlyList<string> lines)
    {
        int width = 120;
        try
        {
            width = Math.Max(20, Console.WindowWidth - 1);
        }
        catch (IOException)
        {
            // No window to ask: a usual width does.
        }

        var text = new StringBuilder();
        if (_painted > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"\u001b[{_painted}A");
        }

        foreach (string line in lines)
        {
            // A line with colours is short; cutting one would cut its codes.
            text.Append("\r\u001b[2K").Append(line.Length > width && !line.Contains('\u001b', StringComparison.Ordinal) ? line[..width] : line).Append('\n');
        }

        text.Append("\u001b[J");
        _painted = lines.Count;
        Console.Error.Write(text.ToString());
    }
}
