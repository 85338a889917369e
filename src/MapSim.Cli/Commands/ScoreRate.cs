using MapSim.Fuzz;

namespace MapSim.Cli.Commands;

/// <summary>Executions a second on one core.</summary>
internal static class ScoreRate
{
    /// <summary>Of an engine, over all its hunts, those on the unmodified model included.</summary>
    public static double Of(ScoreResult result, EngineInfo engine)
    {
        HuntResult[] hunts = [.. result.Scores.Where(s => s.Engine == engine).SelectMany(s => s.Hunts), .. result.Unmodified.Where(h => h.Engine == engine)];
        return hunts.Sum(h => h.Executions) / Math.Max(0.001, hunts.Sum(h => h.Seconds));
    }
}
