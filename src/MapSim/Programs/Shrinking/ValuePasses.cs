using System.Globalization;

namespace MapSim.Programs;

/// <summary>Makes values small: elems 0, keys numbered densely, strings and arrays short; equal values change together.</summary>
internal static class ValuePasses
{
    private const int MostDistinct = 40;

    /// <summary>All elems at once, all keys at once, then each value wherever it stands.</summary>
    public static void Lower(Trials trials)
    {
        foreach (string zero in (ReadOnlySpan<string>)["0", "nil", "false", "\"\"", "{}"])
        {
            trials.Try(trials.Best.Select(s => s is Operation { Kind: OperationKind.Assign, Elem: { IsReference: false } } o ? o with { Elem = GoValue.Plain(zero), Expected = null } : s));
        }

        Renumber(trials, 0);
        Renumber(trials, 1);
        foreach (GoValue value in Distinct(trials.Best).Take(MostDistinct))
        {
            foreach (GoValue simpler in Simpler(value))
            {
                if (trials.IsOver || trials.Try(Replaced(trials.Best, v => Equals(v, value) ? simpler : v)))
                {
                    break;
                }
            }
        }

        LowerEach(trials);
        LowerDeclared(trials);
    }

    /// <summary>The values of a statement, changed.</summary>
    public static IStatement Change(IStatement statement, Func<GoValue, GoValue> change) => statement switch
    {
        Operation o => Change(o, change),
        CaseLine c => c with { Operation = Change(c.Operation, change) },
        _ => statement,
    };

    private static Operation Change(Operation o, Func<GoValue, GoValue> change) => o with
    {
        Key = o.Key == null ? null : change(o.Key),
        Elem = o.Elem == null ? null : change(o.Elem),
        Expected = o.Expected == null ? null : o.Expected with { Values = [.. o.Expected.Values.Select(change)] },
    };

    /// <summary>The elem of each line.</summary>
    private static void LowerEach(Trials trials)
    {
        for (int i = 0; i < trials.Best.Statements.Count && !trials.IsOver; i++)
        {
            if (trials.Best.Statements[i] is Operation { Elem: { IsReference: false } elem } o)
            {
                foreach (GoValue simpler in Simpler(elem).Take(2))
                {
                    if (trials.Try(trials.Best.Replace(i, o with { Elem = simpler })))
                    {
                        break;
                    }
                }
            }
        }
    }

    /// <summary>First values of variables and capacities of channels.</summary>
    private static void LowerDeclared(Trials trials)
    {
        for (int i = 0; i < trials.Best.Statements.Count; i++)
        {
            if (trials.Best.Statements[i] is SharedDeclaration { Number: not 0 } shared && !trials.Try(trials.Best.Replace(i, shared with { Number = 0 })))
            {
                trials.Try(trials.Best.Replace(i, shared with { Number = 1 }));
            }
        }
    }

    /// <summary>The numbers among the keys become consecutive, in their order.</summary>
    private static void Renumber(Trials trials, int first)
    {
        Int128[] numbers = [.. trials.Best.Statements.OfType<Operation>().Select(o => o.Key).Where(k => k is { Kind: GoValueKind.Plain } && GoNumber.TryInt(k.Text, out _))
            .Select(k => GoNumber.TryInt(k!.Text, out Int128 n) ? n : 0).Distinct().Order()];
        trials.Try(Replaced(trials.Best, v => v.Kind == GoValueKind.Plain && GoNumber.TryInt(v.Text, out Int128 n) && Array.IndexOf(numbers, n) is var at and >= 0 ? GoValue.Int(at + first) : v));
    }

    private static GoValue[] Distinct(Draft draft)
    {
        var all = new List<GoValue>();
        foreach (IStatement statement in draft.Statements)
        {
            Change(statement, v =>
            {
                if (!v.IsReference && !all.Exists(a => Equals(a, v)))
                {
                    all.Add(v);
                }

                return v;
            });
        }

        return [.. all];
    }

    private static bool Equals(GoValue a, GoValue b) => a.Kind == b.Kind && a.ToText() == b.ToText();

    private static Draft Replaced(Draft draft, Func<GoValue, GoValue> change) => draft.Select(s => Change(s, change));

    /// <summary>Values that are simpler, the simplest first.</summary>
    private static IEnumerable<GoValue> Simpler(GoValue value)
    {
        string text = value.Text;
        switch (value.Kind)
        {
            case GoValueKind.Plain when GoNumber.TryInt(text, out Int128 n):
                foreach (Int128 small in new SortedSet<Int128>([0, 1, 2, 3, n / 16, n / 4, n / 2, n - 1]).Where(s => s >= 0 && (n < 0 || s < n)))
                {
                    yield return GoValue.Int(small);
                }

                break;
            case GoValueKind.Plain when text.Contains(GoValue.Counter, StringComparison.Ordinal):
                yield return GoValue.Plain(text[0] == '&' ? "nil" : "0");
                yield return GoValue.Plain(text[0] == '&' ? "&p" : GoValue.Counter);
                break;
            case GoValueKind.Plain:
                foreach (string simple in (string[])[text[0] == '&' ? "nil" : text is "true" ? "false" : "0", text[0] == '&' ? "&p" : "1", "NaN"])
                {
                    yield return GoValue.Plain(simple);
                }

                break;
            case GoValueKind.String or GoValueKind.Bytes when !text.Contains(GoValue.Counter, StringComparison.Ordinal):
                byte[] data = value.Data();
                foreach (int length in new SortedSet<int>([0, 1, data.Length / 2]).Where(l => l < data.Length))
                {
                    yield return value with { Text = GoQuote.Quote(data.AsSpan(0, length)) };
                }

                break;
            case GoValueKind.List when value.Items.Count > 0:
                yield return GoValue.List();
                yield return GoValue.List([.. value.Items.Take(value.Items.Count - 1)]);
                yield return GoValue.List([value.Items[0]]);
                break;
            case GoValueKind.New:
                yield return GoValue.Plain("nil");
                break;
            case GoValueKind.Typed:
                yield return GoValue.Typed("int", GoValue.Int(0));
                foreach (GoValue inner in Simpler(value.Items[0]))
                {
                    yield return value with { Items = [inner] };
                }

                break;
        }
    }
}
