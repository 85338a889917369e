namespace MapSim.Programs;

/// <summary>Trades a line for more turns of a repetition: for small programs, when nothing can just be left out any more.</summary>
internal static class TradePasses
{
    private const int MostOperations = 20;

    /// <summary>Each line, against each repetition.</summary>
    public static void Trade(Trials trials)
    {
        if (Shrinker.CountOperations(trials.Best.Statements) > MostOperations)
        {
            return;
        }

        for (int i = 0; i < trials.Best.Statements.Count && !trials.IsOver; i++)
        {
            // A trade takes line i away, and it may have been the last one.
            for (int j = 0; i < trials.Best.Statements.Count && j < trials.Best.Statements.Count && trials.Best.Statements[i] is Operation { OpensBlock: false } line; j++)
            {
                if (i != j && trials.Best.Statements[j] is Operation { Repeat: { } repeat } other && Traded(trials, i, j, line, other, repeat))
                {
                    j = -1;
                }
            }
        }
    }

    private static bool Traded(Trials trials, int i, int j, Operation line, Operation other, Repetition repeat)
    {
        long own = line.Repeat == null ? 1 : line.Repeat.To - line.Repeat.From;
        foreach (long more in new SortedSet<long>([1, 8, own]))
        {
            if (trials.Try(trials.Best.Replace(j, other with { Repeat = repeat with { To = repeat.To + more } }).Without([i])))
            {
                return true;
            }
        }

        return false;
    }
}
