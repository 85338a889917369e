using MapSim.Machines;

namespace MapSim.Programs;

/// <content>Steps by name, and ends that the scheduler decides.</content>
internal sealed partial class ProgramRun
{
    private readonly Dictionary<(int G, int Operation, string Label), int> _times = [];

    /// <summary>Whether steps are counted by name; needed for <see cref="PeekPoint"/> and <see cref="NotePoint"/>.</summary>
    public bool KeepsNames
    {
        get => Machine.NotesSites;
        set => Machine.NotesSites = value;
    }

    /// <summary>True while a step is only looked at: what frames report is not noted.</summary>
    public bool IsPeeking { get; private set; }

    /// <summary>The name of the step that a goroutine would make. The machine must be tracking.</summary>
    public StepPoint PeekPoint(int g)
    {
        int operation = OrdinalOfNext(g);
        var next = _names.Next;
        IsPeeking = true;
        Machine.Peek(g);
        IsPeeking = false;
        _names.Next = next;
        string label = Machine.LastSite;
        return new StepPoint(NameOf(g), operation, label, _times.GetValueOrDefault((g, operation, label)) + 1);
    }

    /// <summary>The number that the operation has to which a goroutine's next step belongs.</summary>
    public int OrdinalOfNext(int g)
    {
        if (g >= Code.Goroutines.Count || !Machine.Goroutines[g].IsBusy)
        {
            return 0;
        }

        FrameView top = Machine.FrameAt(g);
        bool begins = top.Kind == ProgramBody.Kind && top.Label is nameof(ProgramBody.Label.Start) or nameof(ProgramBody.Label.Begin);
        return Results.BegunBy(g) + (begins ? 1 : 0);
    }

    /// <summary>The name of the step that was just made.</summary>
    /// <param name="g">Who made it.</param>
    /// <param name="operation">What <see cref="OrdinalOfNext"/> gave before it.</param>
    public StepPoint NotePoint(int g, int operation)
    {
        string label = Machine.LastSite;
        int time = _times.GetValueOrDefault((g, operation, label)) + 1;
        _times[(g, operation, label)] = time;
        return new StepPoint(NameOf(g), operation, label, time);
    }

    /// <summary>The instruction at which a goroutine of the program stands; null if it has ended.</summary>
    public Instruction? WaitingAt(int g)
    {
        Instruction? found = null;
        (int G, Action<int> Found) state = (g, position => found = CodeOf(g)[position]);
        Machine.VisitFrames<ProgramBody, (int G, Action<int> Found)>(ref state, static (ref (int G, Action<int> Found) s, in ProgramBody f) =>
        {
            if (f.Goroutine == s.G)
            {
                s.Found(f.Position);
            }
        });
        return found;
    }

    /// <summary>An operation has no end: it is noted as such.</summary>
    public void EndAtLimit(int g, ProcessEnd end)
    {
        if (WaitingAt(g) is { Operation: { } operation } i)
        {
            Results.Note(g, NameOf(g), i.Line, operation, null, isSelect: false, "step limit", null);
        }

        End(end);
    }
}
