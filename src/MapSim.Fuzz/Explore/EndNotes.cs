using MapSim.Concurrency;

namespace MapSim.Fuzz;

/// <summary>Notes, end by end, how often executions end so, and who moved in the first of them.</summary>
internal sealed class EndNotes
{
    private readonly SortedDictionary<string, (long Times, int[] Schedule)> _ends = new(StringComparer.Ordinal);

    /// <summary>The ends, the clean one first (its key is empty), then by key.</summary>
    public IEnumerable<(string? Key, long Times, int[] Schedule)> All => _ends.Select(e => (e.Key.Length == 0 ? null : e.Key, e.Value.Times, e.Value.Schedule));

    /// <summary>An execution has ended.</summary>
    /// <param name="model">The model in that state.</param>
    /// <param name="schedule">Who moved.</param>
    public void Note(IModel model, ReadOnlySpan<byte> schedule)
    {
        string? key = model.Failure;
        if (!IsKnown(key))
        {
            var threads = new int[schedule.Length];
            for (int i = 0; i < schedule.Length; i++)
            {
                threads[i] = schedule[i];
            }

            _ends.Add(key ?? "", (1, threads));
        }
    }

    /// <summary>An execution has ended, and was judged.</summary>
    /// <param name="key">How; null for a clean end.</param>
    /// <param name="schedule">Who moved.</param>
    public void Note(string? key, IReadOnlyList<int> schedule)
    {
        if (!IsKnown(key))
        {
            _ends.Add(key ?? "", (1, [.. schedule]));
        }
    }

    /// <summary>Counts an end that was seen before; false if it was not.</summary>
    private bool IsKnown(string? key)
    {
        bool isKnown = _ends.TryGetValue(key ?? "", out (long Times, int[] Schedule) known);
        if (isKnown)
        {
            _ends[key ?? ""] = (known.Times + 1, known.Schedule);
        }

        return isKnown;
    }
}
