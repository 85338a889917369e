using MapSim.Checks;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Programs;

/// <content>
/// Operations that overlapped (H9): each alone says nothing, all together must look as if they had been done one after the
/// other. Judged when the program is over, with what the maps hold then.
/// </content>
/// <remarks>
/// Not judged: len, clones and what they are made of, maps whose last operation never ended or whose structure is broken (H3 says
/// so), programs with store buffers (for the others a write is not over when its operation is).
/// </remarks>
internal sealed partial class ProgramOracles
{
    private readonly Dictionary<Addr, MapHistory> _histories = [];
    private readonly Dictionary<int, IterationHistory> _iterations = [];
    private int _moment;

    private bool KeepsHistory => _doing.Count > 1 && _run.Settings.StoreBuffers == 0;

    /// <summary>Notes what an operation on a map that has ended did.</summary>
    private void Remember(in ProgramBody f, Instruction i, Doing doing, OperationEnd end)
    {
        int now = ++_moment;
        if (!KeepsHistory || !_histories.TryGetValue(doing.Map, out MapHistory? history))
        {
            return;
        }

        history.HasOverlap |= doing.MetWrite;
        if (!end.IsOk)
        {
            history.IsUnknown |= Failures.Severity(end.Failure) > FailureSeverity.Panic || end.Failure == Failure.NilDereference;
            return;
        }

        MapType t = Machine.Types[i.Type];
        GoroutineLocals locals = _run.Locals(f.Goroutine);
        long? counter = f.Counter(i);
        KeyEvent Event(KeyEventKind kind, string? value) => new(kind, value, doing.Began, now, i.Operation, counter);
        switch (i.Operation!.Kind)
        {
            case OperationKind.Assign:
                Add(history, t, locals.Key, Event(KeyEventKind.Write, Text(locals.Elem, t.Elem)), doing);
                break;
            case OperationKind.Delete:
                Add(history, t, locals.Key, Event(KeyEventKind.Write, null), doing);
                break;
            case OperationKind.Clear:
                history.Clear(Event(KeyEventKind.Write, null), !doing.IsBlurred);
                break;
            case OperationKind.Lookup when doing.IsBlurred || history.HasOverlap:
                Add(history, t, locals.Key, Event(KeyEventKind.Read, f.HasFound ? Text(locals.Result, t.Elem) : null), doing);
                break;
            case OperationKind.Iter or OperationKind.Next or OperationKind.Range:
                RememberStep(f, i, history, doing, now);
                break;
        }
    }

    private void RememberStep(in ProgramBody f, Instruction i, MapHistory history, Doing doing, int now)
    {
        int range = RangeNumber(f.Goroutine, i);
        bool isStart = i.Kind != InstructionKind.RangeEnd && i.Operation!.Kind != OperationKind.Next;
        if (isStart)
        {
            _iterations[range] = history.Iterate(i.Operation!.Name, doing.Began);
        }

        if (!_iterations.TryGetValue(range, out IterationHistory? iteration))
        {
            return;
        }

        if (_run.StandingKey(f.Goroutine, i).IsNil)
        {
            iteration.End = now;
            _iterations.Remove(range);
            return;
        }

        MapType t = Machine.Types[i.Type];
        GoroutineLocals locals = _run.Locals(f.Goroutine);
        bool isRange = i.Operation!.Kind == OperationKind.Range;
        Addr key = isRange ? locals.RangeKey(i.Iterator) : locals.Key;
        iteration.Yielded(KeyIdentity.Of(Machine, t.Key, Machine.Memory.Raw(key, t.Key.Size)).Canonical);
        if (!doing.IsBlurred && !history.HasOverlap)
        {
            return;
        }

        string elem = Text(isRange ? locals.RangeElem(i.Iterator) : locals.Result, t.Elem);
        Add(history, t, key, new KeyEvent(KeyEventKind.Yield, elem, doing.Began, now, i.Operation, f.Counter(i)), doing);
    }

    private void Add(MapHistory history, MapType t, Addr key, KeyEvent happened, Doing doing) => history.Add(
        _model.LastKey ?? KeyIdentity.Of(Machine, t.Key, Machine.Memory.Raw(key, t.Key.Size)),
        () => _run.Reader.Text(t.Key, Machine.Memory.Raw(key, t.Key.Size)), happened, !doing.IsBlurred);

    /// <summary>
    /// A value as a program can tell it from others: elems that hold pointers are the same if they point to the same, strings if they say the same. The pointer of one string
    /// with the length of another is torn only if that gives a third. A value that is zero is one of zeros.
    /// </summary>
    private string Text(Addr at, GoType type)
    {
        ReadOnlySpan<byte> value = Machine.Memory.Raw(at, type.Size);
        if (!HoldsStrings(type))
        {
            return KeyIdentity.TextOf(value);
        }

        string text = _run.Reader.Text(type, value);
        byte[] zero = new byte[type.Size];
        return text == _run.Reader.Text(type, zero) ? KeyIdentity.TextOf(zero) : text;
    }

    private static bool HoldsStrings(GoType type) => type.Kind is GoKind.String or GoKind.Interface || (type.Kind == GoKind.Array && HoldsStrings(type.Elem!)) || (type.Kind == GoKind.Struct && type.Fields.Any(f => HoldsStrings(f.Type)));

    /// <summary>The program is over: judges what overlapped.</summary>
    private void JudgeHistories()
    {
        foreach ((int type, Addr map) in _watched)
        {
            if (First != null || !_histories.TryGetValue(map, out MapHistory? history) || !history.HasOverlap || IsBusy(map) || !Machine.Memory.IsLive(map, Machine.L.HmapSize))
            {
                continue;
            }

            MapChecks.Check(_scan, Machine, type, map, _violations);
            if (_violations.Count == 0)
            {
                history.Finish(EntriesIn(type), ++_moment);
            }

            _violations.Clear();
            if (history.Judge() is { } finding)
            {
                Report(finding.Key, finding.Text, 0, null);
            }
        }
    }

    /// <summary>The entries of the map that was scanned last.</summary>
    private List<(KeyIdentity Key, string Text, string Elem)> EntriesIn(int type)
    {
        MapType t = Machine.Types[type];
        var entries = new List<(KeyIdentity, string, string)>();
        foreach (ref readonly ScannedEntry entry in _scan.Entries.Entries)
        {
            ReadOnlySpan<byte> key = Machine.Memory.Raw(entry.Key, t.Key.Size);
            entries.Add((KeyIdentity.Of(Machine, t.Key, key), _run.Reader.Text(t.Key, key), Text(_scan.View.BucketAt(entry.Bucket).Elem(entry.Slot), t.Elem)));
        }

        return entries;
    }
}
