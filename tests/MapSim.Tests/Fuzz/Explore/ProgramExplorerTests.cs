using System.Numerics;
using MapSim.Faults;
using MapSim.Fuzz;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Fuzz.Explore;

/// <summary>What explorations of small map programs must come to: by hand, by brute force, and by the other engine.</summary>
public sealed class ProgramExplorerTests
{
    private const string TwoWriters = "mapsim 1\nmap m map[uint64]uint64\ngoroutine w\nassign m 3 30\nend\nspawn w\nassign m 2 20\njoin w\n";
    private const string Locked = "mapsim 1\nmutex l\nmap m map[uint64]uint64\ngoroutine w\nlock l\nassign m 3 30\nunlock l\nend\nspawn w\nlock l\nassign m 2 20\nunlock l\njoin w\n";

    [Fact]
    public void Two_writers_can_end_well_be_caught_or_break_the_map()
    {
        Exploration found = ByStates(TwoWriters);
        Assert.True(found.IsComplete);
        Assert.Equal([null, "fatal/concurrent-map-writes/assign", "history/lost-update/end", "history/torn-value/end", "structure/H3.2/assign", "structure/H3.4/assign"], found.Ends.Select(e => e.Key));
        Assert.Equal(1, found.Ends.Sum(e => e.Share!.Value), 9);
        Assert.Equal(1, found.Ends.Sum(e => e.Chance!.Value), 9);
        Assert.All(found.Ends, e => Assert.True(e.IsFewest));
        Assert.Equal(0, found.Ends[0].Preemptions);
    }

    [Fact]
    public void With_a_lock_nothing_goes_wrong_in_any_schedule()
    {
        foreach (Exploration found in (Exploration[])[ByStates(Locked), ByTraces(Locked)])
        {
            Assert.True(found.IsComplete);
            Assert.Null(Assert.Single(found.Ends).Key);
        }

        // Who takes the lock first is all that matters.
        Assert.Equal(2, ByTraces(Locked).Traces);
    }

    [Fact]
    public void A_deadlock_is_an_end_that_is_told()
    {
        const string text = "mapsim 1\nmutex a\nmutex b\ngoroutine w\nlock b\nlock a\nunlock a\nunlock b\nend\nlock a\nlock b\nunlock b\nunlock a\njoin w\n";
        foreach (Exploration found in (Exploration[])[ByStates(text), ByTraces(text)])
        {
            Assert.Collection(found.Ends, e => Assert.Null(e.Key), e => Assert.StartsWith("deadlock/", e.Key, StringComparison.Ordinal));
        }

        Assert.Equal(1, ByStates(text).Ends[1].Preemptions);
    }

    [Theory]
    [InlineData("mapsim 1\nmap m map[uint64]uint64 nil\ngoroutine w\nlookup m 1\nlen m\nend\nlookup m 2\nlen m\n")]
    [InlineData("mapsim 1\nvar x = 0\ngoroutine w\nadd x 1\nload x\nend\nadd x 2\nload x = 2\n")]
    [InlineData("mapsim 1\nmutex l\nvar x = 0\ngoroutine w\nlock l\nadd x 1\nunlock l\nend\nlock l\nload x = 0\nunlock l\n")]
    public void Brute_force_over_all_schedules_comes_to_the_same_ends_and_to_the_same_number_of_interleavings(string text)
    {
        MapProgram program = ProgramParser.Parse(text);
        var ends = new SortedDictionary<string, (long Ways, double Chance)>(StringComparer.Ordinal);
        Walk(new ProgramStepper(program), program, 1, ends);
        Exploration found = ByStates(text);
        Assert.Equal(ends.Keys, found.Ends.Select(e => e.Key ?? ""));
        Assert.Equal(ends.Values.Sum(e => (double)e.Ways), found.Interleavings);
        Assert.All(found.Ends.Zip(ends.Values), pair => Assert.Equal(pair.Second.Chance, pair.First.Chance!.Value, 12));
        Assert.All(found.Ends.Zip(ends.Values), pair => Assert.Equal(pair.Second.Ways, pair.First.Share!.Value * found.Interleavings!.Value, 6));
        Assert.Equal(ends.Keys, ByTraces(text).Ends.Select(e => e.Key ?? ""));
    }

    [Fact]
    public void Each_cell_without_growth_is_proved_and_each_of_its_schedules_replays_to_its_key()
    {
        foreach (InterleavingCell cell in InterleavingCell.All.Where(c => c.Situation == "no grow" && c is not { Main: "iterate", Other: "iterate" }))
        {
            InterleavingRow row = InterleavingRow.Of(cell, new ExploreOptions(MostTraces: 500));
            Assert.True(row.ByStates.IsComplete, cell.ToString());
            Assert.True(row.Agree, cell.ToString());
            Assert.Equal(cell.IsAllowed, row.ByStates.Ends.All(e => e.Key == null));
            foreach (ExploredEnd end in row.ByStates.Ends.Concat(row.ByTraces.Ends))
            {
                RunResult run = new ProgramRunner(cell.ToProgram().WithSchedule(end.Schedule)).Run();
                Assert.True(end.Key == run.BugKey && run.Verdict != VerdictKind.Diverged, $"{cell}: {end.Key}, run again {run.VerdictText}");
            }
        }
    }

    [Fact]
    public void Every_cell_of_the_table_is_a_program_that_main_alone_can_run()
    {
        Assert.Equal(120, InterleavingCell.All.Count());
        Assert.All(InterleavingCell.All, cell => Assert.Equal(VerdictKind.Clean, new ProgramRunner(cell.ToProgram()).Run().Verdict));
    }

    [Fact]
    public void Every_cell_of_two_operations_is_a_program_that_main_alone_can_run()
    {
        Assert.Equal(5 * 36 * 16, InterleavingCell.Twos.Count());
        Assert.All(InterleavingCell.Twos.Where((_, i) => i % 7 == 0), cell => Assert.Equal(VerdictKind.Clean, new ProgramRunner(cell.ToProgram()).Run().Verdict));
    }

    [Fact]
    public void A_fault_shows_as_an_end_that_the_model_as_it_is_does_not_have()
    {
        FaultInfo fault = FaultCatalogue.Find("det-no-exit-check")!;
        string[] plain = Keys(ByStates(TwoWriters)), broken = Keys(ProgramExplorer.ByStates(ProgramParser.Parse(TwoWriters), new ExploreOptions { Changes = ModelChanges.None.With(fault.Fault) }));
        Assert.NotEmpty(broken.Except(plain));
    }

    [Fact]
    public void A_limit_makes_it_incomplete_and_nothing_is_called_proved()
    {
        Exploration states = ProgramExplorer.ByStates(ProgramParser.Parse(TwoWriters), new ExploreOptions(MostStates: 300));
        Assert.False(states.IsComplete);
        Assert.Equal("the limit of 300 states", states.Cut);
        Assert.All(states.Ends, e => Assert.False(e.IsFewest));
        Exploration traces = ProgramExplorer.ByTraces(ProgramParser.Parse(TwoWriters), new ExploreOptions(MostTraces: 10));
        Assert.Equal((false, 10L), (traces.IsComplete, traces.Traces));
    }

    [Fact]
    public void Traces_are_refused_where_steps_wait_for_more_than_mutexes()
    {
        ProgramFormatException e = Assert.Throws<ProgramFormatException>(() => ByTraces("mapsim 1\nchan c 1\ngoroutine w\nsend c 1\nend\nreceive c\n"));
        Assert.Contains("for the engine traces", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_engines_for_traces_count_the_same_traces_end_by_end()
    {
        foreach (InterleavingCell cell in InterleavingCell.All.Where(c => c.Situation is "no grow" or "overflow chain" && c.Main is "lookup" or "assign existing" && c.Other is "assign" or "delete"))
        {
            Exploration[] found = [.. new[] { "traces", "optimal", "graph" }.Select(e => ProgramExplorer.ByTraces(cell.ToProgram(), new ExploreOptions(MostTraces: 2000), e))];
            Assert.All(found, f => Assert.True(f.IsComplete == found[0].IsComplete, cell.ToString()));
            if (found[0].IsComplete)
            {
                Assert.All(found, f => Assert.Equal(found[0].Traces, f.Traces));
                Assert.All(found, f => Assert.Equal(Counts(found[0]), Counts(f)));
            }
        }
    }

    [Fact]
    public void A_bound_of_preemptions_finds_what_needs_no_more_and_says_when_it_left_nothing_out()
    {
        Exploration all = ByStates(TwoWriters);
        for (int most = 0; most <= 8; most++)
        {
            Exploration bounded = ProgramExplorer.ByPreemptions(ParseTwo(), most, new ExploreOptions());
            Assert.True(bounded.IsComplete);
            Assert.Equal(all.Ends.Where(e => e.Preemptions <= most).Select(e => e.Key), bounded.Ends.Select(e => e.Key));
            Assert.True(!bounded.IsBoundIdle || bounded.States == all.States, $"{most} preemptions");
        }

        Assert.True(ProgramExplorer.ByPreemptions(ParseTwo(), 30, new ExploreOptions()).IsBoundIdle);
    }

    [Theory]
    [InlineData("rw")]
    [InlineData("surw")]
    [InlineData("pct")]
    [InlineData("exact")]
    [InlineData("greybox")]
    public void Samplers_come_to_ends_that_there_are_and_their_schedules_replay(string sampler)
    {
        Exploration all = ByStates(TwoWriters);
        Exploration found = ProgramExplorer.BySamples(ParseTwo(), new ExploreOptions { Sampler = sampler, Runs = 400, Seed = 3 });
        Assert.Equal((400L, false), (found.Runs, found.IsComplete));
        Assert.Equal(400, found.Ends.Sum(e => e.Count));
        Assert.Subset(Keys(all).ToHashSet(), Keys(found).ToHashSet());
        Assert.All(found.Ends, e => Assert.Equal(e.Key, new ProgramRunner(ParseTwo().WithSchedule(e.Schedule)).Run().BugKey));
    }

    [Fact]
    public void The_sampler_of_equal_interleavings_comes_to_each_end_as_often_as_its_share()
    {
        const int Runs = 3000;
        Exploration all = ByStates(TwoWriters);
        Exploration found = ProgramExplorer.BySamples(ParseTwo(), new ExploreOptions { Sampler = "exact", Runs = Runs });
        foreach (ExploredEnd end in all.Ends)
        {
            double share = end.Share!.Value, deviation = Math.Sqrt(share * (1 - share) * Runs);
            Assert.InRange(found.Ends.FirstOrDefault(e => e.Key == end.Key)?.Count ?? 0, (share * Runs) - (4.5 * deviation), (share * Runs) + (4.5 * deviation));
        }
    }

    private static MapProgram ParseTwo() => ProgramParser.Parse(TwoWriters);

    /// <summary>Traces by what is a property of a trace: not who noticed that a structure is broken, nor a history.</summary>
    private static SortedDictionary<string, long> Counts(Exploration found)
    {
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (ExploredEnd end in found.Ends)
        {
            string key = end.Key?.Split('/') switch { null or ["history", ..] => "clean", ["structure", var what, ..] => what, _ => end.Key };
            counts[key] = counts.GetValueOrDefault(key) + end.Count;
        }

        return counts;
    }

    private static string[] Keys(Exploration found) => [.. found.Ends.Select(e => e.Key ?? "clean")];

    private static Exploration ByStates(string text) => ProgramExplorer.ByStates(ProgramParser.Parse(text), new ExploreOptions());

    private static Exploration ByTraces(string text) => ProgramExplorer.ByTraces(ProgramParser.Parse(text), new ExploreOptions());

    /// <summary>Every schedule, one by one, each judged by a run of its own.</summary>
    private static void Walk(ProgramStepper stepper, MapProgram program, double chance, SortedDictionary<string, (long Ways, double Chance)> ends)
    {
        ulong enabled = stepper.Enabled;
        if (enabled == 0)
        {
            string key = new ProgramRunner(program.WithSchedule(stepper.ScheduleOf(stepper.Path()))).Run().BugKey ?? "";
            (long ways, double sum) = ends.GetValueOrDefault(key);
            ends[key] = (ways + 1, sum + chance);
        }

        for (ulong left = enabled; left != 0; left &= left - 1)
        {
            stepper.Step(BitOperations.TrailingZeroCount(left));
            Walk(stepper, program, chance / BitOperations.PopCount(enabled), ends);
            stepper.Undo();
        }
    }
}
