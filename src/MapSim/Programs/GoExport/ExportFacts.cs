using MapSim.Layout;

namespace MapSim.Programs;

/// <summary>
/// What an exported test can foretell: real goroutines choose their own schedule, and real maps their own seeds, so a
/// result that the file gives is compared only if it depends on neither.
/// </summary>
internal sealed class ExportFacts
{
    private readonly Dictionary<string, HashSet<string>> _users = [];
    private readonly Dictionary<(string Name, OperationKind Kind), HashSet<string>> _actors = [];
    private readonly HashSet<string> _open = []; // names whose content depends on an iteration's order, or on who is first
    private readonly bool _isRaceFree;

    /// <summary>Looks at a program.</summary>
    public ExportFacts(MapProgram program, IReadOnlyList<ProgramNode> tree, ProgramSettings settings)
    {
        _isRaceFree = settings.Race && program.Expectation.Verdict == VerdictKind.Clean;
        Goroutines = program.Goroutines;
        foreach ((_, SharedDeclaration shared) in program.Shared)
        {
            HasShared = true;
            Kinds[shared.Name] = shared.Kind;
        }

        foreach (ProgramNode node in tree)
        {
            Look(node, (node.Statement as GoroutineLine)?.Name ?? "main", false);
        }

        // A clone of a map with open content has open content, through any number of clones.
        for (int before = -1; before != _open.Count;)
        {
            before = _open.Count;
            foreach (ProgramNode clone in tree.SelectMany(n => n.All).Where(n => n.Statement is Operation { Kind: OperationKind.Clone }))
            {
                var operation = (Operation)clone.Statement;
                _ = _open.Contains(operation.Name) && _open.Add(operation.Other!);
            }
        }

        ClearKeepsNaN = !settings.Version.HasClone;
        foreach (MapDeclaration map in program.Maps.Select(m => m.Map).Where(m => ClearKeepsNaN && !MapType.Parse(m.Type, settings.Arch).Key.IsReflexive))
        {
            _ = IsCleared(map.Name) && _open.Add(map.Name);
        }
    }

    /// <summary>The goroutines besides main.</summary>
    public IReadOnlyList<string> Goroutines { get; }

    /// <summary>The kinds of what is declared besides maps.</summary>
    public Dictionary<string, SharedKind> Kinds { get; } = [];

    /// <summary>True if there is anything besides maps.</summary>
    public bool HasShared { get; }

    /// <summary>True if the release has no clear: its loop cannot delete NaN.</summary>
    public bool ClearKeepsNaN { get; }

    /// <summary>True if the test uses clear or maps.Clone, which older releases than 1.21 do not have.</summary>
    public bool NeedsGo121 => !ClearKeepsNaN && _actors.Keys.Any(a => a.Kind is OperationKind.Clear or OperationKind.Clone);

    /// <summary>True if the program clears a map.</summary>
    public bool IsCleared(string map) => _actors.ContainsKey((map, OperationKind.Clear));

    /// <summary>True if goroutines run beside each other, or can wait.</summary>
    public bool IsConcurrent => Goroutines.Count > 0 || HasShared;

    /// <summary>True if what is in a map can be foretold: one goroutine uses it, or all take turns.</summary>
    public bool IsModelled(string map) => _isRaceFree || Users(map) <= 1;

    /// <summary>True if a result that the file gives for this operation must also be real Go's.</summary>
    public bool IsForetold(Operation operation)
    {
        string name = operation.Name;
        switch (operation.Kind)
        {
            case OperationKind.Lookup or OperationKind.Len or OperationKind.Assert when !Kinds.ContainsKey(name):
                return Users(name) <= 1 && !_open.Contains(name) && operation.Key is not { IsReference: true } && operation.Expected?.Values.Any(v => v.IsReference) != true;
            case OperationKind.Range:
                return Users(operation.Other!) <= 1 && !_open.Contains(operation.Other!);
            case OperationKind.Receive:
                return Actors(name, OperationKind.Send) <= 1 && Actors(name, OperationKind.Receive) <= 1 && Actors(name, OperationKind.Close) <= 1 && !_open.Contains(name);
            case OperationKind.Load or OperationKind.Add or OperationKind.Assert:
                return Users(name) <= 1 && !_open.Contains(name);
            case OperationKind.Read:
                return true;
            default:
                return false;
        }
    }

    private static bool Changes(Operation operation) => operation.Kind is OperationKind.Assign or OperationKind.Delete or OperationKind.Clear
        or OperationKind.Store or OperationKind.Add or OperationKind.Send or OperationKind.Close;

    private int Users(string name) => _users.TryGetValue(name, out HashSet<string>? users) ? users.Count : 0;

    private int Actors(string name, OperationKind kind) => _actors.TryGetValue((name, kind), out HashSet<string>? actors) ? actors.Count : 0;

    private void Look(ProgramNode node, string goroutine, bool isOpen)
    {
        Operation? operation = node.Statement as Operation ?? (node.Statement as CaseLine)?.Operation;
        if (operation != null)
        {
            Look(operation, goroutine, isOpen || node.Statement is CaseLine);
        }

        // What is done in a loop over a map is done in an order of the map's, what is in a select only perhaps.
        bool inner = isOpen || node.Statement is CaseLine or DefaultLine or Operation { Kind: OperationKind.Range };
        foreach (ProgramNode child in node.Body)
        {
            Look(child, goroutine, inner);
        }
    }

    private void Look(Operation operation, string goroutine, bool isOpen)
    {
        string[] names = operation.Kind switch
        {
            OperationKind.Clone => [operation.Name, operation.Other!],
            OperationKind.Iter or OperationKind.Range => [operation.Other!],
            _ => [operation.Name],
        };
        foreach (string name in names)
        {
            Set(_users, name).Add(goroutine);
            Set(_actors, (name, operation.Kind)).Add(goroutine);
        }

        bool refers = operation.Key is { Kind: GoValueKind.RangeKey or GoValueKind.RangeElem } || operation.Elem is { Kind: GoValueKind.RangeKey or GoValueKind.RangeElem or GoValueKind.Variable };
        if ((Changes(operation) && (isOpen || refers)) || (operation.Kind == OperationKind.Receive && isOpen))
        {
            _open.Add(operation.Name);
        }

        if (operation.Kind == OperationKind.Clone && isOpen)
        {
            _open.Add(operation.Other!);
        }
    }

    private static HashSet<string> Set<T>(Dictionary<T, HashSet<string>> table, T key)
        where T : notnull
    {
        if (!table.TryGetValue(key, out HashSet<string>? set))
        {
            table.Add(key, set = []);
        }

        return set;
    }
}
