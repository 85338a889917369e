using System.Globalization;
using System.Reflection;
using System.Text;
using MapSim.Faults;
using MapSim.Fuzz;

namespace MapSim.Cli.Commands;

/// <summary>The whole of docs/FAULTS.md: the text of its template, with the catalogue and a score put in.</summary>
internal static class ScoreMarkdown
{
    private const string Template = "templates/FAULTS.md";

    public static string Write(ScoreResult result, ScoreSetting setting)
    {
        ScoreOptions o = result.Options;
        string where = string.Create(
            CultureInfo.InvariantCulture,
            $"{setting.Date}, on {setting.Machine}, {o.Workers} {(o.Workers == 1 ? "thread" : "threads")}, in {setting.Seconds:F0} s: {o.Faults.Count} faults, {o.Seeds} {(o.Seeds == 1 ? "seed" : "seeds")} from {o.Seed}, a budget of {o.Budget} for each engine, fault and seed.");
        return Text()
            .Replace("{{catalogue}}", Catalogue(), StringComparison.Ordinal)
            .Replace("{{command}}", setting.Command, StringComparison.Ordinal)
            .Replace("{{setting}}", where, StringComparison.Ordinal)
            .Replace("{{score}}", Scores(result), StringComparison.Ordinal)
            .Replace("{{totals}}", Totals(result), StringComparison.Ordinal)
            .Replace("{{controls}}", Controls(result), StringComparison.Ordinal)
            .Replace("{{unmodified}}", Unmodified(result), StringComparison.Ordinal);
    }

    private static string Text()
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(Template)
            ?? throw new InvalidOperationException($"the resource {Template} is missing in this build");
        return new StreamReader(stream, Encoding.UTF8).ReadToEnd().ReplaceLineEndings("\n");
    }

    private static string Catalogue()
    {
        var text = new StringBuilder();
        foreach (IGrouping<FaultGroup, FaultInfo> group in FaultCatalogue.All.GroupBy(f => f.Group))
        {
            text.Append(CultureInfo.InvariantCulture, $"### {Title(group.Key)}\n\n| # | id | the change, and what comes of it | origin | releases | oracles | mode, diff | verdict | witness |\n|---|---|---|---|---|---|---|---|---|\n");
            foreach (FaultInfo f in group)
            {
                string witness = FaultWitness.Exists(f) ? $"[program](../{FaultWitness.PathOf(f)})" : "-";
                text.Append(CultureInfo.InvariantCulture, $"| {f.Number} | {f.Id} | {Cell(f.Change)}. {Cell(f.GoesWrong)} | {Origin(f)} | {FaultsList.Releases(f.Versions)} | {string.Join(' ', f.Oracles)} | {f.ModeText}{f.Difficulty} | {f.ExpectedText} | {witness} |\n");
            }

            text.Append('\n');
        }

        return text.ToString().TrimEnd();
    }

    private static string Title(FaultGroup group) => group switch
    {
        FaultGroup.Assign => "Assignment",
        FaultGroup.Delete => "Delete",
        FaultGroup.Clear => "Clear",
        FaultGroup.Growth => "Growth and evacuation",
        FaultGroup.Iteration => "Iteration",
        FaultGroup.Overflow => "The life of overflow chains",
        FaultGroup.Barrier => "Write barriers",
        FaultGroup.Gc => "The collector",
        FaultGroup.Detection => "Detection of concurrent use",
        _ => "Clone, hash and equality, bookkeeping",
    };

    /// <summary>The origin, with the address of its first issue.</summary>
    private static string Origin(FaultInfo fault) => FaultsShow.Links(fault.Origin) is [var first, ..] ? $"[{Cell(fault.Origin)}]({first})" : Cell(fault.Origin);

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);

    private static string Scores(ScoreResult result)
    {
        var text = new StringBuilder("| fault | verdict | mode, diff | engine | killed | executions: median | min | max | seconds | oracle | bug key |\n|---|---|---|---|---|---|---|---|---|---|---|\n");
        foreach (FaultScore s in result.Scores)
        {
            string oracle = s.Oracle == null ? "-" : s.Oracle + (s.IsExpectedOracle ? "" : " \\*");
            text.Append(CultureInfo.InvariantCulture, $"| {s.Fault.Id} | {s.Fault.ExpectedText} | {s.Fault.ModeText}{s.Fault.Difficulty} | {s.Engine.Id} | {s.Killed}/{s.Hunts.Count} | {ScoreText.Number(s.Median)} | {ScoreText.Number(s.Min)} | {ScoreText.Number(s.Max)} | {s.Seconds:F1} | {oracle} | {(s.Key == null ? "-" : $"`{s.Key}`")} |\n");
        }

        return text.ToString().TrimEnd();
    }

    private static string Totals(ScoreResult result)
    {
        IReadOnlyList<KillCount> groups = KillCount.ByGroup(result);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"**{groups.Sum(g => g.Killed)} of {groups.Sum(g => g.Of)}** faults with verdict K were killed in at least one hunt.\n\n");
        text.Append("| | killed |\n|---|---|\n");
        foreach ((string kind, IReadOnlyList<KillCount> counts) in new[] { ("engine", KillCount.ByEngine(result)), ("mode", KillCount.ByMode(result)), ("group", groups) })
        {
            foreach (KillCount count in counts)
            {
                text.Append(CultureInfo.InvariantCulture, $"| {kind} {count.Name} | {count.Killed} of {count.Of} |\n");
            }
        }

        FaultInfo[] survivors = [.. result.Survivors];
        text.Append(CultureInfo.InvariantCulture, $"\nSurvivors: {(survivors.Length == 0 ? "none" : string.Join(", ", survivors.Select(f => f.Id)))}.\n");
        foreach (EngineInfo engine in result.Options.Engines)
        {
            text.Append(CultureInfo.InvariantCulture, $"Rate of {engine.Id}: {ScoreRate.Of(result, engine):F0} {engine.Unit}/s on one core.\n");
        }

        return text.ToString().TrimEnd();
    }

    private static string Controls(ScoreResult result)
    {
        FaultScore[] controls = [.. result.Scores.Where(s => ScoreResult.IsControl(s.Fault))];
        var text = new StringBuilder("| control | engine | executions | killed |\n|---|---|---|---|\n");
        foreach (FaultScore s in controls)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {s.Fault.Id} | {s.Engine.Id} | {s.Executions} | {(s.FalseKill == null ? "no" : $"**yes**: `{s.FalseKill.Key}`")} |\n");
        }

        return controls.Length == 0 ? "No control was among the faults of this run." : text.ToString().TrimEnd();
    }

    private static string Unmodified(ScoreResult result)
    {
        UnmodifiedEnd[] ends = [.. result.Unmodified.SelectMany(h => h.Ends)];
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{result.Unmodified.Sum(h => h.Executions)} executions.\n\n| bug key | known defect of Go | times |\n|---|---|---|\n");
        foreach (IGrouping<(string Key, string? Known), UnmodifiedEnd> group in ends.GroupBy(e => (e.Key, e.Known)).OrderBy(g => g.Key.Key, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"| `{group.Key.Key}` | {group.Key.Known ?? "**none**"} | {group.Sum(e => e.Times)} |\n");
        }

        return ends.Length == 0 ? string.Create(CultureInfo.InvariantCulture, $"{result.Unmodified.Sum(h => h.Executions)} executions, nothing came out.") : text.ToString().TrimEnd();
    }
}
