using MapSim.Memory;

namespace MapSim.Programs;

/// <summary>What an iteration did wrong.</summary>
public enum RangeFault : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It yielded a key that no program ever stored.</summary>
    UnknownKey,

    /// <summary>It yielded an entry that was deleted or cleared before.</summary>
    Dead,

    /// <summary>It yielded a key or an elem that is not the present one.</summary>
    Stale,

    /// <summary>It yielded an entry twice.</summary>
    Twice,

    /// <summary>It ended without an entry that lived from its start to its end.</summary>
    Missed,
}

/// <summary>
/// The range oracle (H1): over one iteration, an entry that lives from start to end is yielded exactly once, one
/// killed before it is reached never, one created meanwhile at most once; what is yielded is the present key and elem.
/// </summary>
/// <remarks>
/// Entries are told apart by their id, not by their key: a key may come twice if it was deleted and made again. Entries
/// with NaN keys that look alike (same bytes of key and elem) are counted together; only clear ends them.
/// </remarks>
public sealed class RangeOracle
{
    private readonly NaiveMap _map;
    private readonly RandomKeys _keys;
    private readonly NaiveEntry[] _atStart;
    private readonly HashSet<long> _yielded = [];
    private readonly List<NaiveEntry> _cleared = [];
    private readonly Dictionary<Fingerprint, int> _yieldedNaN = [];

    /// <summary>Begins an iteration over a map as it is now.</summary>
    public RangeOracle(NaiveMap map, RandomKeys keys)
    {
        _map = map;
        _keys = keys;
        _atStart = [.. map.Entries];
    }

    /// <summary>True if the map was cleared since the start.</summary>
    public bool SawClear { get; private set; }

    /// <summary>Must be told before the map is cleared.</summary>
    public void BeforeClear()
    {
        SawClear = true;
        _cleared.AddRange(_map.Entries);
        _yieldedNaN.Clear();
    }

    /// <summary>True if an entry with these bytes was alive at a clear since the start.</summary>
    public bool WasCleared(ReadOnlySpan<byte> key, ReadOnlySpan<byte> elem)
    {
        foreach (NaiveEntry entry in _cleared)
        {
            if (key.SequenceEqual(entry.Key.Bytes) && elem.SequenceEqual(entry.Elem))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Judges what the iteration yields.</summary>
    public RangeFault Yield(ReadOnlySpan<byte> key, ReadOnlySpan<byte> elem, out RandomKey? known)
    {
        known = _keys.Identify(key);
        if (known == null)
        {
            return RangeFault.UnknownKey;
        }

        if (!known.IsReflexive)
        {
            return YieldNaN(known, elem);
        }

        if (_map.Find(known) is not { } entry)
        {
            return RangeFault.Dead;
        }

        return entry.Key != known || !elem.SequenceEqual(entry.Elem) ? RangeFault.Stale
            : _yielded.Add(entry.Id) ? RangeFault.None : RangeFault.Twice;
    }

    /// <summary>Judges the end of the iteration.</summary>
    public RangeFault End(out NaiveEntry? missed)
    {
        var owed = new Dictionary<Fingerprint, int>();
        missed = null;
        foreach (NaiveEntry entry in _atStart)
        {
            if (!entry.IsAlive)
            {
                continue;
            }

            if (entry.Key.IsReflexive ? !_yielded.Contains(entry.Id) : !IsPaid(owed, entry))
            {
                missed = entry;
                return RangeFault.Missed;
            }
        }

        return RangeFault.None;
    }

    private RangeFault YieldNaN(RandomKey key, ReadOnlySpan<byte> elem)
    {
        int alive = 0;
        foreach (NaiveEntry entry in _map.NotReflexive)
        {
            alive += entry.Key == key && elem.SequenceEqual(entry.Elem) ? 1 : 0;
        }

        Fingerprint look = Look(key.Bytes, elem);
        int yielded = _yieldedNaN.GetValueOrDefault(look) + 1;
        _yieldedNaN[look] = yielded;
        return alive == 0 ? RangeFault.Dead : yielded > alive ? RangeFault.Twice : RangeFault.None;
    }

    private bool IsPaid(Dictionary<Fingerprint, int> owed, NaiveEntry entry)
    {
        Fingerprint look = Look(entry.Key.Bytes, entry.Elem);
        int count = owed.GetValueOrDefault(look) + 1;
        owed[look] = count;
        return _yieldedNaN.GetValueOrDefault(look) >= count;
    }

    private static Fingerprint Look(ReadOnlySpan<byte> key, ReadOnlySpan<byte> elem) =>
        Fingerprint.OfBytes(1, key).Xor(Fingerprint.OfBytes(2, elem));
}
