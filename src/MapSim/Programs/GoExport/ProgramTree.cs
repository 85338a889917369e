namespace MapSim.Programs;

/// <summary>A statement with the statements of its block.</summary>
/// <param name="Line">Its line, from 1.</param>
/// <param name="Statement">What it says.</param>
/// <param name="Body">The statements up to its "end"; of a select its cases.</param>
internal sealed record ProgramNode(int Line, IStatement Statement, IReadOnlyList<ProgramNode> Body)
{
    /// <summary>It and everything in it, outermost first.</summary>
    public IEnumerable<ProgramNode> All => Body.SelectMany(n => n.All).Prepend(this);
}

/// <summary>The statements of a program as blocks instead of lines.</summary>
internal static class ProgramTree
{
    /// <summary>The outermost statements.</summary>
    public static IReadOnlyList<ProgramNode> Of(MapProgram program) => Read(program.Lines, 0, program.Lines.Count);

    private static List<ProgramNode> Read(IReadOnlyList<ProgramLine> lines, int from, int to)
    {
        var nodes = new List<ProgramNode>();
        for (int i = from; i < to; i++)
        {
            if (lines[i].Statement is not { } statement)
            {
                continue;
            }

            int end = Blocks.Opens(statement) ? Blocks.EndOf(lines, i)
                : statement is CaseLine or DefaultLine ? EndOfCase(lines, i, to)
                : i;
            nodes.Add(new ProgramNode(i + 1, statement, Read(lines, i + 1, Math.Max(i + 1, end))));
            i = statement is CaseLine or DefaultLine ? end - 1 : end;
        }

        return nodes;
    }

    private static int EndOfCase(IReadOnlyList<ProgramLine> lines, int at, int to)
    {
        for (int i = at + 1; i < to; i++)
        {
            if (Blocks.Opens(lines[i].Statement))
            {
                i = Blocks.EndOf(lines, i);
            }
            else if (lines[i].Statement is CaseLine or DefaultLine)
            {
                return i;
            }
        }

        return to;
    }
}
