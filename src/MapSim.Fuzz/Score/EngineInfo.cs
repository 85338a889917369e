using MapSim.Layout;

namespace MapSim.Fuzz;

/// <summary>An engine that can hunt faults.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Unit">What one execution is.</param>
/// <param name="Start">Begins a hunt: with a seed, for some releases.</param>
public sealed record EngineInfo(string Id, string Unit, Func<ulong, IReadOnlyList<GoVersion>, IHunt> Start)
{
    /// <summary>Random programs of one goroutine, each run once.</summary>
    public static EngineInfo Fuzz { get; } = new("fuzz", "programs", (seed, releases) => new FreshPrograms(seed, releases));

    /// <summary>Small programs of several goroutines, each run in many random schedules.</summary>
    public static EngineInfo Explore { get; } = new("explore", "schedules", (seed, releases) => new RandomWalks(seed, releases));

    /// <summary>Both.</summary>
    public static IReadOnlyList<EngineInfo> All { get; } = [Fuzz, Explore];
}
