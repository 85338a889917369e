using Xunit;

namespace MapSim.Tests.Programs;

/// <summary>The programs in corpus/discoveries replay defects of the real runtime; docs/DISCOVERIES.md explains each. That they do is tested in CorpusReplayTests.</summary>
public sealed class DiscoveryTests
{
    public static TheoryData<string> Discoveries => [.. Directory.GetFiles(Repository.Path("corpus", "discoveries"), "*.mapsim").Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Discoveries))]
    public void A_discovery_is_explained(string name) =>
        Assert.Contains(name, File.ReadAllText(Repository.Path("docs", "DISCOVERIES.md")), StringComparison.Ordinal);

    [Fact]
    public void Every_discovery_has_a_program() => Assert.Equal(10, Discoveries.Count);
}
