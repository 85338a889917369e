using MapSim.Fuzz;
using MapSim.Programs;

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

/// <summary>The command that shows a kill again.</summary>
internal static class FaultsScoreReplay
{
    /// <summary>Of the shortest kill of a score.</summary>
    public static string Command(FaultScore score) => $"mapsim run --page --fault {score.Fault.Id} {ProgramToken.Encode(score.Best!.Program)}";
}
