namespace MapSim.Programs;

/// <summary>Reads the lines that begin and end blocks and are no operations: goroutine, case, default and end.</summary>
/// <param name="cursor">The line, behind its first word.</param>
/// <param name="scope">The open blocks.</param>
/// <param name="goroutines">The goroutines' names.</param>
/// <param name="operations">Makes the parser of a case's operation.</param>
internal sealed class BlockParser(LineCursor cursor, ProgramScope scope, GoroutineNames goroutines, Func<LineCursor, OperationParser> operations)
{
    /// <summary>Reads the rest of the line.</summary>
    public IStatement Read(string word, int at)
    {
        switch (word)
        {
            case "goroutine":
                return Goroutine(at);
            case "end":
                if (scope.Innermost == null)
                {
                    throw cursor.Error("'end' only after a line that begins a block (goroutine, range, repeat, do, select)", at, "it alone");
                }

                PopCase();
                scope.Pop();
                return new EndLine();
        }

        if (scope.Innermost?.Statement is not (SelectLine or CaseLine or DefaultLine))
        {
            throw cursor.Error($"'{word}' only in a select", at, "it outside");
        }

        PopCase();
        return word == "case" ? Case() : Default(at);
    }

    private GoroutineLine Goroutine(int at)
    {
        if (scope.Innermost is { } block)
        {
            throw cursor.Error($"'goroutine' outside '{block.Statement.ToText()}'", at, "it inside");
        }

        cursor.SkipSpace();
        int nameAt = cursor.Position;
        string name = cursor.Name("a name for the goroutine");
        if (name is "random" or "gc" || !goroutines.TryDeclare(name))
        {
            throw cursor.Error("a new name for the goroutine", nameAt, $"'{name}'");
        }

        var line = new GoroutineLine(name);
        scope.Push(cursor.Line, line);
        return line;
    }

    private CaseLine Case()
    {
        cursor.SkipSpace();
        int at = cursor.Position;
        string word = cursor.AtEnd ? "" : cursor.PeekToken().ToString();
        if (word is not ("send" or "receive"))
        {
            throw cursor.Error("send or receive", at, hint: Suggestion.Hint(word, ["send", "receive"]));
        }

        cursor.TryTakeWord(word);
        var line = new CaseLine((Operation)operations(cursor).Statement(word));
        scope.Push(cursor.Line, line);
        return line;
    }

    private DefaultLine Default(int at)
    {
        var line = new DefaultLine();
        if (scope.Innermost!.HasDefault)
        {
            throw cursor.Error("one 'default' in a select", at, "it again");
        }

        scope.Innermost.HasDefault = true;

        scope.Push(cursor.Line, line);
        return line;
    }

    /// <summary>A case ends where the next one, or the end of its select, begins.</summary>
    private void PopCase()
    {
        if (scope.Innermost?.Statement is CaseLine or DefaultLine)
        {
            scope.Pop();
        }
    }
}
