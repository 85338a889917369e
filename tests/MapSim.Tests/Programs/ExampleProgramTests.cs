using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Programs;

/// <summary>What the examples show. That they end as they expect is tested in CorpusReplayTests.</summary>
public sealed class ExampleProgramTests
{
    [Fact]
    public void Every_program_in_the_documentation_ends_as_it_expects()
    {
        string[] parts = File.ReadAllText(Repository.Path("docs", "PROGRAMS.md")).Split("```mapsim\n");
        Assert.True(parts.Length > 3, "docs/PROGRAMS.md has no examples");
        Assert.All(parts[1..], part => Check(part[..part.IndexOf("```", StringComparison.Ordinal)]));
    }

    [Fact]
    public void The_examples_do_what_their_first_lines_say()
    {
        Assert.Contains("growing to the same size: 2 of 4 old buckets evacuated", DumpAfter("same-size-grow", 70), StringComparison.Ordinal);
        Assert.Contains("overflow O0", DumpAfter("overflow-chain", 9), StringComparison.Ordinal);
        Assert.Contains("growing to twice the size", DumpAfter("clone-while-growing", 106), StringComparison.Ordinal);
        Assert.Contains(": 12 entries, 2 buckets", DumpAfter("go-1.21-grows-early", 12), StringComparison.Ordinal);
        Assert.Contains(": 13 entries, 4 buckets", DumpAfter("go-1.21-grows-early", 13), StringComparison.Ordinal);
    }

    private static string DumpAfter(string name, int operations)
    {
        var runner = new ProgramRunner(ProgramParser.Parse(File.ReadAllText(Repository.Path("corpus", "examples", name + ".mapsim"))));
        runner.Run(operations);
        return MapPrinter.Dump(runner, runner.Maps[0]);
    }

    private static void Check(string text)
    {
        RunResult result = new ProgramRunner(ProgramParser.Parse(text)).Run();
        Assert.True(result.IsAsExpected && result.HasExpectedDigest, $"{result.VerdictText} in line {result.Line}, digest {result.Digest}, of:\n{text}");
    }
}
