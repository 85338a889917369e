using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Checks;

/// <summary>How far a writer is.</summary>
internal enum WriterPhase : byte
{
    /// <summary>Before w1 or after w6b.</summary>
    Out,

    /// <summary>Past w1.</summary>
    Tested,

    /// <summary>Past w3a.</summary>
    Loaded,

    /// <summary>Past w3b: the window is open.</summary>
    Inside,

    /// <summary>Past w5.</summary>
    ExitTested,

    /// <summary>Past w6a.</summary>
    ExitLoaded,
}

/// <summary>What is remembered of a goroutine to tell the rows apart. None of it changes what a check must do.</summary>
[Flags]
internal enum ActorMarks : ushort
{
    None = 0,

    /// <summary>An operation is in progress.</summary>
    Busy = 1 << 0,

    /// <summary>The operation has passed its first test.</summary>
    Tested = 1 << 1,

    /// <summary>A window was open between the operation's first step and its test.</summary>
    WroteBefore = 1 << 2,

    /// <summary>A window closed between this writer's w1 and its w3b.</summary>
    OthersClosed = 1 << 3,

    /// <summary>This writer's window and another one overlap.</summary>
    Overlapped = 1 << 4,

    /// <summary>A toggle found the bit set.</summary>
    Toggled = 1 << 5,

    /// <summary>A store of old flags set the bit again while this writer was inside.</summary>
    Hidden = 1 << 6,

    /// <summary>A store of old flags took the bit away while this writer was inside.</summary>
    CarriedZero = 1 << 7,

    /// <summary>The bit that this writer has loaded and will store (or toggle).</summary>
    Carried = 1 << 8,

    /// <summary>Iterator bits were set between this writer's load and its store.</summary>
    OrLost = 1 << 9,

    /// <summary>A window began since the last next of the iteration.</summary>
    IterWritten = 1 << 10,

    /// <summary>A window began since the assignment returned.</summary>
    StoreWritten = 1 << 11,

    OfOperation = Busy | Tested | WroteBefore,
    OfWriter = OthersClosed | Overlapped | Toggled | Hidden | CarriedZero | Carried | OrLost,
}

/// <summary>What the model knows of one goroutine.</summary>
internal struct DetectionActor
{
    /// <summary>The map of the operation in progress.</summary>
    public Addr Map;

    /// <summary>The map of the writer in progress: a clone of a growing map assigns to another map than its own.</summary>
    public Addr Writing;

    /// <summary>The map whose flags were loaded and will be stored; nil between such pairs.</summary>
    public Addr Pending;

    /// <summary>The map of an iteration that may go on.</summary>
    public Addr Iterating;

    /// <summary>The map whose new elem the caller has not stored yet.</summary>
    public Addr Storing;

    public MapOperation Operation;
    public WriterPhase Phase;
    public ActorMarks Marks;

    public readonly bool Has(ActorMarks marks) => (Marks & marks) != 0;

    public readonly bool IsInside(Addr map) => Phase >= WriterPhase.Inside && Writing == map;
}

/// <summary>The state of the detection model, with a journal: it is undone together with the machine's steps.</summary>
internal sealed class DetectionState
{
    private readonly List<Change> _journal = [];
    private readonly List<Addr> _writing = [];
    private DetectionActor[] _actors = [];

    /// <summary>True while changes are journaled.</summary>
    public bool Journaling { get; set; }

    /// <summary>Rows seen so far.</summary>
    public DetectionRow Rows { get; private set; }

    /// <summary>True when the simulated process is dead, or should be.</summary>
    public bool IsOver { get; private set; }

    /// <summary>The fatal or throw that the machine ended with.</summary>
    public Failure Ended { get; private set; }

    public int ActorCount => _actors.Length;

    public int Mark => _journal.Count;

    public Fingerprint Hash
    {
        get
        {
            Fingerprint hash = Fingerprint.Of(1, (ulong)Rows << 16 | (ulong)Ended << 8 | (IsOver ? 1UL : 0));
            foreach (Addr map in _writing)
            {
                hash = hash.Xor(Fingerprint.Of(2, map.Value));
            }

            for (int i = 0; i < _actors.Length; i++)
            {
                ref readonly DetectionActor a = ref _actors[i];
                ulong place = ((ulong)i + 1) << 8;
                hash = hash.Xor(Fingerprint.Of(place, a.Map.Value)).Xor(Fingerprint.Of(place + 1, a.Writing.Value))
                    .Xor(Fingerprint.Of(place + 2, a.Pending.Value)).Xor(Fingerprint.Of(place + 3, a.Iterating.Value))
                    .Xor(Fingerprint.Of(place + 4, a.Storing.Value))
                    .Xor(Fingerprint.Of(place + 5, (ulong)a.Operation << 32 | (ulong)a.Phase << 16 | (ulong)a.Marks));
            }

            return hash;
        }
    }

    public ref readonly DetectionActor Actor(int i) => ref _actors[i];

    /// <summary>Makes room for an actor: <see cref="ChangeActor"/> must not move the others.</summary>
    public void Know(int i)
    {
        if (i >= _actors.Length)
        {
            Array.Resize(ref _actors, i + 1);
        }
    }

    /// <summary>An actor that is about to change.</summary>
    public ref DetectionActor ChangeActor(int i)
    {
        if (Journaling)
        {
            _journal.Add(new Change(i, _actors[i], default, Rows, IsOver, Ended));
        }

        return ref _actors[i];
    }

    /// <summary>True if hashWriting of a map is set.</summary>
    public bool Bit(Addr map) => _writing.Contains(map);

    public void SetBit(Addr map, bool on)
    {
        if (on != Bit(map))
        {
            JournalRest(map);
            ToggleBit(map);
        }
    }

    public void Add(DetectionRow rows)
    {
        JournalRest(default);
        Rows |= rows;
    }

    public void End(Failure failure)
    {
        JournalRest(default);
        IsOver = true;
        Ended = failure;
    }

    public void UndoTo(int mark)
    {
        for (int i = _journal.Count - 1; i >= mark; i--)
        {
            Change change = _journal[i];
            if (change.Index >= 0)
            {
                _actors[change.Index] = change.Actor;
            }

            if (!change.Toggled.IsNil)
            {
                ToggleBit(change.Toggled);
            }

            (Rows, IsOver, Ended) = (change.Rows, change.IsOver, change.Ended);
        }

        _journal.RemoveRange(mark, _journal.Count - mark);
    }

    public void Clear()
    {
        _journal.Clear();
        _writing.Clear();
        Array.Clear(_actors);
        (Rows, IsOver, Ended) = (default, false, Failure.None);
    }

    private void ToggleBit(Addr map)
    {
        if (!_writing.Remove(map))
        {
            _writing.Add(map);
        }
    }

    private void JournalRest(Addr toggled)
    {
        if (Journaling)
        {
            _journal.Add(new Change(-1, default, toggled, Rows, IsOver, Ended));
        }
    }

    private readonly record struct Change(int Index, DetectionActor Actor, Addr Toggled, DetectionRow Rows, bool IsOver, Failure Ended);
}
