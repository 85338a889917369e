using System.Text.Json;
using MapSim.Cli.Commands;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Cli;

public sealed class ReplayCommandTests
{
    private const string Race = "mapsim 1\nmap m map[int]int\ngoroutine w1\n  assign m 1 1\nend\nlen m\nschedule w1*1000\n";

    [Theory]
    [InlineData(ProgramFolder.Clean, 0, "ok  p.mapsim  clean  digest ")]
    [InlineData(ProgramFolder.Bug, 79, "DRIFT p.mapsim  expected clean, found panic: assignment to entry in nil map (bug key panic/")]
    [InlineData("mapsim 1\nmap m map[int]int\nlen m = 1\n", 79, "DRIFT p.mapsim  expected clean, found mismatch: 'len m' gave 0, expected 1 (bug key unexpected-result/len) in line 3\n")]
    [InlineData("mapsim 1\nmap m map[int]int\nlen m\nexpect iter-miss/grow\n", 79, "DRIFT p.mapsim  the expected failure is gone: expected iter-miss/grow, found clean\n")]
    [InlineData("mapsim 1\nmap m map[int]int\nlen m\nexpect clean digest=00000000000000000000000000000000\n", 79, "DRIFT p.mapsim  the digest is not the pinned one: expected 00000000000000000000000000000000, found ")]
    [InlineData(Race, 79, "DRIFT p.mapsim  the schedule cannot be followed: step ")]
    [InlineData("mapsim 1\nlimit 2\nmap m map[int]int\nassign m 1 1\n", 70, "LIMIT p.mapsim  expected clean, found step limit: ")]
    [InlineData("mapsim 1\nmap m map[int]int make(1000000000)\n", 71, "LIMIT p.mapsim  expected clean, found memory limit: ")]
    [InlineData("mapsim 1\nmap m map[string]int\nasign m \"a\" 1\n", 2, "BAD p.mapsim\n")]
    [InlineData("MZ\u0001 not a text", 2, "BAD p.mapsim\n")]
    public void Replay_says_what_came_of_a_file_and_exits_accordingly(string program, int exitCode, string stdout)
    {
        using var folder = new ProgramFolder();
        folder.Add("p.mapsim", program);
        (int code, string output, _) = Replay(folder.Root);
        Assert.StartsWith(stdout, output.Replace(folder.Root + "/", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(exitCode, code);
    }

    [Fact]
    public void A_bad_file_is_told_with_its_place_and_all_others_are_replayed()
    {
        using var folder = new ProgramFolder();
        folder.Add("1.mapsim", "mapsim 1\nmap m map[string]int\nasign m \"a\" 1\n");
        folder.Add("2.mapsim", ProgramFolder.Bug);
        folder.Add("3.mapsim", ProgramFolder.Clean);
        folder.Add("4.mapsim", "GIF89a");
        (int code, string output, string error) = Replay(folder.Root, folder.Path("none.mapsim"));
        Assert.Equal(2, code);
        Assert.Contains("1.mapsim:3:1: expected an operation (", error, StringComparison.Ordinal);
        Assert.Contains("4.mapsim:1:1: expected a program that begins with 'mapsim 1', or a binary one, found 'GIF89a'\n", error, StringComparison.Ordinal);
        Assert.Contains("none.mapsim", error, StringComparison.Ordinal);
        Assert.Contains("DRIFT " + folder.Path("2.mapsim"), output, StringComparison.Ordinal);
        Assert.Contains("ok  " + folder.Path("3.mapsim"), output, StringComparison.Ordinal);
        Assert.EndsWith("\n5 files: 1 ok, 1 drifted, 3 bad\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public void No_file_at_all_is_exit_code_4()
    {
        using var folder = new ProgramFolder();
        (int code, string output, string error) = Replay(folder.Root);
        Assert.Equal((4, "", $"mapsim: no programs (*.mapsim) in {folder.Root}\n"), (code, output, error));
    }

    [Fact]
    public void Without_arguments_it_is_the_regressions_and_the_discoveries()
    {
        (int code, string output, _) = Replay("--twice");
        Assert.Equal(0, code);
        Assert.Contains("ok  corpus/discoveries/iter-miss-old-bucket-cleared.mapsim  iter-miss/old-bucket-cleared  digest ", output, StringComparison.Ordinal);
        Assert.DoesNotContain("corpus/examples", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("expected at most one of --prefix, --causal and --hb, found --prefix and --hb", "--prefix", "--hb")]
    [InlineData("--pin: expected the files to rewrite, found none", "--pin")]
    [InlineData("--pin: expected files or folders, found 'standard input'", "--pin", "-")]
    [InlineData("--pin: expected a strict replay, found --causal", "--pin", "--causal", "corpus/examples")]
    [InlineData("--workers: expected a number from 1 to 1024, found 0", "--workers", "0")]
    [InlineData("--junit: expected the name of a file in a folder that exists, found '/no/such/folder/x.xml'", "--junit", "/no/such/folder/x.xml")]
    [InlineData("b64:!: expected base64 (letters, digits, '-' and '_' or '+' and '/'), found '!' as character 5", "b64:!")]
    public void What_cannot_be_meant_is_refused(string message, params string[] arguments)
    {
        (int code, _, string error) = Replay(arguments);
        Assert.Equal((2, "mapsim: " + message + "\n"), (code, error));
    }

    [Fact]
    public void The_other_ways_to_use_a_schedule_go_on_where_strict_replay_stops()
    {
        using var folder = new ProgramFolder();
        string file = folder.Add("race.mapsim", Race);
        Assert.Equal(79, Replay(file).Code);
        Assert.All(new[] { "--prefix", "--causal", "--hb" }, mode => Assert.Equal(0, Replay(mode, file).Code));
    }

    [Fact]
    public void A_program_can_come_as_a_word_and_the_printed_command_brings_the_failure_back()
    {
        string word = ProgramToken.Encode(ProgramParser.Parse(ProgramFolder.Bug));
        (int code, string output, _) = Replay(word);
        Assert.Equal(79, code);
        string command = output.Split('\n').Single(l => l.TrimStart().StartsWith("mapsim replay ", StringComparison.Ordinal)).Trim();
        (int again, string sameOutput, _) = MapsimProcess.Run(command.Split(' ')[1..]);
        Assert.Equal((code, output), (again, sameOutput.ReplaceLineEndings("\n")));
    }

    [Fact]
    public void Json_has_its_schema_and_a_row_for_each_file()
    {
        using var folder = new ProgramFolder();
        string clean = folder.Add("clean.mapsim", ProgramFolder.Clean), drift = folder.Add("drift.mapsim", ProgramFolder.Bug), bad = folder.Add("zbad.mapsim", "mapsim 1\nx\n");
        (int code, string output, _) = Replay("--json", folder.Root);
        JsonElement json = JsonDocument.Parse(output).RootElement;
        Assert.Equal((2, "mapsim.replay/1", 1), (code, json.GetProperty("schema").GetString(), json.GetProperty("drifted").GetInt32()));
        JsonElement[] files = [.. json.GetProperty("files").EnumerateArray()];
        Assert.Equal([clean, drift, bad], files.Select(f => f.GetProperty("file").GetString()));
        Assert.Equal([true, false, false], files.Select(f => f.GetProperty("ok").GetBoolean()));
        Assert.Equal(("clean", "clean", 32), (files[0].GetProperty("verdict").GetString(), files[0].GetProperty("expected").GetString(), files[0].GetProperty("digest").GetString()!.Length));
        Assert.Equal(("drift", "panic: assignment to entry in nil map", 3), (files[1].GetProperty("status").GetString(), files[1].GetProperty("verdict").GetString(), files[1].GetProperty("line").GetInt32()));
        Assert.Equal(("bad-input", 2), (files[2].GetProperty("key").GetString(), files[2].GetProperty("line").GetInt32()));
    }

    [Fact]
    public void The_worst_file_decides_the_exit_code()
    {
        ReplayOutcome outcome = ReplayCheck.Of(ProgramParser.Parse(ProgramFolder.Clean));
        ReplayedFile Of(ReplayStatus status) => new("f", ScheduleMode.Strict) { Outcome = outcome with { Status = status } };
        ReplayedFile ok = Of(ReplayStatus.Ok), drift = Of(ReplayStatus.Drift), steps = Of(ReplayStatus.StepLimit), memory = Of(ReplayStatus.MemoryLimit);
        ReplayedFile differ = Of(ReplayStatus.Nondeterminism), skipped = new("f", ScheduleMode.Strict);
        ReplayedFile bad = new("f", ScheduleMode.Strict) { Bad = new MapSim.Cli.BadInputException("") }, crash = new("f", ScheduleMode.Strict) { Crash = new InvalidOperationException() };
        ReplayedFile[] worstLast = [ok, skipped, memory, steps, drift, differ, bad, crash];
        int[] codes = [0, 72, 71, 70, 79, 78, 2, 1];
        Assert.Equal(codes, worstLast.Select((_, i) => ReplayedFile.WorstExitCode(worstLast[..(i + 1)])));
        Assert.Equal(72, ReplayedFile.WorstExitCode([ok], isInterrupted: true));
    }

    private static (int Code, string Output, string Error) Replay(params string[] arguments)
    {
        (int code, string output, string error) = MapsimProcess.Run(["replay", .. arguments]);
        return (code, output.ReplaceLineEndings("\n"), error.ReplaceLineEndings("\n"));
    }
}
