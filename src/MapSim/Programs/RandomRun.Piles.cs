using MapSim.Checks;
using MapSim.Layout;
using MapSim.Map;

namespace MapSim.Programs;

/// <summary>
/// The part of a random program that aims: it looks at the map's seed to pick keys of one bucket, which no real
/// program can, to reach states that random keys rarely reach: grows of the same size, and maps over their limit.
/// </summary>
public sealed partial class RandomRun
{
    private const int MostTries = 100;
    private readonly Queue<(RandomKey Key, bool Insert)> _pile = [];
    private readonly List<RandomKey> _dug = [];
    private ulong _bucket;

    /// <summary>
    /// Inserts the absent keys that fall into one bucket, then deletes them (all, or all but a few), then goes on to
    /// the next bucket: so overflow buckets pile up while the map stays small, until a grow of the same size.
    /// </summary>
    private void Pile(LiveMap map, bool keepSome)
    {
        if (_pile.Count == 0)
        {
            FillPile(map);
        }

        if (_pile.Count == 0)
        {
            Any(map);
            return;
        }

        (RandomKey key, bool insert) = _pile.Dequeue();
        if (insert)
        {
            Assign(map, key);
            _dug.Add(key);
        }
        else if (!keepSome || _random.Chance(70))
        {
            Delete(map, key);
        }

        if (_pile.Count == 0 && _dug.Count > 0)
        {
            _dug.ForEach(k => _pile.Enqueue((k, false)));
            _dug.Clear();
        }
    }

    private void FillPile(LiveMap map)
    {
        MapHeader header = MapHeader.Read(Machine, 0, map.Address);
        int room = 9 + _random.Below(16);
        _bucket++;
        for (int i = 0; i < _keys.All.Count && _pile.Count < room; i++)
        {
            if (IsAbsentIn(map, _keys.All[i], header))
            {
                _pile.Enqueue((_keys.All[i], true));
            }
        }
    }

    /// <summary>
    /// Holds the map at its load limit: deletes when it is there, else inserts, one bucket after the other. While it
    /// grows it only inserts, so that a grow of the same size ends above the limit.
    /// </summary>
    private void KeepFull(LiveMap map)
    {
        MapHeader header = MapHeader.Read(Machine, 0, map.Address);
        bool full = !header.IsGrowing && Bmap.OverLoadFactor(header.Count + 1, header.B, _case.Version, Machine.PointerSize);
        if (Bmap.OverLoadFactor(header.Count, header.B, _case.Version, Machine.PointerSize) && _random.Chance(25))
        {
            Clone(map);
            return;
        }

        _bucket += _random.Chance(8) ? 1UL : 0;
        RandomKey? any = null;
        int offset = _random.Below(_keys.All.Count);
        for (int i = 0; i < Math.Min(_keys.All.Count, MostTries) || (i < _keys.All.Count && full); i++)
        {
            RandomKey key = _keys.All[(offset + i) % _keys.All.Count];
            if (full && map.Model.Find(key) != null)
            {
                Delete(map, key);
                return;
            }

            if (!full && map.Model.Find(key) == null && key.Unhashable == null)
            {
                any ??= key;
                if (IsAbsentIn(map, key, header))
                {
                    Assign(map, key);
                    return;
                }
            }
        }

        if (any != null)
        {
            Assign(map, any);
        }
    }

    /// <summary>
    /// Iterations meet grows: starts one while the map doubles, so that it stands in an old bucket, and steps those that
    /// are open while it grows to the same size. Grows of small maps are short, so chance alone rarely does this.
    /// </summary>
    /// <returns>True if it did something.</returns>
    private bool InGrow(LiveMap map)
    {
        MapHeader header = MapHeader.Read(Machine, 0, map.Address);
        if (!header.IsGrowing || !_random.Chance(20))
        {
            return false;
        }

        if (!header.IsSameSize && _ranges.Count < MostRanges && _random.Chance(70))
        {
            StartRange(map);
            return true;
        }

        LiveRange? range = _ranges.Find(r => r.Map == map);
        for (int steps = _random.Chance(30) ? int.MaxValue : 1; range != null && steps > 0 && _ranges.Contains(range) && _problem == null; steps--)
        {
            Step(range);
        }

        return range != null;
    }

    /// <summary>True if a key is absent and its hash selects the bucket that is being filled.</summary>
    private bool IsAbsentIn(LiveMap map, RandomKey key, MapHeader header)
    {
        if (!key.IsReflexive || key.Unhashable != null || map.Model.Find(key) != null)
        {
            return false;
        }

        ulong mask = Bmap.BucketMask(header.B, Machine.PointerSize);
        Machine.Memory.Poke(_session.KeyLocal, key.Bytes);
        return KeyHash.TryHashAt(Machine, _type, _session.KeyLocal, header.Hash0, out ulong hash) && (hash & mask) == (_bucket & mask);
    }
}
