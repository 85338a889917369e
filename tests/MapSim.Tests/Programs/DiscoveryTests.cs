using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Programs;

/// <summary>The programs in corpus/discoveries replay defects of the real runtime; docs/DISCOVERIES.md explains each.</summary>
public sealed class DiscoveryTests
{
    public static TheoryData<string> Discoveries => [.. Directory.GetFiles(Repository.Path("corpus", "discoveries"), "*.mapsim").Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Discoveries))]
    public void A_discovery_says_why_it_exists_ends_as_it_expects_and_is_explained(string name)
    {
        string text = File.ReadAllText(Repository.Path("corpus", "discoveries", name));
        MapProgram program = ProgramParser.Parse(text);
        Assert.StartsWith("# why: ", program.Lines[1].Comment, StringComparison.Ordinal);
        Assert.Equal(text, ProgramPrinter.Print(program));
        RunResult result = new ProgramRunner(program).Run();
        Assert.True(result.IsAsExpected && result.HasExpectedDigest, $"{result.VerdictText} in line {result.Line}, digest {result.Digest}, of:\n{text}");
        Assert.Contains(name, File.ReadAllText(Repository.Path("docs", "DISCOVERIES.md")), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_discovery_has_a_program() => Assert.Equal(8, Discoveries.Count);
}
