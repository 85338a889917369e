namespace MapSim.Fuzz;

/// <summary>What an engine does. With the same options it does the same, whatever the number of threads.</summary>
/// <param name="Seed">All randomness comes from it.</param>
/// <param name="Target">What inputs are run on.</param>
public sealed record EngineOptions(ulong Seed, TargetOptions Target)
{
    /// <summary>Of 1,000 executions so many may be of programs with a collector or several goroutines, which take some fifty times as long.</summary>
    public int DeepPerThousand { get; init; } = 10;

    /// <summary>Executions in a task of a round: fewer let tasks see one another's finds sooner.</summary>
    public int RunsInTask { get; init; } = FuzzEngine.RunsInTask;

    /// <summary>Whether those may have several goroutines; if not, they have a collector and one.</summary>
    public bool HasGoroutines { get; init; } = true;

    /// <summary>Programs to begin with, besides those that the engine makes itself: canonical bytes.</summary>
    public IReadOnlyList<byte[]> Seeds { get; init; } = [];
}
