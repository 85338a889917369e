using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Programs;

/// <summary>Collections that allocations start (gcstart), and objects that no variable ever held (new as a value).</summary>
public sealed class GcStartTests
{
    private const string Header = "mapsim 1\ncollector\n";

    [Fact]
    public void With_gcstart_1_the_first_bucket_starts_a_collection_in_its_tail_and_without_it_none_starts()
    {
        Assert.True(Ran(Header + "gcstart 1\nmap m map[int]int\nassign m 1 1\n").Session.Machine.Heap.Gc.IsMarking);
        Assert.False(Ran(Header + "map m map[int]int\nassign m 1 1\n").Session.Machine.Heap.Gc.IsMarking);
    }

    [Fact]
    public void What_is_made_before_the_program_begins_starts_no_collection() =>
        Assert.False(Ran(Header + "gcstart 1\nmap m map[int]*T make(100)\nlen m\n").Session.Machine.Heap.Gc.IsMarking);

    [Fact]
    public void With_a_larger_number_the_collectors_own_draws_decide()
    {
        const string Text = "gcstart 1000000\nmap m map[int]int\nassign m 1 1\n";
        Assert.False(Ran(Header + Text).Session.Machine.Heap.Gc.IsMarking);
        Assert.True(Ran(Header + "force gcstart 0\n" + Text).Session.Machine.Heap.Gc.IsMarking);
    }

    [Fact]
    public void A_program_is_collected_beside_its_operations_and_ends_as_without()
    {
        const string Text = "map m map[string]*T\nrepeat 40 assign m \"k$i\" new\nrepeat 20 delete m \"k$i\"\nlen m = 20\nschedule random 3\n";
        ProgramRunner collected = Ran(Header + "gcstart 2\n" + Text);
        Assert.InRange(collected.Session.Machine.Heap.Gc.Cycle, 2u, 1000u);
        Assert.InRange(collected.Session.Machine.Heap.Gc.Frees, 10ul, 1000ul);
    }

    [Fact]
    public void A_new_object_lives_as_long_as_the_map_holds_it()
    {
        const string Text = "map m map[*T]*T\nassign m new new\nlookup m nil\ngc\nrange i m = 1\nend\n";
        Assert.Equal(0ul, Ran(Header + Text).Session.Machine.Heap.Gc.Frees);
        Assert.Equal(2ul, Ran(Header + Text + "clear m\ngc\n").Session.Machine.Heap.Gc.Frees);
    }

    [Fact]
    public void New_objects_are_named_in_the_order_in_which_they_were_made()
    {
        var results = new List<string>();
        var runner = new ProgramRunner(ProgramParser.Parse("mapsim 1\nmap m map[int]*T\nnew p\nrepeat 2 assign m $i new\nlookup m 0\nlookup m 1\nread p\n"))
        {
            Observer = r => results.Add(r.Result),
        };
        runner.Run();
        Assert.Equal(["N0", "ok", "ok", "N1", "N2", "N0"], results);
    }

    [Fact]
    public void A_variable_called_new_is_still_a_variable() =>
        Assert.Equal(VerdictKind.Clean, new ProgramRunner(ProgramParser.Parse("mapsim 1\nmap m map[int]*T\nnew new\nassign m 1 new\nread new\nlookup m 1 = new\n")).Run().Verdict);

    [Theory]
    [InlineData("mapsim 1\ncollector\ngcstart 3\nforce gcstart 0\nmap m map[*T]*T\nassign m new new\nrepeat 3 assign m new nil\n")]
    [InlineData("mapsim 1\nmap m map[chan int]unsafe.Pointer\nassign m new new  # why not\n")]
    public void Both_are_printed_as_they_were_read(string text) => Assert.Equal(text, ProgramPrinter.Print(ProgramParser.Parse(text)));

    [Theory]
    [InlineData("collector\ngcstart 3\nmap m map[int]int\n", "3:1: expected a setting that the op Config can say for the binary form, found 'gcstart 3'")]
    [InlineData("map m map[int]*T\nassign m 1 new\n", "3:1: expected an object that was made before for the binary form, found 'assign m 1 new'")]
    [InlineData("map m map[*T]int\nassign m new 1\n", "3:1: expected an object that was made before for the binary form, found 'assign m new 1'")]
    public void The_binary_form_says_that_it_cannot(string text, string message) =>
        Assert.Contains(message, Assert.Throws<ProgramFormatException>(() => BinaryEncoder.FromText(ProgramParser.Parse("mapsim 1\n" + text))).At("x"), StringComparison.Ordinal);

    [Fact]
    public void Shrinking_drops_gcstart_where_it_does_not_matter()
    {
        MapProgram program = ProgramParser.Parse(Header + "gcstart 4\nmap m map[int]*T\nassign m 1 new\nnew p\ndrop p\nread p\n");
        ShrinkResult result = Shrinker.Shrink(program, new ShrinkOptions(2000));
        Assert.DoesNotContain("gcstart", ProgramPrinter.Print(result.Program), StringComparison.Ordinal);
        Assert.Contains("collections that allocations start irrelevant", result.Irrelevant);
    }

    [Fact]
    public void An_exported_test_makes_the_object_in_place()
    {
        string go = GoTestWriter.Write(ProgramParser.Parse("mapsim 1\nmap m map[*T]*T\nassign m new new\n"), new GoTestOptions("x.mapsim"));
        Assert.Contains("mSim.assign(simLine(3), new(T), new(T))", go, StringComparison.Ordinal);
    }

    private static ProgramRunner Ran(string text)
    {
        var runner = new ProgramRunner(ProgramParser.Parse(text));
        RunResult result = runner.Run();
        Assert.True(result.IsAsExpected, result.VerdictText);
        return runner;
    }
}
