using MapSim.Checks;
using MapSim.Hash;
using MapSim.Layout;
using MapSim.Memory;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Checks;

/// <summary>Each H4 rule: a real operation that it accepts, and the same with one field of a header changed.</summary>
public sealed class GrowthPolicyTests
{
    [Fact]
    public void The_insertion_that_passes_the_limit_must_double_the_map()
    {
        (MapSession s, Addr map, MapHeader before, MapHeader after) = Inserted(26);
        Assert.Equal((2, 3), (before.B, after.B));
        Assert.Empty(Ids(s, map, MapEffect.Insert, before, after));
        MapHeader none = after with { B = 2, Buckets = before.Buckets, OldBuckets = default, Nevacuate = 0 };
        Assert.Equal(["H4.1"], Ids(s, map, MapEffect.Insert, before, none));
        Assert.Equal(["H4.1"], Ids(s, map, MapEffect.Insert, before with { Count = 20, B = 3 }, after with { Flags = 8 }));
        MapHeader sameSize = after with { B = 2, Flags = HmapFlags.SameSizeGrow };
        Assert.Equal(["H4.2"], Ids(s, map, MapEffect.Insert, before, sameSize));
    }

    [Fact]
    public void Too_many_overflow_buckets_must_start_a_grow_of_the_same_size()
    {
        (MapSession s, Addr map, MapHeader before, MapHeader after) = Inserted(20);
        Assert.Empty(Ids(s, map, MapEffect.Insert, before, after));
        Assert.Equal(["H4.1"], Ids(s, map, MapEffect.Insert, before with { Noverflow = 4 }, after with { Noverflow = 4 }));
        Assert.Empty(Ids(s, map, MapEffect.Insert, before with { Noverflow = 3 }, after with { Noverflow = 4 }));
    }

    [Fact]
    public void Nothing_but_an_insertion_may_change_the_size()
    {
        (MapSession s, Addr map, MapHeader before, MapHeader after) = Inserted(26);
        Assert.Equal(["H4.3"], Ids(s, map, MapEffect.Update, before, after));
        (s, map, before, after) = Inserted(20);
        Assert.Equal(["H4.3"], Ids(s, map, MapEffect.Insert, before, after with { B = 3 }));
        Assert.Equal(["H4.3"], Ids(s, map, MapEffect.Clear, before, after with { B = 1 }).Where(id => id == "H4.3"));
    }

    [Fact]
    public void A_write_while_growing_must_move_the_evacuation_mark()
    {
        (MapSession s, Addr map, _, MapHeader before) = Inserted(26);
        s.Delete(0, map, Sessions.U64(1000));
        MapHeader after = MapHeader.Read(s.Machine, 0, map);
        Assert.True(before.IsGrowing && after.Nevacuate > before.Nevacuate);
        Assert.Empty(Ids(s, map, MapEffect.Delete, before, after));
        Assert.Equal(["H4.4"], Ids(s, map, MapEffect.Delete, before, after with { Nevacuate = before.Nevacuate }));
        Assert.Equal(["H4.4"], Ids(s, map, MapEffect.Clear, before, after));
    }

    [Fact]
    public void A_lookup_changes_nothing_and_an_iteration_only_flags_and_extra()
    {
        (MapSession s, Addr map, _, MapHeader before) = Inserted(20);
        s.Lookup(0, map, Sessions.U64(3), out _);
        Assert.Empty(Ids(s, map, MapEffect.None, before, MapHeader.Read(s.Machine, 0, map)));
        s.IterInit(0, map, s.NewIterator());
        MapHeader after = MapHeader.Read(s.Machine, 0, map);
        Assert.Empty(Ids(s, map, MapEffect.Iterate, before, after));
        Assert.Equal(["H4.5"], Ids(s, map, MapEffect.None, before, after));
        Assert.Equal(["H4.5"], Ids(s, map, MapEffect.Iterate, before, after with { Noverflow = 1 }));
    }

    [Fact]
    public void The_seed_changes_only_when_the_map_becomes_empty()
    {
        (MapSession s, Addr map, MapHeader before, MapHeader after) = Inserted(20);
        Assert.Equal(["H4.6"], Ids(s, map, MapEffect.Insert, before, after with { Hash0 = 1 }));
        Assert.Equal(["H4.6"], Ids(s, map, MapEffect.Delete, before, after with { Hash0 = 1 }));
        s.Clear(0, map);
        Assert.Empty(Ids(s, map, MapEffect.Clear, after, MapHeader.Read(s.Machine, 0, map)));
    }

    [Fact]
    public void A_hint_one_above_the_limit_makes_twice_the_buckets()
    {
        MapSession s = Sessions.Of("map[uint64]uint64");
        Addr map = s.Make(0, Map.MakeForm.Hint, 27);
        var found = new List<Violation>();
        GrowthPolicy.CheckInitial(s.Machine, map, 27, MapHeader.Read(s.Machine, 0, map), found);
        Assert.Empty(found);
        GrowthPolicy.CheckInitial(s.Machine, map, 26, MapHeader.Read(s.Machine, 0, map), found);
        Assert.Equal("H4.7", Assert.Single(found).Id);
    }

    /// <summary>The headers around the insertion of key number <paramref name="count"/> (from 0).</summary>
    private static (MapSession Session, Addr Map, MapHeader Before, MapHeader After) Inserted(ulong count)
    {
        MapSession s = Sessions.Of("map[uint64]uint64", hash: DegenerateHashKind.Identity);
        Addr map = Sessions.Filled(s, count);
        MapHeader before = MapHeader.Read(s.Machine, 0, map);
        s.Assign(0, map, Sessions.U64(count), Sessions.U64(0));
        return (s, map, before, MapHeader.Read(s.Machine, 0, map));
    }

    private static string[] Ids(MapSession s, Addr map, MapEffect effect, MapHeader before, MapHeader after)
    {
        var found = new List<Violation>();
        GrowthPolicy.Check(s.Machine, map, effect, before, after, found);
        return [.. found.Select(v => v.Id)];
    }
}
