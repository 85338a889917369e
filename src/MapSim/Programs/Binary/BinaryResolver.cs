using MapSim.Faults;

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

    private const int StretchesInLine = 16, StepLimit = 5_000_000, MostOperations = 400_000;
    private readonly BinaryProgram _program;
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
    private readonly ArgumentReader _arguments = new(new BinaryOp(BinaryOpCode.Config));
    private GoroutineLines _current;
    private ulong? _randomSchedule;
    private int _next;
    private bool _isComplete;

    /// <summary>Prepares to resolve a program.</summary>
    /// <param name="program">The program.</param>
    /// <param name="newRun">Makes the run that resolves selectors.</param>
    /// <param name="literals">Values that were read before; null for none.</param>
    internal BinaryResolver(BinaryProgram program, Func<UnitProgram, bool, ResolverRun> newRun, KnownLiterals? literals = null)
    {
        _program = program;
        _config = BinaryConfig.Of(program);
        _maps = new MapSlots(program, _config);
        _goroutines = new GoroutineLines[_config.Others + 1];
        for (int g = 0; g < _goroutines.Length; g++)
        {
            _goroutines[g] = new GoroutineLines(g, GoroutineName(g));
        }

        _current = _goroutines[0];
        SharedSlots? onces = null;
        bool isWhole = _goroutines.Length == 1;
        for (int i = 0; i < program.Ops.Count; i++)
        {
            BinaryOp op = program.Ops[i];
            _mostEntries += MostEntries(op);
            isWhole &= op.Code is not ((>= BinaryOpCode.Spawn and < BinaryOpCode.New) or BinaryOpCode.Gc);
            if (op.Code == BinaryOpCode.Do)
            {
                (onces ??= new SharedSlots()).Use(SharedKind.Once, op[0]);
            }
        }

        // What is not simulated while resolving: the collector, store buffers, the race detector.
        ProgramSettings settings = _config.ToSettings() with { Collector = false, StoreBuffers = 0, Race = false };
        _run = newRun(new UnitProgram(_maps, settings, _goroutines.Length, onces?.All() ?? []), isWhole);
        _values = new PooledValues(_config.Arch, literals);
        _keys = new KeySelectors(_run, _values, _config.Arch);
    }

    /// <summary>The run that resolves selectors.</summary>
    internal ResolverRun Run => _run;

    /// <summary>Roughly the operations that main's lines so far do, repetitions counted; never fewer than they do.</summary>
    internal long MainWork => _goroutines[0].Work;

    /// <summary>The lines of main so far.</summary>
    internal IReadOnlyList<IStatement> MainLines => _goroutines[0].Lines;

    /// <summary>Turns a program into a text.</summary>
    public static MapProgram Resolve(BinaryProgram program) => Resolve(program, null);

    /// <summary>Turns a program into a text.</summary>
    /// <param name="program">The program.</param>
    /// <param name="observer">Is told the result of every operation, as the text's runner gives it; the whole program is run then.</param>
    internal static MapProgram Resolve(BinaryProgram program, Action<string>? observer)
    {
        BinaryResolver resolver = Of(program, default, observer);
        resolver.Complete();
        if (observer != null)
        {
            resolver._run.Synchronise();
        }

        return resolver.Text();
    }

    /// <summary>Turns a program into a text where selectors mean what they do on a model with changes.</summary>
    /// <param name="program">The program.</param>
    /// <param name="changes">The changes: repairs.</param>
    internal static MapProgram Resolve(BinaryProgram program, ModelChanges changes)
    {
        BinaryResolver resolver = Of(program, changes, null);
        resolver.Complete();
        return resolver.Text();
    }

    private static BinaryResolver Of(BinaryProgram program, ModelChanges changes, Action<string>? observer)
    {
        return new BinaryResolver(program, (p, isWhole) => new ResolverRun(p, () => Start(p), int.MaxValue, isWhole));

        UnitRun Start(UnitProgram p)
        {
            ProgramSettings settings = p.Settings with { Limit = StepLimit, Changes = changes };
            var run = new UnitRun(
                p, settings, new UnitParts(settings.ToOptions(BinaryConfig.Of(program).Others + 1), null, KeepsBytes: false, observer == null), null, MostOperations, isJudged: false);
            run.Run.Results.Observer = observer == null ? null : r => observer(r.Result);
            return run;
        }
    }

    /// <summary>
    /// Goes through the ops, up to the one in which the run ends: nothing behind it is ever done, and nobody may want to read it.
    /// </summary>
    internal void DoWhileAlive()
    {
        while (_next < _program.Ops.Count && _run.Started is not { HasEnded: true })
        {
            DoNext();
        }

        if (_run.Started is not { HasEnded: true })
        {
            Complete();
        }
    }

    /// <summary>Goes through the ops that are left, and ends what is open.</summary>
    internal void Complete()
    {
        while (_next < _program.Ops.Count)
        {
            DoNext();
        }

        foreach (GoroutineLines goroutine in _isComplete ? [] : _goroutines)
        {
            _current = goroutine;
            while (goroutine.Innermost != null)
            {
                End();
            }

            EndUnit();
        }

        _isComplete = true;
    }

    private void DoNext()
    {
        Do(_program.Ops[_next++]);
        EndUnit();
    }

    /// <summary>How many keys an op can add to a map, whatever is around it.</summary>
    private static long MostEntries(BinaryOp op)
    {
        switch (op.Code)
        {
            case BinaryOpCode.Assign or BinaryOpCode.AssignHere or BinaryOpCode.AssignLiteral:
                return 1;
            case BinaryOpCode.AssignMany:
                var a = new ArgumentReader(op);
                a.Byte();
                return 1 + a.Below(MostTurns - 1);
            case BinaryOpCode.RepeatBlock:
                return 1 + new ArgumentReader(op).Below(MostTurns - 1);
            default:
                return 0;
        }
    }

    private static string GoroutineName(int g) => g switch { 0 => GoroutineNames.Main, 1 => "w1", _ => "w2" };

    private IEnumerable<IStatement> Header() => [.. _config.Settings(), .. _maps.Declarations()];

    internal MapProgram Text()
    {
        List<IStatement> first = [.. Header(), .. _shared.Declarations(_goroutines.SelectMany(g => g.Lines))];
        List<ProgramLine> lines = [.. first.Select(s => new ProgramLine(s))];
        foreach (GoroutineLines goroutine in _goroutines.Skip(1))
        {
            lines.Add(new ProgramLine(new GoroutineLine(goroutine.Name)));
            lines.AddRange(goroutine.Lines.Select(l => new ProgramLine(l)));
            lines.Add(new ProgramLine(new EndLine()));
        }

        lines.AddRange(_goroutines[0].Lines.Select(l => new ProgramLine(l)));
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
        (int from, int to) = _current.TakeUnit();
        if (to > from)
        {
            _run.Enqueue(_current.Number, _current.Lines, from, to);
        }
    }

    /// <summary>Adds an operation with the prefixes that wait for it, unless the program does too much already.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="flags">Bit 3 turns round whether the line says recover: by default it does where a panic is likely.</param>
    /// <param name="slot">The map of an operation with a key.</param>
    private void Add(Operation operation, int flags, int slot = 0)
    {
        Repetition? times = _current.Times != null && operation.Repeat == null && operation.Key is not { UsesCounter: true } && operation.Elem is not { UsesCounter: true } ? _current.Times : null;
        if (operation.Repeat == null)
        {
            long count = Allowed((times?.To - times?.From) ?? 1, 1);
            if (count == 0)
            {
                TakeTurn();
                return;
            }

            operation = times == null ? operation : operation with { Repeat = new Repetition(times.From, times.From + count) };
        }

        bool recovers = IsPanicLikely(operation, _maps, slot) ^ ((flags & 8) != 0);
        Turns? turn = TakeTurn();
        _current.Add(recovers != operation.Recovers || turn != null ? operation with { Recovers = recovers, Turn = turn } : operation);
    }

    /// <summary>Whether the line of a map operation will say recover, so that it need not be made anew for that.</summary>
    private bool Recovers(OperationKind kind, int flags, int slot = 0) => IsPanicLikely(kind, _maps, slot) ^ ((flags & 8) != 0);

    /// <summary>True for operations that say recover unless an op says otherwise.</summary>
    /// <param name="operation">The operation, with the names that the binary form gives.</param>
    /// <param name="maps">The maps.</param>
    /// <param name="slot">The map of an operation with a key.</param>
    internal static bool IsPanicLikely(Operation operation, MapSlots maps, int slot) =>
        operation.Kind == OperationKind.Add ? operation.Name == SharedSlots.NameOf(SharedKind.WaitGroup, operation.Name[^1] - '0')
        : operation.ElemPanics || IsPanicLikely(operation.Kind, maps, slot);

    private static bool IsPanicLikely(OperationKind kind, MapSlots maps, int slot) => kind switch
    {
        OperationKind.Assign => maps.IsNil(slot) || maps.Type(slot).Key.HashMightPanic,
        OperationKind.Lookup or OperationKind.Delete => maps.Type(slot).Key.HashMightPanic,
        OperationKind.Read or OperationKind.Done or OperationKind.Send or OperationKind.Close => true,
        _ => false,
    };

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
