using System.Diagnostics;
using MapSim.Faults;
using MapSim.Layout;
using MapSim.Programs;

namespace MapSim.Fuzz;

/// <summary>
/// A hunt of the feedback engine (<see cref="FuzzEngine"/>) on one thread, from nothing: to the first input that the judge of
/// the score takes for a kill, or to the end of its budget. On the unmodified model it notes what comes out and goes on.
/// </summary>
/// <param name="task">What to do.</param>
internal sealed class FeedbackHunt(HuntTask task)
{
    private readonly FuzzEngine _engine = new(new EngineOptions(task.Seed, task.Fault == null ? new TargetOptions() : TimeToKill.TargetOf(task.Fault) with { IsShallow = false }) { HasGoroutines = false });
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    /// <summary>Hunts.</summary>
    public HuntResult Run()
    {
        Kill? kill = null;
        while (kill == null && Left > 0 && !IsOver())
        {
            long before = _engine.Executions;
            if (task.Fault is not { } fault)
            {
                _engine.Round(1, Left, IsOver);
            }
            else if (_engine.RoundToBug(Left, IsOver) is { } bug)
            {
                kill = Confirm(bug, fault);
            }

            task.Counted(_engine.Executions - before);
        }

        return new HuntResult(task.Fault, task.Engine, task.SeedNumber, _engine.Executions, _clock.Elapsed.TotalSeconds, kill, kill != null || !task.IsStopped())
        {
            Ends = task.Fault == null ? [.. _engine.Bugs.Select(End)] : [],
        };
    }

    private bool IsOver() => task.IsStopped() || (task.Budget.Time is { } time && _clock.Elapsed >= time);

    private long Left => task.Budget.Executions is { } most ? most - _engine.Executions : long.MaxValue;

    /// <summary>The text of the input must kill the fault, too; if it does not, the key may come again.</summary>
    private Kill? Confirm(FoundBug bug, FaultInfo hunted)
    {
        Kill? kill = KillJudge.Judge(new Trial(TextOf(bug), Sharing.Alone), hunted).Kill;
        if (kill == null)
        {
            _engine.Forget(bug.Key);
        }

        return kill;
    }

    private static UnmodifiedEnd End(FoundBug bug) => new(bug.Key, bug.Known, bug.Times, ProgramToken.Encode(TextOf(bug)));

    private static MapProgram TextOf(FoundBug bug) => FreshPrograms.WithLimit(BinaryResolver.Resolve(BinaryDecoder.Decode(bug.Input)));
}
