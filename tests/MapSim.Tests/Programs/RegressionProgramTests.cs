using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Programs;

/// <summary>The programs in corpus/regression are hazards: each gives a wrong result if the rule in its second line is broken.</summary>
public sealed class RegressionProgramTests
{
    private static string Folder => Repository.Path("corpus", "regression");

    public static TheoryData<string> Hazards => [.. Directory.GetFiles(Folder, "*.mapsim").Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Hazards))]
    public void A_hazard_says_why_it_exists_and_ends_as_it_expects(string name)
    {
        string text = File.ReadAllText(Path.Combine(Folder, name));
        MapProgram program = ProgramParser.Parse(text);
        Assert.StartsWith("# why: ", program.Lines[1].Comment, StringComparison.Ordinal);
        Assert.Equal(text, ProgramPrinter.Print(program));
        RunResult result = new ProgramRunner(program).Run();
        Assert.True(result.IsAsExpected && result.HasExpectedDigest, $"{result.VerdictText} in line {result.Line}, digest {result.Digest}, of:\n{text}");
    }

    [Fact]
    public void Every_hazard_is_in_the_table_and_the_table_names_no_other()
    {
        string[] listed = [.. File.ReadLines(Path.Combine(Folder, "README.md")).Where(l => l.StartsWith("| [", StringComparison.Ordinal)).Select(l => l[3..l.IndexOf(']', StringComparison.Ordinal)] + ".mapsim")];
        Assert.True(listed.Length >= 65, $"{listed.Length} hazards are listed");
        Assert.Equal(Hazards.Select(h => h.Data), listed.Order(StringComparer.Ordinal));
    }
}
