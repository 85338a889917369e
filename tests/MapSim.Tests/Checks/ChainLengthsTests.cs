using MapSim.Checks;
using MapSim.Hash;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;
using MapSim.Map;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Checks;

/// <summary>H5, how keys are spread: silent on the simulator as it is, loud for a known seed or a bad hash.</summary>
public sealed class ChainLengthsTests
{
    [Theory]
    [InlineData("1.19", "amd64", HashRegime.Aes)]
    [InlineData("1.19", "amd64", HashRegime.Portable)]
    [InlineData("1.23", "amd64", HashRegime.Aes)]
    [InlineData("1.23", "amd64", HashRegime.Portable)]
    [InlineData("1.23", "386", HashRegime.Aes)]
    [InlineData("1.23", "386", HashRegime.Portable)]
    public void Three_hundred_maps_with_the_same_keys_are_spread_by_chance(string version, string arch, HashRegime regime)
    {
        GoVersion v = GoVersion.Parse(version);
        Arch a = Arch.Parse(arch);
        IMemHash hash = HashRegimes.Create(regime, v, a, i => Fingerprint.Mix((ulong)i + 77));
        var s = new MapSession(new MachineOptions(v, a, hash, 1), MapType.Parse("map[uint64]uint64", a));
        var chains = new ChainLengths();
        for (ulong i = 1; i <= 300; i++)
        {
            chains.Add(Sessions.View(s, Sessions.Filled(s, i)));
        }

        ChainVerdict verdict = chains.Judge();
        Assert.False(verdict.IsSkewed, verdict.ToString());
        Assert.True(verdict.Chains > 5000);
    }

    [Fact]
    public void Keys_made_for_a_constant_seed_are_seen_in_one_map_and_harmless_with_random_seeds()
    {
        MapSession s = Sessions.Of("map[uint64]uint64");
        Addr known = MakeWithSeed(s, 42);
        uint seed = Sessions.View(s, known).Hash0;
        ulong[] keys = KeysForBucketZero(s, seed, 60, 16);

        var attacked = new ChainLengths();
        Fill(s, known, keys);
        attacked.Add(Sessions.View(s, known));
        ChainVerdict verdict = attacked.Judge();
        Assert.True(verdict.IsSkewed, verdict.ToString());
        Assert.Equal((60, 16, 0), (verdict.Longest.Load, verdict.Longest.Buckets, verdict.Longest.Bucket));
        Assert.Contains("60 of 60 keys in one of 16 buckets", verdict.ToString(), StringComparison.Ordinal);

        var safe = new ChainLengths();
        for (int i = 0; i < 300; i++)
        {
            Addr map = s.Make(0);
            Fill(s, map, keys);
            safe.Add(Sessions.View(s, map));
        }

        Assert.False(safe.Judge().IsSkewed, safe.Judge().ToString());
    }

    [Theory]
    [InlineData(DegenerateHashKind.OneBucket, true)]
    [InlineData(DegenerateHashKind.LowBits, true)]
    [InlineData(DegenerateHashKind.ConstantTop, false)] // only tophashes are bad
    [InlineData(DegenerateHashKind.Identity, false)] // keys in a row: more even than chance
    public void A_hash_with_bad_buckets_is_seen_in_one_map(DegenerateHashKind kind, bool seen)
    {
        MapSession s = Sessions.Of("map[uint64]uint64", hash: kind);
        var chains = new ChainLengths();
        chains.Add(Sessions.View(s, Sessions.Filled(s, 60)));
        Assert.True(seen == chains.Judge().IsSkewed, chains.Judge().ToString());
    }

    [Fact]
    public void Maps_in_the_middle_of_a_grow_are_counted_by_their_old_buckets()
    {
        MapSession s = Sessions.Of("map[uint64]uint64");
        var chains = new ChainLengths();
        int growing = 0;
        for (ulong i = 0; i < 100; i++)
        {
            Addr map = Sessions.Filled(s, 105 + i % 12); // the 105th key starts a grow from 16 to 32 buckets
            MapView view = Sessions.View(s, map);
            growing += view.IsGrowing ? 1 : 0;
            chains.Add(view);
        }

        Assert.True(growing > 50);
        Assert.False(chains.Judge().IsSkewed, chains.Judge().ToString());

        MapSession bad = Sessions.Of("map[uint64]uint64", hash: DegenerateHashKind.LowBits);
        MapView piled = Sessions.View(bad, Sessions.Filled(bad, 105));
        Assert.True(piled.IsGrowing);
        var one = new ChainLengths();
        one.Add(piled);
        Assert.Equal((105, 16), (one.Judge().Longest.Load, one.Judge().Longest.Buckets));
        Assert.True(one.Judge().IsSkewed);
    }

    [Fact]
    public void Entries_left_in_few_buckets_by_a_loop_that_deletes_are_legal()
    {
        MapSession s = Sessions.Of("map[uint64]uint64");
        var judged = new ChainLengths();
        var naive = new ChainLengths();
        for (int i = 0; i < 60; i++)
        {
            Addr map = Sessions.Filled(s, 90);
            DeleteFirst(s, map, 70);
            judged.Add(Sessions.View(s, map), inserted: 90);
            naive.Add(Sessions.View(s, map));
        }

        Assert.False(judged.Judge().IsSkewed, judged.Judge().ToString());
        Assert.True(naive.Judge().IsSkewed, naive.Judge().ToString()); // why the number of inserted keys is asked for
    }

    [Fact]
    public void Big_empty_and_small_maps_are_legal()
    {
        MapSession s = Sessions.Of("map[uint64]uint64");
        var chains = new ChainLengths();
        chains.Add(Sessions.View(s, s.Make(0)));
        chains.Add(Sessions.View(s, Sessions.Filled(s, 8)));
        Assert.Equal(0, chains.Judge().Chains);
        Assert.False(chains.Judge().IsSkewed);
        for (int i = 0; i < 40; i++)
        {
            Addr map = s.Make(0, MakeForm.Hint, 2000);
            Fill(s, map, [1, 2, 3, 4, 5]);
            chains.Add(Sessions.View(s, map));
        }

        Assert.False(chains.Judge().IsSkewed, chains.Judge().ToString());
    }

    [Theory]
    [InlineData(16, false)]
    [InlineData(4096, true)]
    public void Buckets_that_are_never_used_are_seen_over_many_maps_although_no_chain_is_long(int chains, bool seen)
    {
        // Only even buckets: five keys a bucket become ten. Chance does that to a map now and then, not to all.
        var random = new RandomSource(1);
        var lengths = new ChainLengths();
        for (int map = 0; map < chains / 16; map++)
        {
            var loads = new long[16];
            for (int i = 0; i < 80; i++)
            {
                loads[2 * random.Below(8)]++;
            }

            lengths.Add(loads, 80);
        }

        ChainVerdict verdict = lengths.Judge();
        Assert.True(seen == verdict.IsSkewed, verdict.ToString());
        Assert.True(verdict.Longest.Surprise < verdict.LongestLimit);
    }

    [Fact]
    public void The_surprise_of_a_length_is_the_logarithm_of_the_binomial_tail()
    {
        foreach ((int keys, int buckets) in new[] { (9, 2), (20, 4), (60, 16), (500, 128) })
        {
            double[] surprise = ChainLengths.SurpriseByLoad(keys, buckets, keys);
            double tail = 0;
            for (int x = keys; x > keys / buckets; x--)
            {
                double logChoose = Enumerable.Range(1, x).Sum(j => Math.Log((double)(keys - j + 1) / j));
                double log = logChoose - x * Math.Log(buckets) + (keys - x) * Math.Log(1 - 1.0 / buckets);
                tail += Math.Exp(log);
                if (log > -600)
                {
                    Assert.Equal(-Math.Log(tail), surprise[x], 1e-9 * Math.Max(1, surprise[x]));
                }
            }
        }
    }

    [Fact]
    public void Fewer_keys_inserted_than_there_are_is_a_mistake_of_the_caller()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ChainLengths().Add([3, 4], 6));
    }

    private static Addr MakeWithSeed(MapSession s, ulong draw)
    {
        s.Machine.Choices.UseRecorded([draw]);
        Addr map = s.Make(0);
        s.Machine.Choices.UseRecorded(null);
        return map;
    }

    private static ulong[] KeysForBucketZero(MapSession s, uint seed, int count, ulong buckets)
    {
        var keys = new List<ulong>();
        for (ulong key = 0; keys.Count < count; key++)
        {
            if (s.Machine.MemHash.Hash64(key, seed) % buckets == 0)
            {
                keys.Add(key);
            }
        }

        return [.. keys];
    }

    private static void Fill(MapSession s, Addr map, ulong[] keys)
    {
        foreach (ulong key in keys)
        {
            s.Assign(0, map, Sessions.U64(key), Sessions.U64(key));
        }
    }

    private static void DeleteFirst(MapSession s, Addr map, int count)
    {
        Addr iterator = s.StackIterator();
        s.IterInit(0, map, iterator);
        for (int i = 0; i < count; i++)
        {
            byte[] key = s.Machine.Memory.Raw(s.IteratorKey(iterator), 8).ToArray();
            s.Delete(0, map, key);
            s.IterNext(iterator);
        }
    }
}
