using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Programs;

public sealed class ProgramPinTests
{
    [Theory]
    [InlineData("mapsim 1\nmap m map[int]int\n\tassign  m 1 1 # one\n expect  clean   # why\n\n", "\n expect  clean digest=D   # why\nC\n\n")]
    [InlineData("mapsim 1\r\nmap m map[int]int\r\nassign m 1 1\r\nexpect clean\r\n", "\r\nexpect clean digest=D\r\nC\r\n")]
    [InlineData("mapsim 1\nmap m map[int]int\nassign m 1 1\n# the end", "\n# the end\nexpect clean digest=D\nC")]
    [InlineData("mapsim 1\nmap m map[int]int nil\nassign m 1 1\nexpect panic \"assignment to entry in nil map\"", "\nexpect panic \"assignment to entry in nil map\" digest=D\nC")]
    [InlineData("mapsim 1\nmap m map[int]int\nexpect clean digest=00000000000000000000000000000000 # old\nassign m 1 1\n  checkpoints 4 1234 5678 # of long ago\n", "\nexpect clean digest=D # old\nassign m 1 1\n  C # of long ago\n")]
    public void Only_digest_and_checkpoints_change(string text, string end)
    {
        MapProgram program = ProgramParser.Parse(text);
        RunResult result = new ProgramRunner(program).Run();
        string pinned = ProgramPrinter.Print(ProgramPin.Of(program, result));
        string expected = end.Replace("D", result.Digest.ToString(), StringComparison.Ordinal).Replace("C", CheckpointsLine.Of(result).ToText(), StringComparison.Ordinal);
        Assert.EndsWith(expected, pinned, StringComparison.Ordinal);
        string start = pinned[..^expected.Length];
        Assert.Equal(text[..start.Length], start);
        MapProgram again = ProgramParser.Parse(pinned);
        Assert.True(ReplayCheck.Of(again).IsOk);
        Assert.Equal(pinned, ProgramPrinter.Print(ProgramPin.Of(again, new ProgramRunner(again).Run())));
    }

    [Fact]
    public void A_run_that_does_not_end_as_expected_cannot_be_pinned()
    {
        MapProgram program = ProgramParser.Parse("mapsim 1\nmap m map[int]int nil\nassign m 1 1\n");
        Assert.Throws<ArgumentException>(() => ProgramPin.Of(program, new ProgramRunner(program).Run()));
    }
}
