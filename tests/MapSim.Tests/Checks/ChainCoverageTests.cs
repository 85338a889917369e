using MapSim.Checks;
using MapSim.Gc;
using MapSim.Hash;
using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Checks;

/// <summary>G5: what a map and its iterators can walk is held by pointers that the collector sees.</summary>
public sealed class ChainCoverageTests
{
    [Fact]
    public void A_bucket_that_the_list_lost_is_found_before_any_collection_runs()
    {
        (MapSession s, MapView map) = NinthColliding();
        Assert.Empty(Check(s, [new KnownMap(0, map.Address)], []));
        Addr overflow = map.Bucket(map.Buckets, 0).Overflow;
        s.Machine.Memory.Poke(map.Slice(map.ExtraOverflow).Array, Sessions.U64(0));
        Violation found = Assert.Single(Check(s, [new KnownMap(0, map.Address)], []));
        Assert.Equal((ChainCoverage.Id, map.Address, overflow), (found.Id, found.Map, found.Bucket));
        Assert.Contains("the collector sees no pointer to it", found.Found, StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_that_is_too_short_harms_nothing_as_the_collector_looks_at_the_whole_array()
    {
        (MapSession s, MapView map) = NinthColliding();
        s.Machine.Memory.Poke(map.ExtraOverflow + s.Machine.L.SliceLen, Sessions.U64(0));
        Assert.Contains(MapChecks.Check(s.Machine, 0, map.Address), v => v.Id == "H3.17");
        Assert.Empty(Check(s, [new KnownMap(0, map.Address)], []));
        s.Collect();
        Assert.True(s.Lookup(0, map.Address, Sessions.U64(16), out bool found).IsOk && found);
    }

    [Fact]
    public void A_lost_bucket_that_an_iterator_lists_is_safe_for_the_iterator_and_not_for_the_map()
    {
        (MapSession s, MapView map) = NinthColliding();
        Addr it = s.NewIterator();
        s.IterInit(0, map.Address, it);

        // A second list with another header, as if hashGrow had forgotten the first.
        s.Machine.Memory.Poke(map.Extra, Sessions.U64(0));
        Violation found = Assert.Single(Check(s, [new KnownMap(0, map.Address)], [it]));
        Assert.DoesNotContain("iterator", found.Found, StringComparison.Ordinal);
        s.Machine.Memory.Poke(it + s.Machine.L.ItOverflow, Sessions.U64(0));
        Assert.Equal(2, Check(s, [new KnownMap(0, map.Address)], [it]).Count);
    }

    [Fact]
    public void A_newer_bucket_at_the_same_address_is_not_the_one_that_was_linked()
    {
        (MapSession s, MapView map) = NinthColliding();
        Addr other = s.Make(0, Map.MakeForm.Hint, 9);
        for (ulong i = 0; i < 9; i++)
        {
            s.Assign(0, other, Sessions.U64(2 * i), Sessions.U64(i));
        }

        Addr foreign = Sessions.View(s, other).Bucket(Sessions.View(s, other).Buckets, 0).Overflow;
        s.Machine.Memory.Poke(map.Bucket(map.Buckets, 0).Address + s.TypeOf(0).OverflowOffset, Sessions.U64(foreign.Value));
        s.Machine.Memory.Poke(map.Slice(map.ExtraOverflow).Array, Sessions.U64(foreign.Value));
        Assert.Contains("a newer bucket at the same address", Assert.Single(Check(s, [new KnownMap(0, map.Address)], [])).Found, StringComparison.Ordinal);
    }

    [Fact]
    public void In_buckets_with_pointers_the_link_itself_is_enough()
    {
        MapSession s = Sessions.Of("map[uint64]*T", hash: DegenerateHashKind.Identity);
        s.UseCollector(new GcOptions());
        Addr map = s.Make(0, Map.MakeForm.Hint, 9);
        for (ulong i = 0; i < 9; i++)
        {
            s.Assign(0, map, Sessions.U64(2 * i), new byte[8]);
        }

        Assert.False(Sessions.View(s, map).Bucket(Sessions.View(s, map).Buckets, 0).Overflow.IsNil);
        Assert.True(Sessions.View(s, map).ExtraOverflow.IsNil);
        Assert.Empty(Check(s, [new KnownMap(0, map)], []));
    }

    [Theory]
    [InlineData("map[uint64]uint64", DegenerateHashKind.Identity)]
    [InlineData("map[uint64]uint64", DegenerateHashKind.LowBits)]
    [InlineData("map[string]string", DegenerateHashKind.Identity)]
    [InlineData("map[uint64]*T", DegenerateHashKind.Identity)]
    [InlineData("map[[200]byte]int", DegenerateHashKind.Identity)]
    [InlineData("map[interface{}]int", DegenerateHashKind.OneBucket)]
    public void Random_programs_never_break_it_but_by_the_two_known_ways_of_the_real_runtime(string type, DegenerateHashKind hash)
    {
        int grows = 0, mostGrows = 0, dangling = 0;
        for (ulong seed = 1; seed <= 12; seed++)
        {
            var maps = new CollectedMaps(type, seed, hash, new GcSchedule(seed));
            var coverage = new ChainCoverage();
            var found = new List<Violation>();
            int operations = 0;
            void After()
            {
                operations++;
                Machine m = maps.Session.Machine;
                Fingerprint before = operations % 100 == 0 ? m.StateHash : default;
                coverage.Check(m, maps.Maps, maps.IteratorAddresses, found);
                Assert.Equal(before, operations % 100 == 0 ? m.StateHash : default);
                foreach (LiveIterator it in maps.Iterators.ToList())
                {
                    mostGrows = Math.Max(mostGrows, it.Grows);
                    if (found.RemoveAll(v => v.Found.Contains($"(iterator {it.Address})", StringComparison.Ordinal)) > 0)
                    {
                        Assert.True(it.WasCleared || it.SameSizeGrows >= 2, $"seed {seed}, operation {operations}");
                        dangling++;
                        maps.Drop(it);
                    }
                }

                Assert.Empty(found);
                if (maps.Failure != Failure.None)
                {
                    // Range over two grows to the same size: iter-miss/old-bucket-cleared of docs/DISCOVERIES.md.
                    Assert.Equal(Failure.NilDereference, maps.Failure);
                    Assert.True(maps.Moved!.SameSizeGrows >= 2);
                    maps.Drop(maps.Moved);
                }
            }

            while (operations < 2500)
            {
                maps.Act(After);
            }

            grows += maps.Grows;
        }

        // A test that never meets the two ways says nothing about them: DanglingIteratorTests has programs that do.
        TestContext.Current.SendDiagnosticMessage($"{type} {hash}: {grows} grows, at most {mostGrows} under an iterator, {dangling} dangling");
        Assert.True(mostGrows >= 2 && grows > 20);
    }

    internal static (MapSession Session, MapView Map) NinthColliding()
    {
        MapSession s = Sessions.Of("map[uint64]uint64", hash: DegenerateHashKind.Identity);
        s.UseCollector(new GcOptions());
        MapView map = Sessions.View(s, s.Make(0, Map.MakeForm.Hint, 9));
        for (ulong i = 0; i < 9; i++)
        {
            s.Assign(0, map.Address, Sessions.U64(2 * i), Sessions.U64(i + 1));
        }

        return (s, map);
    }

    internal static List<Violation> Check(MapSession s, IReadOnlyList<KnownMap> maps, IReadOnlyList<Addr> iterators)
    {
        var found = new List<Violation>();
        Fingerprint before = s.Machine.StateHash;
        new ChainCoverage().Check(s.Machine, maps, iterators, found);
        Assert.Equal(before, s.Machine.StateHash);
        Assert.Equal(MemoryFaultKind.None, s.Machine.Memory.Fault.Kind);
        return found;
    }
}
