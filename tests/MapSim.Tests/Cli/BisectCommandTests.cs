using System.Text.Json;
using Xunit;

namespace MapSim.Tests.Cli;

public sealed class BisectCommandTests
{
    [Fact]
    public void Bisect_prints_a_row_for_each_release_a_sentence_and_the_known_defect()
    {
        (int code, string output, string error) = MapsimProcess.Run("bisect", "corpus/discoveries/iter-miss-old-bucket-cleared.mapsim");
        string[] lines = output.ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal((0, ""), (code, error));
        Assert.Equal("corpus/discoveries/iter-miss-old-bucket-cleared.mapsim: iter-miss/old-bucket-cleared", lines[0]);
        Assert.Equal(["release", "go 1.19", "go 1.21", "go 1.22", "go 1.23"], lines[1..6].Select(l => l[..7].TrimEnd()));
        Assert.Matches("^go 1.23  finding +iter-miss/old-bucket-cleared  yes$", lines[5]);
        Assert.StartsWith("shown by ", lines[6], StringComparison.Ordinal);
        Assert.Contains("known defect of the real runtime: iter-miss/old-bucket-cleared, in 1.19, 1.21, 1.22, 1.23; see docs/DISCOVERIES.md", lines);
    }

    [Fact]
    public void Bisect_prints_json_with_its_schema()
    {
        (int code, string output, _) = MapsimProcess.Run("bisect", "--json", "corpus/examples/clone-while-growing.mapsim");
        JsonElement json = JsonDocument.Parse(output).RootElement;
        Assert.Equal((0, "mapsim.bisect/1", "clean"), (code, json.GetProperty("schema").GetString(), json.GetProperty("expected").GetString()));
        JsonElement[] releases = [.. json.GetProperty("releases").EnumerateArray()];
        Assert.Equal(["1.19", "1.21", "1.22", "1.23"], releases.Select(r => r.GetProperty("release").GetString()));
        Assert.Equal([false, true, true, true], releases.Select(r => r.GetProperty("canRun").GetBoolean()));
        Assert.Equal("clone is from 1.21", releases[0].GetProperty("why").GetString());
    }

    [Theory]
    [InlineData("mapsim 1\nmap m map[int]int\nlen m\nexpect iter-miss/grow\n", 79, "shown by no modelled release\n")]
    [InlineData("mapsim 1\nlimit 2\nmap m map[int]int\nassign m 1 1\n", 70, "undecided on 1.23: step limit")]
    [InlineData("mapsim 1\nmap m map[int]int\nlenm\n", 2, "")]
    public void What_is_not_decided_is_told_by_the_exit_code(string program, int exitCode, string sentence)
    {
        using var folder = new ProgramFolder();
        (int code, string output, _) = MapsimProcess.Run("bisect", folder.Add("p.mapsim", program));
        Assert.Equal(exitCode, code);
        Assert.Contains(sentence, output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }
}
