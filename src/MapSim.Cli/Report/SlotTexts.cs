using MapSim.Heap;
using MapSim.Layout;
using MapSim.Memory;
using MapSim.Programs;

namespace MapSim.Cli.Report;

/// <summary>Keys and elems of maps as text, step by step: only what a step made different.</summary>
/// <param name="timeline">The timeline; it is at the position that is asked about.</param>
internal sealed class SlotTexts(Timeline timeline)
{
    private readonly Dictionary<Addr, string> _texts = [];
    private readonly TimelineObject[] _buckets = [.. timeline.Objects.Where(o => o.Kind is ObjectKind.BucketArray or ObjectKind.OverflowBucket).OrderBy(o => o.Start)];
    private readonly List<(Addr Start, Addr End, Addr Owner)> _outside =
        [.. timeline.Objects.Where(o => o.Kind is ObjectKind.Key or ObjectKind.Elem).Select(o => (o.Start, o.Start + o.Size, o.Owner)).OrderBy(o => o.Item1)];

    /// <summary>The slots whose text is another one than before, with it: at position 0 all that have one.</summary>
    public IReadOnlyList<(Addr Slot, string Text)> Changed()
    {
        var changed = new List<(Addr, string)>();
        if (timeline.Position == 0)
        {
            foreach (TimelineObject o in _buckets)
            {
                Object(o, changed);
            }

            return changed;
        }

        foreach (MemoryChange change in timeline.Steps[timeline.Position - 1].Changes)
        {
            foreach (TimelineObject o in _buckets)
            {
                if (change.Address - o.Start < (ulong)o.Size && timeline.MapOf(o.Owner) is { } map)
                {
                    int size = map.Type.BucketSize;
                    int last = (int)(change.Address - o.Start) + change.New.Length - 1;
                    for (int at = (int)(change.Address - o.Start) / size; at <= Math.Min(last, o.Size - 1) / size; at++)
                    {
                        Bucket(map, o.Start + at * size, changed);
                    }
                }
            }

            // What lies outside of its slot changes the text of a slot that stays as it is.
            foreach ((Addr start, Addr end, Addr owner) in _outside)
            {
                if (change.Address >= start && change.Address < end)
                {
                    foreach (TimelineObject o in _buckets.Where(b => b.Owner == owner))
                    {
                        Object(o, changed);
                    }
                }
            }
        }

        return changed;
    }

    private void Object(TimelineObject o, List<(Addr, string)> changed)
    {
        if (o.IsLiveAt(timeline.Position) && timeline.MapOf(o.Owner) is { } map)
        {
            for (int at = 0; at + map.Type.BucketSize <= o.Size; at += map.Type.BucketSize)
            {
                Bucket(map, o.Start + at, changed);
            }
        }
    }

    private void Bucket(MapVariable map, Addr at, List<(Addr, string)> changed)
    {
        if (!timeline.Memory.IsLive(at, map.Type.BucketSize))
        {
            return;
        }

        var bucket = new BucketView(timeline.Memory, map.Type, at);
        for (int i = 0; i < Bmap.Slots; i++)
        {
            if (bucket.Top(i) >= Bmap.MinTopHash)
            {
                Slot(map.Type.Key, bucket.KeySlot(i), bucket.Key(i), changed);
                if (map.Type.Elem.Size > 0)
                {
                    Slot(map.Type.Elem, bucket.ElemSlot(i), bucket.Elem(i), changed);
                }
            }
        }
    }

    private void Slot(GoType type, Addr slot, Addr value, List<(Addr, string)> changed)
    {
        string text = timeline.TextAt(type, value);
        if (!_texts.TryGetValue(slot, out string? before) || before != text)
        {
            _texts[slot] = text;
            changed.Add((slot, text));
        }
    }
}
