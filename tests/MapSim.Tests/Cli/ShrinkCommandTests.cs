using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Cli;

/// <summary>mapsim shrink as users run it: files, exit codes, and going on after a stop.</summary>
public sealed class ShrinkCommandTests : IDisposable
{
    private const string Wrong = """
        mapsim 1
        # why: a wrong expectation.
        map m map[string]int make(20)
        repeat 20 assign m "key $i" $i
        delete m "key 3"
        len m = 20
        lookup m "key 4" = 4
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("mapsim-shrink").FullName;

    private string Input => Path.Combine(_folder, "wrong.mapsim");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_budget_ends_it_with_70_and_the_printed_command_goes_on_to_the_same_end()
    {
        File.WriteAllText(Input, Wrong);
        string whole = Path.Combine(_folder, "whole.mapsim"), parts = Path.Combine(_folder, "parts.mapsim");
        Assert.Equal(0, MapsimProcess.Run("shrink", Input, "-o", whole, "-q").Code);
        (int code, string output, string error) = MapsimProcess.Run("shrink", Input, "-o", parts, "--budget", "9", "-q");
        Assert.Equal((70, ""), (code, error));
        Assert.True(File.Exists(parts + ".shrink-state"));
        string last = output.TrimEnd().Split('\n')[^1];
        const string Lead = "  not done yet; go on with: mapsim ";
        Assert.StartsWith(Lead, last, StringComparison.Ordinal);
        string[] words = last[Lead.Length..].Split(' ');
        while (code == 70)
        {
            Assert.Equal("unexpected-result/len", new ProgramRunner(ProgramParser.Parse(File.ReadAllText(parts))).Run().BugKey);
            code = MapsimProcess.Run([.. words[..^1], "40"]).Code;
        }

        Assert.Equal(0, code);
        Assert.Equal(File.ReadAllText(whole), File.ReadAllText(parts));
        Assert.Equal(["parts.mapsim", "whole.mapsim", "wrong.mapsim"], Directory.GetFiles(_folder).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal));
        Assert.Equal(Wrong, File.ReadAllText(Input));
    }

    [Fact]
    public void It_tells_on_stderr_how_it_goes_and_writes_beside_the_input()
    {
        File.WriteAllText(Input, Wrong);
        (int code, string output, string error) = MapsimProcess.Run("shrink", Input);
        Assert.Equal(0, code);
        Assert.StartsWith("unexpected-result/len: 4 operations\n", error, StringComparison.Ordinal);
        Assert.Contains("\nfrom 4 operations to 1 (", error, StringComparison.Ordinal);
        Assert.Contains("\n  initial size irrelevant\n", output, StringComparison.Ordinal);
        Assert.Equal("mapsim 1\n# why: a wrong expectation.\nmap m map[uint64]uint64\nlen m = 1\nexpect unexpected-result/len\n", File.ReadAllText(Path.Combine(_folder, "wrong.min.mapsim")));
        Assert.Equal(0, MapsimProcess.Run("shrink", Input, "--in-place", "--json").Code);
        Assert.Equal(File.ReadAllText(Path.Combine(_folder, "wrong.min.mapsim")), File.ReadAllText(Input));
    }

    [Fact]
    public void What_cannot_be_shrunk_is_refused_and_nothing_is_written()
    {
        File.WriteAllText(Input, "mapsim 1\nmap m map[int]int\n");
        (int code, string output, string error) = MapsimProcess.Run("shrink", Input);
        Assert.Equal((2, "", $"mapsim: {Input}: nothing to shrink: the program ends clean\n"), (code, output, error));
        Assert.Equal(2, MapsimProcess.Run("shrink", Input, "-o", Input).Code);
        Assert.Equal(2, MapsimProcess.Run("shrink", Input, "--budget", "0").Code);
        Assert.Equal([Input], Directory.GetFiles(_folder));
    }
}
