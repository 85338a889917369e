using MapSim.Faults;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Programs;

public sealed class ExpectationParserTests
{
    private const string Head = "mapsim 1\nmap m map[int]int\nassign m 1 1\n";

    [Theory]
    [InlineData("expect clean\nwith fault iter-prefetch expect iter-dead/range\n")]
    [InlineData("with fault iter-prefetch fault grow-on-update expect panic \"x\"  # why\n")]
    [InlineData("with repair iter-filter-once   expect   clean digest=00112233445566778899aabbccddeeff\n")]
    [InlineData("with fault iter-prefetch expect clean\nwith fault grow-on-update expect clean\nexpect clean\n")]
    public void A_line_for_a_changed_model_is_read_and_printed_as_it_was(string lines)
    {
        MapProgram program = ProgramParser.Parse(Head + lines);
        Assert.Equal(Head + lines, ProgramPrinter.Print(program));
        Assert.NotEmpty(program.ChangedExpectations);
        string canonical = ProgramPrinter.Print(new MapProgram([.. program.Lines.Select(l => new ProgramLine(l.Statement, l.Comment))]));
        Assert.Equal(program.ChangedExpectations, ProgramParser.Parse(canonical).ChangedExpectations);
    }

    [Theory]
    [InlineData("with expect clean\n", 4, 6, "expected 'fault' or 'repair', found 'expect'")]
    [InlineData("with\n", 4, 5, "expected 'fault' or 'repair', found the end of the line")]
    [InlineData("with fault iter-prefetch\n", 4, 25, "expected 'fault', 'repair' or 'expect', found the end of the line")]
    [InlineData("with fault\n", 4, 11, "expected the id of a fault, found the end of the line")]
    [InlineData("with fault iter-prefech expect clean\n", 4, 12, "expected the id of a fault (see mapsim faults list), found 'iter-prefech' (did you mean 'iter-prefetch'?)")]
    [InlineData("with repair iter-prefetch expect clean\n", 4, 13, "expected the id of a repair (see mapsim faults list), found 'iter-prefetch'")]
    [InlineData("with fault iter-prefetch expect clean\nwith fault iter-prefetch expect clean\n", 5, 6, "expected 'with fault iter-prefetch' only once, found it again")]
    [InlineData("expect clean\nexpect clean\n", 5, 1, "expected 'expect' only once, found it again")]
    public void A_wrong_line_is_told_with_its_place(string lines, int line, int column, string message)
    {
        var e = Assert.Throws<ProgramFormatException>(() => ProgramParser.Parse(Head + lines));
        Assert.Equal((line, column), (e.Line, e.Column));
        Assert.StartsWith(message, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_whose_release_cannot_have_the_fault_is_told_so()
    {
        MapProgram program = ProgramParser.Parse("mapsim 1\ngo 1.19\nmap m map[int]int\n");
        var e = Assert.Throws<ProgramFormatException>(() => new ProgramRunner(program, changes: ModelChanges.None.With(Fault.CloneNewHash0)));
        Assert.Equal((2, "expected one of go 1.21, 1.22, 1.23 for the fault clone-new-hash0, found go 1.19"), (e.Line, e.Message));
    }
}
