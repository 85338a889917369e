using MapSim.Layout;

namespace MapSim.Programs;

/// <summary>
/// Turns a program of the binary form into a text: every op becomes a line with concrete values. What a selector means
/// that looks at the state of a map is found by running the program on the unmodified simulator, one op after the other in
/// the order of the stream, and is frozen then; the schedule plays no part in it.
/// </summary>
/// <remarks>
/// Every program gives a text that the parser accepts. The lines of a block (range, repeat, do, select) are resolved
/// against the state at its beginning. Bodies of selects are not run while resolving. A run is only made if there is a
/// selector that needs it.
/// </remarks>
public sealed partial class BinaryResolver
{
    /// <summary>Roughly the operations that a goroutine may do, repetitions counted; what is more is cut.</summary>
    public const long MostWork = 100_000;

    private const int StretchesInLine = 16;
    private readonly BinaryConfig _config;
    private readonly MapSlots _maps;
    private readonly SharedSlots _shared = new();
    private readonly GoroutineLines[] _goroutines;
    private readonly HashSet<int> _spawned = [];
    private readonly long _mostEntries;
    private readonly List<Stretch> _schedule = [];
    private readonly ResolverRun _run;
    private readonly PooledValues _values;
    private readonly KeySelectors _keys;
    private GoroutineLines _current;
    private ulong? _randomSchedule;

    private BinaryResolver(BinaryProgram program, Action<string>? observer)
    {
        _config = BinaryConfig.Of(program);
        _maps = new MapSlots(program, _config);
        _goroutines = [.. Enumerable.Range(0, _config.Others + 1).Select(g => new GoroutineLines(GoroutineName(g)))];
        _current = _goroutines[0];
        _mostEntries = program.Ops.Sum(MostEntries);
        var header = new MapProgram([.. Header().Select(s => new ProgramLine(s))]);
        _run = new ResolverRun(header, _goroutines.Length, observer);
        _values = new PooledValues(_config.Arch);
        _keys = new KeySelectors(_run, _values);
    }

    /// <summary>Turns a program into a text.</summary>
    public static MapProgram Resolve(BinaryProgram program) => Resolve(program, null);

    /// <summary>Turns a program into a text.</summary>
    /// <param name="program">The program.</param>
    /// <param name="observer">Is told the result of every operation, as the text's runner gives it; the whole program is run then.</param>
    internal static MapProgram Resolve(BinaryProgram program, Action<string>? observer)
    {
        var resolver = new BinaryResolver(program, observer);
        foreach (BinaryOp op in program.Ops)
        {
            resolver.Do(op);
            resolver.EndUnit();
        }

        foreach (GoroutineLines goroutine in resolver._goroutines)
        {
            resolver._current = goroutine;
            while (goroutine.Innermost != null)
            {
                resolver.End();
            }

            resolver.EndUnit();
        }

        if (observer != null)
        {
            resolver._run.Synchronise();
        }

        return resolver.Text();
    }

    /// <summary>How many keys an op can add to a map, whatever is around it.</summary>
    private static long MostEntries(BinaryOp op)
    {
        var a = new ArgumentReader(op);
        switch (op.Code)
        {
            case BinaryOpCode.Assign or BinaryOpCode.AssignHere or BinaryOpCode.AssignLiteral:
                return 1;
            case BinaryOpCode.AssignMany:
                a.Byte();
                return 1 + a.Below(MostTurns - 1);
            case BinaryOpCode.RepeatBlock:
                return 1 + a.Below(MostTurns - 1);
            default:
                return 0;
        }
    }

    private static string GoroutineName(int g) => g switch { 0 => GoroutineNames.Main, 1 => "w1", _ => "w2" };

    private IEnumerable<IStatement> Header() => [.. _config.Settings(), .. _maps.Declarations()];

    private MapProgram Text()
    {
        List<IStatement> first = [.. Header(), .. _shared.Declarations(_goroutines.SelectMany(g => g.Lines))];
        List<ProgramLine> lines = [.. first.Select(s => new ProgramLine(s))];
        foreach (GoroutineLines goroutine in _goroutines.Skip(1))
        {
            lines.Add(new ProgramLine(new GoroutineLine(goroutine.Name)));
            lines.AddRange(goroutine.Lines);
            lines.Add(new ProgramLine(new EndLine()));
        }

        lines.AddRange(_goroutines[0].Lines);
        lines.AddRange(_schedule.Chunk(StretchesInLine).Select(s => new ProgramLine(new ScheduleLine(s))));
        if (_schedule.Count == 0 && _randomSchedule is { } seed)
        {
            lines.Add(new ProgramLine(new RandomScheduleLine(seed)));
        }

        return new MapProgram(lines);
    }

    /// <summary>Lines that are whole wait to be run, should a selector ask for the state.</summary>
    private void EndUnit()
    {
        if (_current.TakeUnit() is { Count: > 0 } unit)
        {
            _run.Enqueue(_current.Name, unit);
        }
    }

    /// <summary>Adds an operation with the prefixes that wait for it, unless the program does too much already.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="flags">Bit 3 turns round whether the line says recover: by default it does where a panic is likely.</param>
    /// <param name="slot">The map of an operation with a key.</param>
    private void Add(Operation operation, int flags, int slot = 0)
    {
        Repetition? times = operation.Repeat == null && !UsesCounter(operation.Key) && !UsesCounter(operation.Elem) ? _current.Times : null;
        if (operation.Repeat == null)
        {
            long count = Allowed((times?.To - times?.From) ?? 1, 1);
            if (count == 0)
            {
                TakeTurn();
                return;
            }

            operation = operation with { Repeat = times == null ? null : new Repetition(times.From, times.From + count) };
        }

        _current.Add(operation with { Recovers = IsPanicLikely(operation, _maps, slot) ^ ((flags & 8) != 0), Turn = TakeTurn() });
    }

    /// <summary>True for operations that say recover unless an op says otherwise.</summary>
    /// <param name="operation">The operation, with the names that the binary form gives.</param>
    /// <param name="maps">The maps.</param>
    /// <param name="slot">The map of an operation with a key.</param>
    internal static bool IsPanicLikely(Operation operation, MapSlots maps, int slot) => operation.Kind switch
    {
        OperationKind.Assign => maps.IsNil(slot) || maps.Type(slot).Key.HashMightPanic,
        OperationKind.Lookup or OperationKind.Delete => maps.Type(slot).Key.HashMightPanic,
        OperationKind.Read or OperationKind.Done or OperationKind.Send or OperationKind.Close => true,
        OperationKind.Add => operation.Name == SharedSlots.NameOf(SharedKind.WaitGroup, operation.Name[^1] - '0'),
        _ => false,
    };

    private static bool UsesCounter(GoValue? value) => value != null && value.ToText().Contains(GoValue.Counter, StringComparison.Ordinal);

    private Turns? TakeTurn()
    {
        Turns? turn = _current.Loop == null ? null : _current.Turn;
        _current.Turn = null;
        _current.Times = null;
        return turn;
    }

    /// <summary>How often something may be done that is wanted so often: 0 if the program does too much already.</summary>
    /// <param name="wanted">How often.</param>
    /// <param name="cost">Operations that it stands for.</param>
    private long Allowed(long wanted, long cost)
    {
        long one = _current.Weight * cost;
        long count = Math.Min(wanted, (MostWork - _current.Work) / one);
        _current.Work += count * one;
        return count;
    }
}
