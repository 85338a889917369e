namespace MapSim.Programs;

/// <summary>"Did you mean": the known word nearest to a mistyped one.</summary>
public static class Suggestion
{
    /// <summary>The nearest word, if it is near enough to be meant: a third of its letters wrong, swapped, missing or too many, at least one.</summary>
    public static string? For(string found, IEnumerable<string> words)
    {
        (string? best, int distance) = (null, int.MaxValue);
        foreach (string word in words)
        {
            int d = Distance(found, word);
            if (d < distance)
            {
                (best, distance) = (word, d);
            }
        }

        return best != null && distance <= Math.Max(1, best.Length / 3) && distance < found.Length ? best : null;
    }

    /// <summary>" (did you mean 'assign'?)", or nothing.</summary>
    public static string Hint(string found, IEnumerable<string> words) =>
        For(found, words) is { } word ? $" (did you mean '{word}'?)" : "";

    /// <summary>Insertions, deletions, replacements and swaps of neighbours that make one word the other (optimal string alignment).</summary>
    public static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
        {
            for (int j = 0; j <= b.Length; j++)
            {
                d[i, j] = i == 0 || j == 0 ? i + j : Cell(i, j);
            }
        }

        return d[a.Length, b.Length];

        int Cell(int i, int j)
        {
            int best = Math.Min(Math.Min(d[i - 1, j], d[i, j - 1]) + 1, d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
            bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            return swapped ? Math.Min(best, d[i - 2, j - 2] + 1) : best;
        }
    }
}
