namespace MapSim.Programs;

/// <summary>
/// The labels (&amp;p) that a program's values name. What they name are global variables: they exist before the program
/// begins, in the order of the lines.
/// </summary>
internal static class ProgramLabels
{
    /// <summary>Every label, each once.</summary>
    public static IReadOnlyList<string> Of(MapProgram program) => Of(program.Lines.Select(l => l.Statement));

    /// <summary>Every label of some lines, whole blocks only, each once.</summary>
    public static IReadOnlyList<string> Of(IEnumerable<IStatement?> statements)
    {
        var found = new Found();
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

            if (statement is Operation operation)
            {
                Repetition? repeat = operation.Repeat ?? (repeats.Count == 0 ? null : repeats.FirstOrDefault(r => r != null));
                found.Add(operation.Key, repeat);
                found.Add(operation.Elem, repeat);
            }
        }

        return found.Labels;
    }

    private sealed class Found
    {
        private readonly HashSet<string> _seen = [];

        public List<string> Labels { get; } = [];

        public void Add(GoValue? value, Repetition? repeat)
        {
            if (value is { Kind: GoValueKind.Plain } && value.Text is ['&', ..])
            {
                AddLabel(value.Text, repeat);
                return;
            }

            for (int i = 0; value is { Kind: GoValueKind.List or GoValueKind.Typed } && i < value.Items.Count; i++)
            {
                Add(value.Items[i], repeat);
            }
        }

        private void AddLabel(string label, Repetition? repeat)
        {
            if (repeat == null || !label.Contains(GoValue.Counter, StringComparison.Ordinal))
            {
                AddName(label);
                return;
            }

            for (long i = repeat.From; i < repeat.To; i++)
            {
                AddName(GoValue.Plain(label).ToText(i));
            }
        }

        private void AddName(string name)
        {
            if (_seen.Add(name))
            {
                Labels.Add(name);
            }
        }
    }
}
