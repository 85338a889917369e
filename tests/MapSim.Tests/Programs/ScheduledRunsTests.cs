using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Programs;

/// <summary>One program run many times on memory that is used again: each run is as one of its own.</summary>
public sealed class ScheduledRunsTests
{
    [Fact]
    public void A_run_on_used_memory_ends_as_a_run_of_its_own_does()
    {
        var ends = new HashSet<string>();
        for (int seed = 0; seed < 60; seed++)
        {
            MapProgram program = ProgramParser.Parse(RandomConcurrentPrograms.Make(seed, (Having)(1 + (2 * (seed % 4)))));
            var runs = new ScheduledRuns(program);
            for (int i = 0; i < 4; i++)
            {
                // Any schedule will do: it is followed as far as it goes.
                Stretch[] schedule = [new("main", 40 * i), .. Enumerable.Range(0, i).Select(n => new Stretch("main", 7 + n))];
                RunResult own = new ProgramRunner(program.WithSchedule(schedule).WithOrder([]), mode: ScheduleMode.Prefix).Run();
                Assert.Equal(new ScheduledEnd(own.Verdict, own.Message, own.BugKey), runs.Run(schedule, ScheduleMode.Prefix));
                ends.Add(own.Verdict + " " + own.BugKey);
            }
        }

        Assert.True(ends.Count > 5, string.Join(", ", ends));
    }

    [Fact]
    public void A_result_that_a_line_does_not_expect_is_the_verdict()
    {
        var runs = new ScheduledRuns(ProgramParser.Parse("mapsim 1\nmap m map[int]int\nassign m 1 2\nlookup m 1 = 3\n"));
        Assert.Equal((VerdictKind.Mismatch, "unexpected-result/lookup"), (runs.Run([]).Verdict, runs.Run([]).BugKey));
    }
}
