namespace MapSim.Concurrency.Sampling;

/// <summary>The runs that showed a set of pairs nobody had seen, as the draws that made them, and how often each pair was seen.</summary>
internal sealed class GreyboxCorpus
{
    /// <summary>Runs that are kept.</summary>
    private const int Most = 512;

    /// <summary>Runs that are compared when one is picked; the more, the more the rare ones are preferred.</summary>
    private const int Compared = 4;

    private readonly List<Entry> entries = [];
    private readonly Dictionary<ulong, long> seen = [];
    private readonly HashSet<ulong> sets = [];

    /// <summary>Number of runs.</summary>
    public int Count => entries.Count;

    /// <summary>Counts the pairs of a run, and keeps the run if no other had the same set of them.</summary>
    /// <param name="run">Its pairs.</param>
    /// <param name="draws">Its draws by thread, which are copied.</param>
    /// <param name="chance">Random numbers.</param>
    public void Add(ReadsFrom run, IReadOnlyList<List<Greybox.Draw>> draws, Chance chance)
    {
        foreach (ulong pair in run.Pairs)
        {
            seen[pair] = seen.GetValueOrDefault(pair) + 1;
        }

        if (!sets.Add(run.Set))
        {
            return;
        }

        var entry = new Entry([.. draws.Select(d => d.ToArray())], [.. run.Pairs]);
        if (entries.Count < Most)
        {
            entries.Add(entry);
            return;
        }

        int worst = chance.Below(Most);
        for (int i = 1; i < Compared; i++)
        {
            int other = chance.Below(Most);
            worst = Rarest(entries[other]) > Rarest(entries[worst]) ? other : worst;
        }

        if (Rarest(entry) <= Rarest(entries[worst]))
        {
            entries[worst] = entry;
        }
    }

    /// <summary>The draws of a run, by thread: of a few the one with the rarest pair.</summary>
    /// <param name="chance">Random numbers.</param>
    public Greybox.Draw[][] Pick(Chance chance)
    {
        Entry best = entries[chance.Below(entries.Count)];
        for (int i = 1; i < Compared; i++)
        {
            Entry other = entries[chance.Below(entries.Count)];
            best = Rarest(other) < Rarest(best) ? other : best;
        }

        return best.Draws;
    }

    /// <summary>Writes everything.</summary>
    public void Save(BinaryWriter to)
    {
        to.Write(entries.Count);
        foreach (Entry entry in entries)
        {
            to.Write(entry.Draws.Length);
            foreach (Greybox.Draw[] draws in entry.Draws)
            {
                to.WriteAll([.. draws.SelectMany(d => new[] { d.Value, d.Place })]);
            }

            to.WriteAll(entry.Pairs);
        }

        to.WriteAll([.. sets]);
        to.WriteAll([.. seen.Keys]);
        foreach (long count in seen.Values)
        {
            to.Write(count);
        }
    }

    /// <summary>Reads what was written.</summary>
    public void Load(BinaryReader from)
    {
        for (int left = from.ReadInt32(); left > 0; left--)
        {
            var draws = new Greybox.Draw[from.ReadInt32()][];
            for (int t = 0; t < draws.Length; t++)
            {
                draws[t] = [.. from.ReadAll().Chunk(2).Select(d => new Greybox.Draw(d[0], d[1]))];
            }

            entries.Add(new Entry(draws, from.ReadAll()));
        }

        sets.UnionWith(from.ReadAll());
        foreach (ulong pair in from.ReadAll())
        {
            seen.Add(pair, from.ReadInt64());
        }
    }

    private long Rarest(Entry entry)
    {
        long rarest = long.MaxValue;
        foreach (ulong pair in entry.Pairs)
        {
            rarest = Math.Min(rarest, seen[pair]);
        }

        return rarest;
    }

    private sealed record Entry(Greybox.Draw[][] Draws, ulong[] Pairs);
}
