using System.Globalization;

namespace MapSim.Programs;

/// <summary>
/// Makes one line of many: inserts whose keys count up become a repeat with $i, lines that come again and again become a
/// block. Also where the keys only nearly fit: whether the bug minds, a run tells.
/// </summary>
internal static class RollPasses
{
    private const int MostSuffix = 5, MostWindow = 4;
    private const long MostTimes = 4096;

    /// <summary>Runs of the same kind of operation on the same map.</summary>
    public static void Roll(Trials trials)
    {
        for (int i = 0; i < trials.Best.Statements.Count && !trials.IsOver; i++)
        {
            IReadOnlyList<IStatement> all = trials.Best.Statements;
            int n = i;
            while (n < all.Count && IsAlike(all[i], all[n]))
            {
                n++;
            }

            if (n - i >= 2)
            {
                RollRun(trials, i, n - i);
            }
        }
    }

    /// <summary>Lines that come two or more times after one another.</summary>
    public static void Fold(Trials trials)
    {
        for (int window = 1; window <= MostWindow; window++)
        {
            for (int i = 0; i + 2 * window <= trials.Best.Statements.Count && !trials.IsOver; i++)
            {
                string[] text = [.. trials.Best.Statements.Select(s => s.ToText())];
                int times = 1;
                while (i + (times + 1) * window <= text.Length && Enumerable.Range(i, window).All(j => text[j] == text[j + times * window]))
                {
                    times++;
                }

                if (times > 1 && IsFoldable(trials.Best, i, window))
                {
                    var repeat = new Repetition(0, times);
                    IStatement[] body = [.. trials.Best.Statements.Skip(i).Take(window)];
                    IStatement[] folded = window == 1 && body[0] is Operation { Repeat: null, OpensBlock: false } one
                        ? [one with { Repeat = repeat }]
                        : [new RepeatLine(repeat), .. body, new EndLine()];
                    trials.Try(Splice(trials.Best, i, window * times, folded));
                }
            }
        }
    }

    private static bool IsFoldable(Draft draft, int from, int window)
    {
        int depth = 0;
        for (int i = from; i < from + window; i++)
        {
            IStatement s = draft.Statements[i];
            if (s is GoroutineLine or CaseLine or DefaultLine or MapDeclaration or SharedDeclaration or Setting or Operation { Kind: OperationKind.Spawn })
            {
                return false;
            }

            depth += Blocks.Opens(s) ? 1 : s is EndLine ? -1 : 0;
            if (depth < 0)
            {
                return false;
            }
        }

        return depth == 0;
    }

    private static bool IsAlike(IStatement first, IStatement other) =>
        first is Operation { Kind: OperationKind.Assign or OperationKind.Delete or OperationKind.Lookup or OperationKind.Next, Into: null, Turn: null } a
        && other is Operation { Into: null, Turn: null } b && a.Kind == b.Kind && a.Name == b.Name && a.Recovers == b.Recovers && a.ElemPanics == b.ElemPanics
        && (a.Key == null || (Shape(a) is { } shape && shape == Shape(b)));

    /// <summary>What the numbers of a key are put into: "" for 5, "\"k" and "\"" for "k5"; null if it has none. A repetition's is that of $i.</summary>
    private static (string Before, string After)? Shape(Operation o) => Pieces(o) is { } p ? (p.Before, p.After) : null;

    private static (string Before, string Digits, string After)? Pieces(Operation o)
    {
        string text = o.Key!.ToText(o.Repeat?.From);
        if (o.Key.Kind is not (GoValueKind.Plain or GoValueKind.String))
        {
            return null;
        }

        int from = text.AsSpan().IndexOfAnyInRange('0', '9');
        int to = from;
        while (to >= 0 && to < text.Length && char.IsAsciiDigit(text[to]))
        {
            to++;
        }

        return from < 0 || to - from > 15 ? null : (text[..from], text[from..to], text[to..]);
    }

    private static void RollRun(Trials trials, int from, int count)
    {
        Operation[] run = [.. trials.Best.Statements.Skip(from).Take(count).Cast<Operation>()];
        long times = run.Sum(o => o.Repeat == null ? 1 : o.Repeat.To - o.Repeat.From);
        Operation plain = run[0] with { Expected = null, Repeat = new Repetition(0, Math.Min(times, MostTimes)) };
        if (run[0].Key == null)
        {
            trials.Try(Splice(trials.Best, from, count, [plain]));
            return;
        }

        string[] digits = [.. run.Select(o => Pieces(o)!.Value.Digits)];
        (string before, string after) = Shape(run[0])!.Value;
        for (int suffix = 0; suffix <= MostSuffix; suffix++)
        {
            // The numbers before the commonest ending of that length.
            string? ending = digits.Where(d => d.Length > suffix).GroupBy(d => d[^suffix..]).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal).FirstOrDefault()?.Key;
            if (ending == null || (suffix > 0 && digits.Count(d => d.Length > suffix && d.EndsWith(ending, StringComparison.Ordinal)) * 2 < count))
            {
                continue;
            }

            long[] numbers = [.. digits.Where(d => d.Length > suffix && d.EndsWith(ending, StringComparison.Ordinal)).Select(d => long.Parse(d[..^suffix], CultureInfo.InvariantCulture))];
            long last = Math.Max(numbers.Max(), numbers.Min() + times - 1);
            GoValue key = run[0].Key! with { Text = before + GoValue.Counter + ending + after };
            var repeats = new List<Repetition> { new(numbers.Min(), Math.Min(last + 1, numbers.Min() + MostTimes)), new(numbers.Min(), numbers.Min() + times), new(0, times) };
            foreach (Repetition repeat in repeats.Distinct())
            {
                foreach (GoValue? elem in Elems(run))
                {
                    if (trials.Try(Splice(trials.Best, from, count, [plain with { Key = key, Elem = elem, Repeat = repeat }])))
                    {
                        return;
                    }
                }
            }
        }
    }

    /// <summary>The elem of the first, and the counter if they differ.</summary>
    private static IEnumerable<GoValue?> Elems(Operation[] run)
    {
        yield return run[0].Elem;
        if (run[0].Elem is { Kind: GoValueKind.Plain } first && run.Any(o => o.Elem?.Text != first.Text) && long.TryParse(RepeatPasses.Put(first, run[0].Repeat?.From ?? 0).Text, out _))
        {
            yield return GoValue.Plain(GoValue.Counter);
        }
    }

    private static Draft Splice(Draft draft, int from, int count, IReadOnlyList<IStatement> lines) => draft.With(
    [
        .. draft.Statements.Take(from).Select((s, i) => (s, i)),
        .. lines.Select(s => (s, -1)),
        .. draft.Statements.Skip(from + count).Select((s, i) => (s, from + count + i)),
    ]);
}
