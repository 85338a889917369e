using System.Globalization;
using MapSim.Layout;
using MapSim.Memory;
using MapSim.Programs;

namespace MapSim.Tests.Programs;

/// <summary>Well-formed programs made from a number: the same number, the same program.</summary>
internal sealed class RandomPrograms(int seed, Arch? arch = null)
{
    public static IReadOnlyList<string> MapTypes { get; } =
    [
        "map[uint64]uint64", "map[string]string", "map[int8]bool", "map[float64]int64", "map[interface {}]int", "map[uint64]*T", "map[[200]uint8]int16",
        "map[uint8]struct{}", "map[uint64][160]uint8", "map[*T]struct{}", "map[complex64]float32", "map[struct{ a int16; b string }][3]int32",
        "map[[2]interface {}]struct{ x float32; p *T }",
    ];

    private readonly List<ProgramLine> _lines = [];
    private readonly List<(string Name, MapType Type)> _maps = [];
    private readonly List<(string Name, MapType Type)> _iterators = [];
    private ulong _state = (ulong)seed;
    private Arch _arch = arch ?? Arch.Amd64;
    private GoVersion _version = GoVersion.Go123;

    public static MapProgram Make(int seed) => new RandomPrograms(seed).Program();

    public int Next(int limit)
    {
        _state = unchecked(_state + 0x9E3779B97F4A7C15);
        return (int)(Fingerprint.Mix(_state) % (ulong)limit);
    }

    /// <summary>A value of a type in canonical spelling.</summary>
    public GoValue Value(GoType type)
    {
        switch (type.Kind)
        {
            case GoKind.Bool: return GoValue.Plain(Pick("true", "false"));
            case GoKind.Int:
                Int128 span = GoNumber.Max(type) - GoNumber.Min(type);
                Int128 n = Next(2) == 0 ? Int128.Clamp(Next(12) - 3, GoNumber.Min(type), GoNumber.Max(type)) : GoNumber.Min(type) + (Int128)Fingerprint.Mix((ulong)Next(1 << 30)) % span;
                return GoValue.Plain(Next(8) == 0 && n >= 0 ? "0x" + ((UInt128)n).ToString("x", CultureInfo.InvariantCulture) : n.ToString(CultureInfo.InvariantCulture));
            case GoKind.Float: return GoValue.Plain(Float(type.Size));
            case GoKind.Complex:
                string im = Float(type.Size / 2);
                return GoValue.Plain($"({Float(type.Size / 2)}{(im[0] is '+' or '-' ? "" : "+")}{im}i)");
            case GoKind.String: return GoValue.String(Bytes(Next(6)));
            case GoKind.Pointer: return GoValue.Plain(Next(5) == 0 ? "nil" : $"&p{Next(6)}");
            case GoKind.Interface: return Interface();
            case GoKind.Array when Next(2) == 0 && type.Elem!.Size == 1:
                return new GoValue(GoValueKind.Bytes, GoQuote.Quote(Bytes(Next(8))), []);
            case GoKind.Array: return GoValue.List([.. Enumerable.Range(0, Next(Math.Min(type.Length, 4) + 1)).Select(_ => Value(type.Elem!))]);
            case GoKind.Struct: return GoValue.List([.. type.Fields.Take(Next(type.Fields.Count + 1)).Select(f => Value(f.Type))]);
            default: return GoValue.Plain("nil");
        }
    }

    private GoValue Interface()
    {
        string type = Pick("int", "string", "float64", "uint8", "*T", "[2]string", "struct{ a int }", "[]int", "func()", "nil");
        GoType parsed = type == "nil" ? GoTypeParser.Parse("int", _arch) : GoTypeParser.Parse(type, _arch);
        return type == "nil" ? GoValue.Plain("nil")
            : GoValue.Typed(type, parsed.Kind == GoKind.Unhashable && Next(2) == 0 ? GoValue.List() : Value(parsed));
    }

    private string Float(int size) => Next(3) == 0
        ? Pick("NaN", "+Inf", "-Inf", "-0", "0", size == 8 ? "NaN(0x7ff8000000000abc)" : "NaN(0x7fc00abc)")
        : (Next(100) / 8.0 - 3).ToString("R", CultureInfo.InvariantCulture);

    private byte[] Bytes(int length) => [.. Enumerable.Range(0, length).Select(_ => (byte)(Next(3) == 0 ? Next(256) : "ab$i\"\\#="[Next(8)]))];

    private string Pick(params string[] words) => words[Next(words.Length)];

    private MapProgram Program()
    {
        Add(new Setting("mapsim", "1"));
        Blank();
        Header();
        int maps = 1 + Next(3);
        for (int i = 0; i < maps; i++)
        {
            MapType type = MapType.Parse(MapTypes[Next(MapTypes.Count)], _arch);
            var origin = (MapOrigin)Next(4);
            origin = origin == MapOrigin.Stack && type.BucketSize > 400 ? MapOrigin.Small : origin;
            _maps.Add(($"m{i}", type));
            Add(new MapDeclaration($"m{i}", type.Text, origin, origin == MapOrigin.Hint ? Next(60) - 1 : 0));
        }

        Blank();
        int operations = Next(40);
        for (int i = 0; i < operations; i++)
        {
            Add(Operation());
            Blank();
        }

        return new MapProgram(_lines, Next(8) > 0);
    }

    private void Header()
    {
        if (Next(2) == 0)
        {
            _version = GoVersion.All[Next(4)];
            Add(new Setting("go", _version.Name));
        }

        _arch = Arch.All[Next(3)];
        Add(new Setting("arch", _arch.Name));
        Add(new Setting("hash", _arch == Arch.Arm64 ? "portable" : ProgramSettings.HashNames[Next(6)]));
        Add(new Setting("seed", $"{Next(1000)}"));
        if (Next(4) == 0)
        {
            Add(new Setting("generic", ""));
        }

        Add(new Setting("limit", "1000000"));
    }

    private Operation Operation()
    {
        (string name, MapType type) = _maps[Next(_maps.Count)];
        Operation operation = Next(12) switch
        {
            < 5 => new Operation(OperationKind.Assign, name, Key: Value(type.Key), Elem: type.Elem.Size == 0 && Next(2) == 0 ? null : Value(type.Elem)),
            5 => new Operation(OperationKind.Lookup, name, Key: Value(type.Key)),
            6 => new Operation(OperationKind.Delete, name, Key: Value(type.Key)),
            7 => new Operation(Next(3) == 0 ? OperationKind.Clear : OperationKind.Len, name),
            8 when _version.HasClone => Clone(name, type),
            9 => Iter(name, type),
            _ => _iterators.Count > 0 ? new Operation(OperationKind.Next, _iterators[Next(_iterators.Count)].Name) : new Operation(OperationKind.Len, name),
        };
        operation = Next(4) == 0 ? operation with { Repeat = Repetition(operation, type) } : operation;
        return Counted(operation, type) with { Recovers = Next(3) > 0 };
    }

    private Repetition Repetition(Operation operation, MapType type)
    {
        int from = Next(3) == 0 ? Next(20) : 0;
        return new Repetition(from, from + 1 + Next(operation.Kind == OperationKind.Assign && type.BucketSize > 1000 ? 12 : 30));
    }

    /// <summary>$i as key, where that can be.</summary>
    private Operation Counted(Operation operation, MapType type) => operation.Repeat == null || operation.Key == null || Next(4) == 0 ? operation : type.Key.Kind switch
    {
        GoKind.Int or GoKind.Float => operation with { Key = GoValue.Plain("$i") },
        GoKind.String => operation with { Key = new GoValue(GoValueKind.String, "\"k$i\"", []) },
        GoKind.Pointer => operation with { Key = GoValue.Plain("&q$i") },
        GoKind.Interface => operation with { Key = GoValue.Typed("int", GoValue.Plain("$i")) },
        _ => operation,
    };

    private Operation Clone(string name, MapType type)
    {
        string clone = $"c{_maps.Count}";
        _maps.Add((clone, type));
        return new Operation(OperationKind.Clone, name, clone);
    }

    private Operation Iter(string name, MapType type)
    {
        string iterator = $"i{_iterators.Count}";
        _iterators.Add((iterator, type));
        return new Operation(OperationKind.Iter, iterator, name);
    }

    private void Add(IStatement statement) => _lines.Add(new ProgramLine(statement, Next(8) == 0 ? Pick("#", "# why: \"quoted\"", "#x # y") : null));

    private void Blank()
    {
        if (Next(5) == 0)
        {
            _lines.Add(new ProgramLine(null, Next(2) == 0 ? null : "# a line of its own"));
        }
    }
}
