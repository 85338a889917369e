using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Checks;

/// <summary>
/// H7: watches a machine step by step and holds its checks for concurrent use against the detection table
/// (<see cref="DetectionModel"/>). Violation H7.1: the machine is fatal where the table says it goes on. H7.2: it goes
/// on where the table says it is fatal. H7.3: it is fatal with another message.
/// </summary>
/// <remarks>
/// <para>Call <see cref="Before"/>, let the machine step the goroutine, call <see cref="After(int)"/>, from the first step of an
/// operation to its last. A goroutine's operation is what it does between two times without a frame. Operations that run
/// alone from beginning to end need not be shown. Steps that are undone must be undone here too (<see cref="UndoTo"/>).</para>
/// <para>It does not read flags, so it says nothing about the other bits, and it says nothing after the first fatal, throw
/// or undefined access: a real process is dead then, or nobody knows.</para>
/// </remarks>
public sealed class DetectionTable(Machine machine)
{
    private readonly DetectionModel _model = new();
    private readonly List<Violation> _violations = [];
    private MicroStepAt _next;
    private MapOperation _beginning;
    private Addr _map;
    private ushort _place;
    private bool _begins;

    /// <summary>What the real runtime does.</summary>
    public DetectionModel Model => _model;

    /// <summary>Where machine and table differ. Undoing does not take them back.</summary>
    public IReadOnlyList<Violation> Violations => _violations;

    /// <summary>
    /// True if operations came across each other and the machine was not fatal: the missed schedules that a campaign
    /// counts. Only rows missed by design are among them, unless the machine is broken.
    /// </summary>
    public bool IsMissed => _model.Rows != DetectionRow.None && Failures.Severity(_model.Ended) != FailureSeverity.Fatal;

    /// <summary>The micro-step that a goroutine makes next: where a schedule is worth changing.</summary>
    public MicroStepAt NextOf(int g) => MicroSteps.Next(machine, g);

    /// <summary>Takes back what was told since <see cref="DetectionModel.Mark"/> was read; needs <see cref="DetectionModel.Journaling"/>.</summary>
    public void UndoTo(int mark) => _model.UndoTo(mark);

    /// <summary>Forgets the run, violations included.</summary>
    public void Reset()
    {
        _model.Reset();
        _violations.Clear();
    }

    /// <summary>The machine is about to step a goroutine.</summary>
    public void Before(int g)
    {
        _begins = !_model.IsBusy(g);
        (_beginning, _map) = _begins ? MicroSteps.Beginning(machine, g) : default;
        _next = MicroSteps.Next(machine, g, out _place);
    }

    /// <summary>
    /// Within the step, the goroutine goes on with a frame or label that could not be seen before the step: it came there
    /// without an access. Only with a collector need this be told.
    /// </summary>
    public void GoesOn(int g)
    {
        if (_next.Step == MicroStep.None)
        {
            _next = MicroSteps.Next(machine, g, out _place);
        }
    }

    /// <summary>The machine has made the step.</summary>
    public void After(int g)
    {
        Goroutine goroutine = machine.Goroutines[g];
        After(g, goroutine.IsBusy, goroutine.IsBusy ? Failure.None : goroutine.Failure);
    }

    /// <summary>The machine has made the step, with this outcome.</summary>
    /// <param name="g">The goroutine.</param>
    /// <param name="isBusy">False if its operation has ended.</param>
    /// <param name="failure">What it ended with.</param>
    public void After(int g, bool isBusy, Failure failure)
    {
        if (_model.IsOver)
        {
            return;
        }

        if (_begins)
        {
            _model.Begin(g, _beginning, _map);
        }

        Failure expected = _model.Apply(g, _next.Step, _next.Map);
        FailureSeverity severity = Failures.Severity(failure);
        if (severity == FailureSeverity.Undefined)
        {
            _model.End(failure);
            return;
        }

        Compare(g, expected, severity == FailureSeverity.Fatal ? failure : Failure.None);
        if (severity >= FailureSeverity.Fatal || _model.IsOver)
        {
            _model.End(failure);
        }
        else if (!isBusy)
        {
            _model.Finish(g, failure);
        }
    }

    private void Compare(int g, Failure expected, Failure found)
    {
        if (found != expected)
        {
            string id = expected == Failure.None ? "H7.1" : found == Failure.None ? "H7.2" : "H7.3";
            string where = $"goroutine {g} at {MicroSteps.NameOf(_place)} ({_next.Step}): ";
            string because = expected == Failure.None ? "" : $" ({_model.Rows & DetectionRows.MustCatch})";
            _violations.Add(new Violation(id, _next.Map, default, where + Text(found), Text(expected) + because));
        }
    }

    private static string Text(Failure failure) => failure == Failure.None ? "goes on" : $"fatal: {Failures.Message(failure)}";
}
