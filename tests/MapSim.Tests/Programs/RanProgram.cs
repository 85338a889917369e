using MapSim.Programs;

namespace MapSim.Tests.Programs;

/// <summary>A program that was run, with everything it said.</summary>
internal sealed class RanProgram
{
    private RanProgram(ProgramRunner runner, RunResult result, IReadOnlyList<OperationResult> operations)
    {
        (Runner, Result, Operations) = (runner, result, operations);
    }

    public ProgramRunner Runner { get; }

    public RunResult Result { get; }

    public IReadOnlyList<OperationResult> Operations { get; }

    /// <summary>"w1: 5" for each operation; main's without a name.</summary>
    public IReadOnlyList<string> Results => [.. Operations.Select(o => (o.Goroutine == "main" ? "" : o.Goroutine + ": ") + o.Result)];

    /// <summary>The verdict, and the bug key or nothing: what most tests ask for.</summary>
    public string End => Result.Verdict + " " + Result.BugKey;

    /// <summary>All that must be the same in a replay.</summary>
    public (string Digest, string Verdict, string? Key, int Operations, ulong Steps, string Schedule) Signature =>
        (Result.Digest.ToString(), Result.VerdictText, Result.BugKey, Result.Operations, Result.Steps, string.Join(' ', Result.Schedule));

    public static RanProgram Of(string text, ScheduleMode mode = ScheduleMode.Strict, bool records = false, bool tracks = false, Action<ProgramRunner, OperationResult>? after = null)
    {
        var operations = new List<OperationResult>();
        var runner = new ProgramRunner(ProgramParser.Parse(text.StartsWith("mapsim", StringComparison.Ordinal) ? text : "mapsim 1\n" + text), mode: mode);
        runner.Observer = o =>
        {
            operations.Add(o);
            after?.Invoke(runner, o);
        };
        if (records)
        {
            runner.RecordSteps();
        }

        if (tracks)
        {
            runner.Session.Machine.SetTracking(true);
        }

        return new RanProgram(runner, runner.Run(), operations);
    }

    /// <summary>The text with the schedule that was really made in place of its random one.</summary>
    public string Replay(string text)
    {
        string lines = string.Concat(Result.Schedule.Chunk(200).Select(c => "schedule " + string.Join(' ', c) + "\n"));
        string[] kept = [.. text.Split('\n').Where(l => !l.TrimStart().StartsWith("schedule", StringComparison.Ordinal))];
        return string.Join('\n', kept).TrimEnd('\n') + "\n" + lines;
    }
}
