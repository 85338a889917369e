namespace MapSim.Concurrency.Litmus;

/// <summary>Finds the known name that was probably meant.</summary>
internal static class Spelling
{
    /// <summary>"; did you mean X?" for the nearest known name at most two edits away, or nothing.</summary>
    public static string Hint(string found, IEnumerable<string> known)
    {
        string? best = null;
        int bestDistance = Math.Min(3, found.Length);
        foreach (string name in known)
        {
            int distance = Distance(found, name);
            if (distance < bestDistance)
            {
                (best, bestDistance) = (name, distance);
            }
        }

        return best == null ? "" : $"; did you mean '{best}'?";
    }

    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int corner = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int changed = corner + (a[i - 1] == b[j - 1] ? 0 : 1);
                corner = row[j];
                row[j] = Math.Min(changed, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
