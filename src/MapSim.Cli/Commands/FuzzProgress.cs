using System.Globalization;
using System.Text;
using System.Text.Json;
using MapSim.Fuzz;

namespace MapSim.Cli.Commands;

/// <summary>What a campaign says on stderr while it runs.</summary>
internal sealed class FuzzProgress : IDisposable
{
    private const double PulseSeconds = 5, NewSeconds = 1;
    private readonly Lock _lock = new();
    private readonly string _how;
    private readonly FuzzScreen? _screen;
    private readonly HashSet<string> _warned = [];
    private double _nextPulse = PulseSeconds, _nextNew = NewSeconds;
    private int _entries = -1;
    private bool _isOver;

    private FuzzProgress(string how, CampaignBudget budget)
    {
        _how = how;
        _screen = how == "live" ? new FuzzScreen(budget) : null;
    }

    /// <summary>The progress that was asked for.</summary>
    /// <exception cref="BadInputException">There is no such.</exception>
    public static FuzzProgress Of(string? how, CampaignBudget budget)
    {
        bool isTerminal = !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb";
        how ??= isTerminal ? "live" : "line";
        if (how is not ("line" or "live" or "json" or "none"))
        {
            throw new BadInputException($"--progress: expected line, live, json or none, found '{how}'{MapSim.Programs.Suggestion.Hint(how, ["line", "live", "json", "none"])}");
        }

        return new FuzzProgress(how == "live" && !isTerminal ? "line" : how, budget);
    }

    /// <summary>Told by the campaign, on any thread.</summary>
    public void Tell(string word, CampaignSnapshot s, string text)
    {
        lock (_lock)
        {
            if (_isOver)
            {
                return;
            }

            if (_screen != null)
            {
                _screen.Show(word, s, text);
            }
            else if (word != "tick")
            {
                _entries = word == "INITED" ? s.Entries : _entries;
                Write(word, s, text);
            }
            else
            {
                Tick(s);
            }
        }
    }

    /// <summary>The totals, as libFuzzer prints them.</summary>
    public static void Final(CampaignSnapshot s)
    {
        void Stat(string name, long value) => Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"stat::{name + ":",-32}{value}"));
        Stat("number_of_executed_units", s.Executions);
        Stat("average_exec_per_sec", (long)(s.Executions / Math.Max(0.001, s.Seconds)));
        Stat("new_units_added", s.Entries);
        Stat("features", s.Features);
        Stat("new_findings", s.NewFindings);
        Stat("known_findings", s.KnownFindings);
        Stat("peak_rss_mb", s.PeakMemory >> 20);
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isOver = true;
            _screen?.Dispose();
        }
    }

    /// <summary>A line: "#1048576 pulse ft: 2134 st: 311 tr: 1820 ms: 9/13 corp: 402/18Kb bugs: 2 exec/s: 48211 stab: 100.00% rss: 96Mb last-new: 12s".</summary>
    internal static string Line(string word, CampaignSnapshot s)
    {
        int Of(FeatureDomain domain) => s.Domains.FirstOrDefault(d => d.Name == domain.ToString())?.Features ?? 0;
        string bytes = s.Bytes < 1024 ? $"{s.Bytes}b" : $"{s.Bytes / 1024}Kb";
        string shrinking = s.Shrinking == 0 ? "" : FormattableString.Invariant($" shrinking: {s.Shrinking}");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"#{s.Executions + s.Running}\t{word} ft: {s.Features} st: {Of(FeatureDomain.State)} tr: {Of(FeatureDomain.Transition)} ms: {s.Milestones.Count(m => m.Executions > 0)}/{s.Milestones.Count} corp: {s.Entries}/{bytes} bugs: {s.NewFindings}+{s.KnownFindings} exec/s: {s.Rate:F0} stab: {s.Stability:F2}% rss: {s.PeakMemory >> 20}Mb last-new: {s.SinceNew:F0}s{shrinking}");
    }

    private void Tick(CampaignSnapshot s)
    {
        if (s.Entries != _entries && s.SecondsHere >= _nextNew)
        {
            _entries = s.Entries;
            Write("NEW", s, "");
        }
        else if (s.SecondsHere >= _nextPulse)
        {
            Write("pulse", s, "");
        }

        foreach (string warning in CampaignWarnings.Of(s))
        {
            // The numbers in it change; what it is about is said once.
            if (_warned.Add(string.Concat(warning.Where(c => !char.IsAsciiDigit(c)))))
            {
                Write("WARNING", s, warning);
            }
        }
    }

    private void Write(string word, CampaignSnapshot s, string text)
    {
        (_nextNew, _nextPulse) = (s.SecondsHere + NewSeconds, s.SecondsHere + PulseSeconds);
        if (_how == "none")
        {
            // Nobody may miss that.
            if (word == "INCONSISTENT")
            {
                Console.Error.WriteLine("mapsim: " + text);
            }

            return;
        }

        Console.Error.WriteLine(_how == "json" ? Object(word, s, text) : Line(word, s) + (text.Length == 0 ? "" : "\n  " + word + ": " + text));
    }

    private static string Object(string word, CampaignSnapshot s, string text)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = ProgramFiles.Json.Encoder }))
        {
            json.WriteStartObject();
            json.WriteString("schema", "mapsim.fuzz-progress/1");
            json.WriteString("event", word);
            json.WriteString("text", text);
            json.WriteNumber("seconds", Math.Round(s.Seconds, 1));
            json.WriteNumber("executions", s.Executions + s.Running);
            json.WriteNumber("executionsPerSecond", Math.Round(s.Rate, 1));
            json.WriteNumber("entries", s.Entries);
            json.WriteNumber("features", s.Features);
            json.WriteNumber("newFindings", s.NewFindings);
            json.WriteNumber("knownFindings", s.KnownFindings);
            json.WriteNumber("lastNewSeconds", Math.Round(s.SinceNew, 1));
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
