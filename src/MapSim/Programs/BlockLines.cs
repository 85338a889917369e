namespace MapSim.Programs;

/// <summary>"goroutine w1": the lines up to its end are what w1 does.</summary>
/// <param name="Name">Its name.</param>
public sealed record GoroutineLine(string Name) : IStatement
{
    /// <inheritdoc/>
    public string ToText() => "goroutine " + Name;
}

/// <summary>"repeat 20" on a line of its own: the lines up to its end, so often.</summary>
/// <param name="Repeat">How often, and what $i is.</param>
/// <param name="Turn">Only in these turns of the loop around it; null for all.</param>
public sealed record RepeatLine(Repetition Repeat, Turns? Turn = null) : IStatement
{
    /// <inheritdoc/>
    public string ToText() => (Turn == null ? "" : "turn " + Turn.ToText() + " ") + "repeat " + Repeat.ToText();
}

/// <summary>"select": one of its cases is done.</summary>
/// <param name="Turn">Only in these turns of the loop around it; null for all.</param>
public sealed record SelectLine(Turns? Turn = null) : IStatement
{
    /// <inheritdoc/>
    public string ToText() => (Turn == null ? "" : "turn " + Turn.ToText() + " ") + "select";
}

/// <summary>"case send c 1", "case receive c": the lines up to the next case are done if this one is taken.</summary>
/// <param name="Operation">A send or a receive.</param>
public sealed record CaseLine(Operation Operation) : IStatement
{
    /// <inheritdoc/>
    public string ToText() => "case " + Operation.ToText();
}

/// <summary>"default": what a select does if no case is ready.</summary>
public sealed record DefaultLine : IStatement
{
    /// <inheritdoc/>
    public string ToText() => "default";
}

/// <summary>"end": ends a goroutine, a loop, a once or a select.</summary>
public sealed record EndLine : IStatement
{
    /// <inheritdoc/>
    public string ToText() => "end";
}

/// <summary>Which lines belong together.</summary>
public static class Blocks
{
    /// <summary>True if the lines up to the matching "end" belong to a statement.</summary>
    public static bool Opens(IStatement? statement) =>
        statement is GoroutineLine or RepeatLine or SelectLine or Operation { OpensBlock: true };

    /// <summary>The line with the "end" that belongs to the block that a line opens.</summary>
    /// <param name="lines">A program's lines.</param>
    /// <param name="open">Index of a line that opens a block.</param>
    /// <returns>An index; the number of lines if there is no such end.</returns>
    public static int EndOf(IReadOnlyList<ProgramLine> lines, int open)
    {
        int depth = 0;
        for (int i = open; i < lines.Count; i++)
        {
            depth += Opens(lines[i].Statement) ? 1 : lines[i].Statement is EndLine ? -1 : 0;
            if (depth == 0)
            {
                return i;
            }
        }

        return lines.Count;
    }
}
