using MapSim.Faults;

namespace MapSim.Fuzz;

/// <summary>How one engine did against one fault, over all its seeds.</summary>
/// <param name="Fault">The fault.</param>
/// <param name="Engine">The engine.</param>
/// <param name="Hunts">A hunt a seed, in the order of the seeds.</param>
public sealed record FaultScore(FaultInfo Fault, EngineInfo Engine, IReadOnlyList<HuntResult> Hunts)
{
    private IEnumerable<HuntResult> Kills => Hunts.Where(h => h.Kill != null);

    /// <summary>Hunts that killed it.</summary>
    public int Killed => Kills.Count();

    /// <summary>
    /// Median of the executions to the kill, the lower one of two; a hunt that did not kill counts as more than its budget. Null if that is the median.
    /// </summary>
    public long? Median
    {
        get
        {
            long?[] sorted = [.. Hunts.Select(h => h.Kill == null ? null : (long?)h.Executions).OrderBy(e => e ?? long.MaxValue)];
            return sorted.Length == 0 ? null : sorted[(sorted.Length - 1) / 2];
        }
    }

    /// <summary>Fewest executions to the kill; null if there was none.</summary>
    public long? Min => Kills.Select(h => (long?)h.Executions).Min();

    /// <summary>Most executions to the kill, among those that killed.</summary>
    public long? Max => Kills.Select(h => (long?)h.Executions).Max();

    /// <summary>All executions.</summary>
    public long Executions => Hunts.Sum(h => h.Executions);

    /// <summary>Time of all its hunts.</summary>
    public double Seconds => Hunts.Sum(h => h.Seconds);

    /// <summary>The key that came first most often; null if there was no kill. Of several the first in the alphabet.</summary>
    public string? Key => Kills.GroupBy(h => h.Kill!.Key).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal).FirstOrDefault()?.Key;

    /// <summary>The oracle of that key.</summary>
    public string? Oracle => Key == null ? null : KillJudge.OracleOf(Key);

    /// <summary>True if the catalogue lists that oracle for the fault.</summary>
    public bool IsExpectedOracle => Oracle != null && Fault.Oracles.Contains(Oracle);

    /// <summary>A kill that must not be, with the fewest executions; null if there is none.</summary>
    public Kill? FalseKill => Kills.Where(h => h.Kill!.IsFalse(Fault)).OrderBy(h => h.Executions).FirstOrDefault()?.Kill;

    /// <summary>The kill with the fewest executions; null if there was none.</summary>
    public Kill? Best => Kills.OrderBy(h => h.Executions).ThenBy(h => h.SeedNumber).FirstOrDefault()?.Kill;
}
