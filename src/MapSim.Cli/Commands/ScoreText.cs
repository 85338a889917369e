using System.Globalization;
using System.Text;
using MapSim.Faults;
using MapSim.Fuzz;
using MapSim.Programs;

namespace MapSim.Cli.Commands;

/// <summary>A score as a person reads it on a terminal.</summary>
internal static class ScoreText
{
    public static string Write(ScoreResult result, ScoreSetting setting)
    {
        ScoreOptions options = result.Options;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{result.Options.Faults.Count} faults, engine {string.Join(" and ", options.Engines.Select(e => e.Id))}, budget {options.Budget}, {options.Seeds} {(options.Seeds == 1 ? "seed" : "seeds")} from {options.Seed}\n");
        text.Append(CultureInfo.InvariantCulture, $"{setting.Date}, {options.Workers} {(options.Workers == 1 ? "worker" : "workers")} on {setting.Machine}, {setting.Seconds:F1} s{(result.IsComplete ? "" : "; interrupted")}\n\n");
        text.Append(Table(result)).Append('\n');
        Totals(text, result);
        Unmodified(text, result);
        return text.ToString();
    }

    /// <summary>"5/5", or "-" for a hunt that did not kill.</summary>
    internal static string Number(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "-";

    private static string Table(ScoreResult result)
    {
        var table = new TextTable("fault", "expected", "mode", "engine", "killed", "median", "min", "max", "seconds", "oracle", "key");
        foreach (FaultScore s in result.Scores)
        {
            // An oracle that the catalogue does not list has a star.
            table.Add(
                s.Fault.Id, s.Fault.ExpectedText, s.Fault.ModeText, s.Engine.Id, FormattableString.Invariant($"{s.Killed}/{s.Hunts.Count}"), Number(s.Median), Number(s.Min), Number(s.Max),
                s.Seconds.ToString("F2", CultureInfo.InvariantCulture), s.Oracle == null ? "-" : s.Oracle + (s.IsExpectedOracle ? "" : " *"), s.Key ?? "-");
        }

        return table.ToString();
    }

    private static void Totals(StringBuilder text, ScoreResult result)
    {
        IReadOnlyList<KillCount> groups = KillCount.ByGroup(result);
        text.Append(CultureInfo.InvariantCulture, $"killed      {groups.Sum(g => g.Killed)} of {groups.Sum(g => g.Of)} faults with verdict K\n");
        text.Append(CultureInfo.InvariantCulture, $"by engine   {List(KillCount.ByEngine(result))}\nby mode     {List(KillCount.ByMode(result))}\nby group    {List(groups)}\n");
        FaultInfo[] survivors = [.. result.Survivors];
        text.Append(CultureInfo.InvariantCulture, $"survivors   {(survivors.Length == 0 ? "none" : string.Join(' ', survivors.Select(f => f.Id)))}\n");
        FaultInfo[] conditional = [.. result.Options.Faults.Where(f => f.Expected == FaultVerdict.KilledIfAllocationsCollect)];
        if (conditional.Length > 0)
        {
            HashSet<FaultInfo> killed = [.. result.Killed];
            text.Append(CultureInfo.InvariantCulture, $"conditional {string.Join(' ', conditional.Select(f => $"{f.Id} ({f.ExpectedText}, {(killed.Contains(f) ? "killed" : "not killed")})"))}\n");
        }

        FaultInfo[] controls = [.. result.Options.Faults.Where(ScoreResult.IsControl)];
        text.Append(CultureInfo.InvariantCulture, $"controls    {controls.Length}, {result.FalseKills.Select(s => s.Fault).Distinct().Count()} of them killed by programs that must not\n");
        foreach (FaultScore wrong in result.FalseKills)
        {
            text.Append(CultureInfo.InvariantCulture, $"  a false kill of {wrong.Fault.Id}: {wrong.FalseKill!.Key}: mapsim run --page --fault {wrong.Fault.Id} {ProgramToken.Encode(wrong.FalseKill.Program)}\n");
        }

        foreach (EngineInfo engine in result.Options.Engines)
        {
            text.Append(CultureInfo.InvariantCulture, $"{engine.Id,-11} {ScoreRate.Of(result, engine):F0} {engine.Unit}/s on one core\n");
        }
    }

    private static void Unmodified(StringBuilder text, ScoreResult result)
    {
        UnmodifiedEnd[] ends = [.. result.Unmodified.SelectMany(h => h.Ends)];
        text.Append(CultureInfo.InvariantCulture, $"unmodified  {result.Unmodified.Sum(h => h.Executions)} executions, {ends.Where(e => e.Known != null).Sum(e => e.Times)} of them with known defects of Go, {ends.Where(e => e.Known == null).Sum(e => e.Times)} with unknown ones\n");
        foreach (IGrouping<(string Key, string? Known), UnmodifiedEnd> group in ends.GroupBy(e => (e.Key, e.Known)).OrderBy(g => g.Key.Known == null).ThenBy(g => g.Key.Key, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"  {group.Key.Key} ({group.Key.Known ?? "UNKNOWN"}), {group.Sum(e => e.Times)} times{(group.Key.Known == null ? ": mapsim run --page " + group.First().Program : "")}\n");
        }
    }

    private static string List(IEnumerable<KillCount> counts) => string.Join(", ", counts.Select(c => FormattableString.Invariant($"{c.Name} {c.Killed}/{c.Of}")));
}
