using MapSim.Faults;
using MapSim.Layout;
using MapSim.Memory;

namespace MapSim.Programs;

/// <summary>
/// A program run once by its schedule, that can be looked at after every step, forward and back: what `mapsim step`, the
/// report and the exports show. The verdict is that of <see cref="ProgramRunner"/>; going back and forth is done on the
/// machine's journal, so the state at a position is the same however one came there.
/// </summary>
/// <remarks>
/// <code>
/// Timeline t = Timeline.Of(program, changes);
/// while (t.Next(TimelineEvents.Grow)) { show(t.Steps[t.Position - 1], t.State); }
/// </code>
/// Position 0 is before the first step, position k after step k, which is <c>Steps[k - 1]</c>. Every move of the schedule is a
/// step, also one that touches nothing shared and one of a store that leaves its buffer. Bucket arrays and overflow buckets are
/// named in the order of allocation in the whole run, so that a name always means the same memory.
/// </remarks>
public sealed class Timeline
{
    /// <summary>As many steps are recorded if the caller does not say otherwise.</summary>
    public const int DefaultMostSteps = 100_000;

    private readonly ProgramStepper _stepper;
    private readonly TimelineRecording _recording;
    private readonly TimelineReader _reader;

    private Timeline(ProgramStepper stepper, TimelineRecording recording)
    {
        (_stepper, _recording) = (stepper, recording);
        _reader = new TimelineReader(stepper.Run, recording);
    }

    /// <summary>The program.</summary>
    public MapProgram Program => _stepper.Program;

    /// <summary>What is changed in the model.</summary>
    public ModelChanges Changes => _stepper.Changes;

    /// <summary>How the program ends; a step limit if it has more steps than were asked for.</summary>
    public RunResult Result => _recording.Result;

    /// <summary>The step at which it went wrong first; 0 if nothing did.</summary>
    public int FindingStep => _recording.FindingStep;

    /// <summary>The settings of the program's header.</summary>
    public ProgramSettings Settings => _stepper.Run.Settings;

    /// <summary>How many steps there are; the last position.</summary>
    public int Count => _recording.Steps.Count;

    /// <summary>Where it stands: steps made, 0 to <see cref="Count"/>.</summary>
    public int Position => _stepper.Depth;

    /// <summary>All steps; step number k is element k - 1.</summary>
    public IReadOnlyList<TimelineStep> Steps => _recording.Steps;

    /// <summary>Every object that the run allocates, in the order of allocation.</summary>
    public IReadOnlyList<TimelineObject> Objects => _recording.Objects;

    /// <summary>The memory, for reading what <see cref="State"/> does not have. Ask <see cref="SimMemory.IsLive"/> first.</summary>
    public SimMemory Memory => _stepper.Run.Session.Machine.Memory;

    /// <summary>The struct offsets of the program's architecture.</summary>
    public StructLayouts Layouts => StructLayouts.Of(Settings.Arch);

    /// <summary>The whole state at this position, decoded.</summary>
    public TimelineState State => _reader.Read(Position);

    /// <summary>The goroutines at this position: a part of <see cref="State"/> that is cheap.</summary>
    public IReadOnlyList<GoroutineStanding> Goroutines => _reader.Goroutines();

    /// <summary>The collector at this position: a part of <see cref="State"/> that is cheap.</summary>
    public CollectorState Collector => _reader.Collector(Position);

    /// <summary>The map variables at this position: address and type only.</summary>
    public IReadOnlyList<MapVariable> Maps => TimelineObjects.MapsOf(_stepper.Run);

    /// <summary>Who could make a step at this position, recorded or not.</summary>
    public TimelineMovers Movers => new(_stepper);

    /// <summary>Runs a program by its schedule and records it. The timeline stands at its beginning.</summary>
    /// <param name="program">The program.</param>
    /// <param name="changes">What is changed in the model.</param>
    /// <param name="mostSteps">Ends the recording after the operation in which so many steps were made; that is a step limit.</param>
    /// <exception cref="ProgramFormatException">The program does something that its release cannot do, or has more than 64 goroutines, workers and store buffers.</exception>
    public static Timeline Of(MapProgram program, ModelChanges changes = default, int mostSteps = DefaultMostSteps)
    {
        var stepper = new ProgramStepper(program, changes);
        return new Timeline(stepper, TimelineRecording.Of(stepper, mostSteps));
    }

    /// <summary>Goes to a position.</summary>
    /// <param name="step">0 to <see cref="Count"/>.</param>
    public void GoTo(int step)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)step, (uint)Count, nameof(step));
        while (Position > step)
        {
            _stepper.Undo();
        }

        while (Position < step)
        {
            _stepper.Step(_recording.Movers[Position]);
        }
    }

    /// <summary>One step forward; false at the end.</summary>
    public bool Step() => Move(Position + 1);

    /// <summary>One step back; false at the beginning.</summary>
    public bool Back() => Move(Position - 1);

    /// <summary>Goes to the next step in which something happened.</summary>
    /// <param name="eventName">A name of <see cref="TimelineEvents"/>.</param>
    /// <param name="backwards">Goes to the previous one instead.</param>
    /// <returns>False, and does not move, if there is none.</returns>
    /// <exception cref="ArgumentException">There is no event of that name.</exception>
    public bool Next(string eventName, bool backwards = false)
    {
        if (!TimelineEvents.All.Contains(eventName))
        {
            throw new ArgumentException($"expected one of {string.Join(", ", TimelineEvents.All)}, found '{eventName}'", nameof(eventName));
        }

        int way = backwards ? -1 : 1;
        for (int at = Position + way; at > 0 && at <= Count; at += way)
        {
            if (Steps[at - 1].Events.Contains(eventName))
            {
                GoTo(at);
                return true;
            }
        }

        return false;
    }

    /// <summary>The last step that changed a byte.</summary>
    /// <param name="address">The byte.</param>
    /// <param name="before">Only steps with a smaller number.</param>
    /// <returns>Its number; 0 if none did.</returns>
    public int LastWriteOf(Addr address, int before)
    {
        int at = Math.Min(before - 1, Count);
        while (at > 0 && !Steps[at - 1].Changes.Any(c => c.Covers(address)))
        {
            at--;
        }

        return Math.Max(0, at);
    }

    /// <summary>The map whose hmap has an address, at whatever position; null if no map variable ever held it.</summary>
    public MapVariable? MapOf(Addr hmap) => _recording.MapOf(hmap);

    /// <summary>The iterators of range loops, which lie on stacks and are no objects of the heap.</summary>
    public IReadOnlyList<Addr> StackIterators => _recording.Ranges;

    /// <summary>Everything that iterations yielded, in order, with the iterator.</summary>
    public IReadOnlyList<(Addr Iterator, YieldedEntry Entry)> Yields => _recording.Yields;

    /// <summary>When iterators on stacks began to iterate.</summary>
    public IReadOnlyList<(int Step, Addr Iterator)> Starts => _recording.Starts;

    /// <summary>The value of a type that lies at an address now, as text.</summary>
    public string TextAt(GoType type, Addr address) => _reader.TextAt(type, address);

    /// <summary>The name of the object, or of the bucket in it, that an address leads to; "nil", or the address of something unknown.</summary>
    public string NameOf(Addr address) => _recording.NameOf(address);

    private bool Move(int to)
    {
        if (to < 0 || to > Count)
        {
            return false;
        }

        GoTo(to);
        return true;
    }
}
