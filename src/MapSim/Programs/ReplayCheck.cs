using System.Globalization;
using MapSim.Faults;

namespace MapSim.Programs;

/// <summary>
/// Replays a program and decides whether it still behaves as it says: verdict as expected, digest as pinned, schedule
/// followed. If not, says where it first differs.
/// </summary>
public static class ReplayCheck
{
    /// <summary>Replays a program.</summary>
    /// <param name="program">The program.</param>
    /// <param name="mode">
    /// How its schedule is used. Digest and checkpoints belong to the schedule as it stands and are compared only in
    /// <see cref="ScheduleMode.Strict"/>; in the other modes the verdict decides.
    /// </param>
    /// <param name="twice">Runs it a second time and compares: a difference is <see cref="ReplayStatus.Nondeterminism"/>.</param>
    /// <param name="changes">What is changed in the model. The lines "with ..." of a program are looked at only if nothing is.</param>
    /// <exception cref="ProgramFormatException">The program does something that its release, or a session, cannot do.</exception>
    public static ReplayOutcome Of(MapProgram program, ScheduleMode mode = ScheduleMode.Strict, bool twice = false, ModelChanges changes = default)
    {
        ReplayOutcome outcome = Plain(program, mode, twice, changes);
        for (int i = 0; i < program.Lines.Count && outcome.IsOk && changes.IsNone; i++)
        {
            if (program.Lines[i].Statement is ChangedExpectation changed)
            {
                RunResult result = new ProgramRunner(program, mode: mode, changes: changed.Changes).Run() with { Expectation = changed.Expectation };
                string[] differences = [.. ChangedDifferences(changed, result, twice ? new ProgramRunner(program, mode: mode, changes: changed.Changes).Run() : null)];
                outcome = differences.Length == 0 ? outcome : new ReplayOutcome(ReplayStatus.Drift, result, differences) { Line = i + 1 };
            }
        }

        return outcome;
    }

    private static IEnumerable<string> ChangedDifferences(ChangedExpectation changed, RunResult result, RunResult? again)
    {
        if (!result.IsAsExpected)
        {
            yield return $"with {changed.Changes}: {Verdicts(result)}";
        }
        else if (!result.HasExpectedDigest)
        {
            yield return $"with {changed.Changes}: the digest is not the pinned one: expected {result.Expectation.Digest}, found {result.Digest}";
        }
        else if (again != null && Difference(result, again) is { } text)
        {
            yield return $"with {changed.Changes}: {text}";
        }
    }

    private static ReplayOutcome Plain(MapProgram program, ScheduleMode mode, bool twice, ModelChanges changes)
    {
        RunResult result = new ProgramRunner(program, mode: mode, changes: changes).Run();
        int expectLine = 1 + Math.Max(0, program.Lines.ToList().FindIndex(l => l.Statement is Expectation));
        if (twice && Difference(result, new ProgramRunner(program, mode: mode, changes: changes).Run()) is { } text)
        {
            return new ReplayOutcome(ReplayStatus.Nondeterminism, result, [text]) { Line = expectLine };
        }

        bool isStrict = mode == ScheduleMode.Strict;
        if (result.IsAsExpected && (!isStrict || result.HasExpectedDigest))
        {
            return new ReplayOutcome(ReplayStatus.Ok, result, []) { Line = expectLine };
        }

        CheckpointDifference? first = isStrict ? CheckpointDifference.Of(program, result, observer => Again(program, observer, changes)) : null;
        ReplayStatus status = result.Verdict switch
        {
            VerdictKind.StepLimit => ReplayStatus.StepLimit,
            VerdictKind.MemoryLimit => ReplayStatus.MemoryLimit,
            _ => ReplayStatus.Drift,
        };
        int line = result.Line > 0 && !result.IsAsExpected ? result.Line : first is { Line: > 0 } ? first.Line : expectLine;
        return new ReplayOutcome(status, result, [.. Differences(program, mode, result, first)]) { FirstDifference = first, Line = line };
    }

    /// <summary>What is not the same in two runs of one program; null if all is.</summary>
    internal static string? Difference(RunResult one, RunResult two)
    {
        if (!one.Checkpoints.SequenceEqual(two.Checkpoints))
        {
            int same = one.Checkpoints.Zip(two.Checkpoints).TakeWhile(p => p.First == p.Second).Count();
            return string.Create(CultureInfo.InvariantCulture, $"two runs in this process differ, first at operation {same + 1}: digests {one.Digest} and {two.Digest}");
        }

        return one.Digest != two.Digest ? $"two runs in this process give the digests {one.Digest} and {two.Digest}"
            : one.VerdictText != two.VerdictText || one.BugKey != two.BugKey ? $"two runs in this process end differently: {one.VerdictText}, and {two.VerdictText}"
            : one.Steps != two.Steps || !one.Schedule.SequenceEqual(two.Schedule)
                ? string.Create(CultureInfo.InvariantCulture, $"two runs in this process make different steps: {one.Steps} and {two.Steps} in all")
            : null;
    }

    private static void Again(MapProgram program, Action<OperationResult> observer, ModelChanges changes) => new ProgramRunner(program, changes: changes) { Observer = observer }.Run();

    private static IEnumerable<string> Differences(MapProgram program, ScheduleMode mode, RunResult result, CheckpointDifference? first)
    {
        if (!result.IsAsExpected)
        {
            yield return Verdicts(result);
        }
        else
        {
            yield return $"the digest is not the pinned one: expected {result.Expectation.Digest}, found {result.Digest}";
        }

        if (result.Finding is { } f && !result.IsAsExpected)
        {
            string of = program.Schedule.Count > 0 && mode == ScheduleMode.Strict ? " of the schedule" : "";
            yield return string.Create(CultureInfo.InvariantCulture, $"seen at operation {f.Number} (line {f.Line}: {(f.Goroutine == "main" ? "" : f.Goroutine + ": ")}{f.Operation}), at step {f.Step}{of}");
        }

        // A schedule that cannot be followed cuts the run short: only what differs before that says something.
        if (first != null && (result.Verdict != VerdictKind.Diverged || first.Last <= result.Operations))
        {
            yield return first.Text;
        }
        else if (mode == ScheduleMode.Strict && result.Verdict != VerdictKind.Diverged)
        {
            yield return program.Checkpoints is { } pinned ? BehindCheckpoints(pinned, result)
                : "the file has no checkpoints line (written by replay --pin), which would say where results first differ";
        }

        if (mode is ScheduleMode.Causal or ScheduleMode.HappensBefore && !program.Lines.Any(l => l.Statement is OrderLine))
        {
            yield return "the file has no order lines: nothing says which step comes before which";
        }
    }

    /// <summary>All checkpoints are equal. What the last operations gave may lie behind the last of them.</summary>
    private static string BehindCheckpoints(CheckpointsLine pinned, RunResult result)
    {
        long last = pinned.Values.Count * (long)pinned.Stride;
        string results = result.Operations > last ? string.Create(CultureInfo.InvariantCulture, $"in {(result.Operations == last + 1 ? "operation" : $"operations {last + 1} to")} {result.Operations}, ") : "";
        return string.Create(CultureInfo.InvariantCulture, $"every result up to operation {last} is as it was: it differs after that, {results}in how it ends or in the maps at the end");
    }

    private static string Verdicts(RunResult result)
    {
        string expected = (result.Expectation with { Digest = null }).ToText()["expect ".Length..];
        if (result.Verdict == VerdictKind.Diverged)
        {
            return result.Message;
        }

        string where = result.Line == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" in line {result.Line}");
        string key = result.BugKey != null && result.Verdict != VerdictKind.Finding ? $" (bug key {result.BugKey})" : "";
        return result.Verdict == VerdictKind.Clean
            ? $"the expected failure is gone: expected {expected}, found clean"
            : $"expected {expected}, found {result.VerdictText}{key}{where}";
    }
}
