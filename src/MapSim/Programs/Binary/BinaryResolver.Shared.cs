using System.Globalization;

namespace MapSim.Programs;

/// <content>Blocks, goroutines, the schedule, and what goroutines share.</content>
public sealed partial class BinaryResolver
{
    internal static readonly string[] Movers = ["main", "w1", "w2", "gc.1", "main.drain", "w1.drain", "w2.drain", "gc.2"];

    private const int BlockCost = 8;

    private static readonly string[] IteratorNames = Numbered("i"), PointerNames = Numbered("p");

    private void Do(BinaryOp op)
    {
        ArgumentReader a = _arguments.Of(op);
        switch (op.Code)
        {
            case BinaryOpCode.Config or BinaryOpCode.Map:
                break;
            case BinaryOpCode.Next:
                Next(a.Byte());
                break;
            case BinaryOpCode.RepeatBlock:
                RepeatBlock(a);
                break;
            case BinaryOpCode.End when _current.Innermost != null:
                End();
                break;
            case BinaryOpCode.Times:
                _current.Times = Repetition(a);
                break;
            case BinaryOpCode.Turn:
                _current.Turn = Turns(1 + a.Byte(), a.Byte());
                break;
            case BinaryOpCode.Break or BinaryOpCode.Continue when _current.Innermost is { IsLoop: true }:
                int turn = a.Byte();
                _current.Turn = turn > 0 ? Turns(turn, a.Byte()) : _current.Turn;
                _current.Add(new Operation(op.Code == BinaryOpCode.Break ? OperationKind.Break : OperationKind.Continue, "", Turn: TakeTurn()));
                break;
            case BinaryOpCode.Gc:
                Add(_config.HasCollector ? new Operation(OperationKind.Gc, "") : new Operation(OperationKind.Len, MapSlots.Name(0)), a.Byte());
                break;
            case BinaryOpCode.Goroutine:
                _current = _goroutines[Other(a.Byte())];
                break;
            case BinaryOpCode.Yield:
                _schedule.Add(new Stretch(Mover(a.Byte()), 1 + a.Below(int.MaxValue - 1)));
                break;
            case BinaryOpCode.RandomSchedule:
                _randomSchedule ??= a.Number();
                break;
            case BinaryOpCode.Select or BinaryOpCode.Case:
                Case(a, op.Code == BinaryOpCode.Select);
                break;
            case BinaryOpCode.Default:
                Default();
                break;
            case BinaryOpCode.AssignPanic:
                MapOp(op);
                break;
            case >= BinaryOpCode.Spawn:
                Shared(op.Code, a);
                break;
            case BinaryOpCode.End or BinaryOpCode.Break or BinaryOpCode.Continue:
                break;
            default:
                MapOp(op);
                break;
        }
    }

    private void Shared(BinaryOpCode code, ArgumentReader a)
    {
        int which = a.Byte();
        GoValue Signed() => GoValue.Int(a.Signed());
        switch (code)
        {
            case BinaryOpCode.Spawn or BinaryOpCode.Join:
                SpawnOrJoin(Other(which), code == BinaryOpCode.Spawn);
                break;
            case BinaryOpCode.Lock or BinaryOpCode.Unlock:
                Add(new Operation(code == BinaryOpCode.Lock ? OperationKind.Lock : OperationKind.Unlock, _shared.UseLock(which)), which);
                break;
            case BinaryOpCode.RLock or BinaryOpCode.RUnlock:
                Add(new Operation(code == BinaryOpCode.RLock ? OperationKind.RLock : OperationKind.RUnlock, _shared.Use(SharedKind.RWMutex, which & 3)), which);
                break;
            case BinaryOpCode.Add:
                Add(new Operation(OperationKind.Add, _shared.Use(SharedKind.Var, which), Elem: Signed()), which);
                break;
            case BinaryOpCode.Load:
                Add(new Operation(OperationKind.Load, _shared.Use(SharedKind.Var, which)), which);
                break;
            case BinaryOpCode.Store:
                Add(new Operation(OperationKind.Store, _shared.Use(SharedKind.Var, which), Elem: Signed()), which);
                break;
            case BinaryOpCode.AddGroup:
                Add(new Operation(OperationKind.Add, _shared.Use(SharedKind.WaitGroup, which), Elem: Signed()), which);
                break;
            case BinaryOpCode.Done:
                Add(new Operation(OperationKind.Done, _shared.Use(SharedKind.WaitGroup, which)), which);
                break;
            case BinaryOpCode.Wait:
                Add(new Operation(OperationKind.Wait, _shared.Use(SharedKind.WaitGroup, which)), which);
                break;
            case BinaryOpCode.Do when _current.CanOpen:
                _current.Open(new Operation(OperationKind.Do, _shared.Use(SharedKind.Once, which), Turn: TakeTurn()), _current.Weight);
                break;
            case BinaryOpCode.Send:
                Add(new Operation(OperationKind.Send, _shared.Use(SharedKind.Chan, which), Elem: Signed()), which);
                break;
            case BinaryOpCode.Receive:
                Add(new Operation(OperationKind.Receive, _shared.Use(SharedKind.Chan, which)), which);
                break;
            case BinaryOpCode.Close:
                Add(new Operation(OperationKind.Close, _shared.Use(SharedKind.Chan, which)), which);
                break;
            case BinaryOpCode.New or BinaryOpCode.Read or BinaryOpCode.Drop:
                PointerOp(code, which);
                break;
        }
    }

    /// <summary>A pointer variable that may have no value yet gets one before anything else.</summary>
    private void PointerOp(BinaryOpCode code, int which)
    {
        int pointer = Pointer(which);
        OperationKind kind = code == BinaryOpCode.New || !_current.IsSet(pointer) ? OperationKind.New
            : code == BinaryOpCode.Read ? OperationKind.Read : OperationKind.Drop;
        bool certain = _current.Turn == null || _current.Loop == null;
        int lines = _current.Lines.Count;
        Add(new Operation(kind, PointerName(which)), which);
        if (certain && _current.Lines.Count > lines)
        {
            _current.Set(pointer);
        }
    }

    /// <summary>Main can spawn a goroutine, once and outside blocks; everything else waits for its end.</summary>
    private void SpawnOrJoin(int g, bool spawn)
    {
        if (g == 0)
        {
            return;
        }

        bool spawns = spawn && _current == _goroutines[0] && _current.Innermost == null && _spawned.Add(g);
        _current.Add(new Operation(spawns ? OperationKind.Spawn : OperationKind.Join, GoroutineName(g), Turn: TakeTurn()));
    }

    private void RepeatBlock(ArgumentReader a)
    {
        Repetition repeat = Repetition(a);
        long count = _current.CanOpen ? Allowed(repeat.To - repeat.From, BlockCost) : 0;
        if (count > 0)
        {
            _current.Open(new RepeatLine(new Repetition(repeat.From, repeat.From + count), TakeTurn()), _current.Weight * count);
        }
    }

    private void End()
    {
        TakeTurn();
        _current.End();
    }

    /// <summary>Bits 0 to 2: the channel. Bit 4: a send. Bit 3 as everywhere, but no line of a select says recover by itself.</summary>
    private void Case(ArgumentReader a, bool opens)
    {
        int what = a.Byte();
        if (!OpenSelect(opens))
        {
            return;
        }

        string channel = _shared.Use(SharedKind.Chan, what);
        Operation operation = (what & 16) != 0 ? new Operation(OperationKind.Send, channel, Elem: GoValue.Int(a.Signed())) : new Operation(OperationKind.Receive, channel);
        _current.NextCase(new CaseLine(operation));
    }

    private void Default()
    {
        if (OpenSelect(false) && !_current.Innermost!.HasDefault)
        {
            _current.Innermost.HasDefault = true;
            _current.NextCase(new DefaultLine());
        }
    }

    /// <summary>Opens a select, unless the innermost block is one and none must be opened; false if there is none then.</summary>
    private bool OpenSelect(bool always)
    {
        if (!always && _current.Innermost is { Line: SelectLine })
        {
            return true;
        }

        if (!_current.CanOpen || Allowed(1, 1) == 0)
        {
            return false;
        }

        _current.Open(new SelectLine(TakeTurn()), _current.Weight);
        return true;
    }

    private static string[] Numbered(string letter) => [.. Enumerable.Range(0, SharedSlots.Count).Select(n => letter + n.ToString(CultureInfo.InvariantCulture))];

    private static Turns Turns(int from, int more) => new(from, from + 1 + more);

    private static Repetition Repetition(ArgumentReader a)
    {
        long count = 1 + a.Below(MostTurns - 1), from = a.Below(MostFrom);
        return new Repetition(from, from + count);
    }

    /// <summary>The goroutine of a number; main if there is none.</summary>
    private int Other(int argument) => (argument & 3) < _goroutines.Length ? argument & 3 : 0;

    /// <summary>Who moves: a goroutine, a worker of the collector, or a store buffer; main if there is no such.</summary>
    private string Mover(int argument)
    {
        int who = argument & 7;
        bool exists = who switch
        {
            0 => true,
            < 3 => who < _goroutines.Length,
            3 => _config.HasCollector,
            7 => _config.HasCollector && _config.Workers > 1,
            _ => _config.StoreBuffers > 0 && who - 4 < _goroutines.Length,
        };
        return Movers[exists ? who : 0];
    }

    /// <summary>The bit of a pointer variable among those that have a value; iterators have the lower ones.</summary>
    private static int Pointer(int argument) => SharedSlots.Count + (argument & 7);

    private static string IteratorName(int argument) => IteratorNames[argument & 7];

    private static string PointerName(int argument) => PointerNames[argument & 7];
}
