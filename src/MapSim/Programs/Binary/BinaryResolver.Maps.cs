using MapSim.Layout;

namespace MapSim.Programs;

/// <content>Ops on maps and iterators.</content>
public sealed partial class BinaryResolver
{
    /// <summary>The largest first number of a repetition, and the most turns.</summary>
    internal const long MostFrom = (1 << 20) - 1, MostTurns = 4096;

    internal const int CounterElem = 80, LoopElem = 96, FirstSpecial = 112, Literal = 127, PointerElem = 64;

    private void MapOp(BinaryOp op)
    {
        ArgumentReader a = _arguments.Of(op);
        int where = a.Byte(), slot = _maps.Slot(where);
        string map = MapSlots.Name(slot);
        MapType type = _maps.Type(slot);
        switch (op.Code)
        {
            case BinaryOpCode.Assign:
                GoValue key = Key(a.Byte(), slot);
                Assign(where, key, Elem(a.Byte(), type.Elem, _current.Repeat));
                break;
            case BinaryOpCode.AssignMany:
                Repetition? many = Many(a, type.Key);
                Assign(where, ManyKey(many, type.Key), Elem(a.Byte(), type.Elem, many ?? _current.Repeat), many);
                break;
            case BinaryOpCode.AssignHere:
                Assign(where, Here(slot), Elem(a.Byte(), type.Elem, _current.Repeat));
                break;
            case BinaryOpCode.AssignLiteral:
                int selector = a.Byte();
                key = Literally(a, slot);
                Assign(where, key, selector == Literal && type.Elem.Size > 0 ? _values.Read(type.Elem, a) : Elem(selector, type.Elem, _current.Repeat));
                break;
            case BinaryOpCode.Lookup or BinaryOpCode.Delete:
                Keyed(op.Code, where, Key(a.Byte(), slot));
                break;
            case BinaryOpCode.LookupMany or BinaryOpCode.DeleteMany:
                many = Many(a, type.Key);
                Keyed(op.Code, where, ManyKey(many, type.Key), many);
                break;
            case BinaryOpCode.LookupHere or BinaryOpCode.DeleteHere:
                Keyed(op.Code, where, Here(slot));
                break;
            case BinaryOpCode.LookupLiteral or BinaryOpCode.DeleteLiteral:
                Keyed(op.Code, where, Literally(a, slot));
                break;
            case BinaryOpCode.LookupInto:
                int keySelector = a.Byte();
                int pointer = a.Byte();
                key = keySelector == Literal ? Literally(a, slot) : Key(keySelector, slot);
                Into(where, key, type.Elem.Kind == GoKind.Pointer ? pointer : -1);
                break;
            case BinaryOpCode.AssignPanic:
                int panicking = a.Byte();
                key = panicking == Literal ? Literally(a, slot) : Key(panicking, slot);
                Add(new Operation(OperationKind.Assign, map, Key: key, ElemPanics: true), where, slot);
                break;
            case BinaryOpCode.Clear:
                Add(new Operation(OperationKind.Clear, map), where);
                break;
            case BinaryOpCode.Clone when _config.Version.HasClone:
                int to = a.Byte() & 7;
                Add(new Operation(OperationKind.Clone, map, MapSlots.Name(_maps.Type(to).Text == type.Text ? to : slot)), where);
                break;
            case BinaryOpCode.Iter:
                Iter(a.Byte() & 7, map, where);
                break;
            case BinaryOpCode.Range:
                Range(map, type);
                break;
            default:
                Add(new Operation(OperationKind.Len, map), where);
                break;
        }
    }

    /// <summary>An iterator that certainly has begun goes on; any other begins, over the first map.</summary>
    private void Next(int argument)
    {
        int iterator = argument & 7;
        if (_current.IsSet(iterator))
        {
            Add(new Operation(OperationKind.Next, IteratorName(iterator), Recovers: Recovers(OperationKind.Next, argument)), argument);
        }
        else
        {
            Iter(iterator, MapSlots.Name(0), argument);
        }
    }

    private void Iter(int iterator, string map, int flags)
    {
        bool certain = _current.Turn == null || _current.Loop == null;
        int lines = _current.Lines.Count;
        Add(new Operation(OperationKind.Iter, IteratorName(iterator), map, Recovers: Recovers(OperationKind.Iter, flags)), flags);
        if (certain && _current.Lines.Count > lines)
        {
            _current.Set(iterator);
        }
    }

    /// <summary>Its body is done as often as the map can have entries. If that is too often it is only len.</summary>
    private void Range(string map, MapType type)
    {
        long weight = _current.Weight * (_mostEntries + 1);
        if (_current.CanOpen && _current.Work + weight <= MostWork)
        {
            _current.Work += weight;
            _current.Open(new Operation(OperationKind.Range, _current.RangeName, map, Turn: TakeTurn()), weight, type);
        }
        else
        {
            Add(new Operation(OperationKind.Len, map), 0);
        }
    }

    private void Assign(int where, GoValue key, GoValue? elem, Repetition? repeat = null)
    {
        int slot = _maps.Slot(where);
        Add(new Operation(OperationKind.Assign, MapSlots.Name(slot), Key: key, Elem: elem, Recovers: Recovers(OperationKind.Assign, where, slot), Repeat: repeat), where, slot);
    }

    private void Keyed(BinaryOpCode code, int where, GoValue key, Repetition? repeat = null)
    {
        int slot = _maps.Slot(where);
        OperationKind kind = code is BinaryOpCode.Lookup or BinaryOpCode.LookupMany or BinaryOpCode.LookupHere or BinaryOpCode.LookupLiteral ? OperationKind.Lookup : OperationKind.Delete;
        Add(new Operation(kind, MapSlots.Name(slot), Key: key, Recovers: Recovers(kind, where, slot), Repeat: repeat), where, slot);
    }

    private void Into(int where, GoValue key, int pointer)
    {
        int slot = _maps.Slot(where), lines = _current.Lines.Count;
        bool certain = _current.Turn == null || _current.Loop == null;
        Add(new Operation(OperationKind.Lookup, MapSlots.Name(slot), Key: key, Into: pointer < 0 ? null : PointerName(pointer)), where, slot);
        if (certain && pointer >= 0 && _current.Lines.Count > lines)
        {
            _current.Set(Pointer(pointer));
        }
    }

    private GoValue Key(int selector, int slot) => _keys.Key(selector, slot, _maps.Type(slot).Key, _current.Number);

    private GoValue Literally(ArgumentReader a, int slot) => _keys.Remember(_values.Read(_maps.Type(slot).Key, a), _maps.Type(slot).Key);

    /// <summary>The key at which the innermost loop stands; outside loops, and where it has another type, the last key.</summary>
    private GoValue Here(int slot)
    {
        GoType type = _maps.Type(slot).Key;
        return _current.Loop is not { } loop ? _keys.Last(type)
            : loop.Type?.Key.Text == type.Text ? new GoValue(GoValueKind.RangeKey, loop.Iterator!, [])
            : loop.Repeat is { } repeat && repeat.To <= CounterValue.End(type) ? CounterValue.Of(type)
            : _keys.Last(type);
    }

    /// <summary>The repetition of an op that has one of its own, with numbers that the key's type can be; null if it has none.</summary>
    private Repetition? Many(ArgumentReader a, GoType key)
    {
        long count = 1 + a.Below(MostTurns - 1), from = a.Below(MostFrom), end = CounterValue.End(key);
        if (end == 0)
        {
            return null;
        }

        from %= end;
        count = Allowed(Math.Min(count, end - from), 1);
        return count == 0 ? null : new Repetition(from, from + count);
    }

    private GoValue ManyKey(Repetition? many, GoType key) => many == null ? _keys.Last(key) : CounterValue.Of(key);

    /// <summary>An elem: 0-63 the pool, 64-79 a pointer variable, 80-95 the counter, 96-111 the elem of the loop, 112-126 specials.</summary>
    private GoValue? Elem(int selector, GoType type, Repetition? counter)
    {
        if (type.Size == 0)
        {
            return null;
        }

        switch (selector)
        {
            case < PointerElem:
                return _values.Pool(type, selector);
            case < CounterElem when type.Kind == GoKind.Pointer && _current.IsSet(Pointer(selector)):
                return new GoValue(GoValueKind.Variable, PointerName(selector), []);
            case >= CounterElem and < LoopElem when counter != null && counter.To <= CounterValue.End(type):
                return CounterValue.Of(type);
            case >= LoopElem and < FirstSpecial when _current.Loop is { Iterator: { } iterator } loop && loop.Type!.Elem.Text == type.Text:
                return new GoValue(GoValueKind.RangeElem, iterator, []);
            default:
                return selector < FirstSpecial ? _values.Pool(type, selector & 63) : _values.Special(type, selector - FirstSpecial);
        }
    }
}
