namespace MapSim.Programs;

/// <summary>
/// A program while it is shrunk: the statements without comments, schedule, order lines and expectation, and the
/// schedule apart. Immutable. Each statement knows which one of the best draft it came from.
/// </summary>
/// <param name="why">The comment that says why the program exists; null if it has none.</param>
/// <param name="statements">Settings, declarations, operations, begins and ends of blocks.</param>
/// <param name="origins">For each statement its index in the draft it was made from; -1 for a new one.</param>
/// <param name="schedule">The schedule; empty for none.</param>
internal sealed class Draft(string? why, IReadOnlyList<IStatement> statements, IReadOnlyList<int> origins, IReadOnlyList<Stretch> schedule)
{
    private const int StretchesALine = 12;

    /// <summary>The draft of a program; its schedule is the one given.</summary>
    public static Draft Of(MapProgram program, IReadOnlyList<Stretch> schedule)
    {
        string? why = program.Lines.FirstOrDefault(l => l.Statement == null && l.Comment?.StartsWith("# why:", StringComparison.Ordinal) == true)?.Comment;
        IStatement[] statements = [.. program.Lines.Select(l => l.Statement!).Where(IsKept)];
        return new Draft(why, statements, [.. Enumerable.Range(0, statements.Length)], schedule);
    }

    /// <summary>The statements.</summary>
    public IReadOnlyList<IStatement> Statements => statements;

    /// <summary>Where each came from.</summary>
    public IReadOnlyList<int> Origins => origins;

    /// <summary>The schedule.</summary>
    public IReadOnlyList<Stretch> Schedule => schedule;

    /// <summary>True if there are goroutines besides main.</summary>
    public bool IsConcurrent => statements.Any(s => s is GoroutineLine);

    /// <summary>The line of the first statement in the text, from 1.</summary>
    public int FirstLine => why == null ? 2 : 3;

    /// <summary>The same statements, each its own origin.</summary>
    public Draft Settled() => new(why, statements, [.. Enumerable.Range(0, statements.Count)], schedule);

    /// <summary>Under another schedule.</summary>
    public Draft Under(IReadOnlyList<Stretch> other) => new(why, statements, origins, other);

    /// <summary>With other statements.</summary>
    public Draft With(IEnumerable<(IStatement Statement, int Origin)> lines)
    {
        (IStatement Statement, int Origin)[] all = [.. lines];
        return new Draft(why, [.. all.Select(l => l.Statement)], [.. all.Select(l => l.Origin)], schedule);
    }

    /// <summary>With each statement changed, or left out where the function gives null.</summary>
    public Draft Select(Func<IStatement, IStatement?> change) =>
        With(statements.Select((s, i) => (change(s)!, origins[i])).Where(l => l.Item1 != null));

    /// <summary>With one statement replaced.</summary>
    public Draft Replace(int index, IStatement statement) => With(statements.Select((s, i) => (i == index ? statement : s, origins[i])));

    /// <summary>
    /// Without some statements, and what cannot do without them: a block's begin goes with its end, a case with its lines, a
    /// name's declaration with its users.
    /// </summary>
    public Draft Without(IEnumerable<int> indices)
    {
        var drop = new HashSet<int>(indices);
        DropWhole(drop);
        return With(statements.Select((s, i) => (s, origins[i])).Where((_, i) => !drop.Contains(i)));
    }

    /// <summary>The index of the end of a block.</summary>
    public int EndOf(int open)
    {
        int depth = 0;
        for (int i = open; i < statements.Count; i++)
        {
            depth += Blocks.Opens(statements[i]) ? 1 : statements[i] is EndLine ? -1 : 0;
            if (depth == 0)
            {
                return i;
            }
        }

        return statements.Count - 1;
    }

    /// <summary>The program, with what it expects; null if it is none.</summary>
    /// <param name="expectation">What it expects; null for nothing.</param>
    /// <param name="error">Why it is none.</param>
    /// <param name="changed">What it expects of a changed model; null for nothing.</param>
    public MapProgram? ToProgram(Expectation? expectation, out ProgramFormatException? error, ChangedExpectation? changed = null)
    {
        try
        {
            error = null;
            return ProgramParser.Parse(ToText(expectation, changed));
        }
        catch (ProgramFormatException e)
        {
            error = e;
            return null;
        }
    }

    /// <summary>The program as text, blocks indented.</summary>
    public string ToText(Expectation? expectation, ChangedExpectation? changed = null)
    {
        var lines = new List<string> { "mapsim 1" };
        if (why != null)
        {
            lines.Add(why);
        }

        int depth = 0;
        foreach (IStatement statement in statements)
        {
            depth -= statement is EndLine && depth > 0 ? 1 : 0;
            int inner = statement is CaseLine or DefaultLine && depth > 0 ? depth - 1 : depth;
            lines.Add(new string(' ', 2 * inner) + statement.ToText());
            depth += Blocks.Opens(statement) ? 1 : 0;
        }

        lines.AddRange(schedule.Chunk(StretchesALine).Select(c => new ScheduleLine(c).ToText()));
        if (expectation != null)
        {
            lines.Add(expectation.ToText());
        }

        if (changed != null)
        {
            lines.Add(changed.ToText());
        }

        return string.Join('\n', lines) + "\n";
    }

    private static bool IsKept(IStatement? statement) => statement is not (null or Setting { Name: "mapsim" } or Expectation or ChangedExpectation or CheckpointsLine
        or OrderLine or ScheduleLine or RandomScheduleLine);

    private void DropWhole(HashSet<int> drop)
    {
        int before;
        do
        {
            before = drop.Count;
            for (int i = 0; i < statements.Count; i++)
            {
                if (drop.Contains(i) && statements[i] is CaseLine or DefaultLine)
                {
                    DropCase(i, drop);
                }
            }

            DropUsers(drop);
        }
        while (drop.Count > before);

        // An end goes exactly if its begin does.
        for (int i = 0; i < statements.Count; i++)
        {
            if (Blocks.Opens(statements[i]))
            {
                _ = drop.Contains(i) ? drop.Add(EndOf(i)) : drop.Remove(EndOf(i));
            }
        }
    }

    private void DropCase(int at, HashSet<int> drop)
    {
        for (int i = at + 1, depth = 0; i < statements.Count; i++)
        {
            if (depth == 0 && statements[i] is CaseLine or DefaultLine or EndLine)
            {
                return;
            }

            drop.Add(i);
            depth += Blocks.Opens(statements[i]) ? 1 : statements[i] is EndLine ? -1 : 0;
        }
    }

    private void DropUsers(HashSet<int> drop)
    {
        var gone = new HashSet<string>(drop.SelectMany(i => Declared(statements[i])));
        gone.ExceptWith(statements.Where((_, i) => !drop.Contains(i)).SelectMany(Declared));
        for (int i = 0; gone.Count > 0 && i < statements.Count; i++)
        {
            if (statements[i] is Operation o && (gone.Contains(o.Name) || (o.Other != null && gone.Contains(o.Other) && o.Kind is OperationKind.Iter or OperationKind.Range))
                && drop.Add(i) && o.OpensBlock)
            {
                // What the loop or once did is not done any more.
                drop.UnionWith(Enumerable.Range(i, EndOf(i) - i + 1));
            }

            if (statements[i] is CaseLine c && gone.Contains(c.Operation.Name))
            {
                drop.Add(i);
            }
        }
    }

    private static IEnumerable<string> Declared(IStatement statement) => statement switch
    {
        MapDeclaration map => [map.Name],
        SharedDeclaration shared => [shared.Name],
        GoroutineLine goroutine => [goroutine.Name],
        Operation { Kind: OperationKind.Iter } iter => [iter.Name],
        Operation { Kind: OperationKind.Clone } clone => [clone.Other!],
        _ => [],
    };
}
