using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Programs;

/// <summary>Mistakes with goroutines, blocks, what they share, and schedules.</summary>
public sealed class ConcurrentProgramErrorTests
{
    private const string Map = "mapsim 1\nmap m map[string]int8\n";

    [Theory]
    [InlineData("mapsim 1\nprocs 0", 2, 7, "expected a number from 1 to 64, found '0'")]
    [InlineData("mapsim 1\nprocs 65", 2, 7, "expected a number from 1 to 64, found '65'")]
    [InlineData("mapsim 1\nworkers 17", 2, 9, "expected a number from 1 to 16, found '17'")]
    [InlineData("mapsim 1\ngcstart 0", 2, 9, "expected a number from 1 to 2147483647, found '0'")]
    [InlineData("mapsim 1\ngcstart", 2, 8, "expected a number from 1 to 2147483647, found the end of the line")]
    [InlineData("mapsim 1\nmap m map[*T]int\nlookup m new", 3, 10, "expected a pointer (&name, nil or a pointer variable), found 'new'")]
    [InlineData("mapsim 1\nmap m map[int]int\nassign m 1 new", 3, 12, "expected an int (-9223372036854775808 to 9223372036854775807), found 'new'")]
    [InlineData("mapsim 1\nstorebuffers 300", 2, 14, "expected a number from 0 to 256, found '300'")]
    [InlineData("mapsim 1\nforce hash 3", 2, 7, "expected a kind of draw (hash0, iterator, noverflow, nan, gcjob, gcstart, select), found 'hash' (did you mean 'hash0'?)")]
    [InlineData("mapsim 1\nforce hash0", 2, 7, "expected the number that every draw for hash0 gives, found the end of the line")]
    [InlineData("mapsim 1\nforce hash0 x", 2, 7, "expected a number from 0 to 18446744073709551615, found 'x'")]
    [InlineData("mapsim 1\nrace 1", 2, 6, "expected the end of the line, found '1'")]
    [InlineData("mapsim 1\nrace\nrace", 3, 1, "expected 'race' only once, found it again")]
    [InlineData("mapsim 1\nvar x\nrace", 3, 1, "expected 'race' before the first declaration and goroutine, found it after one")]
    [InlineData("mapsim 1\ngoroutine w\n  race\nend", 3, 3, "expected 'race' before the first declaration and goroutine, found it after one")]
    [InlineData(Map + "  break", 3, 3, "expected 'break' only in a loop (range, repeat), found it outside")]
    [InlineData(Map + "once o\ndo o\nbreak\nend", 5, 1, "expected 'break' only in a loop (range, repeat), found it outside")]
    [InlineData(Map + "do o", 3, 4, "expected a once declared before, found 'o'")]
    [InlineData(Map + "spawn w", 3, 7, "expected a goroutine that the program has, found 'w'")]
    [InlineData(Map + "goroutine worker\nend\nspawn woker", 5, 7, "expected a goroutine (worker), found 'woker' (did you mean 'worker'?)")]
    [InlineData(Map + "goroutine w1\nend\nspawn w1\nspawn w1", 6, 7, "expected a goroutine that no other line spawns, found 'w1'")]
    [InlineData(Map + "goroutine w1\nend\nrepeat 2\n  spawn w1\nend", 6, 3, "expected 'spawn' outside loops: each goroutine runs once, found it in a loop")]
    [InlineData(Map + "join main", 3, 6, "expected a goroutine that the program has, found 'main'")]
    [InlineData(Map + "goroutine w1\nend\nschedule main w2*3", 5, 15, "expected a goroutine (main, w1), found 'w2' (did you mean 'w1'?)")]
    [InlineData(Map + "goroutine w1\nend\nschedule w1*0", 5, 10, "expected a goroutine and its steps, like main*12, found 'w1*0'")]
    [InlineData(Map + "schedule gc.1", 3, 10, "expected a goroutine (main), found 'gc.1'")]
    [InlineData(Map + "schedule", 3, 9, "expected a goroutine and its steps, like main*12, found the end of the line")]
    [InlineData(Map + "schedule random x", 3, 17, "expected a seed, found 'x'")]
    [InlineData(Map + "goroutine w1\nend\norder w1.1.A.B < w9.1.A.B", 5, 18, "expected a goroutine (main, w1), found 'w9' (did you mean 'w1'?)")]
    [InlineData(Map + "order w1.1.A < main.1.A.B", 3, 7, "expected a step like w1.2.MapAssign.StoreTop#3, found 'w1.1.A'")]
    [InlineData(Map + "past main.1.A.B > main.1.A.C", 3, 17, "expected '<', found '>'")]
    [InlineData(Map + "past main.1.A.B#0 < main.1.A.C", 3, 6, "expected a step like w1.2.MapAssign.StoreTop#3, found 'main.1.A.B#0'")]
    [InlineData(Map + "goroutine main\nend", 3, 11, "expected a new name for the goroutine, found 'main'")]
    [InlineData(Map + "goroutine w\nend\ngoroutine w\nend", 5, 11, "expected a new name for the goroutine, found 'w'")]
    [InlineData(Map + "repeat 2\n  goroutine w\n  end\nend", 4, 3, "expected 'goroutine' outside 'repeat 2', found it inside")]
    [InlineData(Map + "goroutine w\n  var x\nend", 4, 3, "expected declarations outside 'goroutine w', found 'var' in it")]
    [InlineData(Map + "goroutine w\n  range i m\nend", 3, 1, "expected an 'end' for 'goroutine w', found the end of the program")]
    [InlineData(Map + "repeat 2\n  len m\nend\nend", 6, 1, "expected 'end' only after a line that begins a block (goroutine, range, repeat, do, select), found it alone")]
    [InlineData(Map + "select\n  len m\nend", 4, 3, "expected case, default or end, found 'len'")]
    [InlineData(Map + "select\n  defualt\nend", 4, 3, "expected case, default or end, found 'defualt' (did you mean 'default'?)")]
    [InlineData(Map + "select\n  default\n  default\nend", 5, 3, "expected one 'default' in a select, found it again")]
    [InlineData(Map + "case send c 1", 3, 1, "expected 'case' only in a select, found it outside")]
    [InlineData(Map + "chan c\nselect\n  case lock c\nend", 5, 8, "expected send or receive, found 'lock'")]
    [InlineData(Map + "chan c\nselect\n  case recieve c\nend", 5, 8, "expected send or receive, found 'recieve' (did you mean 'receive'?)")]
    [InlineData(Map + "chan c\nselect\n  case send c 1 recover\nend", 5, 17, "expected the end of the line, found 'recover'")]
    [InlineData(Map + "map s map[int]int stack\ngoroutine w\n  len s\nend", 5, 7, "expected a map that others than main can reach, found 's', which is on main's stack")]
    [InlineData(Map + "map s map[string]int8 stack\ngoroutine w\n  clone m s\nend", 5, 11, "expected a map that others than main can reach, found 's', which is on main's stack")]
    [InlineData(Map + "assign m key(i) 1", 3, 14, "expected the iterator of a range around this line, found 'i'")]
    [InlineData(Map + "range i m\nend\nassign m key(i) 1", 5, 14, "expected the iterator of a range around this line, found 'i'")]
    [InlineData(Map + "range i m\n  assign m elem(i) 1\nend", 4, 12, "expected string, found elem(i), which is int8")]
    [InlineData(Map + "range idx m\n  assign m key(ixd) 1\nend", 4, 16, "expected the iterator of a range around this line, found 'ixd' (did you mean 'idx'?)")]
    [InlineData(Map + "range i m\n  range i m\n  end\nend", 4, 9, "expected a name for the iterator, found 'i', which is an iterator")]
    [InlineData(Map + "range i m\nrange j m\nrange k m\nrange l m\n  range z m", 7, 3, "expected at most 8 loops within one another, 4 of them ranges, found one more")]
    [InlineData(Map + "read p", 3, 6, "expected a pointer variable declared before, found 'p'")]
    [InlineData(Map + "new point\ndrop piont", 4, 6, "expected a pointer variable (point), found 'piont' (did you mean 'point'?)")]
    [InlineData(Map + "goroutine w\n  new p\nend\nread p", 6, 6, "expected a pointer variable declared before, found 'p'")]
    [InlineData(Map + "lookup m \"a\" -> p", 3, 14, "expected '->' only where elems are pointers, found int8")]
    [InlineData(Map + "new m", 3, 5, "expected a pointer variable, found 'm', which is a map")]
    [InlineData(Map + "turn 1 len m", 3, 1, "expected 'turn' only in a loop (range, repeat), found it outside")]
    [InlineData(Map + "repeat 3\n  turn 0 len m\nend", 4, 8, "expected a turn (3), or turns from and to (3..6), found '0'")]
    [InlineData(Map + "repeat 3\n  turn 3..2 len m\nend", 4, 8, "expected a turn (3), or turns from and to (3..6), found '3..2'")]
    [InlineData(Map + "mutex m", 3, 7, "expected a new name, found 'm', which is a map already")]
    [InlineData(Map + "mutex mu\nlock mv", 4, 6, "expected a mutex or a rwmutex (mu), found 'mv' (did you mean 'mu'?)")]
    [InlineData(Map + "mutex mu\nrlock mu", 4, 7, "expected a rwmutex declared before, found 'mu'")]
    [InlineData(Map + "chan c 1025", 3, 8, "expected a capacity from 0 to 1024, found '1025'")]
    [InlineData(Map + "assert m.cuont = 1", 3, 10, "expected a field (count, B, flags, noverflow, nevacuate, growing, overflow, oldoverflow, nextoverflow, chain(N)), found 'cuont' (did you mean 'count'?)")]
    [InlineData(Map + "assert m.growing = maybe", 3, 20, "expected no or double or same, found 'maybe'")]
    [InlineData(Map + "assert m.count", 3, 15, "expected '=', found the end of the line")]
    [InlineData(Map + "expect iter-miss/a/b/c", 3, 8, "expected a verdict (clean, panic, fatal, throw, undefined) or the key of a bug like iter-miss/grow, found 'iter-miss/a/b/c'")]
    [InlineData(Map + "checkpoints 0 1111", 3, 13, "expected after how many operations each value is, found '0'")]
    [InlineData(Map + "checkpoints 2 11G1", 3, 15, "expected 4 hexadecimal digits, found '11G1'")]
    [InlineData(Map + "gc", 3, 1, "expected 'gc' only with 'collector' in the header, found no such line")]
    public void A_mistake_is_reported_where_it_is(string text, int line, int column, string message)
    {
        var error = Assert.Throws<ProgramFormatException>(() => ProgramParser.Parse(text));
        Assert.Equal((line, column, message), (error.Line, error.Column, error.Message));
    }

    [Fact]
    public void Cut_and_garbled_programs_of_the_whole_language_are_refused_or_read_but_never_break_the_parser() =>
        ProgramRoundTripTests.ForAllSeeds(seed =>
        {
            var random = new RandomPrograms(seed);
            string[] lines = RandomConcurrentPrograms.Make(seed, Having.Goroutines | Having.Collector).Split('\n');
            for (int i = 0; i < 3; i++)
            {
                (int a, int b) = (1 + random.Next(lines.Length - 1), 1 + random.Next(lines.Length - 1));
                (lines[a], lines[b]) = random.Next(2) == 0 ? (lines[b], lines[a]) : (lines[a][..random.Next(lines[a].Length + 1)], lines[b]);
            }

            try
            {
                ProgramParser.Parse(string.Join('\n', lines));
            }
            catch (ProgramFormatException e)
            {
                Assert.True(e.Line > 0 && e.Column > 0 && e.Message.StartsWith("expected ", StringComparison.Ordinal), e.At("garbled"));
            }
        }, runs: 400);
}
