using System.Globalization;

namespace MapSim.Programs;

/// <summary>What is done to one byte.</summary>
public enum ByteMutation
{
    /// <summary>One bit is turned round.</summary>
    FlipBit,

    /// <summary>A random byte is put in.</summary>
    Insert,

    /// <summary>A byte is taken out.</summary>
    Delete,
}

/// <summary>What one mutation of a byte does to a program, on average.</summary>
/// <param name="Mutation">The mutation.</param>
/// <param name="Trials">How often it was tried.</param>
/// <param name="Ops">Percent of the ops that are not there any more in their order, as the decoder sees them.</param>
/// <param name="Resolved">The same of the lines of the resolved program that do something.</param>
/// <param name="Unchanged">Percent of the mutations that change no op.</param>
public sealed record LocalityResult(ByteMutation Mutation, int Trials, double Ops, double Resolved, double Unchanged)
{
    /// <summary>"Insert: 1.6 % of the ops, 2.1 % of the resolved lines (2000 trials, 3 % without effect)".</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Mutation}: {Ops:F2} % of the ops, {Resolved:F2} % of the resolved lines ({Trials} trials, {Unchanged:F1} % without effect)");
}

/// <summary>
/// Measures how much of a program one small change of its bytes destroys: a fuzzer's mutations should change a program
/// little (fuzzing.md 6.4; one op of sixty is 1.7 %).
/// </summary>
public static class BinaryLocality
{
    /// <summary>Measures on random programs; a function of its arguments.</summary>
    /// <param name="mutation">What is done, once in each trial.</param>
    /// <param name="trials">How often.</param>
    /// <param name="ops">Ops of a program.</param>
    /// <param name="relational">Of 100 keys so many are relational selectors.</param>
    /// <param name="seed">The seed.</param>
    public static LocalityResult Measure(ByteMutation mutation, int trials, int ops, int relational, ulong seed)
    {
        var random = new RandomSource(seed);
        double unresolved = 0, resolved = 0;
        int unchanged = 0;
        for (int i = 0; i < trials; i++)
        {
            BinaryProgram before = BinaryGenerator.Make(random, ops, relational);
            BinaryProgram after = BinaryDecoder.Decode(Mutate(BinaryEncoder.Encode(before), mutation, random));
            unresolved += Lost([.. before.Ops.Select(o => o.ToString())], [.. after.Ops.Select(o => o.ToString())]);
            unchanged += before.SameAs(after) ? 1 : 0;
            resolved += before.SameAs(after) ? 0 : Lost(Lines(BinaryResolver.Resolve(before)), Lines(BinaryResolver.Resolve(after)));
        }

        return new LocalityResult(mutation, trials, 100 * unresolved / trials, 100 * resolved / trials, 100.0 * unchanged / trials);
    }

    /// <summary>One byte of some is changed, put in or taken out.</summary>
    public static byte[] Mutate(ReadOnlySpan<byte> bytes, ByteMutation mutation, RandomSource random)
    {
        List<byte> result = [.. bytes];
        int at = random.Below(Math.Max(1, result.Count));
        switch (mutation)
        {
            case ByteMutation.Insert:
                result.Insert(random.Below(result.Count + 1), (byte)random.Below(256));
                break;
            case ByteMutation.Delete when result.Count > 0:
                result.RemoveAt(at);
                break;
            case ByteMutation.FlipBit when result.Count > 0:
                result[at] ^= (byte)(1 << random.Below(8));
                break;
        }

        return [.. result];
    }

    /// <summary>The lines of a program that do something, without its header.</summary>
    private static string[] Lines(MapProgram program) =>
        [.. program.Lines.Where(l => l.Statement is Operation or RepeatLine or SelectLine or CaseLine or DefaultLine).Select(l => l.ToText())];

    /// <summary>The part of a list that is not in the longest common subsequence with another.</summary>
    private static double Lost(string[] a, string[] b)
    {
        var row = new int[b.Length + 1];
        foreach (string x in a)
        {
            int diagonal = 0;
            for (int j = 1; j <= b.Length; j++)
            {
                int above = row[j];
                row[j] = x == b[j - 1] ? diagonal + 1 : Math.Max(above, row[j - 1]);
                diagonal = above;
            }
        }

        return a.Length == 0 ? 0 : (double)(a.Length - row[^1]) / a.Length;
    }
}
