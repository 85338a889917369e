using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Cli;

public sealed class DemoCommandTests : IDisposable
{
    private readonly ProgramFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_demo_finds_a_planted_bug_and_what_it_writes_shows_it_again()
    {
        string to = _folder.Path("demo");
        (int code, string output, string error) = MapsimProcess.Run("demo", "-o", to);
        Assert.True(code == 0, error);
        Assert.Contains("gc/G1/delete", output, StringComparison.Ordinal);
        Assert.Contains($"mapsim replay {to}/small.mapsim", output, StringComparison.Ordinal);
        (code, _, error) = MapsimProcess.Run("replay", $"{to}/small.mapsim", $"{to}/found.mapsim");
        Assert.True(code == 0, error);
        MapProgram small = ProgramParser.Parse(File.ReadAllText($"{to}/small.mapsim")), found = ProgramParser.Parse(File.ReadAllText($"{to}/found.mapsim"));
        Assert.True(small.Operations.Count() < found.Operations.Count());
        Assert.Equal("gc/G1/delete", new ProgramRunner(small, changes: small.ChangedExpectations[0].Changes).Run().BugKey);
        Assert.Null(new ProgramRunner(small).Run().BugKey);
        Assert.Contains("gc/G1/delete", File.ReadAllText($"{to}/report.html"), StringComparison.Ordinal);
    }
}
