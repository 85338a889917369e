using MapSim.Faults;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Programs.Execution;

/// <summary>H8 looks at what operations do in earnest, too: a race that the detector was not told of is found.</summary>
public sealed class RaceWatchTests
{
    [Theory]
    [InlineData("clear m", "lookup m 1", "race/clear-map-write/lookup-map-read", "race/missed/clear-lookup")]
    [InlineData("delete m 1", "lookup m 1", "race/delete-map-write/lookup-map-read", "race/missed/delete-lookup")]
    [InlineData("clear m", "len m", "race/clear-map-write/len-map-read", "race/missed/clear-len")]
    [InlineData("clear m", "range i m\nend", "race/clear-map-write/iter", "race/missed/clear-iterate")]
    [InlineData("clear m", "delete m 5", "race/clear-map-write/delete-map-write", "race/missed/clear-delete")]
    [InlineData("clear m", "assign m 5 5", "race/assign-map-write/clear-map-write", "race/assign-map-write/clear-map-read")]
    public void A_write_that_is_reported_as_a_read_is_missed_exactly_where_no_other_write_shows_the_race(string write, string other, string key, string broken)
    {
        foreach (bool first in (bool[])[true, false])
        {
            string text = $"race\nmap m map[int]int\ngoroutine w\n{(first ? write : other)}\nend\nassign m 1 1\nassign m 2 2\nspawn w\n{(first ? other : write)}\njoin w\n";
            Assert.StartsWith(key, Run(text).BugKey, StringComparison.Ordinal);
            Assert.Equal(broken, Run(text, Fault.RaceClearAsRead).BugKey);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("order main.6.MapErase.StoreCount < w.2.MapAccess.LoadCount\n")]
    public void What_a_lock_orders_is_not_missed(string order)
    {
        string text = "race\nmap m map[int]int\nmutex mu\ngoroutine w\nlock mu\nlookup m 1\nunlock mu\nend\nassign m 1 1\nassign m 2 2\nspawn w\nlock mu\ndelete m 1\nunlock mu\n" + order;
        Assert.Equal(VerdictKind.Clean, Run(text).Verdict);
        Assert.Equal(VerdictKind.Clean, Run(text, Fault.RaceClearAsRead).Verdict);
    }

    [Fact]
    public void A_clone_reports_nothing_and_so_nothing_of_it_is_missed()
    {
        const string Text = "race\nmap m map[int]int\ngoroutine w\nclone m c\nlookup c 1\nend\nassign m 1 1\nassign m 2 2\nspawn w\nassign m 3 3\nlen c\njoin w\n";
        for (int seed = 0; seed < 60; seed++)
        {
            RunResult result = Run(Text + $"schedule random {seed}\n");
            Assert.DoesNotContain("missed", result.BugKey ?? "", StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Programs_with_races_are_reported_and_nothing_of_them_is_missed()
    {
        int races = 0;
        for (int seed = 0; seed < 300; seed++)
        {
            string key = Run("race\n" + RacyPrograms.Make(seed, locks: false)).BugKey ?? "";
            Assert.DoesNotContain("missed", key, StringComparison.Ordinal);
            races += key.StartsWith("race/", StringComparison.Ordinal) ? 1 : 0;
        }

        Assert.InRange(races, 150, 300);
    }

    private static RunResult Run(string text) => RanProgram.Of(text).Result;

    private static RunResult Run(string text, Fault fault) =>
        new ProgramRunner(ProgramParser.Parse("mapsim 1\n" + text), changes: ModelChanges.None.With(fault)).Run();
}
