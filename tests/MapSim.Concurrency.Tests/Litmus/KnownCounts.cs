using System.Text.Json;

namespace MapSim.Concurrency.Tests.Litmus;

/// <summary>A row of data/exploration-counts.json; null where nothing is known.</summary>
public sealed record KnownCount(
    string Name, int Threads, bool LoadStoreOnly, long? Traces, long? Deadlocks, long? FailingTraces, long? DistinctPrefixes, long? States, string? Interleavings);

/// <summary>data/exploration-counts.json.</summary>
public static class KnownCounts
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    public static IReadOnlyList<KnownCount> All { get; } = Read();

    private static List<KnownCount> Read()
    {
        string file = Path.Combine(AppContext.BaseDirectory, "data", "exploration-counts.json");
        return JsonSerializer.Deserialize<List<KnownCount>>(File.ReadAllBytes(file), Web)!;
    }
}
