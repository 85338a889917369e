using MapSim.Faults;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Programs.Execution;

/// <summary>H8 looks at what operations do in earnest, too: a write that the detector was not told of is found, with a race or without.</summary>
public sealed class RaceWatchTests
{
    [Theory]
    [InlineData("clear m", "lookup m 1", "race/clear-map-write/lookup-map-read", "race/untold/clear")]
    [InlineData("delete m 1", "lookup m 1", "race/delete-map-write/lookup-map-read", "race/untold/delete")]
    [InlineData("clear m", "len m", "race/clear-map-write/len-map-read", "race/untold/clear")]
    [InlineData("clear m", "range i m\nend", "race/clear-map-write/iter", "race/untold/clear")]
    public void A_race_that_is_not_found_because_a_write_is_reported_as_a_read_is_found_by_the_write(string write, string other, string key, string broken)
    {
        foreach (bool first in (bool[])[true, false])
        {
            string text = $"race\nmap m map[int]int\ngoroutine w\n{(first ? write : other)}\nend\nassign m 1 1\nassign m 2 2\nspawn w\n{(first ? other : write)}\njoin w\n";
            Assert.StartsWith(key, Run(text).BugKey, StringComparison.Ordinal);
            Assert.Equal(broken, Run(text, Fault.RaceClearAsRead).BugKey);
        }
    }

    [Fact]
    public void Without_the_count_of_the_map_the_race_with_the_broken_report_is_not_there()
    {
        // What the fault is about: nobody is told of the race.
        const string Text = "race\nmap m map[int]int\ngoroutine w\nclear m\nend\nassign m 1 1\ndelete m 1\nspawn w\nlen m\njoin w\n";
        Assert.Equal("race/clear-map-write/len-map-read", Run(Text).BugKey);
        Assert.Equal("race/untold/delete", Run(Text, Fault.RaceClearAsRead).BugKey);
        string late = Text.Replace("assign m 1 1\ndelete m 1\n", "", StringComparison.Ordinal);
        Assert.Equal("race/clear-map-write/len-map-read", Run(late).BugKey);
        Assert.Null(Run(late, Fault.RaceClearAsRead).BugKey);
    }

    [Fact]
    public void The_finding_names_the_goroutine_and_the_line()
    {
        Finding finding = Run("race\nmap m map[int]int\ngoroutine w\nclear m\nend\nassign m 1 1\nspawn w\njoin w\nlen m\n", Fault.RaceClearAsRead).Finding!;
        Assert.Equal(("race/untold/clear", "w", 5), (finding.Key, finding.Goroutine, finding.Line));
    }

    [Fact]
    public void A_clone_reports_nothing_and_so_nothing_of_it_is_untold()
    {
        const string Text = "race\nmap m map[int]int\ngoroutine w\nclone m c\nlookup c 1\nend\nassign m 1 1\nassign m 2 2\nspawn w\nassign m 3 3\nlen c\njoin w\n";
        for (int seed = 0; seed < 60; seed++)
        {
            Assert.DoesNotContain("untold", Run(Text + $"schedule random {seed}\n").BugKey ?? "", StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Programs_with_races_are_reported_and_nothing_of_them_is_untold()
    {
        int races = 0;
        for (int seed = 0; seed < 300; seed++)
        {
            string key = Run("race\n" + RacyPrograms.Make(seed, locks: false)).BugKey ?? "";
            Assert.DoesNotContain("untold", key, StringComparison.Ordinal);
            races += key.StartsWith("race/", StringComparison.Ordinal) ? 1 : 0;
        }

        Assert.InRange(races, 150, 300);
    }

    private static RunResult Run(string text) => RanProgram.Of(text).Result;

    private static RunResult Run(string text, Fault fault) =>
        new ProgramRunner(ProgramParser.Parse("mapsim 1\n" + text), changes: ModelChanges.None.With(fault)).Run();
}
