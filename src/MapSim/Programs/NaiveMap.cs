namespace MapSim.Programs;

/// <summary>One life of a key in a map: it begins with the insertion of an absent key and ends with delete or clear.</summary>
public sealed class NaiveEntry
{
    internal NaiveEntry(long id, RandomKey key, byte[] elem)
    {
        Id = id;
        Key = key;
        Elem = elem;
    }

    /// <summary>Unique in its map, ascending.</summary>
    public long Id { get; }

    /// <summary>The key as it is stored: an assignment to an equal key may replace it.</summary>
    public RandomKey Key { get; internal set; }

    /// <summary>The elem's bytes.</summary>
    public byte[] Elem { get; internal set; }

    /// <summary>False after delete or clear.</summary>
    public bool IsAlive { get; internal set; } = true;
}

/// <summary>
/// What a Go map means, without a bucket: a list of entries. Equality, NaN (each assignment a new entry that nothing
/// finds), which of two equal keys is kept, clones that share nothing. Panics are the runner's business.
/// </summary>
/// <param name="needsKeyUpdate">An assignment to an equal key stores the key again.</param>
public sealed class NaiveMap(bool needsKeyUpdate)
{
    private readonly Dictionary<int, NaiveEntry> _reflexive = [];
    private readonly List<NaiveEntry> _others = [];

    /// <summary>len.</summary>
    public int Count => _reflexive.Count + _others.Count;

    /// <summary>The number the next entry gets.</summary>
    public long NextId { get; private set; }

    /// <summary>Every entry, in no meaningful order.</summary>
    public IEnumerable<NaiveEntry> Entries => _reflexive.Values.Concat(_others);

    /// <summary>Entries whose key does not equal itself.</summary>
    public IReadOnlyList<NaiveEntry> NotReflexive => _others;

    /// <summary>The entry a lookup finds; null if there is none.</summary>
    public NaiveEntry? Find(RandomKey key) => key.IsReflexive ? _reflexive.GetValueOrDefault(key.Class) : null;

    /// <summary>m[key] = elem. Returns true if the key was absent.</summary>
    public bool Assign(RandomKey key, byte[] elem)
    {
        if (Find(key) is { } entry)
        {
            entry.Key = needsKeyUpdate ? key : entry.Key;
            entry.Elem = elem;
            return false;
        }

        Add(key, elem);
        return true;
    }

    /// <summary>delete(m, key). Returns false if the key was absent.</summary>
    public bool Delete(RandomKey key)
    {
        if (Find(key) is not { } entry)
        {
            return false;
        }

        entry.IsAlive = false;
        _reflexive.Remove(key.Class);
        return true;
    }

    /// <summary>clear(m).</summary>
    public void Clear()
    {
        foreach (NaiveEntry entry in Entries)
        {
            entry.IsAlive = false;
        }

        _reflexive.Clear();
        _others.Clear();
    }

    /// <summary>maps.Clone(m).</summary>
    public NaiveMap Clone()
    {
        var clone = new NaiveMap(needsKeyUpdate);
        foreach (NaiveEntry entry in Entries)
        {
            clone.Add(entry.Key, entry.Elem);
        }

        return clone;
    }

    private void Add(RandomKey key, byte[] elem)
    {
        var entry = new NaiveEntry(NextId++, key, elem);
        if (key.IsReflexive)
        {
            _reflexive.Add(key.Class, entry);
        }
        else
        {
            _others.Add(entry);
        }
    }
}
