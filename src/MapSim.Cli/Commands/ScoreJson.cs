using System.Text.Json;
using System.Text.Json.Serialization;
using MapSim.Faults;
using MapSim.Fuzz;
using MapSim.Programs;

namespace MapSim.Cli.Commands;

/// <summary>A score as JSON.</summary>
internal static class ScoreJson
{
    public const string Schema = "mapsim.score/1";

    private static JsonSerializerOptions Options { get; } = new(ProgramFiles.Json) { DefaultIgnoreCondition = JsonIgnoreCondition.Never };

    public static string Write(ScoreResult result, ScoreSetting setting) => JsonSerializer.Serialize(
        new
        {
            schema = Schema,
            engines = result.Options.Engines.Select(e => e.Id),
            budget = result.Options.Budget.ToString(),
            seeds = result.Options.Seeds,
            seed = result.Options.Seed,
            workers = result.Options.Workers,
            machine = setting.Machine,
            date = setting.Date,
            seconds = setting.Seconds,
            complete = result.IsComplete,
            faults = result.Scores.Select(Fault),
            totals = Totals(result),
            controls = result.Scores.Where(s => ScoreResult.IsControl(s.Fault)).Select(s => new { id = s.Fault.Id, engine = s.Engine.Id, killed = s.Hunts.Count(h => h.Kill?.IsFalse(s.Fault) == true), executions = s.Executions }),
            unmodified = Unmodified(result),
        },
        Options) + "\n";

    private static object Fault(FaultScore s) => new
    {
        id = s.Fault.Id,
        engine = s.Engine.Id,
        killed = s.Killed,
        seeds = s.Hunts.Count,
        expected = s.Fault.ExpectedText,
        group = KillCount.WordOf(s.Fault.Group),
        mode = s.Fault.ModeText,
        executions = new { median = s.Median, min = s.Min, max = s.Max, all = s.Executions },
        seconds = s.Seconds,
        oracle = s.Oracle,
        expectedOracle = s.IsExpectedOracle,
        key = s.Key,
        program = s.Best == null ? null : ProgramToken.Encode(s.Best.Program),
    };

    private static object Totals(ScoreResult result)
    {
        IReadOnlyList<KillCount> groups = KillCount.ByGroup(result);
        return new
        {
            killed = groups.Sum(g => g.Killed),
            of = groups.Sum(g => g.Of),
            engines = KillCount.ByEngine(result),
            modes = KillCount.ByMode(result),
            groups,
            survivors = result.Survivors.Select(f => f.Id),
            falseKills = result.FalseKills.Select(s => s.Fault.Id).Distinct(),
        };
    }

    private static object Unmodified(ScoreResult result)
    {
        UnmodifiedEnd[] ends = [.. result.Unmodified.SelectMany(h => h.Ends)];
        return new
        {
            executions = result.Unmodified.Sum(h => h.Executions),
            seconds = result.Unmodified.Sum(h => h.Seconds),
            known = Grouped(ends.Where(e => e.Known != null)),
            unknown = Grouped(ends.Where(e => e.Known == null)),
        };
    }

    private static IEnumerable<object> Grouped(IEnumerable<UnmodifiedEnd> ends) => ends.GroupBy(e => (e.Key, e.Known)).OrderBy(g => g.Key.Key, StringComparer.Ordinal)
        .Select(g => new { key = g.Key.Key, known = g.Key.Known, times = g.Sum(e => e.Times), program = g.First().Program });
}
