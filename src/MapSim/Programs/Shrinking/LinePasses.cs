namespace MapSim.Programs;

/// <summary>Drops lines: what belongs to a name, all of a kind, ranges from large to small, single ones and pairs.</summary>
internal static class LinePasses
{
    private const int MostForPairs = 22;

    /// <summary>Everything after the line at which the bug was seen.</summary>
    public static void DropTail(Trials trials)
    {
        int line = trials.Result.Finding?.Line ?? trials.Result.Line;
        int from = line - trials.Best.FirstLine + 1;
        if (line > 0 && from > 0 && from < trials.Best.Statements.Count)
        {
            trials.Try(trials.Best.Without(Enumerable.Range(from, trials.Best.Statements.Count - from).Where(i => IsOperation(trials.Best.Statements[i]))));
        }
    }

    /// <summary>Goroutines, maps, locks and iterators with everything that names them, the last first; then kinds of operations.</summary>
    public static void DropNames(Trials trials)
    {
        for (int i = trials.Best.Statements.Count - 1; i >= 0; i--)
        {
            i = Math.Min(i, trials.Best.Statements.Count - 1);
            switch (trials.Best.Statements[i])
            {
                case GoroutineLine:
                    trials.Try(trials.Best.Without(Enumerable.Range(i, trials.Best.EndOf(i) - i + 1)));
                    break;
                case MapDeclaration or SharedDeclaration:
                    trials.Try(trials.Best.Without([i]));
                    break;
            }
        }

        foreach (OperationKind kind in Enum.GetValues<OperationKind>())
        {
            int[] all = [.. Indices(trials.Best, s => s is Operation o && o.Kind == kind && !o.OpensBlock)];
            if (all.Length > 1)
            {
                trials.Try(trials.Best.Without(all));
            }
        }
    }

    /// <summary>Ranges of lines, half of them first, down to single ones.</summary>
    public static void DropRanges(Trials trials)
    {
        int size = Indices(trials.Best, IsDroppable).Count() / 2;
        for (size = Math.Max(size, 1); size >= 1; size /= 2)
        {
            int before = trials.Improvements;
            int start = Indices(trials.Best, IsDroppable).Count() - size;
            while (start > -size && !trials.IsOver)
            {
                int[] lines = [.. Indices(trials.Best, IsDroppable)];
                int from = Math.Max(start, 0);
                trials.Try(trials.Best.Without(lines.Skip(from).Take(start + size - from)));
                start = Math.Min(start, Indices(trials.Best, IsDroppable).Count()) - size;
            }

            // Single lines again, as long as that helps.
            size = size == 1 && trials.Improvements > before ? 2 : size;
        }
    }

    /// <summary>Two lines at once: a lock and its unlock, an insert and its delete.</summary>
    public static void DropPairs(Trials trials)
    {
        if (Indices(trials.Best, IsDroppable).Count() > MostForPairs)
        {
            return;
        }

        for (int i = 0; i < Indices(trials.Best, IsDroppable).Count() && !trials.IsOver; i++)
        {
            for (int j = i + 1; j < Indices(trials.Best, IsDroppable).Count(); j++)
            {
                int[] lines = [.. Indices(trials.Best, IsDroppable)];
                if (trials.Try(trials.Best.Without([lines[i], lines[j]])))
                {
                    j = i;
                }
            }
        }
    }

    /// <summary>Results that lines expect, "recover" and "turn": of all lines, of halves, of each.</summary>
    public static void DropExpectations(Trials trials)
    {
        DropParts(trials, s => s is Operation { Expected: not null, Kind: not OperationKind.Assert }, s => (Operation)s with { Expected = null });
        DropParts(trials, s => s is Operation { Recovers: true }, s => (Operation)s with { Recovers = false });
        DropParts(trials, s => s is Operation { Turn: not null }, s => (Operation)s with { Turn = null });
    }

    /// <summary>The indices of the statements of some sort.</summary>
    public static IEnumerable<int> Indices(Draft draft, Func<IStatement, bool> which) => Enumerable.Range(0, draft.Statements.Count).Where(i => which(draft.Statements[i]));

    private static void DropParts(Trials trials, Func<IStatement, bool> has, Func<IStatement, IStatement> without)
    {
        int size = Indices(trials.Best, has).Count();
        for (; size >= 1; size /= 2)
        {
            int start = 0;
            while (!trials.IsOver)
            {
                int[] lines = [.. Indices(trials.Best, has)];
                if (start >= lines.Length)
                {
                    break;
                }

                var chosen = new HashSet<int>(lines.Skip(start).Take(size));
                start += trials.Try(trials.Best.With(trials.Best.Statements.Select((s, i) => (chosen.Contains(i) ? without(s) : s, i)))) ? 0 : size;
            }
        }
    }

    private static bool IsOperation(IStatement s) => s is Operation or RepeatLine or SelectLine or CaseLine or DefaultLine;

    private static bool IsDroppable(IStatement s) => IsOperation(s) || s is GoroutineLine or MapDeclaration or SharedDeclaration;
}
