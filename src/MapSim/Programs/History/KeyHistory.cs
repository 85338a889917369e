namespace MapSim.Programs;

/// <summary>
/// Judges the operations on one key of one map: is there an order of them, in which what was over comes before what began
/// later, that explains everything that was read? (Linearizability: Herlihy and Wing 1990; the search is that of Wing and
/// Gong 1993, from cluster to cluster of operations that overlap.)
/// </summary>
/// <remarks>
/// A key is one variable that starts absent, so histories of different keys are judged apart. What a clear does to several
/// keys may so be put at several moments: the judge misses some wrong histories and never accuses a right one. More than
/// <see cref="MostTogether"/> operations on a key that all overlap are not judged.
/// </remarks>
internal sealed class KeyHistory
{
    /// <summary>The most operations of one cluster: the search remembers up to 2 to the power of it times the values.</summary>
    public const int MostTogether = 16;

    private readonly List<KeyEvent> _events;
    private readonly HashSet<(int Done, string? Value)> _seen = [];

    /// <summary>The history of a key.</summary>
    /// <param name="events">Everything that happened to it, in any order.</param>
    public KeyHistory(IEnumerable<KeyEvent> events) => _events = [.. events.OrderBy(e => e.Begin)];

    /// <summary>The first operation, by its end, that nothing explains, and what is wrong with it; null if everything is explained.</summary>
    public (KeyEvent Event, string What)? FirstImpossible()
    {
        HashSet<string> possible = [""];
        for (int at = 0; at < _events.Count;)
        {
            int end = EndOfCluster(at);
            KeyEvent[] cluster = [.. _events.Skip(at).Take(end - at)];
            if (cluster.Length > MostTogether)
            {
                return null;
            }

            HashSet<string> after = Outcomes(cluster, possible, int.MaxValue);
            if (after.Count == 0)
            {
                KeyEvent wrong = cluster.OrderBy(e => e.End).First(e => Outcomes(cluster, possible, e.End).Count == 0);
                return (wrong, WhatIsWrong(wrong));
            }

            possible = after;
            at = end;
        }

        return null;
    }

    /// <summary>The end of the operations from one on that overlap, one with the next.</summary>
    private int EndOfCluster(int at)
    {
        int last = _events[at].End;
        int end = at + 1;
        for (; end < _events.Count && _events[end].Begin < last; end++)
        {
            last = Math.Max(last, _events[end].End);
        }

        return end;
    }

    /// <summary>The values that the key can have after a cluster. What ends after a moment may have happened or not.</summary>
    private HashSet<string> Outcomes(KeyEvent[] cluster, HashSet<string> possible, int moment)
    {
        int must = 0;
        int may = 0;
        for (int i = 0; i < cluster.Length; i++)
        {
            must |= cluster[i].End <= moment ? 1 << i : 0;
            may |= cluster[i].End > moment && cluster[i].Begin < moment && cluster[i].Kind == KeyEventKind.Write ? 1 << i : 0;
        }

        var outcomes = new HashSet<string>(StringComparer.Ordinal);
        _seen.Clear();
        foreach (string value in possible)
        {
            Search(cluster, must, may, 0, value, outcomes);
        }

        return outcomes;
    }

    private void Search(KeyEvent[] cluster, int must, int may, int done, string value, HashSet<string> outcomes)
    {
        if (!_seen.Add((done, value)))
        {
            return;
        }

        if ((done & must) == must)
        {
            outcomes.Add(value);
        }

        for (int i = 0; i < cluster.Length; i++)
        {
            int bit = 1 << i;
            bool isWrite = cluster[i].Kind == KeyEventKind.Write;
            if (((must | may) & ~done & bit) != 0 && (isWrite || Word(cluster[i].Value) == value) && IsFirst(cluster, must & ~done, i))
            {
                Search(cluster, must, may, done | bit, isWrite ? Word(cluster[i].Value) : value, outcomes);
            }
        }
    }

    /// <summary>True if nothing that is still to be explained was over before an operation began.</summary>
    private static bool IsFirst(KeyEvent[] cluster, int left, int i)
    {
        bool isFirst = true;
        for (int other = 0; other < cluster.Length; other++)
        {
            isFirst &= (left >> other & 1) == 0 || !cluster[other].Precedes(cluster[i]);
        }

        return isFirst;
    }

    private string WhatIsWrong(KeyEvent wrong)
    {
        KeyEvent[] before = [.. _events.Where(e => e.Kind == KeyEventKind.Write && e.Begin < wrong.End)];
        bool isWritten = before.Any(e => e.Value == wrong.Value);
        return (wrong.Value, wrong.Kind) switch
        {
            (null, KeyEventKind.Final) => "lost-update",
            (null, _) => "missed-key",
            _ when before.All(e => e.Value == null) => "phantom",
            _ when !isWritten => wrong.Value!.All(c => c == 0) ? "zero-value" : "torn-value",
            (_, KeyEventKind.Final) => before.Where(e => e.Value != wrong.Value).All(e => e.Value == null) ? "lost-delete" : "lost-update",
            _ => "stale-value",
        };
    }

    /// <summary>A value as a word that is empty only for none.</summary>
    private static string Word(string? value) => value == null ? "" : "=" + value;
}
