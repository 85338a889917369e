using MapSim.Programs;
using MapSim.Tests.Cli;
using Xunit;

namespace MapSim.Tests.Programs;

/// <summary>The page about a finding: what it says, and that what it prints shows the finding again.</summary>
public sealed class FindingPageTests
{
    private const string TwoWriters = """
        mapsim 1
        # why: two writers in one map.
        map m map[uint64]uint64

        goroutine w
          assign m 1 1
        end
        assign m 2 2
        schedule random 3
        """;

    public static TheoryData<string> Discoveries => DiscoveryTests.Discoveries;

    [Theory]
    [MemberData(nameof(Discoveries))]
    public void The_program_on_the_page_of_a_discovery_ends_with_its_key(string name)
    {
        FindingPage page = FindingPage.Of(ProgramParser.Parse(File.ReadAllText(Repository.Path("corpus", "discoveries", name))))!;
        RunResult again = new ProgramRunner(ProgramParser.Parse(ProgramPrinter.Print(page.Program))).Run();
        Assert.Equal((page.Result.BugKey, true), (again.BugKey, again.IsAsExpected));
        Assert.Contains($"# {again.BugKey}\n", page.Text, StringComparison.Ordinal);
        Assert.Contains("## The last 20 of", page.Text, StringComparison.Ordinal);
        Assert.Contains("## The map m at that moment", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_clean_program_has_no_page() => Assert.Null(FindingPage.Of(ProgramParser.Parse("mapsim 1\nmap m map[int]int\nassign m 1 1\n")));

    [Fact]
    public void The_page_keeps_the_schedule_that_was_made_in_place_of_a_random_one()
    {
        // Some seed makes the two meet in the middle.
        FindingPage page = Enumerable.Range(0, 200)
            .Select(seed => FindingPage.Of(ProgramParser.Parse(TwoWriters.Replace("random 3", $"random {seed}", StringComparison.Ordinal))))
            .First(p => p?.Result.BugKey == "fatal/concurrent-map-writes/assign")!;
        Assert.Null(page.Program.ScheduleSeed);
        Assert.NotEmpty(page.Program.Schedule);
        Assert.Contains("schedule main", ProgramPrinter.Print(page.Program).Replace("schedule w", "schedule main", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(page.Result.BugKey, new ProgramRunner(page.Program).Run().BugKey);
    }

    [Fact]
    public void The_page_names_the_reorderings_that_decide_and_none_of_them_can_be_left_out()
    {
        // Two writers that no check of the runtime catches: both entries go into the same cell.
        FindingPage page = Enumerable.Range(0, 300)
            .Select(seed => FindingPage.Of(ProgramParser.Parse(TwoWriters.Replace("random 3", $"random {seed}", StringComparison.Ordinal))))
            .First(p => p?.Result.BugKey == "structure/H3.2/assign")!;
        List<OrderLine> decisive = [.. page.Program.Lines.Select(l => l.Statement).OfType<OrderLine>().Where(o => o.IsDecisive)];
        MapProgram free = page.Program.WithSchedule([]);
        string? Key(IReadOnlyList<OrderLine> lines) => new ProgramRunner(free.WithOrder(lines), mode: ScheduleMode.HappensBefore).Run().BugKey;
        Assert.InRange(decisive.Count, 1, 8);
        Assert.All(decisive, o => Assert.Contains($"* {o.First} comes before {o.Second}\n", page.Text, StringComparison.Ordinal));
        Assert.Equal(page.Result.BugKey, Key(decisive));
        Assert.All(decisive, o => Assert.NotEqual(page.Result.BugKey, Key([.. decisive.Where(d => d != o)])));
        Assert.Equal(page.Result.BugKey, new ProgramRunner(page.Program, mode: ScheduleMode.Causal).Run().BugKey);
    }

    [Fact]
    public void The_page_says_what_went_wrong_where_and_after_which_steps()
    {
        FindingPage page = FindingPage.Of(ProgramParser.Parse(File.ReadAllText(Repository.Path("corpus", "discoveries", "iter-miss-old-bucket-cleared.mapsim"))), "x.mapsim")!;
        Assert.Contains("i ends without 6 &p, which was in m from the start of the loop to its end.", page.Text, StringComparison.Ordinal);
        Assert.Contains("Real Go does this too", page.Text, StringComparison.Ordinal);
        Assert.Contains("line 18 of main: next i\n", page.Text, StringComparison.Ordinal);
        Assert.Contains("main.95.MapIterNext.StoreEnd", page.Text, StringComparison.Ordinal);
        Assert.Contains("    mapsim replay x.mapsim\n", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_command_on_the_page_shows_the_finding_again()
    {
        string folder = Directory.CreateTempSubdirectory("findings").FullName;
        try
        {
            string program = Path.Combine(folder, "lookup.mapsim");
            File.WriteAllText(program, "mapsim 1\n# why: a wrong expectation.\nmap m map[int]int\nassign m 1 1\nlookup m 1 = 2\n");
            (int Code, string Output, string Error) kept = MapsimProcess.Run("run", program, "--findings", folder);
            Assert.Equal(77, kept.Code);
            string page = File.ReadAllText(Assert.Single(Directory.GetFiles(folder, "*.md")));
            string[] commands = [.. page.Split('\n').Where(l => l.StartsWith("    mapsim ", StringComparison.Ordinal)).Select(l => l.Trim()["mapsim ".Length..])];
            Assert.Equal(3, commands.Length);
            foreach (string command in commands)
            {
                (int Code, string Output, string Error) again = MapsimProcess.Run(command.Split(' '));
                Assert.Equal(0, again.Code);
                Assert.Contains(command.StartsWith("replay", StringComparison.Ordinal) ? "  unexpected-result/lookup  " : "'lookup m 1' gave 1, expected 2", again.Output, StringComparison.Ordinal);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
