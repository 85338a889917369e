using MapSim.Memory;

namespace MapSim.Programs;

/// <summary>A range loop as the model oracle knows it: what it yielded so far, and what it saw the map do.</summary>
/// <param name="name">What the program calls it.</param>
/// <param name="map">The map it goes over.</param>
/// <param name="cursor">Where it stands.</param>
internal sealed class JudgedRange(string name, JudgedMap map, RangeCursor cursor)
{
    private readonly long _startId = map.Model.NextId;
    private readonly MapActivity _start = map.ActivityAtStart;
    private readonly Dictionary<long, int> _turns = [];
    private Dictionary<string, int>? _alike;
    private List<IReadOnlyList<MapEntry>>? _cleared;

    public string Name => name;

    public JudgedMap Map => map;

    public RangeCursor Cursor => cursor;

    /// <summary>How many entries it has yielded.</summary>
    public int Turn { get; private set; }

    /// <summary>A step failed: it stands nowhere, so it is not judged any more.</summary>
    public bool IsLost { get; set; }

    /// <summary>Counts an entry that is yielded.</summary>
    public void NextTurn() => Turn++;

    /// <summary>Notes an entry with a reflexive key. Returns the turn in which it was yielded before; 0 if it was not.</summary>
    public int Note(MapEntry entry)
    {
        if (_turns.TryAdd(entry.Id, Turn))
        {
            return 0;
        }

        return _turns[entry.Id];
    }

    /// <summary>Notes an entry with a NaN in its key. Returns how often one with these bytes was yielded since the last clear.</summary>
    public int NoteAlike(ReadOnlySpan<byte> key, ReadOnlySpan<byte> elem)
    {
        string look = MapModel.LookOf(key, elem);
        _alike ??= new Dictionary<string, int>(StringComparer.Ordinal);
        int count = _alike.GetValueOrDefault(look) + 1;
        _alike[look] = count;
        return count;
    }

    /// <summary>The map was cleared; these entries were in it.</summary>
    public void Cleared(IReadOnlyList<MapEntry> entries)
    {
        (_cleared ??= []).Add(entries);
        cursor.MapCleared();
        _alike?.Clear();
    }

    /// <summary>
    /// The oldest entry that was in the map from the start until now and was not yielded; null if there is none. Entries
    /// with NaN keys that look alike cannot be told apart: they are counted.
    /// </summary>
    public MapEntry? Missed()
    {
        Dictionary<string, int>? owed = null;
        MapEntry? missed = null;
        foreach (MapEntry entry in map.Model.Entries)
        {
            if (entry.Id < _startId && (missed == null || entry.Id < missed.Id) && !IsPaid(ref owed, entry))
            {
                missed = entry;
            }
        }

        return missed;
    }

    /// <summary>
    /// The cause of what went wrong, or what the map did since the start. A cause is one of those by which
    /// <see cref="KnownDefect"/> explains the real runtime; without it such a word gets "-other" behind.
    /// </summary>
    public string Where(string fault, bool isReflexive, ReadOnlySpan<byte> key, ReadOnlySpan<byte> elem)
    {
        string? cause = fault switch
        {
            "iter-duplicate" when cursor.LostFilter => "same-size-grow",
            "iter-duplicate" when cursor.LostBucket => "old-bucket-cleared",
            "iter-duplicate" when cursor.BucketRelinked => "bucket-relinked",
            "iter-duplicate" when cursor.SeedChanged && isReflexive => "seed-changed",
            "iter-miss" when cursor.LostBucket => "old-bucket-cleared",
            "iter-miss" when cursor.GainedFilter && !isReflexive => "nan-same-size-grow-ends",
            "iter-duplicate" or "iter-dead" or "iter-stale" when WasCleared(key, elem) => isReflexive ? "clear" : "nan-after-clear",
            _ => null,
        };
        string since = map.Activity.Since(_start);
        return cause ?? (KnownFindings.HasKey($"{fault}/{since}") ? since + "-other" : since);
    }

    /// <summary>True if an entry with these bytes was in the map when it was cleared under this iteration.</summary>
    private bool WasCleared(ReadOnlySpan<byte> key, ReadOnlySpan<byte> elem)
    {
        foreach (IReadOnlyList<MapEntry> entries in _cleared ?? [])
        {
            foreach (MapEntry entry in entries)
            {
                if (key.SequenceEqual(entry.Key) && elem.SequenceEqual(entry.Elem))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private bool IsPaid(ref Dictionary<string, int>? owed, MapEntry entry)
    {
        if (entry.Identity.IsReflexive)
        {
            return _turns.ContainsKey(entry.Id);
        }

        string look = MapModel.LookOf(entry.Key, entry.Elem);
        owed ??= new Dictionary<string, int>(StringComparer.Ordinal);
        int count = owed.GetValueOrDefault(look) + 1;
        owed[look] = count;
        return (_alike?.GetValueOrDefault(look) ?? 0) >= count;
    }
}
