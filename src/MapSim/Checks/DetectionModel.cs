using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Checks;

/// <summary>
/// H7 without a machine: what Go's check for concurrent use of a map must do (gc-and-barriers.md, D2). It is told the
/// micro-steps of all goroutines in the order in which they happen, keeps hashWriting of each map for itself, and says
/// at each test whether the real runtime is fatal there.
/// </summary>
/// <remarks>
/// <code>
/// writer  w1 test   w2 hash   w3a load  w3b store the bit toggled   w4 body   w5 test   w6a load  w6b store the bit cleared
///                                       [ ---------------- window ---------------- ]
/// reader  r0 empty? r1 test   r2 body
/// </code>
/// Within w4 a grow, the end of a grow and a clear load the flags and store them later with another bit changed: the bit
/// they store is the one they loaded. It does not know locks or other order between goroutines: a row says how operations
/// came across each other in time, not whether the program is racy (H8 does). It does not look at what a missed conflict
/// destroys.
/// </remarks>
public sealed partial class DetectionModel
{
    private readonly DetectionState _state = new();

    /// <summary>True while changes can be undone.</summary>
    public bool Journaling
    {
        get => _state.Journaling;
        set => _state.Journaling = value;
    }

    /// <summary>The present end of the journal: pass it to <see cref="UndoTo"/> to come back to now.</summary>
    public int Mark => _state.Mark;

    /// <summary>The rows seen so far.</summary>
    public DetectionRow Rows => _state.Rows;

    /// <summary>What they amount to.</summary>
    public DetectionVerdict Verdict => DetectionRows.Verdict(_state.Rows);

    /// <summary>True once the real process would be dead, or the simulated one is: what comes later says nothing.</summary>
    public bool IsOver => _state.IsOver;

    /// <summary>How the run ended; None if it goes on.</summary>
    public Failure Ended => _state.Ended;

    /// <summary>Hash of what the model remembers: two runs with equal state and equal monitor hash go on alike.</summary>
    public Fingerprint MonitorHash => _state.Hash;

    /// <summary>True if hashWriting of a map is set, according to the model.</summary>
    public bool IsWriting(Addr map) => _state.Bit(map);

    /// <summary>True while an operation of a goroutine is in progress.</summary>
    public bool IsBusy(int actor) => actor < _state.ActorCount && _state.Actor(actor).Has(ActorMarks.Busy);

    /// <summary>Takes back what happened since a mark.</summary>
    public void UndoTo(int mark) => _state.UndoTo(mark);

    /// <summary>Forgets everything: a new run begins.</summary>
    public void Reset() => _state.Clear();

    /// <summary>The process has died; <paramref name="failure"/> is None if it only should have.</summary>
    public void End(Failure failure)
    {
        if (Failures.Severity(failure) > FailureSeverity.Fatal)
        {
            NoteCutShort();
        }

        _state.End(failure);
    }

    /// <summary>An operation begins; its first step comes next.</summary>
    public void Begin(int actor, MapOperation operation, Addr map)
    {
        _state.Know(actor);
        ref DetectionActor me = ref _state.ChangeActor(actor);
        if (operation == MapOperation.ElemStore)
        {
            operation = me.Storing.IsNil ? MapOperation.None : operation;
        }
        else
        {
            me.Storing = default;
        }

        me.Operation = operation;
        me.Map = map;
        me.Phase = WriterPhase.Out;
        me.Marks = me.Marks & ~ActorMarks.OfOperation | ActorMarks.Busy;
        NoteBegin(actor, ref me);
    }

    /// <summary>A goroutine makes a micro-step.</summary>
    /// <returns>What the real runtime ends with at this step: a fatal, or None if it goes on.</returns>
    public Failure Apply(int actor, MicroStep step, Addr map)
    {
        _state.Know(actor);
        return step switch
        {
            MicroStep.W1 => WriterTest(actor, map),
            MicroStep.W3a => LoadForToggle(actor, map),
            MicroStep.W3b => Toggle(actor, map),
            MicroStep.W5 => ExitTest(actor, map),
            MicroStep.W6a => LoadForClear(actor, map),
            MicroStep.W6b => Clear(actor, map),
            MicroStep.R1 => ReaderTest(actor, map),
            MicroStep.CarryLoad => Load(actor, map),
            MicroStep.CarryStore => StoreCarried(actor, map),
            MicroStep.OrFlags => NoteOr(actor, map),
            MicroStep.PastTest when !_state.Actor(actor).Has(ActorMarks.Tested) => ReaderTest(actor, map),
            _ => Failure.None,
        };
    }

    /// <summary>The operation has ended, well or not.</summary>
    public void Finish(int actor, Failure failure)
    {
        _state.Know(actor);
        ref DetectionActor me = ref _state.ChangeActor(actor);
        if (failure == Failure.Unhashable && me.Phase >= WriterPhase.Inside)
        {
            // The hash comes before the toggle (golang/go#19359): when it panics the flags are untouched.
            _state.SetBit(me.Writing, !_state.Bit(me.Writing));
        }

        if (failure == Failure.None)
        {
            NoteReturn(actor, ref me);
        }
        else
        {
            NoteCutShort();
        }

        me.Operation = MapOperation.None;
        me.Map = default;
        me.Writing = default;
        me.Pending = default;
        me.Phase = WriterPhase.Out;
        me.Marks &= ~(ActorMarks.OfOperation | ActorMarks.OfWriter);
    }

    private Failure WriterTest(int actor, Addr map)
    {
        if (_state.Bit(map))
        {
            return Fatal(DetectionRow.CaughtInWindow, Failure.ConcurrentWrites);
        }

        NotePassed(actor, map);
        ref DetectionActor me = ref _state.ChangeActor(actor);
        me.Writing = map;
        me.Phase = WriterPhase.Tested;
        me.Marks &= ~ActorMarks.OfWriter;
        return Failure.None;
    }

    private Failure ReaderTest(int actor, Addr map)
    {
        if (_state.Bit(map))
        {
            return Fatal(DetectionRow.CaughtInWindow, MessageOf(_state.Actor(actor).Operation));
        }

        NotePassed(actor, map);
        return Failure.None;
    }

    private Failure LoadForToggle(int actor, Addr map)
    {
        // A writer that comes here without w1 should have tested.
        if (_state.Actor(actor).Phase == WriterPhase.Out && WriterTest(actor, map) is not Failure.None and var fatal)
        {
            return fatal;
        }

        Load(actor, map);
        _state.ChangeActor(actor).Phase = WriterPhase.Loaded;
        return Failure.None;
    }

    private Failure Toggle(int actor, Addr map)
    {
        ref DetectionActor me = ref _state.ChangeActor(actor);
        bool found = me.Has(ActorMarks.Carried);
        Stored(ref me);
        me.Phase = WriterPhase.Inside;
        NoteWindow(actor, ref me, map, found);
        _state.SetBit(map, !found);
        return Failure.None;
    }

    private Failure ExitTest(int actor, Addr map)
    {
        if (!_state.Bit(map))
        {
            return Fatal(RowOfExit(_state.Actor(actor)), Failure.ConcurrentWrites);
        }

        _state.ChangeActor(actor).Phase = WriterPhase.ExitTested;
        return Failure.None;
    }

    private Failure LoadForClear(int actor, Addr map)
    {
        // A writer that comes here without w5 should have tested.
        if (_state.Actor(actor).Phase == WriterPhase.Inside && ExitTest(actor, map) is not Failure.None and var fatal)
        {
            return fatal;
        }

        Load(actor, map);
        _state.ChangeActor(actor).Phase = WriterPhase.ExitLoaded;
        return Failure.None;
    }

    private Failure Clear(int actor, Addr map)
    {
        ref DetectionActor me = ref _state.ChangeActor(actor);
        Stored(ref me);
        me.Phase = WriterPhase.Out;
        me.Writing = default;
        NoteWindowClosed(actor, in me, map);
        _state.SetBit(map, false);
        return Failure.None;
    }

    private Failure Load(int actor, Addr map)
    {
        ref DetectionActor me = ref _state.ChangeActor(actor);
        me.Pending = map;
        me.Marks &= ~(ActorMarks.Carried | ActorMarks.OrLost);
        me.Marks |= _state.Bit(map) ? ActorMarks.Carried : ActorMarks.None;
        return Failure.None;
    }

    private Failure StoreCarried(int actor, Addr map)
    {
        ref DetectionActor me = ref _state.ChangeActor(actor);
        bool bit = me.Has(ActorMarks.Carried);
        Stored(ref me);
        if (bit != _state.Bit(map))
        {
            NoteOldFlags(map, bit);
            _state.SetBit(map, bit);
        }

        return Failure.None;
    }

    private Failure Fatal(DetectionRow row, Failure message)
    {
        _state.Add(row);
        _state.End(message);
        return message;
    }

    private static Failure MessageOf(MapOperation operation) => operation switch
    {
        MapOperation.IterInit or MapOperation.IterNext => Failure.ConcurrentIterationWrite,
        MapOperation.Clone => Failure.ConcurrentCloneWrite,
        _ => Failure.ConcurrentReadWrite,
    };
}
