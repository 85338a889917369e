using System.Numerics;
using MapSim.Fuzz;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Fuzz.Explore;

/// <summary>A program that somebody else moves: runs begin where they should, are judged by their own steps, and are counted.</summary>
public sealed class SteeredProgramTests
{
    private const string TwoWriters = "mapsim 1\nmap m map[uint64]uint64\ngoroutine w\nassign m 3 30\nend\nspawn w\nassign m 2 20\njoin w\n";

    [Fact]
    public void Each_run_begins_anew_and_ends_as_a_replay_of_its_schedule_does()
    {
        MapProgram program = ProgramParser.Parse(TwoWriters);
        var steered = new SteeredProgram(program, new ExploreOptions());
        var random = new Random(5);
        var ends = new List<SteeredEnd>();
        for (int run = 0; run < 60; run++)
        {
            steered.Begin();
            while (!steered.IsOver)
            {
                int[] able = [.. Enumerable.Range(0, steered.Movers).Where(steered.CanMove)];
                steered.Step(able[random.Next(able.Length)]);
            }

            ends.Add(steered.End());
        }

        foreach (SteeredEnd end in ends)
        {
            Assert.Equal(end.Key, new ProgramRunner(program.WithSchedule(end.Schedule), mode: ScheduleMode.Strict).Run().BugKey);
        }

        Exploration found = steered.Found("test", "chance");
        Assert.Equal((60L, ends.Count(e => e.Key != null)), (steered.Runs, steered.BadRuns));
        Assert.Equal(ends.Select(e => e.Key ?? "").Distinct().Order(StringComparer.Ordinal), found.Ends.Select(e => e.Key ?? ""));
        Assert.Equal(60, found.Ends.Sum(e => e.Count));
        Assert.Equal(1, found.Ends.Sum(e => e.Share!.Value), 9);
        Assert.Equal(ends.Sum(e => e.Schedule.Sum(s => s.Steps)), found.Steps);
        Assert.False(found.IsComplete);
    }

    [Fact]
    public void Who_cannot_move_is_refused_and_the_run_is_over()
    {
        var steered = new SteeredProgram(ProgramParser.Parse(TwoWriters), new ExploreOptions());
        int blocked = BitOperations.TrailingZeroCount(~Enumerable.Range(0, steered.Movers).Aggregate(0UL, (able, m) => able | (steered.CanMove(m) ? 1UL << m : 0)));
        Assert.Equal(1, blocked); // w, before it is spawned
        Assert.Contains("found w beside another or unable to move", Assert.Throws<InvalidOperationException>(() => steered.Step(blocked)).Message, StringComparison.Ordinal);
        Assert.True(steered.IsOver);
    }

    [Fact]
    public void A_run_that_is_too_long_is_cut_and_called_neither_clean_nor_bad()
    {
        var steered = new SteeredProgram(ProgramParser.Parse(TwoWriters), new ExploreOptions(MostDepth: 5));
        while (!steered.IsOver)
        {
            steered.Step(0);
        }

        Assert.Equal("clean by schedule main*5", steered.End().ToString());
        Exploration found = steered.Found("test", "chance");
        Assert.Empty(found.Ends);
        Assert.Equal((1L, "1 runs were longer than 5 steps"), (found.Runs, found.Cut));
    }
}
