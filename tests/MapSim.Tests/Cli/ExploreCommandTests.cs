using System.Text.Json;
using Xunit;

namespace MapSim.Tests.Cli;

/// <summary>mapsim explore as users run it: what it prints, what it writes, and its exit codes.</summary>
public sealed class ExploreCommandTests : IDisposable
{
    private const string TwoWriters = "mapsim 1\nmap m map[uint64]uint64\ngoroutine w\n  assign m 3 30\nend\nspawn w\nassign m 2 20\njoin w\n";
    private readonly string _folder = Directory.CreateTempSubdirectory("mapsim-explore").FullName;

    private string Input => Path.Combine(_folder, "two.mapsim");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_end_is_printed_and_written_as_a_program_that_replays()
    {
        File.WriteAllText(Input, TwoWriters);
        string found = Path.Combine(_folder, "found");
        (int code, string output, _) = MapsimProcess.Run("explore", Input, "-o", found);
        Assert.Equal(77, code);
        Assert.StartsWith($"{Input}: all ", output, StringComparison.Ordinal);
        Assert.Contains("No schedule makes it end in another way.", output, StringComparison.Ordinal);
        string[] files = Directory.GetFiles(found, "*.mapsim");
        Assert.Equal(3, files.Length);
        Assert.Equal(3, Directory.GetFiles(found, "*.md").Length);
        Assert.All(files, f => Assert.Contains($"mapsim replay {f}", output, StringComparison.Ordinal));
        Assert.Equal(0, MapsimProcess.Run(["replay", .. files]).Code);
    }

    [Fact]
    public void A_program_that_can_only_end_well_is_proved_clean()
    {
        File.WriteAllText(Input, "mapsim 1\nmutex l\nmap m map[int]int\ngoroutine w\nlock l\nassign m 1 1\nunlock l\nend\nlock l\nlookup m 1\nunlock l\n");
        (int code, string output, _) = MapsimProcess.Run("explore", Input);
        Assert.Equal(0, code);
        Assert.EndsWith("No schedule makes it go wrong.\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_says_the_same_with_a_schema()
    {
        File.WriteAllText(Input, TwoWriters);
        (int code, string output, _) = MapsimProcess.Run("explore", "--json", "--engine", "traces", Input);
        Assert.Equal(77, code);
        JsonElement json = JsonDocument.Parse(output).RootElement;
        Assert.Equal("mapsim.explore/1", json.GetProperty("schema").GetString());
        Assert.True(json.GetProperty("complete").GetBoolean());
        Assert.Equal(json.GetProperty("traces").GetInt64(), json.GetProperty("ends").EnumerateArray().Sum(e => e.GetProperty("count").GetInt64()));
    }

    [Fact]
    public void A_limit_ends_with_70_if_nothing_wrong_was_seen()
    {
        File.WriteAllText(Input, TwoWriters);
        (int code, string output, _) = MapsimProcess.Run("explore", Input, "--states", "60");
        Assert.Equal(70, code);
        Assert.Contains("not complete: the limit of 60 states", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("expected a program file, or --cells without one, found neither")]
    [InlineData("--engine: expected states or traces, found 'graphs'", "FILE", "--engine", "graphs")]
    [InlineData("--states: expected a number", "FILE", "--states", "many")]
    [InlineData("--situation: expected one of no grow, overflow chain, doubling, same-size grow, mid-evacuation, found 'rain'", "--cells", "--situation", "rain")]
    [InlineData("for the engine traces; found another", "CHANNEL", "--engine", "traces")]
    public void Bad_input_is_told_and_ends_with_2(string message, params string[] arguments)
    {
        File.WriteAllText(Input, arguments.Contains("CHANNEL") ? "mapsim 1\nchan c 1\ngoroutine w\nsend c 1\nend\nreceive c\n" : TwoWriters);
        (int code, _, string error) = MapsimProcess.Run(["explore", .. arguments.Select(a => a is "FILE" or "CHANNEL" ? Input : a)]);
        Assert.Equal(2, code);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }
}
