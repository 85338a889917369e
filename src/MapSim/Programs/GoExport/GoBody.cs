namespace MapSim.Programs;

/// <summary>
/// The statements of one goroutine as Go: blocks become loops and selects, single lines are written by
/// <see cref="GoOperations"/>.
/// </summary>
internal sealed class GoBody
{
    private readonly GoExportContext _context;
    private readonly string _goroutine;
    private readonly GoOperations _operations;
    private readonly List<Loop> _loops = [];
    private readonly List<string> _counters = [];

    /// <summary>Prepares a goroutine's statements.</summary>
    /// <param name="context">The program.</param>
    /// <param name="goroutine">The goroutine.</param>
    /// <param name="indent">Tabs before each line.</param>
    public GoBody(GoExportContext context, string goroutine, int indent)
    {
        _context = context;
        _goroutine = goroutine;
        Go.Indent = indent;
        Locals.Indent = indent;
        _operations = new GoOperations(Go, Locals, context, goroutine);
        foreach ((string name, Layout.GoType type) in context.Pointers.Of(goroutine))
        {
            string variable = context.Names.New(name);
            _operations.Pointers[name] = variable;
            Locals.Line($"var {variable} {context.Types.Of(type)}");
            Locals.Line($"_ = {variable}");
        }
    }

    /// <summary>The variables that the statements need.</summary>
    public GoSource Locals { get; } = new();

    /// <summary>The statements.</summary>
    public GoSource Go { get; } = new();

    /// <summary>Writes statements.</summary>
    /// <exception cref="ProgramFormatException">Go cannot say one of them.</exception>
    public void Write(IEnumerable<ProgramNode> nodes)
    {
        foreach (ProgramNode node in nodes)
        {
            if (node.Statement is Operation or RepeatLine or SelectLine)
            {
                Write(node);
            }
        }
    }

    private void Write(ProgramNode node)
    {
        Go.Comment($"{GoExportContext.Text(node.Line)}: {node.Statement.ToText()}");
        Turns? turn = node.Statement switch { Operation o => o.Turn, RepeatLine r => r.Turn, SelectLine s => s.Turn, _ => null };
        if (turn != null)
        {
            string variable = _loops[^1].Turn!;
            Go.Open(turn.To == turn.From + 1
                ? $"if {variable} == {GoExportContext.Text(turn.From)} {{"
                : $"if {variable} >= {GoExportContext.Text(turn.From)} && {variable} < {GoExportContext.Text(turn.To)} {{");
        }

        switch (node.Statement)
        {
            case RepeatLine repeat:
                Repeat(node, repeat.Repeat, () => Write(node.Body));
                break;
            case SelectLine:
                Select(node);
                break;
            case Operation { Kind: OperationKind.Range } range:
                Range(node, range);
                break;
            case Operation { Kind: OperationKind.Do } once:
                Do(node, once);
                break;
            case Operation { Kind: OperationKind.Break or OperationKind.Continue } leave:
                Leave(node, leave.Kind);
                break;
            case Operation { Repeat: { } repetition } operation:
                Repeat(node, repetition, () => _operations.Write(node.Line, operation));
                break;
            case Operation operation:
                _operations.Write(node.Line, operation);
                break;
        }

        if (turn != null)
        {
            Go.Close();
        }
    }

    private void Repeat(ProgramNode node, Repetition repeat, Action body)
    {
        Loop loop = Begin(node, null);
        string counter = Counter();
        Go.Open($"for {counter} := int64({GoExportContext.Text(repeat.From)}); {counter} < {GoExportContext.Text(repeat.To)}; {counter}++ {{");
        _operations.Counters.Push(counter);
        Body(loop, body);
        _operations.Counters.Pop();
        Go.Close();
    }

    /// <summary>The variable of a repetition: n, and another one for each repetition around it.</summary>
    private string Counter()
    {
        int depth = _operations.Counters.Count;
        if (_counters.Count == depth)
        {
            _counters.Add(_context.Names.New("n"));
        }

        return _counters[depth];
    }

    private void Range(ProgramNode node, Operation range)
    {
        string map = _context.Variables[range.Other!], model = _context.Model(range.Other!);
        string oracle = _context.Names.New(range.Name + "Range"), key = _context.Names.New(range.Name + "Key"), elem = _context.Names.New(range.Name + "Elem");
        Go.Line($"{oracle} := {model}.begin(simLine({GoExportContext.Text(node.Line)}))");
        Loop loop = Begin(node, oracle);
        Go.Open($"for {key}, {elem} := range {map} {{");
        Go.Line($"{oracle}.yield({key}, {elem})");
        (string, string, string)? outer = _operations.Standing.TryGetValue(range.Name, out (string, string, string) found) ? found : null;
        _operations.Standing[range.Name] = (key, elem, range.Other!);
        Body(loop, () => Write(node.Body));
        _operations.Standing.Remove(range.Name);
        if (outer is { } before)
        {
            _operations.Standing[range.Name] = before;
        }

        Go.Close();
        Go.Line($"{oracle}.end(){_operations.Expected(range, n => _context.Values.Of(Layout.GoTypeParser.Parse("int", _context.Settings.Arch), n, _operations.Counter))}");
    }

    private Loop Begin(ProgramNode node, string? oracle)
    {
        bool turns = Direct(node).Any(n => n.Statement is Operation { Turn: not null } or RepeatLine { Turn: not null } or SelectLine { Turn: not null });
        bool labelled = Direct(node).Where(n => n.Statement is SelectLine).SelectMany(Direct).Any(n => n.Statement is Operation { Kind: OperationKind.Break });
        var loop = new Loop(oracle, turns ? _context.Names.New("turn") : null, labelled ? _context.Names.New("loop") : null, _operations.Depth);
        if (loop.Turn != null)
        {
            Go.Line(loop.Turn + " := 0");
        }

        if (loop.Label != null)
        {
            Go.Label(loop.Label + ":");
        }

        return loop;
    }

    private void Body(Loop loop, Action body)
    {
        if (loop.Turn != null)
        {
            Go.Line(loop.Turn + "++");
        }

        _loops.Add(loop);
        body();
        _loops.RemoveAt(_loops.Count - 1);
    }

    /// <summary>The statements for which a loop is the innermost one.</summary>
    private static IEnumerable<ProgramNode> Direct(ProgramNode node) => node.Body.SelectMany(n =>
        n.Statement is RepeatLine or Operation { Kind: OperationKind.Range } ? [n] : Direct(n).Prepend(n));

    private void Leave(ProgramNode node, OperationKind kind)
    {
        Loop loop = _loops[^1];
        if (loop.Depth != _operations.Depth)
        {
            throw _operations.Error(node.Line, "expected break and continue in the loop's own lines (Go cannot leave a once.Do so), found it inside 'do'");
        }

        if (kind == OperationKind.Break && loop.Oracle != null)
        {
            Go.Line(loop.Oracle + ".leave()");
        }

        Go.Line(kind == OperationKind.Continue ? "continue" : loop.Label == null ? "break" : "break " + loop.Label);
    }

    private void Do(ProgramNode node, Operation once)
    {
        Go.Open($"{_context.Variables[once.Name]}.Do(func() {{");
        _operations.Depth++;
        Write(node.Body);
        _operations.Depth--;
        Go.Close("})");
    }

    private void Select(ProgramNode node)
    {
        Go.Open("select {");
        foreach (ProgramNode branch in node.Body)
        {
            if (branch.Statement is CaseLine line)
            {
                Go.Label(_operations.Case(branch.Line, line.Operation) + ":");
            }
            else
            {
                Go.Label("default:");
            }

            Write(branch.Body);
        }

        Go.Close();
    }

    /// <summary>A loop that is being written.</summary>
    /// <param name="Oracle">Of a range: its oracle.</param>
    /// <param name="Turn">The variable that counts its turns; null if no line asks.</param>
    /// <param name="Label">Its label; null if it needs none.</param>
    /// <param name="Depth">How many once.Do it is in.</param>
    private sealed record Loop(string? Oracle, string? Turn, string? Label, int Depth);
}
