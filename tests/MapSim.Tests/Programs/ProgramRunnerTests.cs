using MapSim.Layout;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Programs;

public sealed class ProgramRunnerTests
{
    [Fact]
    public void Every_operation_tells_what_it_returned()
    {
        const string Text = """
            mapsim 1
            map m map[string]int
            assign m "a" 1
            lookup m "a"
            lookup m "b"
            delete m "a"
            len m
            iter i m
            assign m "x" 5
            iter i m
            next i
            next i
            clone m c
            clear c
            """;
        Assert.Equal(["ok", "1", "absent", "ok", "0", "end", "ok", "\"x\" 5", "end", "end", "ok", "ok"], Results(Text, out RunResult result));
        Assert.Equal((VerdictKind.Clean, "", 0, 12), (result.Verdict, result.Message, result.Line, result.Operations));
    }

    [Fact]
    public void A_repetition_counts_and_puts_its_number_into_values()
    {
        const string Text = "mapsim 1\nmap m map[string]int8\nrepeat 3 assign m \"k$i\" $i\nrepeat 1..3 lookup m \"k$i\" = $i\nlookup m \"k$i\" = absent\n";
        Assert.Equal(["ok", "ok", "ok", "1", "2", "absent"], Results(Text, out RunResult result));
        Assert.True(result.IsAsExpected);
    }

    [Fact]
    public void A_result_that_is_not_as_expected_is_a_mismatch_and_the_program_goes_on()
    {
        RunResult result = Run("mapsim 1\nmap m map[int]int\nlen m = 1\nassign m 1 1\nlen m = 1\n");
        Assert.Equal((VerdictKind.Mismatch, "'len m' gave 0, expected 1", 3, 3), (result.Verdict, result.Message, result.Line, result.Operations));
        Assert.False(result.IsAsExpected);
        Assert.Equal("    1  len m  = 0   (line 3 expects 1)", Assert.Single(result.Mismatches).ToString());
    }

    [Theory]
    [InlineData("expect panic \"assignment to entry in nil map\"", true)]
    [InlineData("expect panic", true)]
    [InlineData("expect panic \"something else\"", false)]
    [InlineData("expect fatal", false)]
    [InlineData("", false)]
    public void A_panic_ends_the_program_and_must_be_expected(string expect, bool ok)
    {
        RunResult result = Run($"mapsim 1\nmap m map[int]int nil\nassign m 1 1\nlen m = 77\n{expect}\n");
        Assert.Equal((VerdictKind.Panic, "assignment to entry in nil map", 3, 1), (result.Verdict, result.Message, result.Line, result.Operations));
        Assert.Equal(ok, result.IsAsExpected);
    }

    [Fact]
    public void A_recovered_panic_is_a_result_and_the_program_goes_on()
    {
        Assert.Equal(
            ["panic: runtime error: hash of unhashable type []int", "0"],
            Results("mapsim 1\nmap m map[any]int\nassign m []int{} 1 recover\nlen m = 0\n", out RunResult result));
        Assert.True(result.IsAsExpected);
    }

    [Fact]
    public void A_literal_elem_of_any_spelling_is_compared_by_its_value() =>
        Assert.True(Run("""
            mapsim 1
            map m map[int]struct{ b [4]byte; f float64; e interface{} }
            assign m 1 {bytes"ab", 1e1, 5}
            lookup m 1 = {{0x61, 98}, 10, int(5)}
            assign m 2 {}
            lookup m 2 = {{}, 0, nil}
            """).IsAsExpected);

    [Fact]
    public void A_program_of_operations_within_the_limit_ends_when_it_has_taken_64_times_as_much()
    {
        RunResult result = Run("mapsim 1\nlimit 50\nmap m map[int]int\nassign m 5 1\nrepeat 5000 lookup m 5\n");
        Assert.Equal(VerdictKind.StepLimit, result.Verdict);
        Assert.Equal("the program takes more than 3200 steps", result.Message);
        Assert.InRange(result.Steps, 3200UL, 3250UL);
    }

    [Fact]
    public void An_operation_beyond_the_limit_ends_the_run()
    {
        RunResult result = Run("mapsim 1\nlimit 3\nmap m map[int]int\nassign m 5 1\nlen m\n");
        Assert.Equal((VerdictKind.StepLimit, 4, 1), (result.Verdict, result.Line, result.Operations));
    }

    [Fact]
    public void More_memory_than_there_is_ends_the_run() =>
        Assert.Equal(VerdictKind.MemoryLimit, Run("mapsim 1\nmap m map[int]int make(1000000000)\n").Verdict);

    [Fact]
    public void Too_many_maps_on_the_stack_are_a_mistake_of_the_program()
    {
        string maps = string.Concat(Enumerable.Range(0, 20).Select(i => $"map m{i} map[string]string stack\n"));
        var error = Assert.Throws<ProgramFormatException>(() => Run("mapsim 1\n" + maps));
        Assert.InRange(error.Line, 3, 20);
    }

    [Fact]
    public void Clone_on_a_release_without_it_is_a_mistake_even_if_the_release_is_replaced()
    {
        MapProgram program = ProgramParser.Parse("mapsim 1\nmap m map[int]int\nclone m c\n");
        Assert.Equal(3, Assert.Throws<ProgramFormatException>(() => new ProgramRunner(program, GoVersion.Go119).Run()).Line);
    }

    [Fact]
    public void A_replaced_seed_or_release_changes_what_happens()
    {
        MapProgram program = ProgramParser.Parse("mapsim 1\nmap m map[int]int\nrepeat 13 assign m $i 1\niter i m\n");
        RunResult plain = new ProgramRunner(program).Run();
        Assert.NotEqual(plain.Digest, new ProgramRunner(program, seed: 1).Run().Digest);
        Assert.NotEqual(plain.Digest, new ProgramRunner(program, GoVersion.Go121).Run().Digest);
        Assert.Equal(plain.Digest, new ProgramRunner(program, GoVersion.Go123, 0).Run().Digest);
    }

    [Theory]
    [InlineData("aes")]
    [InlineData("portable")]
    [InlineData("identity")]
    [InlineData("lowbits")]
    [InlineData("onebucket")]
    [InlineData("consttop")]
    public void A_map_is_a_map_with_every_hash_on_every_architecture_and_release(string hash)
    {
        foreach (string arch in (string[])["amd64", "arm64", "386"])
        {
            foreach (GoVersion version in GoVersion.All)
            {
                string text = $"mapsim 1\ngo {version}\narch {arch}\nhash {(hash == "aes" && arch == "arm64" ? "portable" : hash)}\nmap m map[string]uint16\n"
                    + "repeat 30 assign m \"k$i\" $i\nrepeat 30 lookup m \"k$i\" = $i\nrepeat 9 delete m \"k$i\"\nrepeat 9 lookup m \"k$i\" = absent\nlen m = 21\n";
                Assert.True(Run(text).IsAsExpected, text);
            }
        }
    }

    private static RunResult Run(string text) => new ProgramRunner(ProgramParser.Parse(text)).Run();

    private static List<string> Results(string text, out RunResult result)
    {
        var results = new List<string>();
        result = new ProgramRunner(ProgramParser.Parse(text)) { Observer = r => results.Add(r.Result) }.Run();
        return results;
    }
}
