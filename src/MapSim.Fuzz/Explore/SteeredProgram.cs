using MapSim.Programs;

namespace MapSim.Fuzz;

/// <summary>How a run under somebody else's scheduler ended.</summary>
/// <param name="Key">The bug key; null for a clean end.</param>
/// <param name="Schedule">Who made how many steps.</param>
public sealed record SteeredEnd(string? Key, IReadOnlyList<Stretch> Schedule)
{
    /// <summary>The key and the line for a program that makes it end so again.</summary>
    public override string ToString() => $"{Key ?? "clean"} by {new ScheduleLine(Schedule).ToText()}";
}

/// <summary>
/// A program that a scheduler from elsewhere moves, run after run: it asks who can move, moves them one step at a time, and is
/// told how each run ended. That two move at the same time is refused: there would be no schedule to tell.
/// </summary>
/// <remarks>Its calls may come from any threads, one after the other.</remarks>
/// <param name="program">The program; its schedule plays no part.</param>
/// <param name="options">What is changed in the model, and the longest run (<see cref="ExploreOptions.MostDepth"/>).</param>
/// <exception cref="ProgramFormatException">It cannot be explored.</exception>
public sealed class SteeredProgram(MapProgram program, ExploreOptions options)
{
    private readonly ProgramModel _model = new(program, options.Changes);
    private readonly EndNotes _notes = new();
    private int _moving;
    private volatile bool _isBroken;
    private long _cut;
    private long _steps;

    /// <summary>How many can move: goroutines, workers of the collector, store buffers; 1 to 64.</summary>
    public int Movers => _model.Threads;

    /// <summary>Runs that ended.</summary>
    public long Runs { get; private set; }

    /// <summary>Of them, those with a bug key.</summary>
    public long BadRuns { get; private set; }

    /// <summary>True if nobody has a step to make in this run: it ended, is stuck, or is as long as allowed.</summary>
    public bool IsOver => _isBroken || _model.Enabled == 0 || _model.Depth >= options.MostDepth;

    /// <summary>True if a mover can make a step.</summary>
    /// <param name="mover">0 to <see cref="Movers"/> - 1.</param>
    public bool CanMove(int mover) => !IsOver && (_model.Enabled >> mover & 1) != 0;

    /// <summary>Goes back to before the first step.</summary>
    public void Begin()
    {
        while (_model.Depth > 0)
        {
            _model.Undo();
        }
    }

    /// <summary>One step of a mover that can make one.</summary>
    /// <exception cref="InvalidOperationException">It cannot, or another is in the middle of a step. Then the run is over for all.</exception>
    public void Step(int mover)
    {
        if (Interlocked.Exchange(ref _moving, 1) != 0 || !CanMove(mover))
        {
            _isBroken = true;
            throw new InvalidOperationException($"expected one mover at a time that can make a step, found {_model.Stepper.NameOf(mover)} beside another or unable to move");
        }

        _model.Step(mover);
        _steps++;
        Volatile.Write(ref _moving, 0);
    }

    /// <summary>The run is over: how did it end? Its own steps are judged, as a replay judges them.</summary>
    public SteeredEnd End()
    {
        IReadOnlyList<int> movers = _model.Stepper.Path();
        IReadOnlyList<Stretch> schedule = _model.Stepper.ScheduleOf(movers);
        Runs++;
        if (_model.Enabled != 0)
        {
            _cut++;
            return new SteeredEnd(null, schedule);
        }

        string? key = _model.Judge.KeyOf(schedule);
        BadRuns += key == null ? 0 : 1;
        _notes.Note(key, movers);
        return new SteeredEnd(key, schedule);
    }

    /// <summary>All runs so far, as an exploration that proves nothing.</summary>
    /// <param name="engine">What moved it.</param>
    /// <param name="sampler">And how that picks.</param>
    public Exploration Found(string engine, string sampler) => new(
        engine, false, [.. _notes.All.Select(e => ProgramTraces.End(program, options, _model, e.Key, e.Times, (double)e.Times / Runs, e.Schedule))])
    {
        Runs = Runs, Sampler = sampler, Steps = _steps, JudgedRuns = _model.Judge.Runs,
        Cut = _cut > 0 ? FormattableString.Invariant($"{_cut} runs were longer than {options.MostDepth} steps") : "runs are samples",
    };
}
