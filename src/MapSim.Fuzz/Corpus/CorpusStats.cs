using MapSim.Programs;

namespace MapSim.Fuzz;

/// <summary>How many entries of one sort there are, and how large.</summary>
/// <param name="Entries">Entries.</param>
/// <param name="Bytes">Bytes of all together.</param>
/// <param name="Smallest">Bytes of the smallest; 0 if there is none.</param>
/// <param name="Median">Bytes of the one in the middle, the smaller of two.</param>
/// <param name="Largest">Bytes of the largest.</param>
public sealed record CorpusSizes(int Entries, long Bytes, long Smallest, long Median, long Largest)
{
    internal static CorpusSizes Of(IEnumerable<long> sizes)
    {
        long[] sorted = [.. sizes.Order()];
        return sorted.Length == 0 ? new CorpusSizes(0, 0, 0, 0, 0)
            : new CorpusSizes(sorted.Length, sorted.Sum(), sorted[0], sorted[(sorted.Length - 1) / 2], sorted[^1]);
    }
}

/// <summary>What a store consists of.</summary>
/// <param name="Store">Its folder.</param>
/// <param name="All">All whole entries.</param>
/// <param name="Text">Text programs.</param>
/// <param name="Binary">Programs in binary form.</param>
/// <param name="Named">Those with a person's name.</param>
/// <param name="Pinned">Text programs that pin their digest.</param>
/// <param name="Expectations">Text programs by what they expect, most frequent first.</param>
/// <param name="Unfinished">Files that a writer has not finished, or left behind.</param>
/// <param name="Damaged">Entries that cannot be used; a text that is no program is one, too.</param>
public sealed record CorpusStats(
    string Store, CorpusSizes All, CorpusSizes Text, CorpusSizes Binary, int Named, int Pinned,
    IReadOnlyList<KeyValuePair<string, int>> Expectations, int Unfinished, IReadOnlyList<CorpusDamage> Damaged)
{
    /// <summary>Counts a store; nothing is changed.</summary>
    public static CorpusStats Of(CorpusStore store)
    {
        var damaged = new List<CorpusDamage>();
        var sizes = new List<(bool IsText, long Size)>();
        var expectations = new Dictionary<string, int>(StringComparer.Ordinal);
        int named = 0, pinned = 0;
        foreach (CorpusEntry entry in store.Read(damaged.Add))
        {
            if (entry.IsText)
            {
                if (Expected(entry, damaged.Add) is not { } expectation)
                {
                    continue;
                }

                // The kind of end or the bug key, without message and digest.
                string word = expectation.ToText().Split(' ')[1];
                expectations[word] = expectations.GetValueOrDefault(word) + 1;
                pinned += expectation.Digest != null ? 1 : 0;
            }

            sizes.Add((entry.IsText, entry.Content.Length));
            named += entry.IsNamed ? 1 : 0;
        }

        return new CorpusStats(
            store.Root, Sizes(_ => true), Sizes(isText => isText), Sizes(isText => !isText), named, pinned,
            [.. expectations.OrderByDescending(e => e.Value).ThenBy(e => e.Key, StringComparer.Ordinal)], AtomicFile.Unfinished(store.Root).Count, damaged);

        CorpusSizes Sizes(Func<bool, bool> wanted) => CorpusSizes.Of(sizes.Where(s => wanted(s.IsText)).Select(s => s.Size));
    }

    private static Expectation? Expected(CorpusEntry entry, Action<CorpusDamage> damaged)
    {
        try
        {
            return CorpusText.Parse(entry.Content.Span).Expectation;
        }
        catch (ProgramFormatException e)
        {
            damaged(new CorpusDamage(FormattableString.Invariant($"{entry.File}:{e.Line}:{e.Column}"), e.Message));
            return null;
        }
    }
}
