using MapSim.Layout;

namespace MapSim.Programs;

/// <content>Operations and their values.</content>
internal sealed partial class TextToBinary
{
    private const int Flip = 8;
    private readonly Dictionary<string, Dictionary<string, int>> _selectors = [];

    /// <summary>The innermost loop; null outside all.</summary>
    private IStatement? Loop => _open.FindLast(b => b.Line is RepeatLine or Operation { Kind: OperationKind.Range }).Line;

    private Repetition? Repeat => (_open.FindLast(b => b.Line is RepeatLine).Line as RepeatLine)?.Repeat;

    private void Write(Operation operation)
    {
        if (operation.Kind is OperationKind.Break or OperationKind.Continue)
        {
            Leave(operation);
            return;
        }

        Prefix(operation.Turn);
        switch (operation.Kind)
        {
            case OperationKind.Assign or OperationKind.Lookup or OperationKind.Delete:
                Keyed(operation);
                return;
            case OperationKind.Range:
                Add(BinaryOpCode.Range, a => a.Byte(_mapSlots[operation.Other!]));
                Open(operation);
                return;
            case OperationKind.Do:
                Add(BinaryOpCode.Do, a => a.Byte(_shared[operation.Name].Slot));
                Open(operation);
                return;
        }

        Times(operation);
        Simple(operation);
    }

    private void Simple(Operation operation)
    {
        ArgumentWriter Number(ArgumentWriter a) => operation.Elem == null ? a
            : operation.Elem.ToText().Contains(GoValue.Counter, StringComparison.Ordinal) ? throw Cannot("a number") : a.Signed(operation.Elem.AsInt64());
        switch (operation.Kind)
        {
            case OperationKind.Clear or OperationKind.Len:
                Add(operation.Kind == OperationKind.Clear ? BinaryOpCode.Clear : BinaryOpCode.Len, a => a.Byte(Where(operation)));
                break;
            case OperationKind.Clone:
                Add(BinaryOpCode.Clone, a => a.Byte(Where(operation)).Byte(_mapSlots[operation.Other!]));
                break;
            case OperationKind.Iter:
                Add(BinaryOpCode.Iter, a => a.Byte(_mapSlots[operation.Other!] | Flags(operation)).Byte(Variable('i', operation.Name)));
                break;
            case OperationKind.Next:
                Add(BinaryOpCode.Next, a => a.Byte(Variable('i', operation.Name) | Flags(operation)));
                break;
            case OperationKind.Gc:
                Add(BinaryOpCode.Gc, a => a.Byte(Flags(operation)));
                break;
            case OperationKind.New or OperationKind.Read or OperationKind.Drop:
                Add(Enum.Parse<BinaryOpCode>(operation.Kind.ToString()), a => a.Byte(Variable('p', operation.Name) | Flags(operation)));
                break;
            case OperationKind.Spawn or OperationKind.Join:
                Add(Enum.Parse<BinaryOpCode>(operation.Kind.ToString()), a => a.Byte(_goroutines[operation.Name]));
                break;
            default:
                (SharedKind kind, int slot) = _shared[operation.Name];
                BinaryOpCode code = kind == SharedKind.WaitGroup && operation.Kind == OperationKind.Add ? BinaryOpCode.AddGroup : Enum.Parse<BinaryOpCode>(operation.Kind.ToString());
                int readWrite = kind == SharedKind.RWMutex && operation.Kind is OperationKind.Lock or OperationKind.Unlock ? 4 : 0;
                string name = SharedSlots.NameOf(kind, slot);
                Add(code, a => Number(a.Byte((kind == SharedKind.RWMutex ? slot | readWrite : slot) | Flags(operation with { Name = name }))));
                break;
        }
    }

    private void Keyed(Operation operation)
    {
        MapType type = _maps.Type(_mapSlots[operation.Name]);
        int where = Where(operation);
        bool many = operation.Repeat != null && CounterValue.End(type.Key) > 0 && operation.Key!.ToText() == CounterValue.Of(type.Key).ToText();
        bool here = !many && IsHere(operation, type);
        int key = many || here ? 0 : Selector(type.Key, operation.Key!);
        BinaryOpCode code = Code(operation, many ? 1 : here ? 2 : key < 0 && operation.Into == null ? 3 : 0);
        Repetition? counter = many ? operation.Repeat : Repeat;
        int elem = operation.Kind == OperationKind.Assign && !operation.ElemPanics ? Elem(type.Elem, operation.Elem, counter) : 0;
        if (!many)
        {
            Times(operation);
        }

        Add(code, a =>
        {
            a.Byte(where);
            switch (code)
            {
                case BinaryOpCode.AssignMany or BinaryOpCode.LookupMany or BinaryOpCode.DeleteMany:
                    Counts(a, operation.Repeat!).Byte(elem < 0 ? throw Cannot("an elem of the pool") : elem);
                    break;
                case BinaryOpCode.AssignHere:
                    a.Byte(elem < 0 ? throw Cannot("an elem of the pool") : elem);
                    break;
                case BinaryOpCode.AssignLiteral:
                    Literal(a.Byte(elem < 0 ? BinaryResolver.Literal : elem), type.Key, operation.Key!);
                    _ = elem < 0 ? Literal(a, type.Elem, operation.Elem!) : a;
                    break;
                case BinaryOpCode.LookupLiteral or BinaryOpCode.DeleteLiteral:
                    Literal(a, type.Key, operation.Key!);
                    break;
                case BinaryOpCode.LookupInto:
                    a.Byte(key < 0 ? BinaryResolver.Literal : key).Byte(Variable('p', operation.Into!));
                    _ = key < 0 ? Literal(a, type.Key, operation.Key!) : a;
                    break;
                case BinaryOpCode.AssignPanic:
                    a.Byte(key < 0 ? BinaryResolver.Literal : key);
                    _ = key < 0 ? Literal(a, type.Key, operation.Key!) : a;
                    break;
                case BinaryOpCode.LookupHere or BinaryOpCode.DeleteHere:
                    break;
                default:
                    a.Byte(key).Byte(elem);
                    break;
            }

            return a;
        });
    }

    /// <summary>An elem outside the pool makes an assignment one whose values are written out.</summary>
    private BinaryOpCode Code(Operation operation, int form)
    {
        MapType type = _maps.Type(_mapSlots[operation.Name]);
        bool literal = form == 0 && operation is { Kind: OperationKind.Assign, ElemPanics: false } && Elem(type.Elem, operation.Elem, Repeat) < 0;
        return operation switch
        {
            { ElemPanics: true } => form is 1 or 2 ? throw Cannot("a key that is written down, where the elem panics") : BinaryOpCode.AssignPanic,
            { Into: not null } => form == 2 || form == 1 ? throw Cannot("a key that is written down") : BinaryOpCode.LookupInto,
            _ => Enum.Parse<BinaryOpCode>(operation.Kind + (literal ? "Literal" : form switch { 1 => "Many", 2 => "Here", 3 => "Literal", _ => "" })),
        };
    }

    private bool IsHere(Operation operation, MapType type) => operation.Key switch
    {
        { Kind: GoValueKind.RangeKey } key => Loop is Operation range && range.Name == key.Text ? true : throw Cannot("the key of the innermost loop"),
        { } key => operation.Repeat == null && Loop is RepeatLine && CounterValue.End(type.Key) > 0 && key.ToText() == CounterValue.Of(type.Key).ToText(),
        _ => false,
    };

    /// <summary>The selector of an elem; -1 if it must be written out.</summary>
    private int Elem(GoType type, GoValue? value, Repetition? counter) => value switch
    {
        null => 0,
        _ when type.Size == 0 => 0,
        { Kind: GoValueKind.Variable } => BinaryResolver.PointerElem + Variable('p', value.Text),
        { Kind: GoValueKind.RangeElem } => Loop is Operation range && range.Name == value.Text ? BinaryResolver.LoopElem : throw Cannot("the elem of the innermost loop"),
        { Kind: GoValueKind.RangeKey } => throw Cannot("an elem that is no key"),
        _ when counter != null && CounterValue.End(type) > 0 && value.ToText() == CounterValue.Of(type).ToText() => BinaryResolver.CounterElem,
        _ => Selector(type, value),
    };

    /// <summary>The selector of a value in the pool; -1 if it is not there.</summary>
    private int Selector(GoType type, GoValue value)
    {
        if (value.IsReference)
        {
            throw Cannot("a key that is written down, or that of the innermost loop");
        }

        if (value.Kind == GoValueKind.New)
        {
            throw Cannot("an object that was made before");
        }

        if (value.ToText().Contains(GoValue.Counter, StringComparison.Ordinal))
        {
            throw Cannot($"{GoValue.Counter} only as the binary form uses it ('{(CounterValue.End(type) > 0 ? CounterValue.Of(type).ToText() : "not for this type")}')");
        }

        if (!_selectors.TryGetValue(type.Text, out Dictionary<string, int>? selectors))
        {
            selectors = _values.Selectors(type);
            _selectors.Add(type.Text, selectors);
        }

        return selectors.GetValueOrDefault(_values.Canonical(type, value).ToText(), -1);
    }

    private ArgumentWriter Literal(ArgumentWriter a, GoType type, GoValue value)
    {
        try
        {
            new LiteralWriter(a, _config.Arch, _labels).Write(type, _values.Canonical(type, value));
            return a;
        }
        catch (FormatException e)
        {
            throw new ProgramFormatException(_line, 1, e.Message);
        }
    }

    /// <summary>Turns are prefixes, except those of break and continue that fit in.</summary>
    private void Leave(Operation operation)
    {
        Turns? own = operation.Turn is { From: <= 127 } turn && turn.To - turn.From <= 128 ? turn : null;
        Prefix(own == null ? operation.Turn : null);
        Add(operation.Kind == OperationKind.Break ? BinaryOpCode.Break : BinaryOpCode.Continue, a => own == null ? a : a.Byte((int)own.From).Byte((int)(own.To - own.From - 1)));
    }

    private void Prefix(Turns? turn)
    {
        if (turn != null)
        {
            Add(BinaryOpCode.Turn, a => turn.From <= 128 && turn.To - turn.From <= 128 ? a.Byte((int)turn.From - 1).Byte((int)(turn.To - turn.From - 1)) : throw Cannot("turns up to 128"));
        }
    }

    private void Times(Operation operation)
    {
        if (operation.Repeat != null)
        {
            Add(BinaryOpCode.Times, a => Counts(a, operation.Repeat));
        }
    }

    private ArgumentWriter Counts(ArgumentWriter a, Repetition repeat) => repeat.To - repeat.From <= BinaryResolver.MostTurns && repeat.From <= BinaryResolver.MostFrom
        ? a.Number((ulong)(repeat.To - repeat.From - 1)).Number((ulong)repeat.From)
        : throw Cannot($"at most {BinaryResolver.MostTurns} times from at most {BinaryResolver.MostFrom}");

    private void Case(Operation operation)
    {
        int slot = _shared[operation.Name].Slot;
        int what = slot | (operation.Kind == OperationKind.Send ? 16 : 0) | (operation.Recovers ? Flip : 0);
        Add(_selectOpens ? BinaryOpCode.Select : BinaryOpCode.Case, a => operation.Elem == null ? a.Byte(what) : a.Byte(what).Signed(operation.Elem.AsInt64()));
        _selectOpens = false;
    }

    private int Where(Operation operation) => _mapSlots[operation.Name] | Flags(operation);

    private int Flags(Operation operation) =>
        BinaryResolver.IsPanicLikely(operation, _maps, _mapSlots.GetValueOrDefault(operation.Name)) == operation.Recovers ? 0 : Flip;

    /// <summary>The number of an iterator or pointer variable of the present goroutine: its own if it has one, else a free one.</summary>
    private int Variable(char kind, string name)
    {
        if (!_variables.TryGetValue((_goroutine, kind), out List<string>? names))
        {
            names = [.. Enumerable.Repeat("", SharedSlots.Count)];
            _variables.Add((_goroutine, kind), names);
        }

        int own = name.Length == 2 && name[0] == kind && name[1] is >= '0' and < '8' ? name[1] - '0' : -1;
        int at = names.IndexOf(name);
        at = at >= 0 ? at : own >= 0 && names[own].Length == 0 ? own : names.LastIndexOf("");
        names[at >= 0 ? at : throw Cannot($"at most {SharedSlots.Count} {(kind == 'i' ? "iterators" : "pointer variables")} a goroutine")] = name;
        return at;
    }
}
