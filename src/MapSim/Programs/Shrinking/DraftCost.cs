using System.Globalization;

namespace MapSim.Programs;

/// <summary>
/// How far a draft is from the simplest: numbers of which the first that differs decides. Only drafts of lower cost
/// replace the best one, so that shrinking ends.
/// </summary>
internal static class DraftCost
{
    /// <summary>The type to which maps are changed.</summary>
    public const string PlainType = "uint64";

    /// <summary>The numbers.</summary>
    public static long[] Of(Draft draft)
    {
        IReadOnlyList<IStatement> all = draft.Statements;
        List<MapDeclaration> maps = [.. all.OfType<MapDeclaration>()];
        return
        [
            all.Count(s => s is GoroutineLine),
            Shrinker.CountOperations(all),
            all.Count,
            all.Count(s => s is Operation { Expected: not null, Kind: not OperationKind.Assert }),
            all.Count(s => s is Operation { Recovers: true }),
            maps.Sum(m => TypeRank(m.Type)),
            maps.Sum(m => m.Origin switch { MapOrigin.Small => 0, MapOrigin.Hint => 1 + Math.Abs(Math.Max(m.Hint, -long.MaxValue / 4)) % (1L << 40), _ => 1 }),
            draft.Schedule.Count,
            Executed(all),
            all.Sum(SettingRank),
            all.Sum(ValueRank),
            draft.Schedule.Sum(s => s.Steps),
        ];
    }

    /// <summary>True if the first numbers are lower.</summary>
    public static bool IsLower(long[] first, long[] second)
    {
        for (int i = 0; i < first.Length; i++)
        {
            if (first[i] != second[i])
            {
                return first[i] < second[i];
            }
        }

        return false;
    }

    /// <summary>How many operations the lines stand for, ranges counted as one turn.</summary>
    public static long Executed(IReadOnlyList<IStatement> statements)
    {
        var times = new Stack<long>([1]);
        long sum = 0;
        foreach (IStatement statement in statements)
        {
            if (statement is EndLine)
            {
                times.Pop();
                continue;
            }

            long n = statement switch { RepeatLine r => Count(r.Repeat), Operation { Repeat: { } repeat } => Count(repeat), _ => 1 };
            long product = Math.Min(times.Peek() * n, 1L << 40);
            sum += statement is Operation or CaseLine ? product : 0;
            if (Blocks.Opens(statement))
            {
                times.Push(product);
            }
        }

        return sum;
    }

    /// <summary>The rank of a number: lower is simpler, and no larger number has a lower one.</summary>
    public static long NumberRank(ulong n) => (long)Math.Min(n, 12) + 16 * ((long)Math.Log10(Math.Max(n, 1)));

    private static long Count(Repetition repeat) => Math.Min(repeat.To - repeat.From, 1L << 20);

    private static long TypeRank(string type) =>
        type == $"map[{PlainType}]{PlainType}" ? 0 : type.StartsWith($"map[{PlainType}]", StringComparison.Ordinal) || type.EndsWith("]" + PlainType, StringComparison.Ordinal) ? 1 : 2;

    private static long SettingRank(IStatement statement) => statement switch
    {
        Setting { Name: "hash", Value: "identity" or "portable" } => 1,
        Setting { Name: "hash" } => 2,
        Setting s => GoNumber.TryInt(s.Value, out Int128 n) && n >= 0 && n <= ulong.MaxValue ? NumberRank((ulong)n) : 0,
        _ => 0,
    };

    private static long ValueRank(IStatement statement) => statement switch
    {
        Operation o => Rank(o),
        CaseLine c => Rank(c.Operation),
        RepeatLine r => NumberRank((ulong)r.Repeat.From),
        SharedDeclaration s => NumberRank((ulong)(Math.Abs(s.Number % (1L << 40)) + (s.Number < 0 ? 1 : 0))),
        _ => 0,
    };

    private static long Rank(Operation o) => Rank(o.Key) + Rank(o.Elem) + (o.Expected?.Values.Sum(Rank) ?? 0) + (o.Turn == null ? 0 : 1)
        + (o.Repeat == null ? 0 : 1 + NumberRank((ulong)o.Repeat.From));

    private static long Rank(GoValue? value)
    {
        if (value == null || value.IsReference)
        {
            return 0;
        }

        string text = value.ToText();
        return text is "nil" or "false" or "\"\"" or "{}" ? 0
            : ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong n) ? NumberRank(n)
            : text == GoValue.Counter ? 8
            : 16 * (long)text.Length;
    }
}
