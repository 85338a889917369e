using System.Collections.Concurrent;
using MapSim.Faults;
using MapSim.Programs;

namespace MapSim.Fuzz;

/// <summary>
/// Says how a program ends whose steps an explorer has made: it runs the same steps once more under all oracles. Ends that any
/// judge must judge alike (<see cref="ProgramStepper.VerdictClass"/>) are run only once.
/// </summary>
/// <param name="program">The program.</param>
/// <param name="changes">What is changed in the model.</param>
public sealed class EndJudge(MapProgram program, ModelChanges changes)
{
    private readonly ConcurrentDictionary<UInt128, string?> _keys = new();
    private readonly ScheduledRuns _scheduled = new(program, changes);
    private long _runs;

    /// <summary>Runs under oracles that were made.</summary>
    public long Runs => Interlocked.Read(ref _runs);

    /// <summary>The key of what is wrong with a final state; null if nothing is.</summary>
    /// <param name="stepper">The program in that state.</param>
    public string? KeyOf(ProgramStepper stepper) => _keys.GetOrAdd(stepper.VerdictClass, _ => KeyOf(stepper.ScheduleOf(stepper.Path())));

    /// <summary>The key of a run with this schedule; null if it ends well.</summary>
    /// <exception cref="InvalidOperationException">The schedule cannot be followed: the explorer and the runner differ, a bug of MapSim.</exception>
    public string? KeyOf(IReadOnlyList<Stretch> schedule)
    {
        Interlocked.Increment(ref _runs);
        ScheduledEnd run = _scheduled.Run(schedule);
        return run.Verdict == VerdictKind.Diverged
            ? throw new InvalidOperationException($"explorer and runner differ: {run.Message}: {string.Join(' ', schedule)}")
            : KillJudge.KeyOf(run.Verdict, run.BugKey);
    }
}
