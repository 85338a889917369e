namespace MapSim.Programs;

/// <summary>
/// Judges one range beside writers: a key that was in the map from before its start to its end, and that nobody deleted
/// meanwhile, must come exactly once; another key at most once more than it was deleted.
/// </summary>
/// <param name="name">What the program calls the range.</param>
/// <param name="begin">When it began.</param>
internal sealed class IterationHistory(string name, int begin)
{
    private readonly Dictionary<string, int> _times = new(StringComparer.Ordinal);

    /// <summary>What the program calls it.</summary>
    public string Name => name;

    /// <summary>When it ended; null while it goes on, and if it was left early.</summary>
    public int? End { get; set; }

    /// <summary>It came by a key.</summary>
    public void Yielded(string key) => _times[key] = _times.GetValueOrDefault(key) + 1;

    /// <summary>What is wrong with it and a key; null if nothing is.</summary>
    /// <param name="key">The key.</param>
    /// <param name="writes">Everything that was written to the key.</param>
    public string? Judge(string key, IReadOnlyList<KeyEvent> writes)
    {
        int end = End ?? int.MaxValue;
        int times = _times.GetValueOrDefault(key);
        int deletes = writes.Count(w => w.Value == null && w.Begin < end && w.End > begin);
        bool isThere = writes.Any(w => w.Value != null && w.End < begin && writes.All(d => d.Value != null || d.Precedes(w) || d.Begin > end));
        return times > 1 + deletes ? "duplicate-key" : times == 0 && isThere && End != null ? "missed-key" : null;
    }
}
