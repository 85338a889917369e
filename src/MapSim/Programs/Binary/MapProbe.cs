using MapSim.Layout;
using MapSim.Memory;

namespace MapSim.Programs;

/// <summary>Finds keys in the buckets of a map that is not nil, without a step.</summary>
/// <param name="view">The map.</param>
internal sealed class MapProbe(MapView view)
{
    private readonly ulong _mask = Bmap.BucketMask(view.B, view.Type.Arch.PointerSize);

    /// <summary>The number of the bucket that a hash selects in the present array.</summary>
    public ulong BucketOf(ulong hash) => hash & _mask;

    /// <summary>The seed of its hashes.</summary>
    public uint Hash0 { get; } = view.Hash0;

    /// <summary>The keys of the chain with most entries, present array before old one; the first such chain.</summary>
    public IReadOnlyList<Addr> FullestChain()
    {
        List<Addr> best = [];
        foreach ((Addr array, ulong count) in Arrays())
        {
            for (ulong i = 0; i < count; i++)
            {
                List<Addr> keys = Chain(view.Bucket(array, i));
                best = keys.Count > best.Count ? keys : best;
            }
        }

        return best;
    }

    /// <summary>The keys of the first old bucket with entries that is still to be evacuated; none if the map does not grow.</summary>
    public IReadOnlyList<Addr> NextToEvacuate()
    {
        for (ulong i = view.Nevacuate; view.IsGrowing && i < view.OldBucketCount; i++)
        {
            if (Chain(view.Bucket(view.OldBuckets, i)) is { Count: > 0 } keys)
            {
                return keys;
            }
        }

        return [];
    }

    /// <summary>The keys of a bucket, for one that an iterator stands in; none for nil.</summary>
    public IReadOnlyList<Addr> AtBucket(Addr bucket) => bucket.IsNil ? [] : Bucket(view.BucketAt(bucket));

    private IEnumerable<(Addr Array, ulong Count)> Arrays()
    {
        if (!view.Buckets.IsNil)
        {
            yield return (view.Buckets, view.BucketCount);
        }

        if (view.IsGrowing)
        {
            yield return (view.OldBuckets, view.OldBucketCount);
        }
    }

    private List<Addr> Chain(BucketView bucket)
    {
        var keys = new List<Addr>();
        for (Addr at = bucket.Address; !at.IsNil; at = view.BucketAt(at).Overflow)
        {
            keys.AddRange(Bucket(view.BucketAt(at)));
        }

        return keys;
    }

    private static List<Addr> Bucket(BucketView bucket)
    {
        var keys = new List<Addr>();
        for (int slot = 0; slot < Bmap.Slots; slot++)
        {
            if (bucket.Top(slot) >= Bmap.MinTopHash)
            {
                keys.Add(bucket.Key(slot));
            }
        }

        return keys;
    }
}
