using MapSim.Faults;

namespace MapSim.Fuzz;

/// <summary>How much a hunt may cost: so many executions, or so much time.</summary>
/// <param name="Executions">Executions of each engine for each fault and seed; null for any number.</param>
/// <param name="Time">Time on one core; null for any.</param>
public sealed record HuntBudget(long? Executions, TimeSpan? Time)
{
    /// <summary>"200000x" or "60s".</summary>
    public override string ToString() => Executions is { } n ? FormattableString.Invariant($"{n}x") : FormattableString.Invariant($"{Time!.Value.TotalSeconds}s");
}

/// <summary>What a score measures.</summary>
/// <param name="Faults">The faults, in the order of the catalogue.</param>
/// <param name="Engines">The engines.</param>
/// <param name="Budget">Of each engine, for each fault and seed.</param>
/// <param name="Seeds">How many hunts of each engine for each fault.</param>
/// <param name="Seed">What their seeds are made of.</param>
/// <param name="Workers">Threads.</param>
public sealed record ScoreOptions(
    IReadOnlyList<FaultInfo> Faults, IReadOnlyList<EngineInfo> Engines, HuntBudget Budget, int Seeds, ulong Seed, int Workers);
