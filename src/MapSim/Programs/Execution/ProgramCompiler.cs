using MapSim.Layout;

namespace MapSim.Programs;

/// <summary>
/// Turns a program's lines into code: blocks become jumps, names become numbers. The parser has checked the program, so
/// nothing can go wrong here that is not a bug.
/// </summary>
internal sealed class ProgramCompiler
{
    private readonly List<(string Name, MapType Type, int TypeNumber)> _maps = [];
    private readonly SharedDeclaration[] _shared;
    private readonly string[] _goroutines;
    private readonly CodeWriter? _units;
    private int _iterators;

    /// <summary>Prepares to compile the lines of main bit by bit (<see cref="Add"/>).</summary>
    /// <param name="maps">Every map variable: name, type, number of the type.</param>
    /// <param name="shared">Every lock, channel and variable.</param>
    /// <param name="pointers">Every pointer variable.</param>
    public ProgramCompiler(IReadOnlyList<(string Name, MapType Type, int TypeNumber)> maps, IReadOnlyList<SharedDeclaration> shared, IReadOnlyList<string> pointers)
    {
        _maps.AddRange(maps);
        _shared = [.. shared];
        _goroutines = [GoroutineNames.Main];
        _units = new CodeWriter(this, pointers);
    }

    private ProgramCompiler(MapProgram program, Arch arch, IReadOnlyDictionary<string, int> typeNumbers)
    {
        _shared = [.. program.Shared.Select(s => s.Shared)];
        _goroutines = [GoroutineNames.Main, .. program.Goroutines];
        foreach ((_, MapDeclaration map) in program.Maps)
        {
            _maps.Add((map.Name, MapType.Parse(map.Type, arch), typeNumbers[map.Type]));
        }

        foreach ((_, Operation clone) in program.Operations.Where(o => o.Operation.Kind == OperationKind.Clone))
        {
            if (!_maps.Exists(m => m.Name == clone.Other))
            {
                (_, MapType type, int number) = _maps.Find(m => m.Name == clone.Name);
                _maps.Add((clone.Other!, type, number));
            }
        }
    }

    /// <summary>Compiles a program.</summary>
    /// <param name="program">The program, as the parser gave it or as well formed.</param>
    /// <param name="arch">Its architecture.</param>
    /// <param name="typeNumbers">The number of each map type, by its text.</param>
    public static ProgramCode Compile(MapProgram program, Arch arch, IReadOnlyDictionary<string, int> typeNumbers)
    {
        var compiler = new ProgramCompiler(program, arch, typeNumbers);
        GoroutineCode[] code = [.. compiler._goroutines.Select(g => compiler.Goroutine(program, g))];
        return new ProgramCode(code, compiler._maps, compiler._shared, compiler._iterators);
    }

    /// <summary>Compiles a program.</summary>
    /// <param name="program">The program.</param>
    /// <param name="settings">What its header says.</param>
    /// <param name="types">The types of its maps.</param>
    public static ProgramCode Compile(MapProgram program, ProgramSettings settings, out List<MapType> types)
    {
        var numbers = new Dictionary<string, int>();
        types = [];
        foreach (string text in program.Maps.Select(m => m.Map.Type).DefaultIfEmpty("map[int]int").Distinct())
        {
            numbers.Add(text, types.Count);
            types.Add(MapType.Parse(text, settings.Arch));
        }

        return Compile(program, settings.Arch, numbers);
    }

    /// <summary>Compiles lines that come next, whole blocks only.</summary>
    public void Add(IReadOnlyList<IStatement> lines, int from, int to)
    {
        for (int i = from; i < to; i++)
        {
            _units!.Add(0, lines[i]);
        }
    }

    /// <summary>The code of the lines since the last unit. Iterators go on from one unit to the next.</summary>
    public Instruction[] TakeUnit() => _units!.TakeUnit();

    private GoroutineCode Goroutine(MapProgram program, string name)
    {
        var writer = new CodeWriter(this, []);
        IReadOnlyList<ProgramLine> lines = program.Lines;
        for (int i = 0; i < lines.Count; i++)
        {
            if (lines[i].Statement is not GoroutineLine goroutine)
            {
                writer.Add(i + 1, name == GoroutineNames.Main ? lines[i].Statement : null);
                continue;
            }

            int end = Blocks.EndOf(lines, i);
            for (int j = i + 1; goroutine.Name == name && j < end; j++)
            {
                writer.Add(j + 1, lines[j].Statement);
            }

            i = end;
        }

        Operation[] all = [.. program.Operations.Select(o => o.Operation)];
        bool Has(OperationKind kind) => all.Any(o => o.Kind == kind && o.Name == name);
        return writer.Finish(name, lines.Count, Has(OperationKind.Spawn), Has(OperationKind.Join));
    }

    /// <summary>The code of one goroutine while it is written.</summary>
    private sealed class CodeWriter(ProgramCompiler compiler, IReadOnlyList<string> pointers)
    {
        private readonly List<Instruction> _code = [];
        private readonly List<Open> _open = [];
        private readonly List<string> _pointers = [.. pointers];
        private readonly Dictionary<string, (int Number, int Type)> _iterators = [];
        private static readonly Instruction End0 = new() { Kind = InstructionKind.End, Line = 0 };

        private int _loops, _ranges, _mostRanges;

        public GoroutineCode Finish(string name, int line, bool isSpawned, bool isJoined)
        {
            _code.Add(new Instruction { Kind = InstructionKind.End, Line = line });
            return new GoroutineCode(name, _code, _mostRanges, _pointers, isSpawned, isJoined);
        }

        public Instruction[] TakeUnit()
        {
            _code.Add(End0);
            Instruction[] unit = [.. _code];
            _code.Clear();
            return unit;
        }

        public void Add(int line, IStatement? statement)
        {
            switch (statement)
            {
                case RepeatLine repeat:
                    Begin(Make(InstructionKind.RepeatBegin, line, null, repeat.Turn, repeat.Repeat, _loops), isLoop: true, repeat.Repeat);
                    break;
                case SelectLine select:
                    Begin(new Instruction
                    {
                        Kind = InstructionKind.Select, Line = line, Turn = select.Turn, Loop = Loop, FirstTurn = FirstTurn, Counter = Counter, Cases = new List<SelectCase>(),
                    });
                    break;
                case CaseLine @case:
                    EndCase();
                    ((List<SelectCase>)_open[^1].Begin.Cases).Add(new SelectCase(@case.Operation, line, IndexOfShared(@case.Operation.Name)) { Target = _code.Count });
                    break;
                case DefaultLine:
                    EndCase();
                    _open[^1].Begin.Default = _code.Count;
                    break;
                case Operation operation:
                    Add(line, operation);
                    break;
                case EndLine:
                    End(line);
                    break;
            }
        }

        private int Loop => _open.Count == 0 ? -1 : _open.FindLast(o => o.IsLoop)?.Begin.OwnLoop ?? -1;

        private long FirstTurn => _open.Count == 0 ? 1 : _open.FindLast(o => o.IsLoop)?.Repeat?.From ?? 1;

        private int Counter => _open.Count == 0 ? -1 : _open.FindLast(o => o.Repeat != null)?.Begin.OwnLoop ?? -1;

        private void Add(int line, Operation operation)
        {
            switch (operation.Kind)
            {
                case OperationKind.Break or OperationKind.Continue:
                    Open loop = _open.FindLast(o => o.IsLoop)!;
                    var jump = new Instruction
                    {
                        Kind = InstructionKind.Operation, Line = line, Operation = operation, Turn = operation.Turn, Loop = Loop, FirstTurn = FirstTurn,
                        OwnLoop = loop.Begin.OwnLoop, Counter = Counter, Iterator = loop.Begin.Iterator, Type = loop.Begin.Type,
                    };
                    (operation.Kind == OperationKind.Break ? loop.ToExit : loop.ToEnd).Add(jump);
                    _code.Add(jump);
                    break;
                case OperationKind.Range:
                    Begin(Make(InstructionKind.Operation, line, operation, operation.Turn, null, _loops), isLoop: true);
                    _ranges++;
                    _mostRanges = Math.Max(_mostRanges, _ranges);
                    break;
                case OperationKind.Do:
                    Begin(Make(InstructionKind.Operation, line, operation, operation.Turn, null, -1));
                    break;
                default:
                    _code.Add(Make(InstructionKind.Operation, line, operation, operation.Turn, null, -1));
                    break;
            }
        }

        private Instruction Make(InstructionKind kind, int line, Operation? operation, Turns? turn, Repetition? repeat, int ownLoop)
        {
            (int map, int other, int type, int iterator) = operation == null ? (-1, -1, -1, -1) : MapOf(operation);
            string? pointer = operation?.Kind is OperationKind.New or OperationKind.Read or OperationKind.Drop ? operation.Name : operation?.Into;
            return new Instruction
            {
                Kind = kind, Line = line, Operation = operation, Turn = turn, Repeat = repeat, Loop = Loop, FirstTurn = FirstTurn, OwnLoop = ownLoop, Counter = Counter,
                Map = map, OtherMap = other, Type = type, Iterator = iterator, Pointer = pointer == null ? -1 : PlaceOf(pointer),
                Shared = operation == null ? -1 : SharedOf(operation),
            };
        }

        private (int Map, int Other, int Type, int Iterator) MapOf(Operation operation)
        {
            switch (operation.Kind)
            {
                case OperationKind.Next:
                    (int number, int typeOf) = _iterators[operation.Name];
                    return (-1, -1, typeOf, number);
                case OperationKind.Iter:
                    int iterated = IndexOfMap(operation.Other!);
                    int iteratedType = compiler._maps[iterated].TypeNumber;

                    // Over a map of another type it is another variable: a "next" in a loop must not meet the new one.
                    int at = _iterators.TryGetValue(operation.Name, out (int Number, int Type) known) && known.Type == iteratedType ? known.Number : compiler._iterators++;
                    _iterators[operation.Name] = (at, iteratedType);
                    return (iterated, -1, iteratedType, at);
                case OperationKind.Range:
                    int ranged = IndexOfMap(operation.Other!);
                    return (ranged, -1, compiler._maps[ranged].TypeNumber, _ranges);
                case OperationKind.Clone:
                    int source = IndexOfMap(operation.Name);
                    return (source, IndexOfMap(operation.Other!), compiler._maps[source].TypeNumber, -1);
                case OperationKind.Assign or OperationKind.Lookup or OperationKind.Delete or OperationKind.Clear or OperationKind.Len:
                case OperationKind.Assert when operation.Other != null:
                    int map = IndexOfMap(operation.Name);
                    return (map, -1, compiler._maps[map].TypeNumber, -1);
                default:
                    // A goroutine or a pointer variable may have the name of a map.
                    return (-1, -1, -1, -1);
            }
        }

        private int IndexOfMap(string name)
        {
            int at = compiler._maps.Count - 1;
            while (at >= 0 && compiler._maps[at].Name != name)
            {
                at--;
            }

            return at;
        }

        private int IndexOfShared(string name)
        {
            int at = compiler._shared.Length - 1;
            while (at >= 0 && compiler._shared[at].Name != name)
            {
                at--;
            }

            return at;
        }

        private int SharedOf(Operation operation) => operation.Kind is OperationKind.Spawn or OperationKind.Join
            ? Array.IndexOf(compiler._goroutines, operation.Name)
            : IndexOfShared(operation.Name);

        private int PlaceOf(string pointer)
        {
            int at = _pointers.IndexOf(pointer);
            if (at < 0)
            {
                at = _pointers.Count;
                _pointers.Add(pointer);
            }

            return at;
        }

        private void Begin(Instruction begin, bool isLoop = false, Repetition? repeat = null)
        {
            _open.Add(new Open(begin, _code.Count, isLoop, repeat));
            _code.Add(begin);
            _loops += isLoop ? 1 : 0;
        }

        /// <summary>The body of a select's case ends: on behind the select.</summary>
        private void EndCase()
        {
            Instruction select = _open[^1].Begin;
            if (select.Cases.Count > 0 || select.Default >= 0)
            {
                var jump = new Instruction { Kind = InstructionKind.Jump, Line = select.Line };
                _open[^1].ToExit.Add(jump);
                _code.Add(jump);
            }
        }

        private void End(int line)
        {
            Open block = _open[^1];
            Instruction begin = block.Begin;
            _open.RemoveAt(_open.Count - 1);
            _loops -= block.IsLoop ? 1 : 0;
            InstructionKind? kind = begin.Kind switch
            {
                InstructionKind.RepeatBegin => InstructionKind.RepeatEnd,
                InstructionKind.Select => null,
                _ => begin.Operation!.Kind == OperationKind.Range ? InstructionKind.RangeEnd : InstructionKind.DoEnd,
            };
            int end = _code.Count;
            if (kind is { } ending)
            {
                _code.Add(new Instruction
                {
                    Kind = ending, Line = ending == InstructionKind.RangeEnd ? begin.Line : line, Operation = begin.Operation, Repeat = begin.Repeat, OwnLoop = begin.OwnLoop, Target = block.At + 1, Map = begin.Map, Type = begin.Type,
                    Iterator = begin.Iterator, Shared = begin.Shared, Counter = begin.Counter,
                });
                _ranges -= ending == InstructionKind.RangeEnd ? 1 : 0;
            }

            begin.Target = _code.Count;
            block.ToExit.ForEach(j => j.Target = begin.Target);
            block.ToEnd.ForEach(j => j.Target = end);
        }

        private sealed record Open(Instruction Begin, int At, bool IsLoop, Repetition? Repeat)
        {
            public List<Instruction> ToExit { get; } = [];

            public List<Instruction> ToEnd { get; } = [];
        }
    }
}
