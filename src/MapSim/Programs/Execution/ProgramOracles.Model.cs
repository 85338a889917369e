using MapSim.Checks;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Programs;

/// <content>The model of what maps contain (H2) and the rule of range loops (H1).</content>
/// <remarks>
/// The model is of one operation after the other. A write that met another write in the middle makes what it knows of the
/// map worthless, and a read that met a write is not judged: whether such results are wrong is said by H9.
/// </remarks>
internal sealed partial class ProgramOracles
{
    private readonly ModelOracle _model;
    private readonly HashSet<int> _broken = [];

    /// <summary>A clone was made.</summary>
    public void ClonedTo(in ProgramBody f, Instruction i)
    {
        if (!IsOff)
        {
            Addr clone = _run.MapAt(i.OtherMap);
            Know(i.Type, clone);
            InheritBroken(_run.MapAt(i.Map), clone);
        }
    }

    /// <summary>A range was left by break.</summary>
    public void LeftRange(int g, int range)
    {
        if (!IsOff)
        {
            _model.RangeBroken(RangeNumber(g, range));
        }
    }

    /// <summary>A range or iteration begins with an iterator that is all zero.</summary>
    public void StartsRange(int g, Instruction i, Addr map, Addr iterator)
    {
        if (IsOff)
        {
            return;
        }

        int range = RangeNumber(g, i);
        _broken.Remove(range);
        _model.RangeBroken(range);
        _model.RangeStarting(range, i.Operation!.Name, i.Type, map, iterator);
    }

    private static int RangeNumber(int g, Instruction i) => i.Operation!.Kind == OperationKind.Range ? RangeNumber(g, i.Iterator) : -1 - i.Iterator;

    private static int RangeNumber(int g, int range) => g * OperationParser.MostRanges + range;

    private void BeginsModel(in ProgramBody f, Instruction i)
    {
        bool isStep = i.Kind == InstructionKind.RangeEnd || i.Operation!.Kind == OperationKind.Next;
        int range = RangeNumber(f.Goroutine, i);
        if (isStep && !_broken.Contains(range))
        {
            _model.BeforeStep(range);
        }
    }

    /// <summary>Tells the model what an operation did. Returns what that was for the growth policy; null if nobody can say.</summary>
    private MapEffect? EndedModel(in ProgramBody f, Instruction i, Doing doing, OperationEnd end)
    {
        (int type, Addr map) = (i.Type, doing.Map);
        GoroutineLocals locals = _run.Locals(f.Goroutine);
        MapType t = Machine.Types[type];
        ReadOnlySpan<byte> key = Machine.Memory.Raw(locals.Key, t.Key.Size);
        bool wasEmpty = doing.Before.Count == 0;
        switch (i.Operation!.Kind)
        {
            case OperationKind.Assign when i.Operation.ElemPanics:
                Judge(f, i, _model.AssignPanicked(type, map, key, end));
                return MapEffect.None;
            case OperationKind.Assign or OperationKind.Delete or OperationKind.Clear when doing.MetWrite && !map.IsNil:
                _model.Cleared(type, map, new OperationEnd(Failure.ConcurrentWrites, 0));
                return null;
            case OperationKind.Assign:
                Judge(f, i, _model.Assigned(type, map, key, Machine.Memory.Raw(locals.Elem, t.Elem.Size), end));
                return !end.IsOk ? MapEffect.None : HasOneMore(doing, i.Type) ? MapEffect.Insert : MapEffect.Update;
            case OperationKind.Delete:
                Judge(f, i, _model.Deleted(type, map, key, end));
                return !end.IsOk || wasEmpty ? MapEffect.None : MapEffect.Delete;
            case OperationKind.Clear:
                _model.Cleared(type, map, end);
                return !end.IsOk || wasEmpty ? MapEffect.None : MapEffect.Clear;
            case OperationKind.Lookup when !doing.MetWrite:
                Judge(f, i, _model.LookedUp(type, map, key, f.HasFound, Machine.Memory.Raw(locals.Result, t.Elem.Size), end));
                return MapEffect.None;
            case OperationKind.Len when !doing.MetWrite && end.IsOk:
                Judge(f, i, _model.Length(type, map, _length));
                return MapEffect.None;
            case OperationKind.Clone:
                Addr clone = end.IsOk ? _run.MapAt(i.OtherMap) : default;
                Judge(f, i, _model.Cloned(type, map, clone, i.Operation.Other!, end));
                if (doing.MetWrite && !clone.IsNil)
                {
                    _model.Cleared(type, clone, new OperationEnd(Failure.ConcurrentCloneWrite, 0));
                }

                return doing.MetWrite ? null : MapEffect.None;
            case OperationKind.Iter or OperationKind.Next or OperationKind.Range:
                EndedStep(f, i, doing, end);
                return doing.MetWrite ? null : MapEffect.Iterate;
            default:
                return doing.MetWrite ? null : MapEffect.None;
        }
    }

    /// <summary>By the count before and after; whether that is right is the model's business and that of H3.</summary>
    private bool HasOneMore(Doing doing, int type) =>
        !doing.Map.IsNil && new MapView(Machine.Memory, Machine.Types[type], doing.Map).Count == unchecked(doing.Before.Count + 1);

    private void EndedStep(in ProgramBody f, Instruction i, Doing doing, OperationEnd end)
    {
        int range = RangeNumber(f.Goroutine, i);
        if (_broken.Contains(range))
        {
            return;
        }

        if (doing.MetWrite)
        {
            _broken.Add(range);
            _model.RangeBroken(range);
        }
        else if (!end.IsOk)
        {
            _broken.Add(range);
            Judge(f, i, _model.StepFailed(range, end));
        }
        else if (_run.StandingKey(f.Goroutine, i).IsNil)
        {
            _broken.Add(range);
            Judge(f, i, _model.RangeEnded(range));
        }
        else
        {
            MapType t = Machine.Types[i.Type];
            GoroutineLocals locals = _run.Locals(f.Goroutine);
            bool isRange = i.Operation!.Kind == OperationKind.Range;
            Judge(f, i, _model.Yielded(
                range, Machine.Memory.Raw(isRange ? locals.RangeKey(i.Iterator) : locals.Key, t.Key.Size),
                Machine.Memory.Raw(isRange ? locals.RangeElem(i.Iterator) : locals.Result, t.Elem.Size)));
        }
    }

    private void Judge(in ProgramBody f, Instruction i, OracleFinding? finding)
    {
        if (finding != null)
        {
            Report(finding.Key, finding.Text, f.Goroutine, i, f.Counter(i));
        }
    }
}
