using MapSim.Machines;

namespace MapSim.Programs;

/// <summary>
/// Runs a program under constraints "this step before that one" in place of a schedule: a goroutine whose next step must
/// come after one that was not made yet waits. Survives edits that do not touch the steps that are named.
/// </summary>
/// <remarks>
/// What a goroutine's next step is called is found by making it and taking it back. Who makes the first step of some
/// constraint goes first; when all are kept, whoever made the last second step, which is on its way to the verdict: what the
/// others would do next does not belong to its past. A constraint whose first step never comes (the edit removed it) is
/// dropped as soon as nobody could move otherwise; <see cref="Dropped"/> tells.
/// </remarks>
/// <param name="run">The run.</param>
/// <param name="scheduler">Makes the steps.</param>
/// <param name="mode">Causal: lines order and past. HappensBefore: order only, or all if no line is decisive.</param>
internal sealed class OrderedScheduler(ProgramRun run, ProgramScheduler scheduler, ScheduleMode mode)
{
    private readonly List<OrderLine> _waiting = Lines(run.Program, mode);
    private readonly string? _last = Lines(run.Program, mode).LastOrDefault()?.Second.Goroutine;

    /// <summary>Constraints that could not be kept.</summary>
    public List<OrderLine> Dropped { get; } = [];

    /// <summary>Runs to the end.</summary>
    public void Run()
    {
        Machine m = run.Session.Machine;
        run.KeepsNames = true;
        m.SetTracking(true);
        while (!run.IsStopped && scheduler.IsAnyAlive())
        {
            List<int> enabled = scheduler.Enabled();
            if (enabled.Count == 0)
            {
                scheduler.EndIfDeadlocked();
                return;
            }

            int g = ByImportance(enabled).FirstOrDefault(e => IsFree(run.PeekPoint(e)), -1);
            if (g < 0)
            {
                StepPoint blocked = run.PeekPoint(enabled[0]);
                OrderLine drop = _waiting.First(o => o.Second == blocked);
                _waiting.Remove(drop);
                Dropped.Add(drop);
                continue;
            }

            StepPoint point = run.PeekPoint(g);
            scheduler.Step(g);
            if (scheduler.Stepped == null)
            {
                run.NotePoint(g, point.Operation);
            }

            _waiting.RemoveAll(o => o.First == point);
        }
    }

    private IEnumerable<int> ByImportance(List<int> enabled) =>
        enabled.OrderBy(e => _waiting.Exists(o => o.First.Goroutine == run.NameOf(e)) ? 0 : run.NameOf(e) == _last ? 1 : 2);

    private static List<OrderLine> Lines(MapProgram program, ScheduleMode mode)
    {
        List<OrderLine> all = [.. program.Lines.Select(l => l.Statement).OfType<OrderLine>()];
        return mode == ScheduleMode.HappensBefore && all.Exists(o => o.IsDecisive) ? all.FindAll(o => o.IsDecisive) : all;
    }

    private bool IsFree(StepPoint point) => !_waiting.Exists(o => o.Second == point);
}
