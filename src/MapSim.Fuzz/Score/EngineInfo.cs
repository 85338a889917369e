using MapSim.Faults;

namespace MapSim.Fuzz;

/// <summary>What a hunt is to do.</summary>
/// <param name="Fault">The fault; null for the unmodified model.</param>
/// <param name="Engine">The engine.</param>
/// <param name="SeedNumber">Which of the seeds, from 0.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Budget">How much it may cost.</param>
/// <param name="IsStopped">True if the whole score is to end.</param>
/// <param name="Counted">Is told executions as they are made.</param>
public sealed record HuntTask(FaultInfo? Fault, EngineInfo Engine, int SeedNumber, ulong Seed, HuntBudget Budget, Func<bool> IsStopped, Action<long> Counted);

/// <summary>An engine that can hunt faults, on one thread and from nothing but a seed.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Unit">What one execution is.</param>
/// <param name="Hunt">Hunts: to the kill, or to the end of the budget.</param>
public sealed record EngineInfo(string Id, string Unit, Func<HuntTask, HuntResult> Hunt)
{
    /// <summary>Programs of one goroutine, made by mutation and chosen by what they show.</summary>
    public static EngineInfo Fuzz { get; } = new("fuzz", "programs", task => new FeedbackHunt(task).Run());

    /// <summary>Tiny programs of several goroutines in all their schedules, small ones in many random schedules.</summary>
    public static EngineInfo Explore { get; } = new("explore", "schedules", task => new ExploreHunt(task).Run());

    /// <summary>Both.</summary>
    public static IReadOnlyList<EngineInfo> All { get; } = [Fuzz, Explore];
}
