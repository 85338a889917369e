using MapSim.Layout;

namespace MapSim.Programs;

/// <summary>Single lines as Go statements: what is done with maps here, what goroutines share in the other half.</summary>
/// <param name="go">The statements.</param>
/// <param name="locals">The goroutine's variables.</param>
/// <param name="context">The program.</param>
/// <param name="goroutine">The goroutine.</param>
internal sealed partial class GoOperations(GoSource go, GoSource locals, GoExportContext context, string goroutine)
{
    private readonly Dictionary<(string Name, string Type), string> _iterators = [];

    /// <summary>The Go variables of $i, innermost first.</summary>
    public Stack<string> Counters { get; } = new();

    /// <summary>Iterators by name: the Go expressions of key and elem, and the map.</summary>
    public Dictionary<string, (string Key, string Elem, string Map)> Standing { get; } = [];

    /// <summary>The Go variables of pointer variables.</summary>
    public Dictionary<string, string> Pointers { get; } = [];

    /// <summary>How many once.Do the present line is in.</summary>
    public int Depth { get; set; }

    /// <summary>The Go variable of $i; null outside repetitions.</summary>
    public string? Counter => Counters.Count > 0 ? Counters.Peek() : null;

    /// <summary>An error at a line.</summary>
    public ProgramFormatException Error(int line, string message)
    {
        string text = context.Program.Lines[line - 1].Source ?? "";
        return new ProgramFormatException(line, text.Length - text.TrimStart().Length + 1, message);
    }

    /// <summary>Writes a line.</summary>
    /// <exception cref="ProgramFormatException">Go cannot say it.</exception>
    public void Write(int line, Operation operation)
    {
        try
        {
            string at = $"simLine({GoExportContext.Text(line)})" + (operation.Recovers ? ".recovering()" : "");
            if (!Map(at, operation) && !Shared(at, operation))
            {
                throw Error(line, $"expected a statement that Go has, found '{operation.ToText()}'");
            }
        }
        catch (FormatException e)
        {
            throw Error(line, e.Message);
        }
    }

    /// <summary>".is(value)" or ".absent()" for a result that must be the file's; else empty.</summary>
    public string Expected(Operation operation, Func<GoValue, string> value) =>
        operation.Expected == null || context.Hunts || !context.Facts.IsForetold(operation) ? ""
        : operation.Expected.Word != null ? ".absent()"
        : $".is({value(operation.Expected.Values[0])})";

    /// <summary>A value, an iteration's key or elem, or a pointer variable.</summary>
    private string Value(GoType type, GoValue? value) => value?.Kind switch
    {
        GoValueKind.Variable => Pointers[value.Text],
        GoValueKind.RangeKey => Standing[value.Text].Key,
        GoValueKind.RangeElem => Standing[value.Text].Elem,
        _ => context.Values.Of(type, value, Counter),
    };

    private bool Map(string at, Operation operation)
    {
        string name = operation.Kind == OperationKind.Iter ? operation.Other! : operation.Name;
        if (operation.Kind == OperationKind.Next)
        {
            go.Line($"{_iterators[(operation.Name, Standing[operation.Name].Map)]}.next({at})");
            return true;
        }

        if (!context.MapTypes.TryGetValue(name, out MapType? type) || operation.Kind == OperationKind.Assert)
        {
            return operation.Kind == OperationKind.Assert && type != null && Assert(at, operation);
        }

        string model = context.Model(name);
        string Key() => Value(type.Key, operation.Key);
        switch (operation.Kind)
        {
            case OperationKind.Assign when operation.ElemPanics:
                context.Need("panics.go");
                go.Open($"{model}.assignPanics({at}, func() {{");
                go.Line($"{context.Variables[name]}[{Key()}] = simPanics[{context.Types.Of(type.Elem)}]()");
                go.Close("})");
                return true;
            case OperationKind.Assign:
                go.Line($"{model}.assign({at}, {Key()}, {Value(type.Elem, operation.Elem)})");
                return true;
            case OperationKind.Lookup:
                string lookup = $"{model}.lookup({at}, {Key()}){Expected(operation, v => Value(type.Elem, v))}";
                go.Line(operation.Into == null ? lookup : $"{Pointers[operation.Into]} = {lookup}.elem");
                return true;
            case OperationKind.Delete:
                go.Line($"{model}.remove({at}, {Key()})");
                return true;
            case OperationKind.Clear:
                go.Line($"{model}.clear({at})");
                return true;
            case OperationKind.Len:
                go.Line($"{model}.length({at}){Expected(operation, v => context.Values.Of(GoTypeParser.Parse("int", context.Settings.Arch), v, Counter))}");
                return true;
            case OperationKind.Clone:
                context.Packages.Add("maps");
                go.Open($"{context.Model(operation.Other!)}.become({at}, {model}, func() {{");
                go.Line($"{context.Variables[operation.Other!]} = maps.Clone({context.Variables[name]})");
                go.Close("})");
                return true;
            case OperationKind.Iter:
                go.Line($"{Iterator(operation.Name, name, type)} = {model}.iter({at})");
                return true;
            default:
                return false;
        }
    }

    /// <summary>The Go variable of an iterator: one for each type of map that it is used with.</summary>
    private string Iterator(string name, string map, MapType type)
    {
        if (!_iterators.TryGetValue((name, type.Text), out string? variable))
        {
            variable = context.Names.New(name);
            _iterators.Add((name, type.Text), variable);
            locals.Line($"var {variable} *simIter[{context.Types.Of(type.Key)}, {context.Types.Of(type.Elem)}]");
            locals.Line($"_ = {variable}");
        }

        _iterators[(name, map)] = variable;
        Standing[name] = (variable + ".key", variable + ".elem", map);
        return variable;
    }

    /// <summary>What the file says of a map's header: compared where it does not depend on the hash, and only with --unsafe.</summary>
    private bool Assert(string at, Operation operation)
    {
        string model = context.Model(operation.Name);
        if (!context.Options.Unsafe || context.Hunts || !context.Facts.IsForetold(operation) || operation.Other is not ("count" or "B" or "growing"))
        {
            go.Comment(context.Options.Unsafe ? "not compared: it depends on the hash, or on an order" : "not compared: only an export with --unsafe looks into the map");
            return true;
        }

        string header = context.Variables["header of " + model];
        string value = operation.Expected!.Word is { } word ? $"\"{word}\"" : context.Values.Of(GoTypeParser.Parse("uint64", context.Settings.Arch), operation.Expected.Values[0], Counter);
        go.Line($"{header}.is{GoNames.Capital(operation.Other)}({at}, {value})");
        return true;
    }
}
