using MapSim.Layout;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Programs;

public sealed class ReleaseBisectionTests
{
    private const string Nil = "mapsim 1\nmap m map[int]int nil\nassign m 1 1\n";

    [Theory]
    [InlineData(Nil + "expect panic \"assignment to entry in nil map\"\n", "shown by every modelled release")]
    [InlineData(Nil, "shown by every modelled release")]
    [InlineData("mapsim 1\nmap m map[int]int\nlen m = 0\n", "clean on every modelled release")]
    [InlineData("mapsim 1\nmap m map[int]int\nassign m 1 1\nclone m c\nlen c = 1\n", "clean on 1.21 to 1.23; 1.19 cannot run it: clone is from 1.21")]
    [InlineData(Nil + "expect iter-miss/grow\n", "shown by no modelled release")]
    [InlineData("mapsim 1\ngo 1.21\nhash identity\nmap m map[uint64]uint64\nrepeat 13 assign m $i 1\nassert m.B = 2\n", "clean on 1.21, not on 1.19, 1.22 and 1.23")]
    [InlineData("mapsim 1\nhash identity\nmap m map[uint64]uint64\nrepeat 13 assign m $i 1\nassert m.B = 1\n", "clean on 1.19, 1.22 and 1.23, not on 1.21")]
    public void A_sentence_says_on_which_releases_it_is_so(string program, string sentence)
    {
        ReleaseBisection bisection = ReleaseBisection.Of(ProgramParser.Parse(program));
        Assert.Equal(sentence, bisection.Sentence);
        Assert.Equal(GoVersion.All, bisection.Runs.Select(r => r.Release));
    }

    [Fact]
    public void A_limit_decides_nothing()
    {
        ReleaseBisection bisection = ReleaseBisection.Of(ProgramParser.Parse("mapsim 1\nlimit 2\nmap m map[int]int\nassign m 1 1\n"));
        Assert.False(bisection.IsDecided);
        Assert.StartsWith("no modelled release could tell; undecided on 1.19: step limit: ", bisection.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_known_defect_is_named_where_it_shows()
    {
        ReleaseBisection bisection = ReleaseBisection.Of(ProgramParser.Parse(File.ReadAllText(Repository.Path("corpus", "discoveries", "iter-miss-old-bucket-cleared.mapsim"))));
        Assert.True(bisection.OwnShows);
        ReleaseRun own = bisection.Runs.Single(r => r.Release == bisection.Own);
        Assert.Equal((ScheduleMode.Strict, KnownDefect.OldBucketLost), (own.Mode, own.Known!.Defect));
        Assert.All(bisection.Runs.Where(r => r.Release != bisection.Own), r => Assert.Equal(ScheduleMode.Prefix, r.Mode));
    }

    [Fact]
    public void A_schedule_that_cannot_be_followed_is_no_answer_on_the_program_s_own_release()
    {
        ReleaseBisection bisection = ReleaseBisection.Of(ProgramParser.Parse("mapsim 1\nmap m map[int]int\nassign m 1 1\nschedule main*500\n"));
        Assert.False(bisection.IsDecided);
        Assert.Equal([false, false, false, true], bisection.Runs.Select(r => !r.IsDecided));
        Assert.StartsWith("clean on 1.19 to 1.22; undecided on 1.23: diverged: the schedule cannot be followed: ", bisection.Sentence, StringComparison.Ordinal);
    }
}
