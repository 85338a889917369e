using MapSim.Checks;

namespace MapSim.Programs;

/// <summary>
/// Scenes in which an iteration stands in an old bucket while its grow ends and another begins: a dozen operations in
/// the right order, which chance alone would not find in a night. What comes before and between is random.
/// </summary>
public sealed partial class RandomRun
{
    private const int MostToGrow = 400;

    private void Hunt(LiveMap map)
    {
        int scene = _random.Below(5);
        LiveRange? range = scene is 0 or 4 ? Begin(map, 1) : null;
        if (scene is 0 or 1 or 4)
        {
            // Two grows of the same size, the iteration begun before, or during, the first.
            Provoke(map, sameSize: true);
            range ??= Begin(map, 3);
            FinishGrow(map);
            Advance(range, 6);
            if (scene == 4)
            {
                Empty(map);
            }
        }
        else if (scene == 2)
        {
            // A grow to twice the size, then one of the same size.
            Provoke(map, sameSize: false);
            range = Begin(map, 3);
            FinishGrow(map);
        }

        Provoke(map, sameSize: true);
        range ??= Begin(map, 3);
        Advance(range, 3);
        if (_random.Chance(70))
        {
            FinishGrow(map);
        }

        Advance(range, _random.Chance(70) ? int.MaxValue : 5);
    }

    private LiveRange? Begin(LiveMap map, int steps)
    {
        StartRange(map);
        LiveRange? range = _ranges.Count > 0 && _ranges[^1].Map == map ? _ranges[^1] : null;
        Advance(range, steps);
        return range;
    }

    private void Advance(LiveRange? range, int steps)
    {
        int most = steps == int.MaxValue ? steps : _random.Below(steps + 1);
        for (int i = 0; i < most && range != null && _ranges.Contains(range) && _problem == null; i++)
        {
            Step(range);
        }
    }

    /// <summary>Works on the map until a grow of the wanted kind is in progress, or gives up.</summary>
    private void Provoke(LiveMap map, bool sameSize)
    {
        for (int i = 0; i < MostToGrow && _problem == null; i++)
        {
            MapHeader header = MapHeader.Read(Machine, 0, map.Address);
            if (header.IsGrowing && header.IsSameSize == sameSize)
            {
                return;
            }

            if (sameSize)
            {
                KeepFull(map);
            }
            else
            {
                Assign(map, Following(ref _head));
            }
        }
    }

    /// <summary>Deletes every entry, so that the map gets another seed; NaN entries need clear.</summary>
    private void Empty(LiveMap map)
    {
        foreach (RandomKey key in _keys.All)
        {
            if (_problem == null && map.Model.Find(key) != null)
            {
                Delete(map, key);
            }
        }

        Clear(map);
    }

    private void FinishGrow(LiveMap map)
    {
        for (int i = 0; i < MostToGrow && _problem == null && MapHeader.Read(Machine, 0, map.Address).IsGrowing; i++)
        {
            Delete(map, Following(ref _tail));
        }
    }
}
