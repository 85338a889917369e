using MapSim.Faults;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Programs;

/// <summary>Shrinking a bug that the model has only with a fault: the bug stays, and how the program ends without the fault.</summary>
public sealed class ShrinkerFaultTests
{
    private const string Padded = """
        mapsim 1
        # why: padded.
        seed 5
        map m map[string]int
        map n map[int]int make(30)
        repeat 25 assign n $i $i
        assign m "x" 1
        range i n
          turn 3 delete n key(i)
        end
        repeat 12 assign m "k$i" $i
        repeat 12 lookup m "k$i" = $i
        clone m c
        len c
        clear n
        len m = 13

        """;

    private const string Racing = """
        mapsim 1
        map m map[int]int
        map n map[int]int
        mutex mu
        goroutine w
          lock mu
          assign n 3 3
          unlock mu
          assign m 2 2
          len m
        end
        assign n 1 1
        lock mu
        lookup n 1
        unlock mu
        assign m 1 1
        range i m
        end
        schedule random 1

        """;

    [Fact]
    public void The_last_line_of_a_program_may_be_traded_for_one_more_turn()
    {
        const string text = "mapsim 1\nhash onebucket\nmap m map[uint64]uint64 make(9)\nrepeat 16 assign m $i 0\nassign m 99 0\n";
        ShrinkResult result = Shrink(text + "expect clean\nwith fault assign-link-at-head expect structure/H3.2/assign\n", ModelChanges.None);
        Assert.DoesNotContain("assign m 99", ProgramPrinter.Print(result.Program), StringComparison.Ordinal);
        Assert.Contains("repeat 17 assign m $i 0", ProgramPrinter.Print(result.Program), StringComparison.Ordinal);
    }

    [Fact]
    public void A_padded_witness_says_its_fault_itself_and_shrinks_to_few_lines_that_replay()
    {
        ShrinkResult result = Shrink(Padded + "expect clean\nwith fault assign-no-again expect lookup-wrong/missing\n", ModelChanges.None);
        Assert.Equal("structure/H3.12/assign", result.Result.BugKey);
        Assert.Equal(
            "mapsim 1\n# why: padded.\nmap m map[uint64]uint64\nrepeat 9 assign m $i 0\nexpect clean\nwith fault assign-no-again expect structure/H3.12/assign\n",
            ProgramPrinter.Print(result.Program));
        Replays(result);
    }

    [Fact]
    public void A_program_that_ends_badly_without_the_fault_shrinks_to_one_that_still_does()
    {
        ShrinkResult result = Shrink(Racing, ModelChanges.None.With(Fault.DetNoExitCheck));
        Assert.Equal("detection/missed/assign", result.Result.BugKey);
        Assert.Equal(2, result.OperationsAfter);
        Assert.Equal("fatal/concurrent-map-writes/assign", result.Program.Expectation.Key);
        Replays(result);
    }

    [Fact]
    public void Shrinking_that_was_stopped_goes_on_where_it_was()
    {
        MapProgram program = ProgramParser.Parse(Racing);
        var options = new ShrinkOptions(30) { Changes = ModelChanges.None.With(Fault.DetNoExitCheck) };
        ShrinkResult part = Shrinker.Shrink(program, options);
        Assert.False(part.Complete);
        ShrinkResult rest = Shrinker.Shrink(program, options with { Budget = 5000, From = ShrinkState.Parse(part.State.ToText()) });
        ShrinkResult once = Shrinker.Shrink(program, options with { Budget = 5000 });
        Assert.Equal((ProgramPrinter.Print(once.Program), once.Executions), (ProgramPrinter.Print(rest.Program), rest.Executions));
    }

    [Theory]
    [InlineData("expect clean\n", null, "the program ends clean")]
    [InlineData("lookup m \"k1\" = 5\nexpect clean\nwith fault assign-no-again expect clean\nwith fault evac-wrong-bit expect clean\n", null, null)]
    [InlineData("expect clean\n", Fault.DetOrNotXor, "the program with fault det-or-not-xor ends clean")]
    [InlineData("lookup m \"k1\" = 5\n", Fault.DetOrNotXor, "without the fault the program ends mismatch: 'lookup m \"k1\"' gave 1, expected 5")]
    public void What_the_fault_does_not_change_is_no_bug_of_it(string end, Fault? fault, string? message)
    {
        ModelChanges changes = fault is { } one ? ModelChanges.None.With(one) : ModelChanges.None;
        if (message == null)
        {
            // Two lines: the file does not say which. The bug is one of the unmodified model.
            Assert.Equal("unexpected-result/lookup", Shrink(Padded + end, changes).Result.BugKey);
            return;
        }

        var thrown = Assert.Throws<NothingToShrinkException>(() => Shrink(Padded + end, changes));
        Assert.Equal("nothing to shrink: " + message, thrown.Message);
    }

    private static ShrinkResult Shrink(string text, ModelChanges changes)
    {
        ShrinkResult result = Shrinker.Shrink(ProgramParser.Parse(text), new ShrinkOptions { Changes = changes });
        Assert.True(result.Complete);
        return result;
    }

    /// <summary>The text alone ends as it says, with the fault and without it.</summary>
    private static void Replays(ShrinkResult result)
    {
        MapProgram again = ProgramParser.Parse(ProgramPrinter.Print(result.Program));
        Assert.True(new ProgramRunner(again).Run().IsAsExpected);
        ChangedExpectation changed = Assert.Single(again.ChangedExpectations);
        Assert.Equal(changed.Expectation.Key, new ProgramRunner(again, changes: changed.Changes).Run().BugKey);
    }
}
