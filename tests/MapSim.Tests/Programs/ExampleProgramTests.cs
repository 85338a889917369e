using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Programs;

public sealed class ExampleProgramTests
{
    public static TheoryData<string> Examples => [.. Directory.GetFiles(Repository.Path("corpus", "examples"), "*.mapsim").Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Examples))]
    public void An_example_says_why_it_exists_and_ends_as_it_expects(string name)
    {
        string text = File.ReadAllText(Repository.Path("corpus", "examples", name));
        MapProgram program = ProgramParser.Parse(text);
        Assert.StartsWith("# why: ", program.Lines[1].Comment, StringComparison.Ordinal);
        Assert.Equal(text, ProgramPrinter.Print(program));
        Check(text);
    }

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
