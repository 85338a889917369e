using MapSim.Fuzz;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Programs.Execution;

/// <summary>What races do to a map when nothing else notices (H9): found by exploring all schedules, and shown again by the one that is kept.</summary>
public sealed class HistoryOracleTests
{
    private const string Eight = "hash identity\nmap m map[uint64]uint64\n";

    [Theory]
    [InlineData("lookup m 1\n", "repeat 1..9 assign m $i 10\nspawn w\nassign m 9 20\njoin w\n", "history/missed-key/lookup", 2)]
    [InlineData("assign m 9 30\n", "repeat 1..9 assign m $i 10\nspawn w\nassign m 1 20\njoin w\n", "history/lost-update/end", 1)]
    [InlineData("range r m\nend\n", "assign m 1 10\nspawn w\nassign m 2 20\njoin w\n", "history/zero-value/iterate", 1)]
    [InlineData("lookup m 1\n", "assign m 1 10\nspawn w\ndelete m 1\njoin w\n", "history/zero-value/lookup", 2)]
    public void A_race_that_no_other_oracle_sees_has_a_name_and_a_schedule(string other, string main, string key, int preemptions)
    {
        MapProgram program = ProgramParser.Parse($"mapsim 1\n{Eight}goroutine w\n{other}end\n{main}");
        Exploration found = ProgramExplorer.ByStates(program, new ExploreOptions(1_000_000));
        Assert.True(found.IsComplete);
        ExploredEnd end = Assert.Single(found.Ends, e => e.Key == key);
        Assert.Equal(preemptions, end.Preemptions);
        Assert.True(end.IsFewest);
        RunResult again = new ProgramRunner(program.WithSchedule(end.Schedule)).Run();
        Assert.Equal((VerdictKind.Finding, key), (again.Verdict, again.BugKey));
    }

    [Fact]
    public void An_interface_elem_is_torn_between_its_two_words()
    {
        MapProgram program = ProgramParser.Parse("mapsim 1\nhash identity\nmap m map[uint64]any\ngoroutine w\nlookup m 1\nend\nassign m 1 int(1)\nspawn w\nassign m 1 uint8(2)\njoin w\n");
        Exploration found = ProgramExplorer.ByStates(program, new ExploreOptions(1_000_000));
        Assert.Contains(found.Ends, e => e.Key == "history/torn-value/lookup");
    }

    [Fact]
    public void Programs_that_hold_locks_have_histories_that_an_order_explains()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            RunResult result = RanProgram.Of(RacyPrograms.Make(seed, locks: true)).Result;
            Assert.True(result.BugKey == null, result.VerdictText);
        }
    }
}
