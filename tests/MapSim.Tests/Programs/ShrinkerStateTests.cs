using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Programs;

/// <summary>Shrinking is a function of the program: interrupted or not, it comes to the same; and it never changes bugs.</summary>
public sealed class ShrinkerStateTests
{
    [Theory]
    [InlineData("unexpected", "unexpected-result/lookup", 7)]
    [InlineData("writes", "fatal/concurrent-map-writes/assign", 60)]
    [InlineData("clear-1.19", "iter-dead/clear", 120)]
    public void Stopped_and_gone_on_it_ends_as_if_it_had_not_been_stopped(string name, string key, int budget)
    {
        MapProgram program = PlantedFailures.Make(name, key);
        ShrinkResult whole = Shrinker.Shrink(program, new ShrinkOptions());
        ShrinkState? state = null;
        ShrinkResult part;
        int parts = 0;
        do
        {
            part = Shrinker.Shrink(program, new ShrinkOptions(budget) { From = state });
            Assert.True(part.Complete || part.Executions - (state?.Executions ?? 0) == budget);
            Assert.Equal(whole.Result.BugKey, part.Result.BugKey);
            state = ShrinkState.Parse(part.State.ToText());
            Assert.Equal(part.State.ToText(), state.ToText());
            parts++;
        }
        while (!part.Complete);
        Assert.True(parts > 1);
        Assert.Equal(ProgramPrinter.Print(whole.Program), ProgramPrinter.Print(part.Program));
        Assert.Equal(whole.Executions, part.Executions);
        Assert.Equal(whole.Irrelevant, part.Irrelevant);
    }

    [Fact]
    public void Asked_to_stop_it_stops_with_the_best_so_far()
    {
        MapProgram program = PlantedFailures.Make("unexpected", "unexpected-result/lookup");
        int asked = 0;
        ShrinkState? last = null;
        ShrinkResult result = Shrinker.Shrink(program, new ShrinkOptions { IsStopped = () => ++asked > 10, Improved = s => last = s });
        Assert.False(result.Complete);
        Assert.Equal(10, result.Executions);
        Assert.Equal("unexpected-result/lookup", result.Result.BugKey);
        Assert.InRange(result.OperationsAfter, 1, result.OperationsBefore - 1);
        Assert.Equal(ProgramPrinter.Print(result.Program), last!.Best);
    }

    [Fact]
    public void The_same_program_shrinks_to_the_same_program_in_the_same_number_of_runs()
    {
        MapProgram program = PlantedFailures.Make("deadlock", "deadlock/join-lock");
        var (first, second) = (new List<string>(), new List<string>());
        ShrinkResult one = Shrinker.Shrink(program, new ShrinkOptions(), first.Add), two = Shrinker.Shrink(program, new ShrinkOptions(), second.Add);
        Assert.Equal(ProgramPrinter.Print(one.Program), ProgramPrinter.Print(two.Program));
        Assert.Equal(one.State.ToText(), two.State.ToText());
        Assert.Equal(first, second);
        Assert.StartsWith(FormattableString.Invariant($"from {one.OperationsBefore} operations to {one.OperationsAfter} ({one.Executions} runs)"), first[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_clean_program_is_refused()
    {
        MapProgram program = ProgramParser.Parse("mapsim 1\nmap m map[int]int\nassign m 1 1\n");
        Assert.Equal("nothing to shrink: the program ends clean", Assert.Throws<NothingToShrinkException>(() => Shrinker.Shrink(program, new ShrinkOptions())).Message);
    }

    [Fact]
    public void The_state_of_another_program_is_refused()
    {
        ShrinkResult one = Shrinker.Shrink(PlantedFailures.Core("unexpected"), new ShrinkOptions());
        var options = new ShrinkOptions { From = one.State };
        Assert.Throws<NothingToShrinkException>(() => Shrinker.Shrink(PlantedFailures.Core("deadlock"), options));
    }

    [Fact]
    public void What_is_pinned_goes_and_the_reason_stays()
    {
        const string Text = """
            mapsim 1
            # why: a reason.
            map m map[int]int   # of what
            # alone
            lookup m 1 = 5      # wrong
            checkpoints 1 0000
            expect clean
            """;
        ShrinkResult result = Shrinker.Shrink(ProgramParser.Parse(Text), new ShrinkOptions());
        Assert.Equal("mapsim 1\n# why: a reason.\nmap m map[uint64]uint64\nlookup m 0 = 0\nexpect unexpected-result/lookup\n", ProgramPrinter.Print(result.Program));
        Assert.Equal(["map type irrelevant (map[uint64]uint64 does as well)"], result.Irrelevant);
    }

    [Fact]
    public void Forced_draws_goroutines_and_settings_that_do_not_matter_are_named()
    {
        const string Text = """
            mapsim 1
            hash lowbits
            go 1.22
            seed 77
            race
            force hash0 5
            map m map[int]int make(50)
            map n map[int]int
            goroutine w1
              lookup n 1
            end
            assign m 1 1
            lookup m 1 = 2
            """;
        ShrinkResult result = Shrinker.Shrink(ProgramParser.Parse(Text), new ShrinkOptions());
        Assert.Equal(
            [
                "goroutine w1 irrelevant", "map n irrelevant", "reproduces without any forced precondition", "hash regime irrelevant (aes does as well)",
                "release irrelevant (1.23 does as well)", "seed irrelevant (0 does as well)", "race detector irrelevant",
                "map m: map type irrelevant (map[uint64]uint64 does as well)", "map m: initial size irrelevant",
            ],
            result.Irrelevant);
        Assert.Equal(1, result.OperationsAfter);
    }

    /// <summary>Random programs with a wrong expectation or a crash: the key stays, whatever the budget.</summary>
    [Fact]
    public void The_bug_key_never_changes()
    {
        int shrunk = 0;
        ProgramRoundTripTests.ForAllSeeds(
            seed =>
            {
                MapProgram program = WithWrongResult(RandomPrograms.Make(seed), seed);
                RunResult first = new ProgramRunner(program).Run();
                if (first.BugKey == null)
                {
                    return;
                }

                shrunk++;
                ShrinkResult result = Shrinker.Shrink(program, new ShrinkOptions(40 + seed % 100));
                RunResult again = new ProgramRunner(ProgramParser.Parse(ProgramPrinter.Print(result.Program))).Run();
                Assert.Equal((first.BugKey, first.BugKey), (result.Result.BugKey, again.BugKey));
                Assert.InRange(result.OperationsAfter, 1, result.OperationsBefore);
            },
            runs: 40);
        Assert.InRange(shrunk, 15, 40);
    }

    private static MapProgram WithWrongResult(MapProgram program, int seed)
    {
        string map = program.Maps.First().Map.Name;
        int last = program.Operations.Select(o => o.Line).LastOrDefault(program.Lines.Count);
        return new MapProgram([.. program.Lines.Take(last).Where(l => l.Statement is not Expectation), new ProgramLine(new Operation(OperationKind.Len, map, Expected: new ExpectedResult(null, [GoValue.Int(7000 + seed % 9)]))), .. program.Lines.Skip(last).Where(l => l.Statement is not Expectation)]);
    }
}
