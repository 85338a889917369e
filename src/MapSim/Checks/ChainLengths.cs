using System.Globalization;
using MapSim.Layout;
using MapSim.Memory;

namespace MapSim.Checks;

/// <summary>One chain and how unlikely its length is.</summary>
/// <param name="Map">The hmap; nil if it was given as numbers.</param>
/// <param name="Bucket">The main bucket's number.</param>
/// <param name="Load">Entries in the chain.</param>
/// <param name="Buckets">Main buckets of the map.</param>
/// <param name="Inserted">Keys the map had taken.</param>
/// <param name="Surprise">-ln of the probability that a given chain has that many, in nats.</param>
public readonly record struct ChainSample(Addr Map, int Bucket, long Load, long Buckets, long Inserted, double Surprise)
{
    /// <summary>"map 0xc000010000, bucket 3: 60 of 60 keys in one of 16 buckets".</summary>
    public override string ToString() => $"map {Map}, bucket {Bucket}: {Load} of {Inserted} keys in one of {Buckets} buckets";
}

/// <summary>The verdict about the chains of many maps.</summary>
/// <param name="Chains">Chains seen.</param>
/// <param name="Surprise">Their surprise, added up.</param>
/// <param name="Limit">What chance does not reach in sum.</param>
/// <param name="Longest">The most surprising chain.</param>
/// <param name="LongestLimit">What chance does not reach in any of so many chains.</param>
public readonly record struct ChainVerdict(long Chains, double Surprise, double Limit, ChainSample Longest, double LongestLimit)
{
    /// <summary>True if the keys are spread too badly for chance.</summary>
    public bool IsSkewed => Surprise >= Limit || Longest.Surprise >= LongestLimit;

    /// <summary>"H5 (chain length): 2400 chains, surprise 1402.0, limit 2729.3; longest: ...".</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"H5 (chain length): {Chains} chains, surprise {Surprise:F1}, limit {Limit:F1}; longest: {Longest}, surprise {Longest.Surprise:F1}, limit {LongestLimit:F1}: {(IsSkewed ? "skewed" : "fine")}");
}

/// <summary>
/// Keys are spread over the buckets (H5): collects the number of entries in each chain of many maps, and judges it
/// against what a good hash with a random seed brings. A constant seed with keys made for it, or a bad hash, is seen.
/// </summary>
/// <remarks>
/// If N keys fall into 2^B buckets by chance, the load L of a bucket is binomial, P(L >= x) = the sum over j >= x of
/// C(N, j) 2^(-Bj) (1 - 2^-B)^(N - j). A chain's surprise is -ln P(L >= its length), taken as 0 for chains up to the
/// mean. The loads of one map are negatively associated (balls into bins; Dubhashi, Ranjan 1998), surprise grows with
/// the load, and maps have seeds of their own; so the moment generating function of the sum over d chains is at most
/// 1 / (1 - x)^d, and the limit is that of <see cref="Chance"/> with d units. The most surprising single chain
/// is judged as well: d e^-s bounds the chance of any of d chains to have a surprise of s. Each test gets half of
/// the false alarm, which is below 1e-9 for each verdict.
///
/// Surprise only grows with the load, so chains that are too even are never reported, nor are those that deletions
/// made short. But deletions in the order of an iteration leave entries in few buckets, quite legally: so N counts
/// the keys inserted, not those left. What it does not check: tophashes, chains of a single bucket (B = 0), and
/// whether the seed is random if the keys do not know it.
/// </remarks>
public sealed class ChainLengths
{
    /// <summary>The chance of a false alarm, for each verdict.</summary>
    public const double FalseAlarm = 1e-9;

    private long _chains;
    private double _surprise;
    private ChainSample _longest;

    /// <summary>
    /// Takes the chains of a map (whose chains must be sound, H3.1). Each hash seed may come once only: a map, but not
    /// its clone too, nor the same map again later.
    /// </summary>
    /// <param name="map">The map. While it grows, entries are counted by the buckets of the old array.</param>
    /// <param name="inserted">
    /// How many distinct keys it took since it got its present seed. Null says as many as it holds: right if no key
    /// was deleted, and harmless if keys were not deleted by their place in an iteration.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer keys inserted than there are.</exception>
    public void Add(MapView map, long? inserted = null)
    {
        if (map.Buckets.IsNil)
        {
            return;
        }

        var loads = new long[map.IsGrowing ? map.OldBucketCount : map.BucketCount];
        for (ulong i = 0; i < map.BucketCount; i++)
        {
            loads[i % (ulong)loads.Length] += Live(map, map.Bucket(map.Buckets, i));
        }

        for (ulong i = 0; map.IsGrowing && i < map.OldBucketCount; i++)
        {
            loads[i] += Live(map, map.Bucket(map.OldBuckets, i));
        }

        Add(loads, inserted ?? loads.Sum(), map.Address);
    }

    /// <summary>Takes the chains of a map as numbers.</summary>
    /// <param name="loads">Entries in the chain of each main bucket; a power of two of them.</param>
    /// <param name="inserted">How many distinct keys the map took.</param>
    /// <param name="map">The hmap, for the report.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer keys inserted than there are.</exception>
    public void Add(ReadOnlySpan<long> loads, long inserted, Addr map = default)
    {
        long held = 0, longest = 0;
        foreach (long load in loads)
        {
            held += load;
            longest = Math.Max(longest, load);
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(inserted, held);
        if (loads.Length < 2 || inserted == 0)
        {
            return;
        }

        double[] surprise = SurpriseByLoad(inserted, loads.Length, longest);
        _chains += loads.Length;
        for (int i = 0; i < loads.Length; i++)
        {
            double s = surprise[loads[i]];
            _surprise += s;
            if (s > _longest.Surprise)
            {
                _longest = new ChainSample(map, i, loads[i], loads.Length, inserted, s);
            }
        }
    }

    /// <summary>The verdict about all that was taken.</summary>
    public ChainVerdict Judge() => new(
        _chains, _surprise, Chance.Limit(_chains, FalseAlarm / 2), _longest, Chance.Ln(Math.Max(1, _chains) / (FalseAlarm / 2)));

    /// <summary>-ln P(L >= x) for every x up to the longest chain.</summary>
    internal static double[] SurpriseByLoad(long keys, long buckets, long longest)
    {
        var surprise = new double[longest + 1];
        double choose = 0; // ln C(keys, x)
        double hit = Chance.Ln(buckets);
        double miss = -Chance.Ln(1 - 1.0 / buckets);
        for (long x = 1; x <= longest; x++)
        {
            choose += Chance.Ln((double)(keys - x + 1) / x);
            if (x > (double)keys / buckets)
            {
                double exactlyX = choose - x * hit - (keys - x) * miss;
                surprise[x] = Math.Max(0, -exactlyX - Chance.Ln(TailRatio(keys, buckets, x)));
            }
        }

        return surprise;
    }

    /// <summary>P(L >= x) / P(L = x), for x above the mean: there each term of the sum is smaller than the one before.</summary>
    private static double TailRatio(long keys, long buckets, long x)
    {
        double sum = 1, term = 1;
        for (long j = x; j < keys && term > 1e-17 * sum; j++)
        {
            term *= (double)(keys - j) / ((double)(j + 1) * (buckets - 1));
            sum += term;
        }

        return sum;
    }

    private static long Live(MapView map, BucketView bucket)
    {
        long live = 0;
        for (BucketView b = bucket; ; b = map.BucketAt(b.Overflow))
        {
            for (int slot = 0; slot < Bmap.Slots; slot++)
            {
                live += b.Top(slot) >= Bmap.MinTopHash ? 1 : 0;
            }

            if (b.Overflow.IsNil)
            {
                return live;
            }
        }
    }
}
