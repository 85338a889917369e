using MapSim.Concurrency;
using MapSim.Faults;
using MapSim.Memory;
using MapSim.Programs;

namespace MapSim.Fuzz;

/// <summary>A map program as the engines of the explorer see it: movers that make steps, and a key for how it ends.</summary>
/// <remarks>
/// What a step would touch is known when it is made. So <see cref="Next"/> makes it and leaves it made until somebody asks for more of the
/// state before it than who can move: mostly the engine asks for that very step.
/// </remarks>
public sealed class ProgramModel : IMemoryModel
{
    private readonly ProgramStepper _stepper;
    private readonly EndJudge _judge;
    private ulong _enabled;
    private ulong _unfinished;
    private bool _isKnown;
    private bool _draws;

    // Who has made a step that nobody has asked for yet; -1 for nobody.
    private int _ahead = -1;

    /// <summary>A program before its first step.</summary>
    /// <param name="program">The program; its schedule plays no part.</param>
    /// <param name="changes">What is changed in the model.</param>
    /// <param name="isForTraces">For engines that put steps in order by what they touch: the death of the process stops only the goroutine that dies.</param>
    /// <param name="isForEnds">For engines that ask only how the program can end: states that no oracle can tell apart are one.</param>
    /// <exception cref="ProgramFormatException">It cannot be explored.</exception>
    public ProgramModel(MapProgram program, ModelChanges changes = default, bool isForTraces = false, bool isForEnds = false)
        : this(new ProgramStepper(program, changes, isForTraces, isForEnds), new EndJudge(program, changes))
    {
    }

    private ProgramModel(ProgramStepper stepper, EndJudge judge) => (_stepper, _judge) = (stepper, judge);

    /// <summary>The machine and its movers.</summary>
    public ProgramStepper Stepper => Here();

    /// <summary>Says how the program ends.</summary>
    public EndJudge Judge => _judge;

    /// <inheritdoc/>
    public int Threads => _stepper.Movers;

    /// <inheritdoc/>
    public ulong Enabled
    {
        get
        {
            _enabled = _isKnown ? _enabled : _stepper.Enabled;
            _isKnown = true;
            return _enabled;
        }
    }

    /// <inheritdoc/>
    public ulong Unfinished => _ahead >= 0 ? _unfinished : _stepper.Unfinished;

    /// <inheritdoc/>
    public ulong Failed => Here().Dead;

    /// <inheritdoc/>
    public int Depth => Here().Depth;

    /// <inheritdoc/>
    public UInt128 StateHash => Here().StateHash;

    /// <summary>The key of how the program ends, in a final state; null before, and for a clean end.</summary>
    public string? Failure => Enabled == 0 ? _judge.KeyOf(Here()) : null;

    /// <inheritdoc/>
    public StepInfo Next(int thread)
    {
        ProgramStepper stepper = Here();
        (ulong enabled, ulong unfinished) = (Enabled, stepper.Unfinished);
        if ((enabled >> thread & 1) == 0 || !stepper.TryMake(thread, out NextStep made))
        {
            return Of(stepper.Peek(thread));
        }

        (_ahead, _unfinished) = (thread, unfinished);
        return Of(made);
    }

    /// <inheritdoc/>
    public void Step(int thread)
    {
        _draws = false;
        if (_ahead != thread)
        {
            Here().Step(thread);
        }

        (_ahead, _isKnown) = (-1, false);
    }

    /// <inheritdoc/>
    public StepInfo Make(int thread)
    {
        ProgramStepper stepper = Here();
        _isKnown = false;
        NextStep made = stepper.Make(thread);
        _draws = made.Draws;
        return Of(made with { Draws = false });
    }

    /// <inheritdoc/>
    public StepNotes Notes
    {
        get
        {
            ProgramStepper stepper = Here();
            return (StepNotes)stepper.LastEvents | (_draws ? StepNotes.Draws : StepNotes.None) | (stepper.HasReadBesides ? StepNotes.Reads : StepNotes.None);
        }
    }

    /// <inheritdoc/>
    public void Undo()
    {
        Here().Undo();
        _isKnown = false;
    }

    /// <inheritdoc/>
    public int PlacesPerWord => 8;

    /// <inheritdoc/>
    public UInt128 ControlHash => Here().ControlHash;

    /// <inheritdoc/>
    public ulong Word(ulong place) => Here().Word(place);

    /// <inheritdoc/>
    public void ReadBesides(IPlaces places) => Here().VisitReadBesides(places.Add);

    /// <inheritdoc/>
    public void JudgedPlaces(IPlaces places) => Here().VisitJudged(places.Add);

    /// <inheritdoc/>
    public IModel Fork() => new ProgramModel(Here().Fork(), _judge);

    /// <summary>The stepper, where this model stands.</summary>
    private ProgramStepper Here()
    {
        if (_ahead >= 0)
        {
            _ahead = -1;
            _stepper.Undo();
        }

        return _stepper;
    }

    private static StepInfo Of(in NextStep next) => next switch
    {
        { Draws: true } or { Sync: SyncKind.Other } or { Access.Kind: AccessKind.Collector } => new StepInfo(StepKind.Everything, 0, 1),
        { Sync: SyncKind.Lock } => new StepInfo(StepKind.Lock, next.Place, 1),
        { Sync: SyncKind.Unlock } => new StepInfo(StepKind.Unlock, next.Place, 1),
        { Sync: SyncKind.Spawn } => new StepInfo(StepKind.Spawn, next.Place, 1),
        { Sync: SyncKind.Join } => new StepInfo(StepKind.Join, next.Place, 1),
        { Sync: SyncKind.Own } => new StepInfo(StepKind.Own, 0, 1),
        { Access.Kind: AccessKind.Load } => Of(StepKind.Load, next.Access),
        { Access.Kind: AccessKind.Store } => Of(StepKind.Store, next.Access),
        { Access.Kind: AccessKind.Atomic } => Of(StepKind.Update, next.Access),

        // Each P has spans of its own, so allocations of two goroutines commute; what waits in a store buffer is its goroutine's own.
        _ => new StepInfo(StepKind.Own, 0, 1),
    };

    private static StepInfo Of(StepKind kind, Access access) => new(kind, access.Address.Value, (uint)access.Size);
}
