using MapSim.Faults;
using MapSim.Heap;
using MapSim.Memory;
using MapSim.Programs;

namespace MapSim.Cli.Stepping;

/// <summary>
/// What a person does with a run in the stepper: where he stands, what he looks at, which other ways he has taken. It knows
/// nothing of keys and terminals.
/// </summary>
/// <remarks>
/// Another way is the same program with a schedule of its own: the steps up to here, then the goroutine that was chosen, then
/// whoever comes first. It is run to its end at once, so its verdict is known before it is walked. To take a way back is to run the one before again:
/// only programs and positions are kept.
/// </remarks>
internal sealed class StepSession
{
    private readonly ModelChanges _changes;
    private readonly int _mostSteps;
    private readonly Stack<(MapProgram Program, int Position)> _ways = new();
    private HashSet<Addr>? _changed;

    /// <summary>Runs a program and stands at its beginning.</summary>
    /// <param name="program">The program.</param>
    /// <param name="changes">What is changed in the model.</param>
    /// <param name="mostSteps">As many steps are recorded.</param>
    /// <exception cref="ProgramFormatException">See <see cref="Timeline.Of"/>.</exception>
    public StepSession(MapProgram program, ModelChanges changes = default, int mostSteps = Timeline.DefaultMostSteps)
    {
        (_changes, _mostSteps) = (changes, mostSteps);
        Timeline = Timeline.Of(program, changes, mostSteps);
        Look();
    }

    /// <summary>The run.</summary>
    public Timeline Timeline { get; private set; }

    /// <summary>Where it stands: steps made.</summary>
    public int Position => Timeline.Position;

    /// <summary>What is changed in the model.</summary>
    public ModelChanges Changes => _changes;

    /// <summary>How many choices led away from the recorded run.</summary>
    public int Ways => _ways.Count;

    /// <summary>The position that was shown before this one: what was written in between is marked.</summary>
    public int Since { get; private set; }

    /// <summary>What the last command has to say; empty for nothing.</summary>
    public string Message { get; private set; } = "";

    /// <summary>True if the last command could not do what it was asked.</summary>
    public bool IsRefused { get; private set; }

    /// <summary>The byte under the cursor.</summary>
    public Addr Cursor { get; private set; }

    /// <summary>A byte of the bucket that the cursor was in last: what a long map is drawn around.</summary>
    public Addr Focus { get; private set; }

    /// <summary>True while the cursor goes to what each step touches.</summary>
    public bool Follows { get; private set; } = true;

    /// <summary>The number of the map that is drawn.</summary>
    public int Map { get; private set; }

    /// <summary>The step that led here; null at the beginning.</summary>
    public TimelineStep? Last => Position == 0 ? null : Timeline.Steps[Position - 1];

    /// <summary>True if a byte was written between the screen before and this one.</summary>
    public bool IsChanged(Addr address)
    {
        if (_changed == null)
        {
            _changed = [];
            for (int i = Math.Min(Since, Position); i < Math.Max(Since, Position); i++)
            {
                foreach (MemoryChange change in Timeline.Steps[i].Changes)
                {
                    _changed.UnionWith(Enumerable.Range(0, change.New.Length).Select(n => change.Address + n));
                }
            }
        }

        return _changed.Count > 0 && _changed.Contains(address);
    }

    /// <summary>True if the last step touched a byte among these.</summary>
    public bool IsAccessed(Addr address, int size = 1) =>
        Last is { Access: { Kind: not AccessKind.None } a } && address.Value < a.Address.Value + (ulong)a.Size && a.Address.Value < address.Value + (ulong)size;

    /// <summary>True if a byte among these was written since the screen before.</summary>
    public bool IsChanged(Addr address, int size) => Enumerable.Range(0, size).Any(i => IsChanged(address + i));

    /// <summary>Forgets what the last command said.</summary>
    public void BeginCommand() => (Message, IsRefused) = ("", false);

    /// <summary>Says something.</summary>
    public void Say(string message) => Message = message;

    /// <summary>Says why something cannot be done.</summary>
    public void Refuse(string message) => (Message, IsRefused) = (message, true);

    /// <summary>Goes to a position; as near as there is.</summary>
    public void GoTo(int position)
    {
        int to = Math.Clamp(position, 0, Timeline.Count);
        if (to == Position)
        {
            Refuse(to == 0 ? "this is the beginning" : to == Timeline.Count ? "this is the end: " + Timeline.Result.VerdictText : "it stands there");
            return;
        }

        Arrive(Position);
        Timeline.GoTo(to);
        Look();
    }

    /// <summary>Goes to the next step, or the one before, in which something happened.</summary>
    /// <param name="name">One of <see cref="StepEvents.Names"/>.</param>
    /// <param name="backwards">To the one before.</param>
    public void GoToEvent(string name, bool backwards = false)
    {
        if (!StepEvents.Names.Contains(name))
        {
            string near = Suggestion.For(name, StepEvents.Names) is { } word ? $"; did you mean {word}?" : "";
            Refuse($"expected one of {string.Join(", ", StepEvents.Names)}, found '{name}'{near}");
            return;
        }

        int at = StepEvents.Find(Timeline, name, Position, backwards);
        int other = at > 0 ? 0 : StepEvents.Find(Timeline, name, Position, !backwards);
        if (at > 0)
        {
            GoTo(at);
        }
        else
        {
            string here = StepEvents.Find(Timeline, name, Position - 1, false) == Position && Position > 0 ? "; this step is one" : "";
            Refuse($"no {name} {(backwards ? "before" : "after")} step {Position}{here}{(other > 0 ? $"; step {other} is one" : here.Length > 0 ? "" : ", nor anywhere in this run")}");
        }
    }

    /// <summary>Goes to the last step before this one that changed the byte under the cursor.</summary>
    public void GoToWriter()
    {
        int at = Timeline.LastWriteOf(Cursor, Position);
        if (at == 0)
        {
            TimelineObject? born = ObjectAt(Cursor);
            Refuse($"no step before {Position} changed {Timeline.NameOf(Cursor)}{(born is { Born: > 0 } ? $"; {born.Name} was allocated by step {born.Born}" : "")}");
            return;
        }

        Follows = false;
        GoTo(at);

        // What counts here is what this step wrote, not what lies between the two screens.
        Arrive(at - 1);
        Say($"step {at} changed {Timeline.NameOf(Cursor)}; f follows the accesses again");
    }

    /// <summary>Lets a goroutine make the next step: the recorded one, or a way of its own.</summary>
    /// <param name="name">As schedules call it.</param>
    public void Choose(string name)
    {
        TimelineMovers movers = Timeline.Movers;
        int mover = movers.Names.ToList().IndexOf(name);
        if (mover < 0)
        {
            Refuse($"expected one of {string.Join(", ", movers.Names)}, found '{name}'");
            return;
        }

        if (movers.Obstacle(mover) is { } why)
        {
            Refuse($"{name} cannot move: {why}");
            return;
        }

        if (Position < Timeline.Count && Timeline.Steps[Position].Goroutine == name)
        {
            GoTo(Position + 1);
            return;
        }

        int position = Position;
        string instead = position < Timeline.Count ? Timeline.Steps[position].Goroutine : "nobody";
        MapProgram program = Timeline.Program.WithOrder([]).WithSchedule(SavedWay.Stretches([.. Timeline.Steps.Take(position).Select(s => s.Goroutine), name]));
        Timeline other = Timeline.Of(program, _changes, _mostSteps);
        if (other.Count <= position)
        {
            Refuse($"the way cannot be recorded further than {other.Count} steps (see --steps)");
            return;
        }

        _ways.Push((Timeline.Program, position));
        Timeline = other;
        Arrive(position);
        Timeline.GoTo(position + 1);
        Look();
        Say($"another way: {name} in place of {instead}; it ends: {Timeline.Result.VerdictText}");
    }

    /// <summary>Takes the last choice back.</summary>
    public void TakeBack()
    {
        if (_ways.Count == 0)
        {
            Refuse("this is the recorded run: there is no choice to take back");
            return;
        }

        (MapProgram program, int position) = _ways.Pop();
        Return(program, position);
        Say(_ways.Count == 0 ? "back on the recorded run" : $"the choice at step {position + 1} is taken back");
    }

    /// <summary>Takes all choices back.</summary>
    public void TakeAllBack()
    {
        while (_ways.Count > 1)
        {
            _ways.Pop();
        }

        TakeBack();
    }

    /// <summary>Puts the cursor on a byte, and stops following.</summary>
    public void PutCursor(Addr address)
    {
        (Cursor, Follows, Map) = (address, false, MapAt(address) ?? Map);
        Focus = IsBucket(address) ? address : Focus;
    }

    /// <summary>Begins or ends following.</summary>
    public void ToggleFollow()
    {
        Follows = !Follows;
        Look();
        Say(Follows ? "the cursor follows what each step touches" : "the cursor stays");
    }

    /// <summary>Draws the next map.</summary>
    public void NextMap()
    {
        Map = Timeline.Maps.Count == 0 ? 0 : (Map + 1) % Timeline.Maps.Count;
        if (Timeline.Maps.Count > 0 && !Timeline.Maps[Map].Address.IsNil)
        {
            (Cursor, Follows) = (Timeline.Maps[Map].Address, false);
        }
    }

    private void Return(MapProgram program, int position)
    {
        Timeline = Timeline.Of(program, _changes, _mostSteps);
        Timeline.GoTo(position);
        Arrive(position);
        Look();
    }

    private void Arrive(int since) => (Since, _changed) = (since, null);

    private void Look()
    {
        if (Follows && Last is { Access: { Kind: not AccessKind.None } access })
        {
            (Cursor, Map) = (access.Address, MapAt(access.Address) ?? Map);
            Focus = IsBucket(Cursor) ? Cursor : Focus;
        }
        else if (Cursor.IsNil && Timeline.Maps.Count > 0)
        {
            Cursor = Timeline.Maps[0].Address;
        }
    }

    private TimelineObject? ObjectAt(Addr address) => Timeline.Objects.LastOrDefault(o => o.IsLiveAt(Position) && address - o.Start < (ulong)o.Size);

    private bool IsBucket(Addr address) => ObjectAt(address) is { Kind: ObjectKind.BucketArray or ObjectKind.OverflowBucket };

    /// <summary>The map that memory belongs to; null if to none, or that is not known.</summary>
    private int? MapAt(Addr address)
    {
        TimelineObject? found = ObjectAt(address);
        for (int i = 0; i < Timeline.Maps.Count; i++)
        {
            Addr map = Timeline.Maps[i].Address;
            if (!map.IsNil && (address - map < (ulong)Timeline.Layouts.HmapSize || (found != null && found.Owner == map)))
            {
                return i;
            }
        }

        return null;
    }
}
