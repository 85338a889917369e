using System.Text.Json;
using MapSim.Cli;
using MapSim.Cli.Commands;
using MapSim.Faults;
using MapSim.Fuzz;
using MapSim.Tests.Fuzz;
using Xunit;

namespace MapSim.Tests.Cli;

public sealed class FuzzCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("1000", 1000)]
    [InlineData("1000x", 1000)]
    [InlineData("5k", 5000)]
    [InlineData("5M", 5_000_000)]
    public void Counts_are_written_as_people_write_them(string text, long count) => Assert.Equal(count, BudgetText.Count("--execs", text));

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("-5")]
    [InlineData("5m")]
    [InlineData("x")]
    [InlineData("99999999999G")]
    public void Other_counts_are_refused(string text) =>
        Assert.Contains("--execs: expected a number such as 1000, 5k, 5M or 1000x", Assert.Throws<BadInputException>(() => BudgetText.Count("--execs", text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("--for", "soon", "--for: expected a time")]
    [InlineData("--until-stale", "5", "--until-stale: expected a time")]
    [InlineData("--go", "1.20", "expected a Go version")]
    [InlineData("--seeds", "/nowhere", "--seeds: expected a program or a folder")]
    [InlineData("--progress", "loud", "--progress: expected line, live, json or none")]
    [InlineData("--fault", "no-such", "expected the id of a fault")]
    public void A_value_that_makes_no_sense_is_bad_usage_and_nothing_is_written(string option, string value, string message)
    {
        (int code, string output, string error) = MapsimProcess.Run("fuzz", "--dir", _folder.At("c"), option, value);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.At("c")));
    }

    [Fact]
    public void A_folder_that_is_not_its_own_is_exit_code_2()
    {
        _folder.Write("c/mine.txt", "");
        (int code, _, string error) = MapsimProcess.Run("fuzz", "--execs", "1", "--dir", _folder.At("c"));
        Assert.Equal(2, code);
        Assert.Contains("begin in another folder (--dir)", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_new_finding_is_exit_code_77_unless_asked_otherwise_and_status_shows_it()
    {
        string[] fuzz = ["fuzz", "--fault", "iter-stop-on-emptyrest", "--execs", "16", "--task-runs", "1", "--shrink-execs", "0", "--dir", _folder.At("all", "c")];
        (int code, string output, string error) = MapsimProcess.Run([.. fuzz, "--json"]);
        Assert.True(code == 77, error);
        string command = JsonDocument.Parse(output).RootElement.GetProperty("findings")[0].GetProperty("command").GetString()!;
        Assert.Equal(0, MapsimProcess.Run([.. fuzz, "--exit-zero-on-findings", "--progress", "none"]).Code);
        (int shown, string status, _) = MapsimProcess.Run("status", _folder.At("all"));
        Assert.Equal(0, shown);
        Assert.StartsWith(_folder.At("all", "c") + ": stopped", status, StringComparison.Ordinal);
        Assert.Contains(command, status, StringComparison.Ordinal);
        JsonElement campaign = JsonDocument.Parse(MapsimProcess.Run("status", _folder.At("all", "c"), "--json").Output).RootElement.GetProperty("campaigns")[0];
        Assert.Equal((false, 16), (campaign.GetProperty("running").GetBoolean(), campaign.GetProperty("status").GetProperty("executions").GetInt32()));
        Assert.Equal(4, MapsimProcess.Run("status", _folder.At("none")).Code);
    }

    [Fact]
    public void The_canary_is_green_with_a_fault_and_red_with_one_that_cannot_be_told()
    {
        (int green, string found, _) = MapsimProcess.Run("canary", "--seed", "4", "--execs", "512", "--for", "50s");
        Assert.Equal(0, green);
        Assert.Matches("^canary iter-stop-on-emptyrest \\(seed 4\\): found as .*, shrunk, fails with the fault and passes without", found);
        string control = FaultCatalogue.All.First(f => f.Expected == FaultVerdict.Equivalent).Id;
        (int red, string missed, string error) = MapsimProcess.Run("canary", "--fault", control, "--execs", "8");
        Assert.Equal(1, red);
        Assert.Contains("RED: not found in 8 executions", missed, StringComparison.Ordinal);
        Assert.Contains("the canary is red", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Progress_is_one_line_in_a_stable_order()
    {
        var s = new CampaignSnapshot
        {
            Folder = "dir", Executions = 1_048_576, Features = 2134, Entries = 402, Bytes = 18_500, Rate = 48_211, PeakMemory = 96L << 20, Seconds = 30, LastNewAt = 18,
            Domains = [new DomainAccount("State", 311, 1), new DomainAccount("Transition", 1820, 1)], Milestones = [new MilestoneAccount("one", 5), new MilestoneAccount("two", 0)],
        };
        Assert.Equal("#1048576\tpulse ft: 2134 st: 311 tr: 1820 ms: 1/2 corp: 402/18Kb bugs: 0+0 exec/s: 48211 stab: 100.00% rss: 96Mb last-new: 12s", FuzzProgress.Line("pulse", s));
        IReadOnlyList<string> screen = FuzzScreen.Lines(s, new CampaignBudget { Time = TimeSpan.FromSeconds(60) }, ["a message"], hasColours: false);
        Assert.DoesNotContain(screen, l => l.Contains('\u001b', StringComparison.Ordinal));
        Assert.Contains(screen, l => l.Contains("milestones 1 of 2; never: two", StringComparison.Ordinal));
        Assert.Contains(FuzzScreen.Lines(s, new CampaignBudget(), [], hasColours: true), l => l.Contains('\u001b', StringComparison.Ordinal));
    }

    [Fact]
    public void Every_repair_at_once_is_an_option()
    {
        (int code, _, string error) = MapsimProcess.Run("fuzz", "--repair", "all", "--execs", "2", "--task-runs", "1", "--dir", _folder.At("c"), "--progress", "json");
        Assert.Equal(0, code);
        Assert.Contains("--repair iter-filter-once --repair", File.ReadAllText(_folder.At("c", "campaign.json")), StringComparison.Ordinal);
        Assert.Equal("mapsim.fuzz-progress/1", JsonDocument.Parse(error.Split('\n')[0]).RootElement.GetProperty("schema").GetString());
    }
}
