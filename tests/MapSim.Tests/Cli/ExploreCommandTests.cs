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
        Assert.Equal(5, files.Length);
        Assert.Equal(5, Directory.GetFiles(found, "*.md").Length);
        Assert.All(files, f => Assert.Contains($"mapsim replay {f}", output, StringComparison.Ordinal));
        Assert.Equal(0, MapsimProcess.Run(["replay", .. files]).Code);
        Assert.Matches(@"history/lost-update/end +step \d+: main\.2\.MapAssign\.\S+, load \S+, 1 byte +step \d+: main", output);
        Assert.All(Directory.GetFiles(found, "*.md"), f => Assert.Matches(@"\n## When it is decided\n\n(No|Every) schedule ends [^\n]* after step \d+: [^\n]* there it would have stayed open\.\n", File.ReadAllText(f)));
    }

    [Fact]
    public void What_goes_wrong_whatever_the_schedule_is_said_to()
    {
        File.WriteAllText(Input, TwoWriters.Replace("join w\n", "join w\nlookup m 3 = 31\n", StringComparison.Ordinal));
        (int code, string output, _) = MapsimProcess.Run("explore", Input);
        Assert.Equal(77, code);
        Assert.Contains("\nNo schedule makes it end well.\n", output, StringComparison.Ordinal);
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

    [Fact]
    public void What_a_limit_cut_goes_on_from_its_checkpoint_to_the_same_result()
    {
        File.WriteAllText(Input, TwoWriters);
        string checkpoint = Path.Combine(_folder, "two.checkpoint");
        (_, string whole, _) = MapsimProcess.Run("explore", Input);
        (_, string cut, string told) = MapsimProcess.Run("explore", Input, "--states", "500", "--checkpoint", checkpoint);
        Assert.Contains("not complete: the limit of 500 states", cut, StringComparison.Ordinal);
        Assert.Contains($"{checkpoint} has where it is: the same command goes on there", told, StringComparison.Ordinal);
        (int code, string resumed, _) = MapsimProcess.Run("explore", Input, "--checkpoint", checkpoint);
        Assert.Equal((77, whole), (code, resumed));
        Assert.False(File.Exists(checkpoint));
    }

    [Fact]
    public void Races_are_looked_for_in_every_order_of_steps_and_states_say_that_they_do_not()
    {
        // Only if w takes the lock after main is its write ordered behind main's; both orders lead to the same last state.
        File.WriteAllText(Input, "mapsim 1\nrace\nmutex l\nmap m map[int]int\nassign m 1 1\ngoroutine w\nlock l\nunlock l\nlookup m 1\nend\nspawn w\nassign m 1 1\nlock l\nunlock l\njoin w\n");
        string traces = MapsimProcess.Run("explore", Input).Output;
        Assert.Contains(" traces, ", traces, StringComparison.Ordinal);
        Assert.Contains("\nclean ", traces, StringComparison.Ordinal);
        Assert.Contains("race/assign-map-write/lookup-map-read", traces.Replace("race/lookup-map-read/assign-map-write", "race/assign-map-write/lookup-map-read", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("Note: races are judged on one way", MapsimProcess.Run("explore", Input, "--engine", "states").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Samples_and_bounds_say_that_they_are_such()
    {
        File.WriteAllText(Input, TwoWriters);
        Assert.Contains("300 runs by pos, ", MapsimProcess.Run("explore", Input, "--engine", "random", "--sampler", "pos", "--runs", "300").Output, StringComparison.Ordinal);
        (int code, string output, _) = MapsimProcess.Run("explore", Input, "--preemptions", "0");
        Assert.Equal(0, code);
        Assert.EndsWith("No schedule with at most 0 preemptions makes it go wrong.\n", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("expected a program file, or --cells without one, found neither")]
    [InlineData("Argument 'graphs' not recognized", "FILE", "--engine", "graphs")]
    [InlineData("--runs: expected engine random, found engine states", "FILE", "--runs", "9")]
    [InlineData("--preemptions: expected engine states, found engine graph", "FILE", "--engine", "graph", "--preemptions", "2")]
    [InlineData("--pct-depth: expected sampler pct, found sampler surw", "FILE", "--engine", "random", "--pct-depth", "2")]
    [InlineData("for the engine graph; found another", "CHANNEL", "--engine", "graph")]
    [InlineData("--checkpoint: expected engine states, traces or optimal and no --preemptions, found another", "FILE", "--preemptions", "2", "--checkpoint", "x")]
    [InlineData("--states: expected a number", "FILE", "--states", "many")]
    [InlineData("--situation: expected one of no grow, overflow chain, doubling, same-size grow, mid-evacuation, found 'rain'", "--cells", "--situation", "rain")]
    [InlineData("for the engine traces; found another", "CHANNEL", "--engine", "traces")]
    [InlineData("--situation: expected --cells as well, found none", "FILE", "--situation", "no grow")]
    [InlineData("--engine: expected a program file as well, found none", "--cells", "--engine", "traces")]
    [InlineData("--runs: expected --operations 2 as well, found none", "--cells", "--runs", "9")]
    [InlineData("--execs: expected --operations 1 as well, found none", "--cells", "--operations", "2", "--execs", "9")]
    [InlineData("--checkpoint: expected a program file, found another", "--cells", "--checkpoint", "x")]
    public void Bad_input_is_told_and_ends_with_2(string message, params string[] arguments)
    {
        File.WriteAllText(Input, arguments.Contains("CHANNEL") ? "mapsim 1\nchan c 1\ngoroutine w\nsend c 1\nend\nreceive c\n" : TwoWriters);
        (int code, _, string error) = MapsimProcess.Run(["explore", .. arguments.Select(a => a is "FILE" or "CHANNEL" ? Input : a)]);
        Assert.Equal(2, code);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }
}
