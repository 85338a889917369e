using System.Globalization;
using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Programs;

/// <content>Operations on maps, iterators and pointer variables. What goroutines share besides maps does nothing here.</content>
internal sealed partial class SequentialLines
{
    private const int PointeeSize = 16;

    private void Do(Operation operation, long? counter)
    {
        string result = "ok";
        OperationEnd end = operation.Kind switch
        {
            OperationKind.Assign or OperationKind.Lookup or OperationKind.Delete => Keyed(operation, counter, ref result),
            OperationKind.Clear => Session.Clear(_maps[operation.Name].TypeNumber, _maps[operation.Name].Address),
            OperationKind.Len => Length(operation, ref result),
            OperationKind.Clone => Clone(operation),
            OperationKind.Iter => Iter(operation, ref result),
            OperationKind.Next => Next(operation, ref result),
            OperationKind.New => SetPointer(operation.Name, Session.NewObject(new byte[PointeeSize], ObjectKind.Pointee)),
            OperationKind.Drop => SetPointer(operation.Name, default),
            _ => default,
        };
        _observer?.Invoke(end.IsOk ? result : "panic: " + Session.Machine.FailureText(end.Failure, end.Detail));
        Ends(end, operation.Recovers);
    }

    /// <summary>True if the program ends here.</summary>
    private bool Ends(OperationEnd end, bool recovers)
    {
        bool survives = end.IsOk || (recovers && Failures.Severity(end.Failure) == FailureSeverity.Panic);
        HasEnded |= !survives || Session.HitStepLimit || ++_operations > MostOperations;
        return HasEnded;
    }

    private OperationEnd Keyed(Operation operation, long? counter, ref string result)
    {
        MapVariable map = _maps[operation.Name];
        byte[] key = Bytes(map.Type.Key, operation.Key, counter);
        switch (operation.Kind)
        {
            case OperationKind.Assign:
                return Session.Assign(map.TypeNumber, map.Address, key, Bytes(map.Type.Elem, operation.Elem, counter));
            case OperationKind.Delete:
                return Session.Delete(map.TypeNumber, map.Address, key);
            default:
                OperationEnd end = Session.Lookup(map.TypeNumber, map.Address, key, out bool found);
                result = !found ? "absent" : _observer == null ? "" : new ValueReader(Session, _names).Text(map.Type.Elem, Session.ResultLocal);
                if (operation.Into != null)
                {
                    SetPointer(operation.Into, found ? Session.ReadPointer(Session.ResultLocal) : default);
                }

                return end;
        }
    }

    private byte[] Bytes(GoType type, GoValue? value, long? counter)
    {
        switch (value?.Kind)
        {
            case GoValueKind.Variable:
                return PointerBytes(_pointers.GetValueOrDefault((_goroutine, value.Text)));
            case GoValueKind.RangeKey or GoValueKind.RangeElem:
                Addr iterator = _iterators[(_goroutine, value.Text)].At;
                Addr at = value.Kind == GoValueKind.RangeKey ? Session.IteratorKey(iterator) : Session.IteratorElem(iterator);
                return Session.Machine.Memory.Raw(at, type.Size).ToArray();
            default:
                return Writer.Bytes(type, value, counter);
        }
    }

    private byte[] PointerBytes(Addr pointer) =>
        Session.Machine.PointerSize == 8 ? BitConverter.GetBytes(pointer.Value) : BitConverter.GetBytes((uint)pointer.Value);

    private OperationEnd SetPointer(string name, Addr pointer)
    {
        _pointers[(_goroutine, name)] = pointer;
        return default;
    }

    private OperationEnd Length(Operation operation, ref string result)
    {
        result = Session.Length(_maps[operation.Name].Address).ToString(CultureInfo.InvariantCulture);
        return default;
    }

    private OperationEnd Clone(Operation operation)
    {
        MapVariable source = _maps[operation.Name];
        OperationEnd end = Session.Clone(source.TypeNumber, source.Address, out Addr clone);
        if (end.IsOk)
        {
            _maps[operation.Other!] = new MapVariable(operation.Other!, source.Type, source.TypeNumber, clone);
        }

        return end;
    }

    private OperationEnd Iter(Operation operation, ref string result)
    {
        MapVariable map = _maps[operation.Other!];
        Addr iterator = Session.NewIterator();
        _iterators[(_goroutine, operation.Name)] = (iterator, map);
        _lastIterators[(_goroutine, map.Name)] = iterator;
        OperationEnd end = Session.IterInit(map.TypeNumber, map.Address, iterator);
        result = Entry(iterator, map.Type);
        return end;
    }

    private OperationEnd Next(Operation operation, ref string result)
    {
        (Addr iterator, MapVariable map) = _iterators[(_goroutine, operation.Name)];
        OperationEnd end = Session.IteratorKey(iterator).IsNil ? default : Session.IterNext(iterator);
        result = Entry(iterator, map.Type);
        return end;
    }

    private string Entry(Addr iterator, MapType type)
    {
        Addr key = Session.IteratorKey(iterator);
        var reader = new ValueReader(Session, _names);
        return key.IsNil ? "end"
            : _observer == null ? ""
            : reader.Text(type.Key, key) + (type.Elem.Size == 0 ? "" : " " + reader.Text(type.Elem, Session.IteratorElem(iterator)));
    }
}
