using MapSim.Layout;

namespace MapSim.Programs;

/// <summary>
/// The types of pointer variables. The text form has none; Go must have one for each, so all places where a variable
/// is used must agree.
/// </summary>
internal sealed class PointerTypes
{
    private readonly Dictionary<(string Goroutine, string Name), GoType> _types = [];
    private readonly Dictionary<string, MapType> _maps;
    private readonly GoType _standard;

    /// <summary>Finds the types.</summary>
    /// <param name="tree">The program.</param>
    /// <param name="maps">The maps, clones included.</param>
    /// <param name="arch">The architecture.</param>
    /// <exception cref="ProgramFormatException">A variable is used as pointers of two types.</exception>
    public PointerTypes(IReadOnlyList<ProgramNode> tree, Dictionary<string, MapType> maps, Arch arch)
    {
        _maps = maps;
        _standard = GoTypeParser.Parse("*T", arch);
        foreach (ProgramNode node in tree)
        {
            string goroutine = (node.Statement as GoroutineLine)?.Name ?? "main";
            foreach (ProgramNode line in node.All)
            {
                if ((line.Statement as Operation) is { } operation)
                {
                    Look(line.Line, goroutine, operation);
                }
            }
        }
    }

    /// <summary>The pointer variables of a goroutine with their types, by name.</summary>
    public IEnumerable<(string Name, GoType Type)> Of(string goroutine) =>
        _declared.Where(d => d.Goroutine == goroutine).Select(d => (d.Name, Type(goroutine, d.Name)));

    /// <summary>The type of a pointer variable.</summary>
    public GoType Type(string goroutine, string name) => _types.GetValueOrDefault((goroutine, name), _standard);

    private readonly List<(string Goroutine, string Name)> _declared = [];

    private void Look(int line, string goroutine, Operation operation)
    {
        string? declared = operation.Into ?? (operation.Kind is OperationKind.New or OperationKind.Read or OperationKind.Drop ? operation.Name : null);
        if (declared != null && !_declared.Contains((goroutine, declared)))
        {
            _declared.Add((goroutine, declared));
        }

        if (!_maps.TryGetValue(operation.Name, out MapType? map))
        {
            return;
        }

        Use(line, goroutine, operation.Into, map.Elem);
        Use(line, goroutine, Variable(operation.Key), map.Key);
        Use(line, goroutine, Variable(operation.Elem), map.Elem);
        foreach (GoValue value in operation.Kind == OperationKind.Lookup ? operation.Expected?.Values ?? [] : [])
        {
            Use(line, goroutine, Variable(value), map.Elem);
        }
    }

    private static string? Variable(GoValue? value) => value is { Kind: GoValueKind.Variable } ? value.Text : null;

    private void Use(int line, string goroutine, string? name, GoType type)
    {
        if (name == null || _types.TryAdd((goroutine, name), type))
        {
            return;
        }

        GoType known = _types[(goroutine, name)];
        if (known.Text != type.Text)
        {
            throw new ProgramFormatException(line, 1, $"expected one type for the pointer variable '{name}' (Go's have one), found {known.Text} and {type.Text}");
        }
    }
}
