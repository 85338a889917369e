namespace MapSim.Programs;

/// <summary>
/// What one goroutine does for all of them while selectors are resolved: operations on maps, iterators and pointer variables.
/// Locks, channels and goroutines are left out, and so are the bodies of selects. Variables get the name of their goroutine.
/// </summary>
internal static class SequentialPart
{
    /// <summary>The part of some lines, whole blocks only.</summary>
    /// <param name="lines">The lines.</param>
    /// <param name="owner">The goroutine: 0 for main.</param>
    public static IReadOnlyList<IStatement> Of(IReadOnlyList<IStatement> lines, int owner)
    {
        if (owner == 0 && IsWhole(lines))
        {
            return lines;
        }

        var kept = new List<IStatement>();
        for (int i = 0, select = 0; i < lines.Count; i++)
        {
            IStatement line = lines[i];
            bool opens = Blocks.Opens(line);
            if (select > 0 || line is SelectLine)
            {
                select += opens ? 1 : line is EndLine ? -1 : 0;
            }
            else if (line is not Operation operation)
            {
                kept.Add(line);
            }
            else if (IsDone(operation.Kind))
            {
                kept.Add(owner == 0 ? operation : Renamed(operation, UnitProgram.Prefix(owner)));
            }
        }

        return kept;
    }

    private static bool IsWhole(IReadOnlyList<IStatement> lines)
    {
        bool whole = true;
        for (int i = 0; i < lines.Count && whole; i++)
        {
            whole = lines[i] is Operation operation ? IsDone(operation.Kind) : lines[i] is not SelectLine;
        }

        return whole;
    }

    private static bool IsDone(OperationKind kind) =>
        kind is < OperationKind.Gc or OperationKind.Range or OperationKind.Break or OperationKind.Continue or OperationKind.New or OperationKind.Read or OperationKind.Drop or OperationKind.Do;

    private static Operation Renamed(Operation operation, string prefix)
    {
        bool isVariable = operation.Kind is OperationKind.Iter or OperationKind.Next or OperationKind.New or OperationKind.Read or OperationKind.Drop;
        return operation with
        {
            Name = isVariable ? prefix + operation.Name : operation.Name,
            Into = operation.Into == null ? null : prefix + operation.Into,
            Elem = operation.Elem is { Kind: GoValueKind.Variable } elem ? elem with { Text = prefix + elem.Text } : operation.Elem,
        };
    }
}
