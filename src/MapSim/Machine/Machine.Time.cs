using MapSim.Memory;

namespace MapSim.Machines;

/// <summary>Going back: peeking, undoing, snapshots, and the hashes that tell states and traces apart.</summary>
public sealed unsafe partial class Machine
{
    private readonly List<StepMark> _marks = [];
    private readonly TraceHasher _trace = new();

    // Within a step: the stack whose registers are saved already, and the offset of the frame there that is.
    private Segment? _savedStack;
    private int _savedFrame;

    /// <summary>True while steps can be undone and hashes are incremental.</summary>
    public bool Tracking => Memory.Tracking;

    /// <summary>Steps that <see cref="Undo"/> can take back.</summary>
    public int UndoDepth => _marks.Count;

    /// <summary>Hash of the whole state: live memory, the heap's books, every goroutine (with what waits in its store buffer), the number of random draws.</summary>
    public Fingerprint StateHash
    {
        get
        {
            Fingerprint hash = Memory.LiveHash.Xor(Heap.BooksHash(Tracking)).Xor(Choices.HashOf(1, Choices.Count + 1)).Xor(GcChoices.HashOf(2, GcChoices.Count));
            foreach (Goroutine g in _goroutines)
            {
                // Whether a goroutine can be stopped where it stands matters only to a collector.
                hash = hash.Xor(g.Hash(Tracking)).Xor(Allocated == null ? default : Fingerprint.Of(((ulong)g.Id + 1) << 20, g.State.Safe));
            }

            return Memory.Buffering ? hash.Xor(Memory.BuffersHash()) : hash;
        }
    }

    /// <summary>
    /// Hash of the partial order of the steps made while tracking: equal for two runs that differ only in the order
    /// of steps that do not conflict.
    /// </summary>
    public Fingerprint TraceHash => _trace.Hash;

    /// <summary>Whether <see cref="TraceHash"/> is kept; set it before tracking starts. Who needs states only saves the time.</summary>
    public bool HashesTrace { get; set; } = true;

    /// <summary>Starts (or stops) journaling: only while it is on can steps be peeked at and undone.</summary>
    public void SetTracking(bool on)
    {
        _marks.Clear();
        _trace.Clear();
        Memory.SetTracking(on);
    }

    /// <summary>What the next step of a goroutine will access, without a trace of having looked.</summary>
    public Access Peek(int g)
    {
        if (!Tracking)
        {
            throw new InvalidOperationException("Peek needs tracking");
        }

        int selected = _current.Id;
        Access access = Step(g);
        Undo();
        Select(selected);
        return access;
    }

    /// <summary>Takes back the last step.</summary>
    public void Undo()
    {
        if (_marks.Count == 0)
        {
            throw new InvalidOperationException("no step to undo");
        }

        StepMark mark = _marks[^1];
        _marks.RemoveAt(_marks.Count - 1);
        Memory.Undo.UndoTo(mark.Log);
        Memory.ResetLiveHash(mark.Live);
        Memory.Accesses = 0;
        Memory.Fault = default;
        _trace.UndoTo(mark.Trace);
        Steps = mark.Steps;
        _arrayStart = default;
        _arraySize = 0;
        _blocked = false;
    }

    /// <summary>Copies the whole state.</summary>
    public Snapshot TakeSnapshot()
    {
        Memory.Settle();
        var parts = new byte[Memory.Undo.SegmentCount][];
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i] = Memory.Undo.Segment(i).Span(0, UsedOf(i)).ToArray();
        }

        return new Snapshot(parts, Steps, _goroutines.Count, _current.Id);
    }

    /// <summary>Puts the whole state back. What was journaled before cannot be undone any more.</summary>
    public void Restore(Snapshot snapshot)
    {
        if (snapshot.Goroutines != _goroutines.Count || snapshot.Parts.Count != Memory.Undo.SegmentCount)
        {
            throw new ArgumentException("the snapshot is of another machine", nameof(snapshot));
        }

        for (int i = 0; i < snapshot.Parts.Count; i++)
        {
            Segment segment = Memory.Undo.Segment(i);
            byte[] part = snapshot.Parts[i];
            segment.Span(part.Length, Math.Max(0, UsedOf(i) - part.Length)).Clear();
            part.CopyTo(segment.Span(0, part.Length));
        }

        Steps = snapshot.Steps;
        Memory.Fault = default;
        Memory.Accesses = 0;
        _arrayStart = default;
        _arraySize = 0;
        SetTracking(Tracking);
        Select(snapshot.Selected);
    }

    private int UsedOf(int segment)
    {
        foreach (Goroutine g in _goroutines)
        {
            if (g.Stack.Bytes.Id == segment)
            {
                return g.State.Sp;
            }
        }

        return Memory.Undo.Segment(segment).HighWater;
    }

    /// <summary>The running frame is about to work: it may change itself and the registers. Within a step what is saved is not saved again.</summary>
    private void SaveBeforeDispatch(Segment stack, int top, int size)
    {
        if (_savedStack != stack)
        {
            Memory.Undo.SaveValue<GoroutineState>(stack, 0);
            (_savedStack, _savedFrame) = (_isRunning ? null : stack, 0);
        }

        if (_savedFrame != top)
        {
            Memory.Undo.Save(stack, top, size);
            _savedFrame = top;
        }
    }

    /// <summary>A frame is about to be pushed: in its place, too, is something else in the step that is taken back.</summary>
    private void SaveBeforeCall(Segment stack, int at, int size)
    {
        if (_savedStack != stack)
        {
            Memory.Undo.SaveValue<GoroutineState>(stack, 0);
            Memory.Undo.Save(stack, at, size);
            return;
        }

        Memory.Undo.Save(stack, at, size);
        _savedFrame = at;
    }

    private void PushMark()
    {
        _drained.Clear();
        _marks.Add(new StepMark(Memory.Undo.Mark, Memory.LiveHash, _trace.Count, Steps));
    }

    private void NoteEvent(int g, Access access)
    {
        if (HashesTrace)
        {
            _trace.Add(g, access);
        }
    }

    private readonly record struct StepMark(int Log, Fingerprint Live, int Trace, ulong Steps);
}

/// <summary>A copy of a machine's whole state.</summary>
/// <param name="Parts">The used bytes of every segment.</param>
/// <param name="Steps">Visible steps made.</param>
/// <param name="Goroutines">Number of goroutines.</param>
/// <param name="Selected">The selected goroutine.</param>
public sealed record Snapshot(IReadOnlyList<byte[]> Parts, ulong Steps, int Goroutines, int Selected);
