using MapSim.Faults;

namespace MapSim.Fuzz;

/// <summary>An engine that is compared: its name, and what it makes of a fault with a seed and a limit.</summary>
/// <param name="Name">The name.</param>
/// <param name="Hunt">Hunts a fault on one core.</param>
public sealed record ComparedEngine(string Name, Func<FaultInfo, ulong, TimeSpan, TimeToKill> Hunt);

/// <summary>What an engine made of a fault: one hunt a seed.</summary>
/// <param name="Fault">The fault.</param>
/// <param name="Engine">The engine's name.</param>
/// <param name="Hunts">In the order of the seeds.</param>
public sealed record ComparedFault(FaultInfo Fault, string Engine, IReadOnlyList<TimeToKill> Hunts)
{
    /// <summary>Median of the seconds to the kill, the lower one of two; one that the limit ended counts as its time, so the median may be too small, never too large.</summary>
    public double Seconds => Hunts.Select(h => h.Seconds).Order().ElementAt((Hunts.Count - 1) / 2);

    /// <summary>Median of the executions to the kill, or to the limit.</summary>
    public long Executions => Hunts.Select(h => h.Executions).Order().ElementAt((Hunts.Count - 1) / 2);

    /// <summary>How many hunts killed.</summary>
    public int Killed => Hunts.Count(h => h.IsKilled);
}

/// <summary>
/// Engines side by side: each hunts each fault from nothing on one core, one after the other in one process, so that a busy
/// machine is busy for all of them.
/// </summary>
/// <param name="engines">The engines; the first is the one the others are compared with.</param>
/// <param name="faults">The faults.</param>
/// <param name="seeds">How many seeds, from 1.</param>
/// <param name="limit">Time for each hunt.</param>
public sealed class EngineComparison(IReadOnlyList<ComparedEngine> engines, IReadOnlyList<FaultInfo> faults, int seeds, TimeSpan limit)
{
    /// <summary>The sequential faults that must be killed, of difficulty 2 and more: what the goal is told of.</summary>
    public static IReadOnlyList<FaultInfo> Goal { get; } =
        [.. FaultCatalogue.All.Where(f => f is { Expected: FaultVerdict.Killed, Mode: FaultMode.Fuzz, Difficulty: >= 2 })];

    /// <summary>Hunts.</summary>
    /// <param name="progress">Is told each result.</param>
    public IReadOnlyList<ComparedFault> Run(Action<ComparedFault> progress)
    {
        List<ComparedFault> results = [];
        foreach (FaultInfo fault in faults)
        {
            foreach (ComparedEngine engine in engines)
            {
                var hunts = new List<TimeToKill>();
                for (ulong seed = 1; seed <= (ulong)seeds; seed++)
                {
                    hunts.Add(engine.Hunt(fault, seed, limit));
                }

                results.Add(new ComparedFault(fault, engine.Name, hunts));
                progress(results[^1]);
            }
        }

        return results;
    }

    /// <summary>Median over the faults of an engine's seconds (or executions) to the kill, the mean of the two in the middle.</summary>
    public static double Median(IReadOnlyList<ComparedFault> results, string engine, Func<ComparedFault, double> what)
    {
        double[] sorted = [.. results.Where(r => r.Engine == engine).Select(what).Order()];
        return sorted.Length == 0 ? 0 : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
