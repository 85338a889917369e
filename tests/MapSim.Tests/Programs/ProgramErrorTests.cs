using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Programs;

public sealed class ProgramErrorTests
{
    private const string Map = "mapsim 1\nmap m map[string]int8\n";

    [Theory]
    [InlineData("", 1, 1, "expected 'mapsim 1', found the end of the line")]
    [InlineData("mapsim 2", 1, 8, "expected format version 1, found '2'")]
    [InlineData("mapsim 1\nhash ase", 2, 6, "expected a hash function (aes, portable, identity, lowbits, onebucket, consttop), found 'ase' (did you mean 'aes'?)")]
    [InlineData("mapsim 1\nhash", 2, 5, "expected a hash function (aes, portable, identity, lowbits, onebucket, consttop), found the end of the line")]
    [InlineData("mapsim 1\ngo 1.20", 2, 4, "expected a Go version (1.19, 1.21, 1.22, 1.23), found '1.20'")]
    [InlineData("mapsim 1\narch arm64\nhash aes", 3, 1, "expected a hash other than aes on arm64 (its AES hash is not modelled), found 'aes'")]
    [InlineData("mapsim 1\nseed -1", 2, 6, "expected a number from 0 to 18446744073709551615, found '-1'")]
    [InlineData("mapsim 1\ngeneric now", 2, 9, "expected the end of the line, found 'now'")]
    [InlineData("mapsim 1\nseed 1\nseed 2", 3, 1, "expected 'seed' only once, found it again")]
    [InlineData(Map + "seed 2", 3, 1, "expected 'seed' before the first map, found it after a map")]
    [InlineData("mapsim 1\nmap m map[[]int]int", 2, 16, "expected a comparable key type, found '[]int'")]
    [InlineData("mapsim 1\nmap m map[string]Foo", 2, 18, "expected a type of Go itself (a named one is written as what it is), found 'Foo'")]
    [InlineData("mapsim 1\nmap m map[string]int smal", 2, 22, "expected make(N), small, stack, nil or memory, found 'smal' (did you mean 'small'?)")]
    [InlineData(Map + "map m map[int]int", 3, 5, "expected a new name, found 'm', which is a map already")]
    [InlineData(Map + "asign m \"a\" 1", 3, 1, "expected an operation (assign, lookup, delete, clear, len, clone, iter, next, gc, range, break, continue, new, read, drop, spawn, join, lock, unlock, rlock, runlock, add, done, wait, do, load, store, send, receive, close, assert, repeat, turn), a block (goroutine, select, case, default, end), a declaration (map, var, mutex, rwmutex, waitgroup, once, chan), schedule, order, past, checkpoints, expect, with or a setting (go, arch, hash, hashkeys, seed, generic, procs, storebuffers, collector, workers, gcstart, race, force, limit), found 'asign' (did you mean 'assign'?)")]
    [InlineData(Map + "len n", 3, 5, "expected a map (m), found 'n'")]
    [InlineData(Map + "next i", 3, 6, "expected an iterator declared before, found 'i'")]
    [InlineData(Map + "iter m m", 3, 6, "expected a name for the iterator, found 'm', which is a map")]
    [InlineData(Map + "assign m \"a\" 128", 3, 14, "expected an int8 (-128 to 127), found '128'")]
    [InlineData(Map + "assign m \"a\"", 3, 13, "expected an int8 (-128 to 127), found the end of the line")]
    [InlineData(Map + "assign m a 1", 3, 10, "expected a string, found 'a'")]
    [InlineData(Map + "assign m \"a 1", 3, 14, "expected a closing quote, found the end of the line")]
    [InlineData(Map + "assign m \"a\\q\" 1", 3, 12, "expected an escape of Go (\\n, \\x41, \\u00e9), found '\\q'")]
    [InlineData(Map + "assign m \"a\" 1 2", 3, 16, "expected the end of the line, found '2'")]
    [InlineData(Map + "assign m \"a\" $i", 3, 14, "expected an int8 (-128 to 127), found '$i', and $i has a meaning only after 'repeat'")]
    [InlineData(Map + "repeat 200 assign m \"a\" $i", 3, 25, "expected an int8 (-128 to 127), found '199' (a value of '$i')")]
    [InlineData(Map + "repeat 9..9 len m", 3, 8, "expected how often (20), or numbers from and to (5..20), found '9..9'")]
    [InlineData(Map + "repeat 9 repeat 3 len m", 3, 10, "expected an operation (assign, lookup, delete, clear, len, clone, iter, next, gc, new, read, drop, join, lock, unlock, rlock, runlock, add, done, wait, load, store, send, receive, close, assert), found 'repeat'")]
    [InlineData(Map + "expect panik", 3, 8, "expected a verdict (clean, panic, fatal, throw, undefined) or the key of a bug like iter-miss/grow, found 'panik' (did you mean 'panic'?)")]
    [InlineData(Map + "expect clean \"well\"", 3, 14, "expected the end of the line, found '\"well\"'")]
    [InlineData(Map + "expect clean digest=12", 3, 21, "expected 32 hexadecimal digits, found '12'")]
    [InlineData("mapsim 1\ngo 1.19\nmap m map[int]int\nclone m c", 4, 1, "expected 'clone' only from Go 1.21 on, found go 1.19")]
    [InlineData("mapsim 1\nmap m map[any]int\nassign m foo(3) 1", 3, 10, "expected a type of Go itself (a named one is written as what it is), found 'foo'")]
    [InlineData("mapsim 1\nmap m map[any]int\nassign m any(3) 1", 3, 10, "expected a type that is no interface, found 'any'")]
    [InlineData("mapsim 1\nmap m map[[2]int]int\nassign m {1, 2, 3} 1", 3, 15, "expected '}' after the last value of [2]int, found ','")]
    [InlineData("mapsim 1\nmap m map[[2]byte]int\nassign m bytes\"abc\" 1", 3, 10, "expected at most 2 bytes, found 3")]
    [InlineData("mapsim 1\nmap m map[*T]int\nassign m p 1", 3, 10, "expected a pointer (&name, nil or a pointer variable), found 'p'")]
    [InlineData("mapsim 1\nmap m map[float32]int\nassign m NaN(0x0) 1", 3, 10, "expected a float32, found 'NaN(0x0)'")]
    public void A_mistake_is_reported_where_it_is(string text, int line, int column, string message)
    {
        var error = Assert.Throws<ProgramFormatException>(() => ProgramParser.Parse(text));
        Assert.Equal((line, column, message), (error.Line, error.Column, error.Message));
        Assert.Equal($"x.mapsim:{line}:{column}: {message}", error.At("x.mapsim"));
    }

    [Fact]
    public void Cut_and_garbled_programs_are_refused_or_read_but_never_break_the_parser() =>
        ProgramRoundTripTests.ForAllSeeds(seed =>
        {
            var random = new RandomPrograms(seed);
            char[] text = ProgramPrinter.Print(RandomPrograms.Make(seed)).ToCharArray();
            for (int i = 0; i < 3; i++)
            {
                text[random.Next(text.Length)] = "\"\\{}()[]$#= \n5a&"[random.Next(16)];
            }

            try
            {
                ProgramParser.Parse(new string(text, 0, random.Next(text.Length) + 1));
            }
            catch (ProgramFormatException e)
            {
                Assert.True(e.Line > 0 && e.Column > 0 && e.Message.StartsWith("expected ", StringComparison.Ordinal), e.At("garbled"));
            }
        }, runs: 400);
}
