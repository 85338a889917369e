using MapSim.Faults;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Programs.Execution;

/// <summary>"assign m KEY panic": the elem is evaluated before the runtime hears of the assignment (golang/go#22881).</summary>
public sealed class PanickingElemTests
{
    private const string Panic = "panic: runtime error: integer divide by zero";

    [Theory]
    [InlineData("map m map[int]int")]
    [InlineData("map m map[int]int nil")]
    [InlineData("map m map[int]struct{}")]
    [InlineData("map m map[int][40]string")]
    [InlineData("map m map[int]*T stack")]
    public void It_is_its_own_panic_and_the_map_is_as_before(string map)
    {
        RanProgram run = RanProgram.Of(map + "\nassign m 1 panic recover\nrepeat 2 assign m $i panic recover\nlen m = 0\nassert m.count = 0\nassign m 1 panic\nlen m\n");
        Assert.Equal([Panic, Panic, Panic, "0", "0", Panic], run.Results);
        Assert.Equal("Panic panic/divide-by-zero/assign", run.End);
    }

    [Fact]
    public void A_key_that_cannot_be_hashed_is_not_even_looked_at() =>
        Assert.Equal([Panic, "panic: runtime error: hash of unhashable type []int"], RanProgram.Of("map m map[any]int\nassign m []int{} panic recover\nassign m []int{} 1 recover\n").Results);

    [Fact]
    public void It_is_no_race_and_meets_no_check_for_other_writers()
    {
        RanProgram run = RanProgram.Of("race\nmap m map[int]int make(8)\nassign m 1 1\ngoroutine w\n  assign m 2 panic recover\nend\nlookup m 1\nlen m = 1\nschedule main*6 w*1\n");
        Assert.Equal("Clean ", run.End);
    }

    [Theory]
    [InlineData("map m map[int]int\nassign m 1 panic recover\n", "growth/H4.5/assign")]
    [InlineData("map m map[int]int nil\nassign m 1 panic recover\n", "panic-wrong/nil-map")]
    [InlineData("map m map[any]int\nassign m []int{} panic recover\n", "panic-wrong/unhashable")]
    public void A_model_that_assigns_first_is_found(string text, string key) => Assert.Equal(key, Broken(text).BugKey);

    [Theory]
    [InlineData("assign m 1 panic")]
    [InlineData("assign m 1 panic recover")]
    [InlineData("repeat 3 assign m $i panic recover")]
    [InlineData("assign m \"a\" panic  # says why", "string")]
    public void It_is_printed_as_it_was_read(string line, string key = "int")
    {
        string text = $"mapsim 1\nmap m map[{key}]int8\n{line}\n";
        MapProgram program = ProgramParser.Parse(text);
        Assert.Equal(text, ProgramPrinter.PrintCanonical(program));
        Operation operation = Assert.Single(program.Operations).Operation;
        Assert.True(operation.ElemPanics);
        Assert.Null(operation.Elem);
    }

    [Theory]
    [InlineData("map m map[int]int\nassign m 1 panic 2", 3, 18, "expected the end of the line, found '2'")]
    [InlineData("map m map[int]int\nassign m panic 2", 3, 10, "expected an int (-9223372036854775808 to 9223372036854775807), found 'panic'")]
    [InlineData("map m map[int]int\nlookup m 1 = panic", 3, 14, "expected an int (-9223372036854775808 to 9223372036854775807), found 'panic'")]
    [InlineData("map m map[int]int\nassign m 1 panics", 3, 12, "expected an int (-9223372036854775808 to 9223372036854775807), found 'panics'")]
    [InlineData("map m map[int]*T\nlookup m 1 -> panic", 3, 15, "expected a pointer variable, found 'panic', which is an elem that panics")]
    [InlineData("collector\nmap m map[int]*T\nnew panic", 4, 5, "expected a pointer variable, found 'panic', which is an elem that panics")]
    public void A_mistake_is_told_where_it_is(string text, int line, int column, string message)
    {
        var error = Assert.Throws<ProgramFormatException>(() => ProgramParser.Parse("mapsim 1\n" + text));
        Assert.Equal((line, column, message), (error.Line, error.Column, error.Message));
    }

    [Fact]
    public void The_binary_form_has_an_op_for_it()
    {
        BinaryProgram program = BinaryEncoder.FromText(ProgramParser.Parse("mapsim 1\nmap m map[int]int\nassign m 1 panic recover\nrepeat 2 assign m 1000000 panic\n"));
        Assert.Equal(["AssignPanic 0 1", "Times 1", "AssignPanic 8 127 64 82 104 7"], program.Ops.Skip(1).Select(o => o.ToString()));
        Assert.Equal("assign m0 1 panic recover\nrepeat 2 assign m0 1000000 panic\n", ProgramPrinter.Print(BinaryResolver.Resolve(program)).Split("map[int]int\n")[1]);
        var error = Assert.Throws<ProgramFormatException>(() => BinaryEncoder.FromText(ProgramParser.Parse("mapsim 1\nmap m map[int]int\nrepeat 3 assign m $i panic\n")));
        Assert.StartsWith("expected a key that is written down, where the elem panics", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void In_Go_it_is_a_call_that_divides_by_zero()
    {
        string go = GoTestWriter.Write(ProgramParser.Parse("mapsim 1\nmap m map[int]string\nassign m 1 panic recover\n"), new GoTestOptions("x.mapsim"));
        Assert.Contains("mSim.assignPanics(simLine(3).recovering(), func() {\n\t\tm[1] = simPanics[string]()\n\t})", go, StringComparison.Ordinal);
        Assert.DoesNotContain("simPanics", GoTestWriter.Write(ProgramParser.Parse("mapsim 1\nmap m map[int]string\nassign m 1 \"\"\n"), new GoTestOptions("x.mapsim")), StringComparison.Ordinal);
    }

    [Fact]
    public void It_is_shrunk_as_it_is()
    {
        MapProgram program = ProgramParser.Parse("mapsim 1\nmap m map[string]string\nrepeat 5 assign m \"k$i\" \"e$i\"\nassign m \"a\" panic recover\nassign m \"b\" panic\nassign m \"c\" \"d\"\n");
        MapProgram shrunk = Shrinker.Shrink(program, new ShrinkOptions()).Program;
        Assert.Contains(shrunk.Operations, o => o.Operation.ElemPanics);
        Assert.Equal("panic/divide-by-zero/assign", new ProgramRunner(shrunk).Run().BugKey);
    }

    private static RunResult Broken(string text) =>
        new ProgramRunner(ProgramParser.Parse("mapsim 1\n" + text), changes: ModelChanges.None.With(Fault.AssignBeforeRhs)).Run();
}
