using System.Diagnostics;
using MapSim.Faults;
using MapSim.Layout;
using MapSim.Programs;

namespace MapSim.Fuzz;

/// <summary>
/// A hunt of the feedback engine (<see cref="FuzzEngine"/>) on one thread, from nothing: to the first input that the judge of
/// the score takes for a kill, or to the end of its budget. On the unmodified model it notes what comes out and goes on.
/// </summary>
/// <param name="fault">The fault; null for the unmodified model.</param>
/// <param name="seed">The engine's seed.</param>
/// <param name="budget">How much it may cost.</param>
/// <param name="isStopped">True if the whole score is to end.</param>
/// <param name="counted">Is told executions as they are made.</param>
internal sealed class FeedbackHunt(FaultInfo? fault, ulong seed, HuntBudget budget, Func<bool> isStopped, Action<long> counted)
{
    private readonly FuzzEngine _engine = new(new EngineOptions(seed, fault == null ? new TargetOptions() : TimeToKill.TargetOf(fault) with { IsShallow = false }) { HasGoroutines = false });
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    /// <summary>Executions made.</summary>
    public long Executions => _engine.Executions;

    /// <summary>Hunts.</summary>
    public HuntResult Run(EngineInfo engine, int seedNumber)
    {
        Kill? kill = null;
        while (kill == null && Left > 0 && !IsOver())
        {
            long before = _engine.Executions;
            if (fault == null)
            {
                _engine.Round(1, Left, IsOver);
            }
            else if (_engine.RoundToBug(Left, IsOver) is { } bug)
            {
                kill = Confirm(bug, fault);
            }

            counted(_engine.Executions - before);
        }

        return new HuntResult(fault, engine, seedNumber, _engine.Executions, _clock.Elapsed.TotalSeconds, kill, kill != null || !isStopped())
        {
            Ends = fault == null ? [.. _engine.Bugs.Select(End)] : [],
        };
    }

    private bool IsOver() => isStopped() || (budget.Time is { } time && _clock.Elapsed >= time);

    private long Left => budget.Executions is { } most ? most - _engine.Executions : long.MaxValue;

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
