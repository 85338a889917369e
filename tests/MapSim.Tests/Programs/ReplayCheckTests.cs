using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Programs;

public sealed class ReplayCheckTests
{
    private const string Short = "mapsim 1\nmap m map[int]int\nassign m 1 1\nlookup m 1\nlen m\ndelete m 1\nlen m\n";

    private const string Long = "mapsim 1\nmap m map[int]int\nrepeat 150 assign m $i 1\nlookup m 7\nlen m\nlen m\n";

    private const string Two = "mapsim 1\nmap m map[int]int\nvar x = 0\ngoroutine w1\n  add x 1\n  load x\nend\nassign m 1 1\nadd x 1\nload x\n";

    [Theory]
    [InlineData("assign m 1 1", "assign m 2 1", "first differs at operation 2 (line 4: lookup m 1): it gives absent")]
    [InlineData("delete m 1", "delete m 2", "first differs at operation 5 (line 7: len m): it gives 1")]
    [InlineData("delete m 1\nlen m\n", "delete m 1\n", "first differs after operation 4: this run ends there, the pinned one went on to operation 5 at least")]
    [InlineData("delete m 1\nlen m\n", "delete m 1\nlen m\nlookup m 5\n", "first differs at operation 6 (line 8: lookup m 5): it gives absent; the pinned run ended before operation 6")]
    public void Checkpoints_tell_which_operation_first_differs(string old, string now, string text)
    {
        ReplayOutcome outcome = ReplayCheck.Of(Edited(Short, old, now));
        Assert.Equal(ReplayStatus.Drift, outcome.Status);
        Assert.StartsWith("the digest is not the pinned one: expected ", outcome.Differences[0], StringComparison.Ordinal);
        Assert.Equal(text, outcome.Differences[1]);
    }

    [Theory]
    [InlineData("lookup m 7", "lookup m 177", "first differs between operations 151 and 153 (line 4: lookup m 177; to line 6: len m)")]
    [InlineData("len m\nlen m\n", "len m\n", "first differs between operations 151 and 153 (line 4: lookup m 7; to line 5: len m); this run ends after operation 152, the pinned one went on to operation 153 at least")]
    [InlineData("len m\nlen m\n", "", "first differs between operations 151 and 153 (line 4: lookup m 7); this run ends after operation 151, the pinned one went on to operation 153 at least")]
    [InlineData("len m\nlen m\n", "len m\nlen m\nlookup m 7\n", "every result up to operation 153 is as it was: it differs after that, in operation 154, in how it ends or in the maps at the end")]
    [InlineData("repeat 150 assign m $i 1", "repeat 40 assign m $i 1", "first differs between operations 40 and 42 (line 3: assign m 39 1; to line 5: len m)")]
    public void In_a_long_program_checkpoints_tell_the_operations_between_which_it_differs(string old, string now, string text)
    {
        MapProgram edited = Edited(Long, old, now);
        Assert.Equal(3, edited.Checkpoints!.Stride);
        ReplayOutcome outcome = ReplayCheck.Of(edited);
        Assert.Equal(ReplayStatus.Drift, outcome.Status);
        Assert.Contains(outcome.Differences, d => d.StartsWith(text, StringComparison.Ordinal));
    }

    [Fact]
    public void What_only_the_maps_show_is_told_as_such()
    {
        ReplayOutcome outcome = ReplayCheck.Of(Edited("mapsim 1\nmap m map[int]int\nassign m 1 1\n", "assign m 1 1", "assign m 1 2"));
        Assert.Equal(ReplayStatus.Drift, outcome.Status);
        Assert.Equal("every result up to operation 1 is as it was: it differs after that, in how it ends or in the maps at the end", outcome.Differences[1]);
        Assert.Null(outcome.FirstDifference);
    }

    [Fact]
    public void Without_checkpoints_the_verdict_and_its_line_must_do()
    {
        ReplayOutcome outcome = ReplayCheck.Of(ProgramParser.Parse("mapsim 1\nmap m map[int]int nil\nassign m 1 1\nexpect panic \"other\"\n"));
        Assert.Equal((ReplayStatus.Drift, 3), (outcome.Status, outcome.Line));
        Assert.StartsWith("expected panic \"other\", found panic: assignment to entry in nil map (bug key panic/", outcome.Differences[0], StringComparison.Ordinal);
        Assert.EndsWith(" in line 3", outcome.Differences[0], StringComparison.Ordinal);
        Assert.StartsWith("the file has no checkpoints line", outcome.Differences[1], StringComparison.Ordinal);
        Assert.Equal(outcome.Result.BugKey, outcome.Key);
    }

    [Fact]
    public void An_unexpected_finding_is_told_with_its_operation_and_step()
    {
        string text = File.ReadAllText(Repository.Path("corpus", "discoveries", "iter-duplicate-same-size-grow.mapsim"));
        ReplayOutcome outcome = ReplayCheck.Of(ProgramParser.Parse(text.Replace("expect iter-duplicate/same-size-grow", "expect clean", StringComparison.Ordinal)));
        Assert.Equal((ReplayStatus.Drift, "iter-duplicate/same-size-grow", "iter-duplicate/same-size-grow"), (outcome.Status, outcome.Key, outcome.Verdict));
        Assert.StartsWith("expected clean, found iter-duplicate/same-size-grow: ", outcome.Differences[0], StringComparison.Ordinal);
        Finding finding = outcome.Result.Finding!;
        Assert.Equal($"seen at operation {finding.Number} (line {finding.Line}: {finding.Operation}), at step {finding.Step}", outcome.Differences[1]);
    }

    [Fact]
    public void A_schedule_that_cannot_be_followed_is_told_with_its_step()
    {
        ReplayOutcome outcome = ReplayCheck.Of(ProgramParser.Parse(Two + "schedule main*2 w1*500\n"));
        Assert.Equal(ReplayStatus.Drift, outcome.Status);
        Assert.Matches(@"^the schedule cannot be followed: step \d+ \(stretch 2, w1\*500\): it has ended$", Assert.Single(outcome.Differences));
        Assert.True(ReplayCheck.Of(ProgramParser.Parse(Two + "schedule main*2 w1*500\n"), ScheduleMode.Prefix).IsOk);
    }

    [Fact]
    public void Only_a_strict_replay_compares_the_digest()
    {
        MapProgram program = ProgramParser.Parse(Two + "expect clean digest=" + new string('0', 32) + "\n");
        Assert.Equal(ReplayStatus.Drift, ReplayCheck.Of(program).Status);
        Assert.All(new[] { ScheduleMode.Prefix, ScheduleMode.Causal, ScheduleMode.HappensBefore }, m => Assert.Equal(ReplayStatus.Ok, ReplayCheck.Of(program, m).Status));
    }

    [Fact]
    public void Two_runs_that_differ_are_nondeterminism_and_it_is_told_where()
    {
        RunResult one = new ProgramRunner(ProgramParser.Parse(Short)).Run();
        RunResult other = new ProgramRunner(ProgramParser.Parse(Short.Replace("delete m 1", "delete m 2", StringComparison.Ordinal))).Run();
        Assert.Null(ReplayCheck.Difference(one, new ProgramRunner(ProgramParser.Parse(Short)).Run()));
        Assert.Equal($"two runs in this process differ, first at operation 5: digests {one.Digest} and {other.Digest}", ReplayCheck.Difference(one, other));
        Assert.Equal($"two runs in this process make different steps: {one.Steps} and 1 in all", ReplayCheck.Difference(one, one with { Steps = 1 }));
    }

    private static MapProgram Edited(string text, string old, string now)
    {
        MapProgram program = ProgramParser.Parse(text);
        string pinned = ProgramPrinter.Print(ProgramPin.Of(program, new ProgramRunner(program).Run()));
        Assert.Contains(old, pinned, StringComparison.Ordinal);
        MapProgram edited = ProgramParser.Parse(pinned.Replace(old, now, StringComparison.Ordinal));
        Assert.NotNull(edited.Checkpoints);
        return edited;
    }
}
