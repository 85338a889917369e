namespace MapSim.Programs;

/// <summary>
/// The labels (&amp;p) that a program's values name. What they name are global variables: they exist before the program
/// begins, in the order of the lines.
/// </summary>
internal static class ProgramLabels
{
    /// <summary>Every label, each once.</summary>
    public static IEnumerable<string> Of(MapProgram program) => Of(program.Lines.Select(l => l.Statement));

    /// <summary>Every label of some lines, whole blocks only, each once.</summary>
    public static IEnumerable<string> Of(IEnumerable<IStatement?> statements)
    {
        var seen = new HashSet<string>();
        var repeats = new Stack<Repetition?>();
        foreach (IStatement? statement in statements)
        {
            if (statement is EndLine && repeats.Count > 0)
            {
                repeats.Pop();
            }
            else if (Blocks.Opens(statement))
            {
                repeats.Push((statement as RepeatLine)?.Repeat);
            }

            if (statement is not Operation operation)
            {
                continue;
            }

            Repetition? repeat = operation.Repeat ?? repeats.FirstOrDefault(r => r != null);
            foreach (string label in Labels(operation.Key).Concat(Labels(operation.Elem)))
            {
                foreach (string name in Names(label, repeat).Where(seen.Add))
                {
                    yield return name;
                }
            }
        }
    }

    private static IEnumerable<string> Labels(GoValue? value) => value == null ? []
        : value.Kind == GoValueKind.Plain && value.Text.StartsWith('&') ? [value.Text]
        : value.Items.SelectMany(Labels);

    private static IEnumerable<string> Names(string label, Repetition? repeat)
    {
        if (repeat == null || !label.Contains(GoValue.Counter, StringComparison.Ordinal))
        {
            yield return label;
            yield break;
        }

        for (long i = repeat.From; i < repeat.To; i++)
        {
            yield return GoValue.Plain(label).ToText(i);
        }
    }
}
