using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Programs;

/// <summary>
/// All that is known of a run before anybody looks at it: its verdict and schedule come from a run under all oracles, what each
/// step changed from walking the same steps on a stepper, which then goes back to the beginning.
/// </summary>
internal sealed class TimelineRecording
{
    private readonly ProgramStepper _stepper;
    private readonly List<TimelineStep> _steps = [];
    private readonly List<int> _movers = [];
    private readonly List<(int Step, Addr Iterator, YieldedEntry Entry)> _yields = [];
    private readonly List<(int Step, Addr Iterator)> _starts = [];
    private readonly TimelineObjects _objects;
    private readonly Addr[] _ranges;
    private readonly ulong[] _rangesOver;
    private readonly int[] _operations;

    private TimelineRecording(ProgramStepper stepper, RunResult result)
    {
        (_stepper, Result) = (stepper, result);
        _ranges = [.. Enumerable.Range(0, stepper.Goroutines).SelectMany(g => Enumerable.Range(0, Run.Code.Goroutines[g].Ranges).Select(Run.Locals(g).Hiter))];
        _rangesOver = new ulong[_ranges.Length];
        _operations = new int[Machine.Goroutines.Count];
        _objects = new TimelineObjects(Run);
    }

    /// <summary>How the run ends.</summary>
    public RunResult Result { get; }

    /// <summary>The step at which it went wrong first; 0 if nothing did.</summary>
    public int FindingStep { get; private set; }

    /// <summary>The steps.</summary>
    public IReadOnlyList<TimelineStep> Steps => _steps;

    /// <summary>Who makes each step, as the stepper numbers them.</summary>
    public IReadOnlyList<int> Movers => _movers;

    /// <summary>The iterators that lie on stacks.</summary>
    public IReadOnlyList<Addr> Ranges => _ranges;

    /// <summary>What was yielded.</summary>
    public IReadOnlyList<(Addr Iterator, YieldedEntry Entry)> Yields => [.. _yields.Select(y => (y.Iterator, y.Entry))];

    /// <summary>When iterators on stacks began.</summary>
    public IReadOnlyList<(int Step, Addr Iterator)> Starts => _starts;

    /// <summary>Every object that was allocated.</summary>
    public IReadOnlyList<TimelineObject> Objects => _objects.All;

    private ProgramRun Run => _stepper.Run;

    private Machine Machine => Run.Session.Machine;

    /// <summary>Runs a program and records it; the stepper stands at its beginning before and after.</summary>
    public static TimelineRecording Of(ProgramStepper stepper, int mostSteps)
    {
        var runner = new ProgramRunner(stepper.Program, changes: stepper.Changes);
        runner.RecordSteps();
        var results = new Queue<(ulong Step, OperationResult Result)>();
        runner.Observer = r => results.Enqueue((runner.Session.Machine.Steps, r));
        RunResult result = runner.Run(mostSteps: (ulong)mostSteps);
        var recording = new TimelineRecording(stepper, result);
        recording.Walk(new Queue<RecordedStep>(runner.Steps), results);
        return recording;
    }

    /// <summary>The name of a bucket or an object, see <see cref="Timeline.NameOf"/>.</summary>
    public string NameOf(Addr address) => _objects.NameOf(address);

    /// <summary>The type of the map whose hmap has an address; null if none has.</summary>
    public MapVariable? MapOf(Addr hmap) => _objects.MapOf(hmap);

    /// <summary>What an iterator has yielded at a position since it began.</summary>
    public IReadOnlyList<YieldedEntry> YieldedBy(Addr iterator, int position)
    {
        int start = _starts.Where(s => s.Iterator == iterator && s.Step <= position).Select(s => s.Step).LastOrDefault();
        return [.. _yields.Where(y => y.Iterator == iterator && y.Step >= start && y.Step <= position).Select(y => y.Entry)];
    }

    private void Walk(Queue<RecordedStep> recorded, Queue<(ulong Step, OperationResult Result)> results)
    {
        var changed = new ChangedBytes(Machine, _ranges);
        _objects.Note(0);
        foreach (Stretch stretch in Result.Schedule)
        {
            int mover = Enumerable.Range(0, _stepper.Movers).First(m => _stepper.NameOf(m) == stretch.Goroutine);
            for (long made = 0; made < stretch.Steps;)
            {
                (ulong before, int mark) = (Machine.Steps, Machine.Memory.Undo.Mark);
                TimelineStep step = Begin(mover, recorded);
                _stepper.Step(mover);
                _movers.Add(mover);
                made += (long)Math.Max(1, Machine.Steps - before);
                _steps.Add(Finish(step, changed.Since(mark), results));
            }
        }

        _objects.Finish();
        NoteFinding();
        while (_stepper.Depth > 0)
        {
            _stepper.Undo();
        }
    }

    /// <summary>What is known of a step before it is made.</summary>
    private TimelineStep Begin(int mover, Queue<RecordedStep> recorded)
    {
        int number = _steps.Count + 1;
        bool isDrain = mover >= Machine.Goroutines.Count;
        int g = isDrain ? mover - Machine.Goroutines.Count : mover;
        string name = _stepper.NameOf(mover);
        if (isDrain)
        {
            return new TimelineStep(number, g, name, new StepPoint(name, 0, ""), Machine.PeekDrain(g), 0) { IsDrain = true };
        }

        // A step that touches nothing shared was not recorded.
        if (recorded.TryPeek(out RecordedStep next) && next.Goroutine == g && next.Number == Machine.Steps + 1)
        {
            recorded.Dequeue();
            return new TimelineStep(number, g, name, next.Point, next.Access, next.Line);
        }

        return new TimelineStep(number, g, name, new StepPoint(name, 0, ""), default, g < _stepper.Goroutines ? Run.WaitingAt(g)?.Line ?? 0 : 0);
    }

    /// <summary>What is known of it afterwards.</summary>
    private TimelineStep Finish(TimelineStep step, IReadOnlyList<MemoryChange> changes, Queue<(ulong Step, OperationResult Result)> results)
    {
        var ended = new List<OperationResult>();
        while (results.TryPeek(out (ulong Step, OperationResult Result) next) && next.Step <= Machine.Steps && (next.Result.Goroutine == step.Goroutine || next.Step < Machine.Steps))
        {
            ended.Add(results.Dequeue().Result);
        }

        _objects.Note(step.Number);
        NoteRanges(step.Number);
        bool yields = false;
        foreach (OperationResult result in ended)
        {
            yields |= NoteYield(step, result);
        }

        step = step with { Changes = changes, Results = ended, Objects = _objects.Count, MachineSteps = Machine.Steps };
        List<string> events = _objects.EventsOf(step);
        TimelineStep? last = _steps.Count > 0 ? _steps[^1] : null;
        Add(events, TimelineEvents.Switch, last != null && last.Goroutine != step.Goroutine);
        Add(events, TimelineEvents.Operation, step.Point.Operation > _operations[step.Mover]);
        _operations[step.Mover] = Math.Max(_operations[step.Mover], step.Point.Operation);
        Add(events, TimelineEvents.Result, ended.Count > 0);
        Add(events, TimelineEvents.Write, changes.Count > 0);
        Add(events, TimelineEvents.Yield, yields);
        return step with { Events = events };
    }

    private static void Add(List<string> events, string name, bool isSo)
    {
        if (isSo)
        {
            events.Add(name);
        }
    }

    private void NoteRanges(int step)
    {
        for (int i = 0; i < _ranges.Length; i++)
        {
            ulong over = SliceView.WordAt(Machine.Memory, Machine.Arch, _ranges[i] + Machine.L.ItH);
            if (over != 0 && _rangesOver[i] == 0)
            {
                _starts.Add((step, _ranges[i]));
            }

            _rangesOver[i] = over;
        }
    }

    private bool NoteYield(TimelineStep step, OperationResult result)
    {
        int g = Run.Code.Goroutines.Select((c, n) => (c, n)).First(c => c.c.Name == result.Goroutine).n;
        Instruction? i = Array.Find(Run.CodeOf(g), i => i.Line == result.Line && i.Operation?.Kind is OperationKind.Range or OperationKind.Iter or OperationKind.Next);
        if (i == null || result.Result == "end" || Machine.Goroutines[g].Failure != Failure.None)
        {
            return false;
        }

        Addr iterator = Run.HiterOf(g, i);
        Addr slot = iterator.IsNil || !Machine.Memory.IsLive(iterator, Machine.L.HiterSize) ? default : new Addr(SliceView.WordAt(Machine.Memory, Machine.Arch, iterator));
        if (slot.IsNil)
        {
            return false;
        }

        _yields.Add((step.Number, iterator, new YieldedEntry(step.Number, i.Operation!.Name, Run.Reader.Text(Machine.Types[i.Type].Key, slot), slot)));
        return true;
    }

    private void NoteFinding()
    {
        OperationResult? wrong = Result.Verdict == VerdictKind.Mismatch ? Result.Mismatches[0] : null;
        FindingStep = Result.BugKey == null ? 0
            : Result.Finding is { } finding ? _objects.StepAt(finding.Step)
            : wrong != null ? _steps.FindIndex(s => s.Results.Any(r => r.Number == wrong.Number)) + 1
            : _steps.Count;
        if (FindingStep > 0)
        {
            TimelineStep step = _steps[FindingStep - 1];
            _steps[FindingStep - 1] = step with { Events = [.. step.Events, TimelineEvents.Finding] };
        }
    }
}
