using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Programs.Execution;

public sealed class ProgramScheduleTests
{
    private const string Two = "var x\ngoroutine w\n  store x 1\n  store x 2\nend\nload x\nload x\n";

    [Theory]
    [InlineData("", "0 0")]
    [InlineData("schedule w", "1 1")]
    [InlineData("schedule main w", "0 1")]
    [InlineData("schedule main\nschedule w*2", "0 2")]
    public void The_goroutines_move_as_the_schedule_says_then_the_lowest_first(string schedule, string loads)
    {
        RanProgram run = RanProgram.Of(Two + schedule);
        Assert.Equal(loads, string.Join(' ', run.Operations.Where(o => o.Goroutine == "main").Select(o => o.Result)));
        Assert.Equal(4L, run.Result.Schedule.Sum(s => s.Steps));
    }

    [Theory]
    [InlineData("schedule w*3", "step 3 (stretch 1, w*3): it has ended")]
    [InlineData("schedule main*2 w*2 main", "step 5 (stretch 3, main): it has ended")]
    [InlineData("schedule main.drain", "step 1 (stretch 1, main.drain): no store waits in its buffer")]
    public void A_schedule_that_cannot_be_followed_is_the_verdict_unless_a_prefix_will_do(string schedule, string message)
    {
        RanProgram run = RanProgram.Of(Two + schedule);
        Assert.Equal((VerdictKind.Diverged, "the schedule cannot be followed: " + message, null), (run.Result.Verdict, run.Result.Message, run.Result.BugKey));
        Assert.Equal("Clean ", RanProgram.Of(Two + schedule, ScheduleMode.Prefix).End);
    }

    [Fact]
    public void A_goroutine_that_waits_for_its_spawn_cannot_move_and_a_fatal_error_ends_the_schedule()
    {
        Assert.EndsWith("it waits for its spawn", RanProgram.Of(Two + "spawn w\nschedule w").Result.Message, StringComparison.Ordinal);
        Assert.EndsWith("sync: unlock of unlocked mutex", RanProgram.Of("mutex mu\ngoroutine w\n  unlock mu\nend\nlock mu\nschedule w main").Result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_collector_and_store_buffers_move_as_the_schedule_says()
    {
        const string Collected = "collector\nmap m map[int]*T\nnew p\nassign m 1 p\ngc\n";
        RanProgram run = RanProgram.Of(Collected);
        Assert.Contains(run.Result.Schedule, s => s.Goroutine == "gc.1");
        Assert.Equal(run.Signature, RanProgram.Of(run.Replay(Collected)).Signature);

        const string Buffered = "storebuffers 8\nmap m map[int]int make(8)\ngoroutine w\n  len m\nend\nassign m 1 1\nlen m = 1\n";
        int all = (int)RanProgram.Of(Buffered).Result.Schedule[0].Steps;
        string steps = $"schedule main*{all} w ";
        Assert.Contains("w: 0", RanProgram.Of(Buffered + steps).Results);
        RanProgram drained = RanProgram.Of(Buffered + $"schedule main*{all} main.drain*{Drains(Buffered)} w");
        Assert.Contains("w: 1", drained.Results);
        Assert.Equal(("Clean ", "1"), (drained.End, drained.Results[1]));
    }

    [Fact]
    public void A_step_that_fails_or_touches_nothing_is_replayed_in_its_place()
    {
        const string Text = "var x\nmutex mu\ngoroutine w1\n  assert x = 1\n  lock mu\nend\ngoroutine w2\n  unlock mu\nend\nstore x 1\nstore x 2\nlock mu\n";
        foreach (int seed in Enumerable.Range(0, 40))
        {
            string text = Text + $"schedule random {seed}\n";
            RanProgram run = RanProgram.Of(text);
            Assert.Equal(run.Signature, RanProgram.Of(run.Replay(text)).Signature);
        }
    }

    private static long Drains(string text) => RanProgram.Of(text).Result.Schedule.Where(s => s.Goroutine == "main.drain").Sum(s => s.Steps);
}
