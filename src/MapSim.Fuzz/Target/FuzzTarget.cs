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
/// <param name="options">What inputs are run on.</param>
public sealed class FuzzTarget(TargetOptions options)
{
    /// <summary>What the last execution showed.</summary>
    public FeatureSet Features { get; } = new();

    /// <summary>What inputs are run on.</summary>
    public TargetOptions Options => options;

    /// <summary>Runs an input.</summary>
    /// <param name="input">Any bytes.</param>
    public TargetResult Run(ReadOnlySpan<byte> input) => Run(TargetInput.Read(input, options));

    /// <summary>Runs a program whose release is allowed.</summary>
    public TargetResult Run(BinaryProgram program)
    {
        Features.Clear();
        MapProgram text = BinaryResolver.Resolve(program);
        foreach (ulong feature in RunFeatures.Of(text))
        {
            Features.Add(FeatureDomain.Work, unchecked((uint)feature));
        }

        TargetResult plain = Deep(text, options.Repairs);
        if (options.Faults.IsNone || plain.End != TargetEnd.Clean)
        {
            return options.Faults.IsNone ? plain : plain with { End = TargetEnd.Clean, BugKey = null };
        }

        return Deep(text, options.Repairs.With(options.Faults));
    }

    /// <summary>The text of a program: what is run again, shrunk and committed.</summary>
    public MapProgram TextOf(ReadOnlySpan<byte> input) => BinaryResolver.Resolve(TargetInput.Read(input, options));

    private static TargetResult Deep(MapProgram text, ModelChanges changes)
    {
        RunResult run = KillJudge.Run(text, changes);
        bool mayRace = text.Goroutines.Count > 0;
        return run.Verdict switch
        {
            VerdictKind.StepLimit => new TargetResult(TargetEnd.StepLimit, null, run.Operations, run.Steps),
            VerdictKind.MemoryLimit => new TargetResult(TargetEnd.MemoryLimit, null, run.Operations, run.Steps),
            _ when run.BugKey is { } key && IsFinding(run.Verdict, key, mayRace) => new TargetResult(TargetEnd.Finding, key, run.Operations, run.Steps),
            _ => new TargetResult(TargetEnd.Clean, null, run.Operations, run.Steps),
        };
    }

    /// <summary>True if a run must not end so: the panics that a Go program can expect are none of it.</summary>
    internal static bool IsFinding(VerdictKind verdict, string key, bool mayRace) =>
        mayRace ? KillJudge.JudgesItself(key)
        : verdict != VerdictKind.Panic || key.StartsWith("panic/nil-dereference/", StringComparison.Ordinal);
}
