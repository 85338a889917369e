namespace MapSim.Programs;

/// <summary>How the life of an entry ended.</summary>
public enum EntryFate : byte
{
    /// <summary>Its key was deleted.</summary>
    Deleted,

    /// <summary>The map was cleared.</summary>
    Cleared,
}

/// <summary>One life of a key in a map: it begins with the insertion of an absent key and ends with delete or clear.</summary>
public sealed class MapEntry
{
    internal MapEntry(long id, KeyIdentity identity, byte[] key, byte[] elem)
    {
        Id = id;
        Identity = identity;
        Key = key;
        Elem = elem;
    }

    /// <summary>Unique in its map, ascending.</summary>
    public long Id { get; }

    /// <summary>What the key means.</summary>
    public KeyIdentity Identity { get; }

    /// <summary>The bytes of the key as it is stored: an assignment to an equal key may replace it.</summary>
    public byte[] Key { get; internal set; }

    /// <summary>The elem's bytes.</summary>
    public byte[] Elem { get; internal set; }
}

/// <summary>
/// What a Go map means, without a bucket, for keys and elems given as bytes: entries with numbers, NaN keys as a
/// multiset that nothing finds, which of two equal keys is kept, clones that share nothing. Panics are not its business.
/// </summary>
/// <param name="needsKeyUpdate">An assignment to an equal key stores the key again.</param>
public sealed class MapModel(bool needsKeyUpdate)
{
    private readonly Dictionary<string, MapEntry> _reflexive = new(StringComparer.Ordinal);
    private readonly List<MapEntry> _others = [];
    private Dictionary<string, int>? _looks;
    private readonly Dictionary<string, EntryFate> _fates = new(StringComparer.Ordinal);
    private HashSet<string>? _clearedLooks;

    /// <summary>len.</summary>
    public int Count => _reflexive.Count + _others.Count;

    /// <summary>The number the next entry gets. Entries with lower numbers that are in the map now were in it all the time since.</summary>
    public long NextId { get; private set; }

    /// <summary>Every entry, in no meaningful order.</summary>
    public IEnumerable<MapEntry> Entries => _reflexive.Values.Concat(_others);

    /// <summary>The entry a lookup finds; null if there is none.</summary>
    public MapEntry? Find(KeyIdentity key) => key.IsReflexive ? _reflexive.GetValueOrDefault(key.Canonical) : null;

    /// <summary>How many entries with keys that do not equal themselves have these very bytes.</summary>
    public int CountAlike(ReadOnlySpan<byte> key, ReadOnlySpan<byte> elem) => _looks?.GetValueOrDefault(LookOf(key, elem)) ?? 0;

    /// <summary>What became of the last dead entry with this key (NaN: with these bytes of key and elem); null if there never was one.</summary>
    public EntryFate? FateOf(KeyIdentity identity, ReadOnlySpan<byte> key, ReadOnlySpan<byte> elem) =>
        !identity.IsReflexive ? _clearedLooks?.Contains(LookOf(key, elem)) == true ? EntryFate.Cleared : null
        : _fates.TryGetValue(identity.Canonical, out EntryFate fate) ? fate : null;

    /// <summary>m[key] = elem. Returns true if the key was absent.</summary>
    public bool Assign(KeyIdentity identity, ReadOnlySpan<byte> key, ReadOnlySpan<byte> elem)
    {
        if (Find(identity) is not { } entry)
        {
            Add(identity, key.ToArray(), elem.ToArray());
            return true;
        }

        entry.Key = needsKeyUpdate ? key.ToArray() : entry.Key;
        entry.Elem = elem.ToArray();
        return false;
    }

    /// <summary>delete(m, key). Returns false if the key was absent.</summary>
    public bool Delete(KeyIdentity identity)
    {
        if (Find(identity) is not { } entry)
        {
            return false;
        }

        _reflexive.Remove(identity.Canonical);
        _fates[identity.Canonical] = EntryFate.Deleted;
        return true;
    }

    /// <summary>clear(m). Returns what was in it.</summary>
    public IReadOnlyList<MapEntry> Clear()
    {
        if (Count == 0)
        {
            return [];
        }

        MapEntry[] entries = [.. Entries];
        foreach (MapEntry entry in entries)
        {
            if (entry.Identity.IsReflexive)
            {
                _fates[entry.Identity.Canonical] = EntryFate.Cleared;
            }
        }

        if (_looks is { Count: > 0 })
        {
            (_clearedLooks ??= new HashSet<string>(StringComparer.Ordinal)).UnionWith(_looks.Keys);
            _looks.Clear();
        }

        _reflexive.Clear();
        _others.Clear();
        return entries;
    }

    /// <summary>maps.Clone(m).</summary>
    public MapModel Clone()
    {
        var clone = new MapModel(needsKeyUpdate);
        foreach (MapEntry entry in Entries)
        {
            clone.Add(entry.Identity, entry.Key, entry.Elem);
        }

        return clone;
    }

    /// <summary>Key and elem as one text, to count what cannot be told apart.</summary>
    internal static string LookOf(ReadOnlySpan<byte> key, ReadOnlySpan<byte> elem) =>
        KeyIdentity.TextOf(key) + KeyIdentity.TextOf(elem);

    private void Add(KeyIdentity identity, byte[] key, byte[] elem)
    {
        var entry = new MapEntry(NextId++, identity, key, elem);
        if (identity.IsReflexive)
        {
            _reflexive.Add(identity.Canonical, entry);
            return;
        }

        _others.Add(entry);
        string look = LookOf(key, elem);
        _looks ??= new Dictionary<string, int>(StringComparer.Ordinal);
        _looks[look] = _looks.GetValueOrDefault(look) + 1;
    }
}
