using MapSim.Faults;

namespace MapSim.Fuzz;

/// <summary>How many faults of some kind were killed by at least one hunt.</summary>
/// <param name="Name">The kind.</param>
/// <param name="Killed">How many were.</param>
/// <param name="Of">Of how many.</param>
public sealed record KillCount(string Name, int Killed, int Of)
{
    /// <summary>Of the faults with verdict K: by section of the catalogue, those that were asked for.</summary>
    public static IReadOnlyList<KillCount> ByGroup(ScoreResult result) => By(result, f => WordOf(f.Group));

    /// <summary>Of the faults with verdict K: by the way they are hunted.</summary>
    public static IReadOnlyList<KillCount> ByMode(ScoreResult result) => By(result, f => f.ModeText);

    /// <summary>Of the faults with verdict K: by engine, as far as each has tried.</summary>
    public static IReadOnlyList<KillCount> ByEngine(ScoreResult result) =>
        [.. result.Options.Engines.Select(e => Count(e.Id, [.. result.Scores.Where(s => s.Engine == e && IsKillable(s.Fault))]))];

    /// <summary>The word for a section of the catalogue.</summary>
    public static string WordOf(FaultGroup group) => group.ToString().ToLowerInvariant();

    private static bool IsKillable(FaultInfo fault) => fault.Expected == FaultVerdict.Killed;

    private static KillCount Count(string name, IReadOnlyList<FaultScore> scores) => new(name, scores.Count(s => s.Killed > 0), scores.Count);

    private static KillCount[] By(ScoreResult result, Func<FaultInfo, string> kind)
    {
        HashSet<FaultInfo> killed = [.. result.Killed];
        return [.. result.Options.Faults.Where(IsKillable).GroupBy(kind).Select(g => new KillCount(g.Key, g.Count(killed.Contains), g.Count()))];
    }
}
