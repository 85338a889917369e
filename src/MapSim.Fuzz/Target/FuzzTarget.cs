using MapSim.Faults;
using MapSim.Programs;

namespace MapSim.Fuzz;

/// <summary>
/// What every engine drives: bytes in, a verdict and features out. Any bytes are a program of the binary form, so any input
/// ends in a result. One for each thread; an execution depends on nothing but its input and the options.
/// </summary>
/// <remarks>
/// A program of several goroutines may have data races, in which real Go may do anything: there only those oracles
/// count that know by a table of their own what must be seen (<see cref="KillJudge.JudgesItself"/>).
/// </remarks>
public sealed class FuzzTarget
{
    private const int MostDeepOperations = 1000, MostDeepWork = 100_000, MostRecorded = 24, MostRecordedSteps = 20_000;
    private const int MostSequentialOperations = 4000;
    private const ulong MostSequentialSteps = 400_000, MostDeepSteps = 50_000;
    private readonly SequentialTarget _sequential;
    private readonly MapFeatures _map;
    private readonly DeepFeatures _deep;
    private readonly MapWatcher _watcher;
    private readonly ModelChanges _broken;

    /// <summary>Prepares.</summary>
    /// <param name="options">What inputs are run on.</param>
    public FuzzTarget(TargetOptions options)
    {
        Options = options;
        _map = new MapFeatures(Features);
        _deep = new DeepFeatures(Features);
        _watcher = _map.Observe;
        _sequential = new SequentialTarget { Watcher = _watcher, MostOperations = MostSequentialOperations, MostSteps = MostSequentialSteps };
        _broken = options.Repairs.With(options.Faults);
    }

    /// <summary>What the last execution showed.</summary>
    public FeatureSet Features { get; } = new();

    /// <summary>What inputs are run on.</summary>
    public TargetOptions Options { get; }

    /// <summary>Runs an input.</summary>
    /// <param name="input">Any bytes.</param>
    public TargetResult Run(ReadOnlySpan<byte> input) => Run(TargetInput.Read(input, Options));

    /// <summary>Runs a program whose release is allowed.</summary>
    public TargetResult Run(BinaryProgram program)
    {
        Features.Clear();
        if (!SequentialTarget.CanRun(program))
        {
            return RunDeep(program);
        }

        _map.Begin();
        TargetResult plain = Result(_sequential.Run(program, Options.Repairs));
        End();
        if (Options.Faults.IsNone)
        {
            return plain;
        }

        if (plain.End != TargetEnd.Clean)
        {
            return Refused(plain);
        }

        _map.Begin();
        SequentialEnd again = _sequential.RunAgain(_broken);
        TargetResult broken = Result(again);
        End();
        return (again.IsCut ? broken : Endless(broken)) with { Operations = plain.Operations + broken.Operations };
    }

    /// <summary>The text of a program: what is run again, shrunk and committed.</summary>
    public MapProgram TextOf(ReadOnlySpan<byte> input) => BinaryResolver.Resolve(TargetInput.Read(input, Options));

    private void End()
    {
        if (_sequential.Session is { } session)
        {
            _map.End(session.Machine);
        }
    }

    private TargetResult RunDeep(BinaryProgram program)
    {
        MapProgram text = BinaryResolver.Resolve(program);
        TargetResult plain = RunDeep(text, Options.Repairs);
        return Options.Faults.IsNone ? plain
            : plain.End != TargetEnd.Clean ? Refused(plain)
            : RunDeep(text, _broken);
    }

    private TargetResult RunDeep(MapProgram text, ModelChanges changes)
    {
        _map.Begin();
        var runner = new ProgramRunner(FreshPrograms.WithLimit(text), mode: ScheduleMode.Prefix, changes: changes) { Watcher = _watcher };

        // Recording costs more than the run: only short programs are looked at step by step.
        bool records = MostOperations(text) <= MostRecorded;
        if (records)
        {
            runner.RecordSteps(MostRecordedSteps);
        }

        RunResult run = runner.Run(MostDeepOperations, MostDeepSteps);
        _map.End(runner.Session.Machine);
        if (records)
        {
            _deep.Look(runner.Steps);
        }

        // What the oracles say of a run that was cut is not what they say of the whole program.
        bool isCut = run.Operations >= MostDeepOperations || run.Steps >= MostDeepSteps;
        return isCut ? new TargetResult(TargetEnd.StepLimit, null, run.Operations, run.Steps)
            : Result(run.Verdict, run.BugKey, run.Operations, run.Steps, text.Goroutines.Count > 0);
    }

    private static TargetResult Result(SequentialEnd end) => Result(end.Verdict, end.BugKey, end.Operations, end.Steps, mayRace: false);

    private static TargetResult Result(VerdictKind verdict, string? key, int operations, ulong steps, bool mayRace) => verdict switch
    {
        VerdictKind.StepLimit => new TargetResult(TargetEnd.StepLimit, null, operations, steps),
        VerdictKind.MemoryLimit => new TargetResult(TargetEnd.MemoryLimit, null, operations, steps),
        _ when key != null && IsFinding(verdict, key, mayRace) => new TargetResult(TargetEnd.Finding, key, operations, steps),
        _ => new TargetResult(TargetEnd.Clean, null, operations, steps),
    };

    /// <summary>What also ends badly without the fault proves nothing.</summary>
    private static TargetResult Refused(TargetResult plain) => plain with { End = plain.End == TargetEnd.Finding ? TargetEnd.Clean : plain.End, BugKey = null };

    /// <summary>With a fault an operation without an end is one more way to fail: without the fault the same program ended well.</summary>
    private static TargetResult Endless(TargetResult broken) =>
        broken.End == TargetEnd.StepLimit ? broken with { End = TargetEnd.Finding, BugKey = "limit/steps" } : broken;

    /// <summary>
    /// True if a run must not end so. Panics that a Go program can expect are none of it, nor are fatal errors and deadlocks that
    /// the program itself asks for; a fatal error that it does not ask for is an oracle's finding.
    /// </summary>
    internal static bool IsFinding(VerdictKind verdict, string key, bool mayRace) =>
        mayRace ? KillJudge.JudgesItself(key) : verdict switch
        {
            VerdictKind.Panic => key.StartsWith("panic/nil-dereference/", StringComparison.Ordinal),
            VerdictKind.Fatal => false,
            _ => !key.StartsWith("deadlock/", StringComparison.Ordinal),
        };

    /// <summary>Roughly the operations that a text does.</summary>
    private static long MostOperations(MapProgram text) => Math.Min(MostDeepWork, text.Operations.Sum(o => (o.Operation.Repeat?.To - o.Operation.Repeat?.From) ?? 1));
}
