using MapSim.Machines;
using MapSim.Memory;

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

    /// <summary>Is told what operations return instead of the log and the oracles, while the run is explored and goes back and forth; else null.</summary>
    public ResultTrail? Trail { get; set; }

    /// <summary>
    /// The other goroutines go on when one has ended the process: for explorers that put steps in order by what they touch, to
    /// whom a step that stops everybody would depend on everything. What happens after the first death is not judged.
    /// </summary>
    public bool OutlivesDeath { get; set; }

    /// <summary>True if the log, the oracles and the watches are not to be told: a step is only looked at, or the run is explored.</summary>
    private bool IsMuted => IsPeeking || Trail != null;

    private ResultTrail? Told => IsPeeking ? null : Trail;

    /// <summary>What the next step of a goroutine will access. The machine must be tracking.</summary>
    public Access Peek(int g)
    {
        var next = _names.Next;
        IsPeeking = true;
        Access access = Machine.Peek(g);
        IsPeeking = false;
        _names.Next = next;
        return access;
    }

    /// <summary>Objects are called by their addresses: names in the order of making would not go back.</summary>
    public void ObjectNamesAreAddresses() => _names.OnlyLabels = true;

    /// <summary>How the next step of a goroutine of the program takes part in synchronisation, and with what.</summary>
    public (SyncKind Sync, ulong Place) SyncOf(int g)
    {
        if (Machine.TopKind(g) != ProgramBody.Kind)
        {
            return default;
        }

        ref readonly ProgramBody f = ref Machine.TopFrame<ProgramBody>(g);
        return f.At switch
        {
            ProgramBody.Label.Exit => (SyncKind.Own, 0),
            ProgramBody.Label.WaitForReaders or ProgramBody.Label.Parked => (SyncKind.Other, 0),
            ProgramBody.Label.Begin when f.Position < CodeOf(g).Length => SyncOf(CodeOf(g)[f.Position]),
            ProgramBody.Label.Start => SyncOfFirst(g),
            _ => default,
        };
    }

    /// <summary>A goroutine that has not moved yet goes to its first operation and begins it in one step.</summary>
    private (SyncKind Sync, ulong Place) SyncOfFirst(int g) =>
        Array.Find(CodeOf(g), i => i.Operation != null || i.Cases.Count > 0) is { } first ? SyncOf(first) : default;

    private (SyncKind Sync, ulong Place) SyncOf(Instruction i) => i.Kind != InstructionKind.Operation ? (i.Cases.Count > 0 ? SyncKind.Other : SyncKind.None, 0) : i.Operation!.Kind switch
    {
        OperationKind.Lock when !IsReadWrite(i.Shared) => (SyncKind.Lock, Shared.Of(i.Shared).Value),
        OperationKind.Unlock when !IsReadWrite(i.Shared) => (SyncKind.Unlock, Shared.Of(i.Shared).Value),
        OperationKind.Spawn => (SyncKind.Spawn, (ulong)i.Shared),
        OperationKind.Join => (SyncKind.Join, (ulong)i.Shared),
        OperationKind.Lock or OperationKind.Unlock or OperationKind.RLock or OperationKind.RUnlock or OperationKind.Wait or OperationKind.Done or OperationKind.Do
            or OperationKind.Send or OperationKind.Receive or OperationKind.Close => (SyncKind.Other, 0),
        _ => default,
    };

    /// <summary>The name of the step that a goroutine would make. The machine must be tracking.</summary>
    public StepPoint PeekPoint(int g)
    {
        int operation = OrdinalOfNext(g);
        Peek(g);
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
