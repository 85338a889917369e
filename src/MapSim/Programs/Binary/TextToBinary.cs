using MapSim.Layout;

namespace MapSim.Programs;

/// <summary>
/// Writes a text in the binary form: declarations, blocks and the schedule here, operations in the other half. What it wrote
/// is resolved again and compared line by line, so that nothing is changed silently.
/// </summary>
/// <param name="program">The text.</param>
internal sealed partial class TextToBinary(MapProgram program)
{
    private readonly List<BinaryOp> _ops = [];
    private readonly Dictionary<string, int> _mapSlots = [];
    private readonly Dictionary<string, (SharedKind Kind, int Slot)> _shared = [];
    private readonly Dictionary<string, int> _goroutines = [];
    private readonly List<(IStatement Line, string Goroutine)> _open = [];
    private readonly Dictionary<(string Goroutine, char Kind), List<string>> _variables = [];
    private readonly List<string> _labels = [];
    private BinaryConfig _config = BinaryConfig.Default;
    private MapSlots _maps = null!;
    private PooledValues _values = null!;
    private string _goroutine = GoroutineNames.Main;
    private int _line;
    private bool _selectOpens;

    /// <summary>The program in the binary form.</summary>
    /// <exception cref="ProgramFormatException">A line cannot be expressed.</exception>
    public BinaryProgram Convert()
    {
        Declare();
        for (_line = 1; _line <= program.Lines.Count; _line++)
        {
            Write(program.Lines[_line - 1].Statement);
        }

        var result = new BinaryProgram(_ops);
        CheckSame(BinaryResolver.Resolve(result));
        return result;
    }

    /// <summary>What is thrown for a line that the binary form cannot express.</summary>
    public static ProgramFormatException Cannot(int line, string expected, string found) =>
        new(line, 1, $"expected {expected} for the binary form, found '{found}'");

    private ProgramFormatException Cannot(string expected) => Cannot(_line, expected, program.Lines[_line - 1].Statement?.ToText() ?? "");

    private void Declare()
    {
        foreach (string name in program.Goroutines)
        {
            _goroutines.Add(name, _goroutines.Count + 1);
        }

        _line = Math.Max(1, program.Lines.ToList().FindLastIndex(l => l.Statement is GoroutineLine) + 1);
        _config = _goroutines.Count <= 2 ? BinaryConfig.FromText(program) : throw Cannot("at most two goroutines besides main");
        _values = new PooledValues(_config.Arch);
        List<BinaryOp> maps = DeclareMaps();
        foreach ((int line, SharedDeclaration shared) in program.Shared)
        {
            _line = line;
            int most = shared.Kind is SharedKind.Mutex or SharedKind.RWMutex ? 4 : SharedSlots.Count;
            bool fits(int slot) => (shared.Kind == SharedKind.Chan ? SharedSlots.Capacity(slot) : 0) == shared.Number && !_shared.ContainsValue((shared.Kind, slot));
            int own = Enumerable.Range(0, most).FirstOrDefault(s => SharedSlots.NameOf(shared.Kind, s) == shared.Name && fits(s), -1);
            int slot = own >= 0 ? own : Enumerable.Range(0, most).FirstOrDefault(fits, -1);
            _shared.Add(shared.Name, slot >= 0 ? (shared.Kind, slot) : throw Cannot("at most 8 of a kind (4 locks, 2 channels of capacity 0, 1, 2 or 8), variables that begin at 0"));
        }

        _ops.Add(_config.ToOp());
        _ops.AddRange(maps);
        _maps = new MapSlots(new BinaryProgram(_ops), _config);
    }

    /// <summary>Declared maps in their order, then those that are only made by clone.</summary>
    private List<BinaryOp> DeclareMaps()
    {
        var maps = program.Maps.ToList();
        foreach ((int line, Operation clone) in program.Operations.Where(o => o.Operation.Kind == OperationKind.Clone))
        {
            if (!maps.Exists(m => m.Map.Name == clone.Other))
            {
                maps.Add((line, new MapDeclaration(clone.Other!, maps.Find(m => m.Map.Name == clone.Name).Map.Type, MapOrigin.Nil)));
            }
        }

        _line = 1;
        int[] numbers = [.. maps.Select(m => Enumerable.Range(0, MapSlots.Count).FirstOrDefault(s => MapSlots.Name(s) == m.Map.Name, -1))];
        bool keeps = numbers.Length > 0 && numbers[0] == 0 && numbers.Zip(numbers.Skip(1)).All(p => p.First < p.Second);
        List<BinaryOp> ops = [];
        for (int i = 0; i < maps.Count; i++)
        {
            (_line, MapDeclaration map) = maps[i];
            if (map.Origin == MapOrigin.Memory)
            {
                throw new ProgramFormatException(_line, 1, $"expected a map that make makes for the binary form, found '{map.Name}', which has memory of its own");
            }

            int type = BinaryTypes.Maps.ToList().IndexOf(MapType.Parse(map.Type, _config.Arch).Text);
            int origin = BinaryOrigin.Find(map.Origin, map.Hint), slot = keeps ? numbers[i] : i;
            if (type < 0 || origin < 0 || slot >= MapSlots.Count)
            {
                throw Cannot(type < 0 ? "a map type that the binary form knows (BinaryTypes.Maps)" : origin < 0 ? "a hint up to 60, or one of those above" : "at most 8 maps");
            }

            _mapSlots.Add(map.Name, slot);
            if (i == 0)
            {
                _config = _config with { Type = type, Origin = origin };
            }
            else
            {
                ops.Add(new ArgumentWriter().Byte(slot - 1).Byte(type == _config.Type ? 0 : type + 1).Byte(origin).Op(BinaryOpCode.Map));
            }
        }

        return maps.Count > 0 ? ops : throw Cannot("a map");
    }

    private void Write(IStatement? statement)
    {
        switch (statement)
        {
            case GoroutineLine goroutine:
                _goroutine = goroutine.Name;
                Add(BinaryOpCode.Goroutine, a => a.Byte(_goroutines[_goroutine]));
                break;
            case EndLine when _open.Count == 0:
                _goroutine = GoroutineNames.Main;
                Add(BinaryOpCode.Goroutine, a => a);
                break;
            case EndLine:
                _open.RemoveAt(_open.Count - 1);
                Add(BinaryOpCode.End, a => a);
                _ = _selectOpens ? throw Cannot("a select with a case") : 0;
                break;
            case RepeatLine repeat:
                Prefix(repeat.Turn);
                Add(BinaryOpCode.RepeatBlock, a => Counts(a, repeat.Repeat));
                Open(repeat);
                break;
            case SelectLine select:
                Prefix(select.Turn);
                Open(select);
                _selectOpens = true;
                break;
            case CaseLine @case:
                Case(@case.Operation);
                break;
            case DefaultLine:
                bool nested = _selectOpens && _open.Count > 1 && _open[^2].Line is SelectLine;
                Add(BinaryOpCode.Default, a => nested ? throw Cannot("a select that begins with a case inside another") : a);
                _selectOpens = false;
                break;
            case Operation { Kind: not OperationKind.Assert } operation:
                Write(operation);
                break;
            case ScheduleLine schedule:
                schedule.Stretches.ToList().ForEach(Yield);
                break;
            case RandomScheduleLine random:
                Add(BinaryOpCode.RandomSchedule, a => a.Number(program.Schedule.Count == 0 ? random.Seed : throw Cannot("one kind of schedule")));
                break;
        }
    }

    private void Yield(Stretch stretch)
    {
        string[] parts = stretch.Goroutine.Split('.', 2);
        string name = _goroutines.TryGetValue(parts[0], out int g) ? FormattableString.Invariant($"w{g}") : parts[0];
        int who = Array.IndexOf(BinaryResolver.Movers, parts.Length > 1 ? $"{name}.{parts[1]}" : name);
        Add(BinaryOpCode.Yield, a => who >= 0 && stretch.Steps < int.MaxValue ? a.Byte(who).Number((ulong)stretch.Steps - 1) : throw Cannot("goroutines, gc.1 or gc.2"));
    }

    private void Open(IStatement line)
    {
        _open.Add((line, _goroutine));
        if (_open.Count > GoroutineLines.Deepest)
        {
            throw Cannot($"at most {GoroutineLines.Deepest} blocks inside one another");
        }
    }

    private void Add(BinaryOpCode code, Func<ArgumentWriter, ArgumentWriter> write) => _ops.Add(write(new ArgumentWriter()).Op(code));

    /// <summary>The resolved program must have the same lines, names and spelling of values apart.</summary>
    private void CheckSame(MapProgram resolved)
    {
        Dictionary<string, List<(int Line, string Shape)>> expected = Shapes(program, g => _goroutines.TryGetValue(g, out int n) ? FormattableString.Invariant($"w{n}") : g);
        Dictionary<string, List<(int Line, string Shape)>> found = Shapes(resolved, g => g);
        foreach ((string goroutine, List<(int Line, string Shape)> lines) in expected)
        {
            List<(int Line, string Shape)> others = found.GetValueOrDefault(goroutine, []);
            for (int i = 0; i < lines.Count; i++)
            {
                if (i >= others.Count || others[i].Shape != lines[i].Shape)
                {
                    _line = lines[i].Line;
                    throw Cannot(i < others.Count ? $"a line like '{resolved.Lines[others[i].Line - 1].ToText()}'" : $"a goroutine of at most {BinaryResolver.MostWork} operations");
                }
            }
        }
    }

    /// <summary>Of each goroutine what its lines do, without names and values.</summary>
    private Dictionary<string, List<(int Line, string Shape)>> Shapes(MapProgram of, Func<string, string> name)
    {
        var shapes = new Dictionary<string, List<(int Line, string Shape)>>();
        string goroutine = GoroutineNames.Main;
        var depth = new Stack<IStatement>();
        for (int i = 0; i < of.Lines.Count; i++)
        {
            IStatement? line = of.Lines[i].Statement;
            string? shape = line switch
            {
                MapDeclaration map when of != program || _mapSlots.ContainsKey(map.Name) => $"map {MapType.Parse(map.Type, _config.Arch).Text} {map.Origin} {map.Hint}",
                Operation { Kind: not OperationKind.Assert } o => $"{o.Kind} {o.Into != null} {o.Recovers} {o.Repeat} {o.Turn} {o.Key?.IsReference} {o.Elem?.IsReference}",
                RepeatLine or SelectLine => line.ToText(),
                CaseLine c => $"case {c.Operation.Kind} {c.Operation.Recovers}",
                DefaultLine => "default",
                EndLine when depth.Count == 0 || depth.Pop() is not GoroutineLine => "end",
                _ => null,
            };
            if (Blocks.Opens(line))
            {
                depth.Push(line!);
            }

            string owner = line is MapDeclaration m ? (m.Origin == MapOrigin.Nil ? "nil maps" : "maps") : goroutine;
            goroutine = line is GoroutineLine g ? name(g.Name) : line is EndLine && depth.Count == 0 ? GoroutineNames.Main : goroutine;
            if (shape != null)
            {
                shapes.TryAdd(owner, []);
                shapes[owner].Add((i + 1, shape));
            }
        }

        return shapes;
    }
}
