using MapSim.Layout;

namespace MapSim.Fuzz;

/// <summary>An engine that can hunt faults.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Unit">What one execution is.</param>
/// <param name="Start">Begins a hunt: with a seed, for some releases. Null for the engine that makes its executions itself (<see cref="FeedbackHunt"/>).</param>
public sealed record EngineInfo(string Id, string Unit, Func<ulong, IReadOnlyList<GoVersion>, IHunt>? Start)
{
    /// <summary>Programs of one goroutine, made by mutation and chosen by what they show.</summary>
    public static EngineInfo Fuzz { get; } = new("fuzz", "programs", null);

    /// <summary>Small programs of several goroutines, each run in many random schedules.</summary>
    public static EngineInfo Explore { get; } = new("explore", "schedules", (seed, releases) => new RandomWalks(seed, releases));

    /// <summary>Both.</summary>
    public static IReadOnlyList<EngineInfo> All { get; } = [Fuzz, Explore];
}
