using System.Numerics;
using MapSim.Faults;
using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Programs;

/// <summary>
/// A program that an explorer moves: who can make a step, what it would touch, one step forward, one step back, and a hash of
/// where it stands. Nothing is judged on the way: a path that is of interest is run once more by <see cref="ProgramRunner"/>
/// under all oracles, as the schedule that <see cref="Path"/> gives.
/// </summary>
/// <remarks>
/// Movers have numbers: the goroutines of the program in their order (main is 0), then the workers of the collector, then,
/// with store buffers, the buffer of each goroutine. A dead process does not move.
/// </remarks>
public sealed partial class ProgramStepper
{
    private readonly ProgramRun _run;
    private readonly Machine _machine;
    private readonly ResultTrail _trail;
    private readonly List<(byte Mover, int Trail)> _path = [];
    private readonly int _goroutines;
    private readonly bool _outlivesDeath;
    private readonly bool _isForEnds;
    private (ulong Busy, ulong Dead) _standing;
    private bool _isStanding;

    /// <summary>Prepares a program to stand before its first step.</summary>
    /// <param name="program">The program; its schedule plays no part.</param>
    /// <param name="changes">What is changed in the model.</param>
    /// <param name="outlivesDeath">The others go on when a goroutine has ended the process; only the first death is judged.</param>
    /// <param name="isForEnds">Only how the program can end is of interest: states that end alike, whatever follows, may have the same hash.</param>
    /// <exception cref="ProgramFormatException">The release cannot have one of the faults, or there are more than 64 movers.</exception>
    public ProgramStepper(MapProgram program, ModelChanges changes = default, bool outlivesDeath = false, bool isForEnds = false)
    {
        (Program, Changes, _outlivesDeath, _isForEnds) = (program, changes, outlivesDeath, isForEnds);
        ProgramSettings settings = ProgramSettings.Of(program) with { Changes = changes, Race = false };
        if (changes.NotOf(settings.Version) is { } wrong)
        {
            throw new ProgramFormatException(1, 1, wrong);
        }

        _run = new ProgramRun(program, settings);
        (_machine, Goroutines) = (_run.Session.Machine, _run.Code.Goroutines.Count);
        _run.Oracles.IsOff = true;
        _run.ObjectNamesAreAddresses();
        _trail = new ResultTrail(_run, isForEnds);
        _isLastFindingOpen = program.Maps.Any(m => m.Map.Origin == MapOrigin.Memory) || _run.Code.Goroutines.Any(g => g.Instructions.Any(i => i.Operation?.Expected != null || i.Cases.Any(c => c.Operation.Expected != null)));
        Machine.Memory.RawReads = [];
        _run.MakeMaps();
        _run.Trail = _trail;
        _run.OutlivesDeath = outlivesDeath;
        Machine.Dispatching = null;
        Machine.HashesTrace = false;
        Machine.SetTracking(true);
        _goroutines = Machine.Goroutines.Count;
        Movers = settings.StoreBuffers > 0 ? 2 * _goroutines : _goroutines;
        if (Movers > 64)
        {
            throw new ProgramFormatException(1, 1, $"expected at most 64 goroutines, workers and store buffers to explore, found {Movers}");
        }
    }

    /// <summary>The program.</summary>
    public MapProgram Program { get; }

    /// <summary>The run that it moves, to be read only.</summary>
    internal ProgramRun Run => _run;

    /// <summary>What is changed in the model.</summary>
    public ModelChanges Changes { get; }

    /// <summary>How many can move, 1 to 64.</summary>
    public int Movers { get; }

    /// <summary>How many of them are goroutines of the program.</summary>
    public int Goroutines { get; }

    /// <summary>Steps made and not taken back.</summary>
    public int Depth => _path.Count;

    /// <summary>True if a goroutine ended with a failure that ends the process.</summary>
    public bool IsDead => _run.IsDead;

    /// <summary>True if all that steps can wait for is a mutex, a spawn or the end of a goroutine, and nothing but accesses to memory orders them otherwise.</summary>
    public bool HasOnlyMutexes =>
        Movers == Goroutines && _run.Code.Shared.All(s => s.Kind is SharedKind.Mutex or SharedKind.Var);

    /// <summary>Those who can make a step: bit m for mover m. None once the process is dead or all goroutines of the program have ended.</summary>
    public ulong Enabled
    {
        get
        {
            (ulong busy, ulong dead) = Standing();
            if ((dead != 0 && !_outlivesDeath) || busy == 0 || IsSealed)
            {
                return 0;
            }

            ulong enabled = 0;
            for (int g = 0; g < _goroutines; g++)
            {
                enabled |= Machine.IsEnabled(g) ? 1UL << g : 0;
            }

            for (int m = _goroutines; m < Movers; m++)
            {
                enabled |= Machine.BufferedStores(m - _goroutines) > 0 ? 1UL << m : 0;
            }

            return enabled;
        }
    }

    /// <summary>The goroutines of the program that have started and not ended.</summary>
    public ulong Unfinished
    {
        get
        {
            (ulong busy, ulong dead) = Standing();
            ulong unfinished = 0;
            for (ulong left = (dead == 0 || _outlivesDeath) && !IsSealed ? busy : 0; left != 0; left &= left - 1)
            {
                int g = BitOperations.TrailingZeroCount(left);
                unfinished |= _run.HasStarted(g) ? 1UL << g : 0;
            }

            return unfinished;
        }
    }

    /// <summary>
    /// Hash of everything the future depends on, and of all that operations have returned. For ends: of what the future depends on, and of what a judge can
    /// still tell apart: not of objects that nothing leads to, nor of the order of turns that no judge can find fault with; and where all is decided of nothing but the end.
    /// </summary>
    public UInt128 StateHash
    {
        get
        {
            if (_isForEnds && (IsDead || IsSealed))
            {
                return VerdictClass;
            }

            Fingerprint hash = (_isForEnds ? Machine.ReachableHash : Machine.StateHash).Xor(_trail.Hash);
            return new UInt128(hash.High, hash.Low);
        }
    }

    /// <summary>The goroutines that ended with a failure.</summary>
    public ulong Dead => Standing().Dead;

    /// <summary>
    /// Of a final state: a number that is the same for two of them that any judge must judge alike. Of a process that died, how
    /// far the others had come says nothing.
    /// </summary>
    public UInt128 VerdictClass
    {
        get
        {
            if (IsSealed)
            {
                return new UInt128(_trail.Broken, _trail.Hash.Low);
            }

            if (!IsDead)
            {
                return StateHash;
            }

            int dead = _trail.FirstDead >= 0 ? _trail.FirstDead : BitOperations.TrailingZeroCount(Dead);
            Goroutine g = Machine.Goroutines[dead];
            return new UInt128(_trail.Broken ^ (_trail.FirstDead >= 0 ? _trail.DeadAt : 0), ((ulong)dead << 48) | ((ulong)g.Failure << 32) | (uint)_trail.EndedBy(dead));
        }
    }

    private Machine Machine => _machine;

    /// <summary>The goroutines of the program that have not ended, and those that ended with a failure.</summary>
    private (ulong Busy, ulong Dead) Standing()
    {
        if (_isStanding)
        {
            return _standing;
        }

        ulong busy = 0, dead = 0;
        for (int g = 0; g < Goroutines; g++)
        {
            ref GoroutineState state = ref _machine.GoroutineAt(g).State;
            busy |= state.Top != 0 ? 1UL << g : 0;
            dead |= state.Top == 0 && state.Failure != 0 ? 1UL << g : 0;
        }

        _isStanding = true;
        return _standing = (busy, dead);
    }

    /// <summary>The name of a mover, as schedules call it.</summary>
    public string NameOf(int mover) => mover < _goroutines ? _run.NameOf(mover) : _run.NameOf(mover - _goroutines) + ProgramScheduler.Drain;

    /// <summary>The operation that a mover is in, as bug keys call it: "assign", "iterate".</summary>
    public string OperationOf(int mover) => mover >= Goroutines ? "gc" : ProgramRun.KeyWord(_run.WaitingAt(mover)?.Operation?.Kind);

    /// <summary>What the next step of a mover would do. Of one that waits: what it waits for.</summary>
    public NextStep Peek(int mover)
    {
        if (mover >= _goroutines)
        {
            return new NextStep(Machine.PeekDrain(mover - _goroutines), SyncKind.None, 0, false);
        }

        (SyncKind sync, ulong place) = mover < Goroutines ? _run.SyncOf(mover) : default;
        if (sync is not SyncKind.None || !Machine.IsEnabled(mover))
        {
            return new NextStep(default, sync, place, false);
        }

        ulong before = Machine.Choices.Count;
        bool draws = false;
        Machine.Choices.Drawn = (_, _) => draws = true;
        Access access = _run.Peek(mover);
        Machine.Choices.Drawn = null;
        return new NextStep(access, sync, place, draws || Machine.Choices.Count != before);
    }

    /// <summary>One step of a mover that can make one.</summary>
    /// <returns>What it touched.</returns>
    public Access Step(int mover)
    {
        _isStanding = false;
        _path.Add(((byte)mover, _trail.Mark));
        ForgetReads();
        return mover < _goroutines ? Machine.Step(mover) : Machine.DrainOne(mover - _goroutines);
    }

    /// <summary>One step of a mover that can make one, and what <see cref="Peek"/> would have said of it.</summary>
    public NextStep Make(int mover)
    {
        (SyncKind sync, ulong place) = mover < Goroutines ? _run.SyncOf(mover) : default;
        ulong before = Machine.Choices.Count;
        Access access = Step(mover);
        return new NextStep(sync is SyncKind.None ? access : default, sync, place, sync is SyncKind.None && Machine.Choices.Count != before);
    }

    /// <summary>Makes one step of a goroutine that can make one, unless it takes part in synchronisation: <see cref="Peek"/> knows such a step without making it.</summary>
    /// <param name="mover">Who moves.</param>
    /// <param name="made">What <see cref="Peek"/> would have said of the step.</param>
    /// <returns>False if nothing was done.</returns>
    public bool TryMake(int mover, out NextStep made)
    {
        made = default;
        if (mover >= Goroutines || _run.SyncOf(mover).Sync is not SyncKind.None)
        {
            return false;
        }

        ulong before = _machine.Choices.Count;
        Access access = Step(mover);
        made = new NextStep(access, SyncKind.None, 0, _machine.Choices.Count != before);
        return true;
    }

    /// <summary>What the last step, made and not taken back, told of beginnings and ends of operations.</summary>
    public TrailEvents LastEvents => _path.Count == 0 ? TrailEvents.None : _trail.EventsSince(_path[^1].Trail);

    /// <summary>Takes back the last step.</summary>
    public void Undo()
    {
        _isStanding = false;
        (byte _, int trail) = _path[^1];
        _path.RemoveAt(_path.Count - 1);
        Machine.Undo();
        _trail.UndoTo(trail);
    }

    /// <summary>Who made the steps so far.</summary>
    public IReadOnlyList<int> Path()
    {
        var movers = new int[_path.Count];
        for (int i = 0; i < movers.Length; i++)
        {
            movers[i] = _path[i].Mover;
        }

        return movers;
    }

    /// <summary>Steps as the stretches of a schedule.</summary>
    /// <param name="movers">Who makes them.</param>
    public IReadOnlyList<Stretch> ScheduleOf(IEnumerable<int> movers)
    {
        var stretches = new List<Stretch>();
        (int last, long steps) = (-1, 0);
        foreach (int mover in movers)
        {
            if (mover != last && steps > 0)
            {
                stretches.Add(new Stretch(NameOf(last), steps));
            }

            (last, steps) = (mover, mover == last ? steps + 1 : 1);
        }

        if (steps > 0)
        {
            stretches.Add(new Stretch(NameOf(last), steps));
        }

        return stretches;
    }

    /// <summary>The same program on a machine of its own, after the same steps.</summary>
    public ProgramStepper Fork()
    {
        var copy = new ProgramStepper(Program, Changes, _outlivesDeath, _isForEnds);
        foreach ((byte mover, int _) in _path)
        {
            copy.Step(mover);
        }

        return copy;
    }
}
