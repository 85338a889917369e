using MapSim.Checks;
using MapSim.Hash;
using MapSim.Heap;
using MapSim.Layout;
using MapSim.Memory;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Checks;

/// <summary>Each H3 invariant: a real state in which nothing fires, one broken place, and exactly what fires then.</summary>
public sealed class BrokenStructureTests
{
    private const int WordSize = 8;

    [Fact]
    public void A_chain_that_ends_in_itself_or_leads_nowhere_is_not_sound()
    {
        (MapSession s, MapView map) = NinthColliding();
        BucketView overflow = map.BucketAt(map.Bucket(map.Buckets, 0).Overflow);
        Breaks(s, map, overflow.Address + s.TypeOf(0).OverflowOffset, overflow.Address.Value, "H3.1");
        Breaks(s, map, overflow.Address + s.TypeOf(0).OverflowOffset, 0xC000_1234_5678, "H3.1");
        Breaks(s, map, map.Address + s.Machine.L.Buckets, overflow.Address.Value + 8, "H3.1");
    }

    [Fact]
    public void A_count_that_is_one_too_high_is_seen()
    {
        (MapSession s, MapView map) = NinthColliding();
        Breaks(s, map, map.Address, map.Count + 1, "H3.2");
    }

    [Fact]
    public void An_entry_in_the_wrong_bucket_is_seen()
    {
        (MapSession s, MapView map) = NinthColliding();
        Breaks(s, map, map.Bucket(map.Buckets, 0).KeySlot(3), 77, "H3.3");
    }

    [Fact]
    public void A_tophash_of_another_key_is_seen()
    {
        (MapSession s, MapView map) = NinthColliding();
        BreaksByte(s, map, map.Bucket(map.Buckets, 0).Address + 3, 99, "H3.4");
    }

    [Fact]
    public void A_key_that_is_there_twice_is_seen_across_overflow_buckets()
    {
        (MapSession s, MapView map) = NinthColliding();
        BucketView main = map.Bucket(map.Buckets, 0);
        Breaks(s, map, map.BucketAt(main.Overflow).KeySlot(0), SliceView.WordAt(s.Machine.Memory, s.Machine.Arch, main.KeySlot(2)), "H3.5");
    }

    [Fact]
    public void A_deleted_cell_that_says_emptyRest_in_front_of_entries_is_seen()
    {
        (MapSession s, MapView map) = NinthColliding();
        s.Delete(0, map.Address, Sessions.U64(4));
        BucketView main = map.Bucket(map.Buckets, 0);
        Assert.Equal(Bmap.EmptyOne, main.Top(2));
        BreaksByte(s, map, main.Address + 2, Bmap.EmptyRest, "H3.6");
    }

    [Fact]
    public void A_trailing_cell_that_says_emptyOne_is_seen()
    {
        (MapSession s, MapView map) = NinthColliding();
        BreaksByte(s, map, map.Bucket(map.Buckets, 0).Overflow + 1, Bmap.EmptyOne, "H3.7");
    }

    [Fact]
    public void A_cell_without_a_mark_in_an_evacuated_bucket_is_seen()
    {
        (MapSession s, MapView map) = Growing("map[uint64]uint64");
        BucketView old = map.Bucket(map.OldBuckets, 0);
        Assert.True(old.IsEvacuated);
        Assert.Equal(Bmap.EvacuatedEmpty, old.Top(7));
        BreaksByte(s, map, old.Address + 7, Bmap.EmptyRest, "H3.8");
    }

    [Fact]
    public void An_evacuation_mark_that_stands_at_the_wrong_bucket_is_seen()
    {
        (MapSession s, MapView map) = Growing("map[uint64]uint64");
        Assert.Equal(1UL, map.Nevacuate);
        Addr at = map.Address + s.Machine.L.Nevacuate;
        Breaks(s, map, at, 0, "H3.9");
        Breaks(s, map, at, 2, "H3.9");
        Breaks(s, map, at, 4, "H3.9");
        (s, map) = NinthColliding();
        Breaks(s, map, map.Address + s.Machine.L.Nevacuate, 77, "H3.9");
    }

    [Fact]
    public void An_evacuation_mark_in_the_present_array_is_seen()
    {
        (MapSession s, MapView map) = NinthColliding();
        BreaksByte(s, map, map.Bucket(map.Buckets, 0).Overflow + 1, Bmap.EvacuatedEmpty, "H3.10");
    }

    [Fact]
    public void A_destination_that_is_not_untouched_is_seen_and_its_trailing_emptyOne_too()
    {
        (MapSession s, MapView map) = Growing("map[uint64]uint64");
        Assert.False(map.Bucket(map.OldBuckets, 1).IsEvacuated);
        BreaksByte(s, map, map.Bucket(map.Buckets, 1).Address, Bmap.EmptyOne, "H3.7", "H3.11");
    }

    [Fact]
    public void An_overflow_bucket_that_is_not_counted_is_seen()
    {
        (MapSession s, MapView map) = NinthColliding();
        BreaksByte(s, map, map.Address + s.Machine.L.Noverflow, 0, "H3.12");
    }

    [Fact]
    public void What_belongs_to_a_grow_is_seen_when_there_is_none()
    {
        (MapSession s, MapView map) = NinthColliding();
        BreaksByte(s, map, map.Address + s.Machine.L.Flags, HmapFlags.SameSizeGrow, "H3.13");
        Breaks(s, map, map.Extra + s.Machine.L.OldOverflow, map.ExtraOverflow.Value, "H3.13");
    }

    [Fact]
    public void A_writer_that_never_finished_is_seen()
    {
        (MapSession s, MapView map) = NinthColliding();
        BreaksByte(s, map, map.Address + s.Machine.L.Flags, HmapFlags.HashWriting, "H3.14");
    }

    [Fact]
    public void The_flag_iterator_alone_is_seen()
    {
        (MapSession s, MapView map) = NinthColliding();
        BreaksByte(s, map, map.Address + s.Machine.L.Flags, HmapFlags.Iterator, "H3.15");
    }

    [Fact]
    public void Spare_buckets_that_are_lost_taken_twice_or_without_their_sentinel_are_seen()
    {
        (MapSession s, MapView map) = WithSpares();
        Addr next = map.Extra + s.Machine.L.NextOverflow;
        int stride = s.TypeOf(0).BucketSize;
        Assert.Equal(map.Buckets + 17 * stride, map.NextOverflow);
        Breaks(s, map, map.NextOverflow + s.TypeOf(0).OverflowOffset, 0, "H3.16");
        Breaks(s, map, next, (map.Buckets + 16 * stride).Value, "H3.16");
        Breaks(s, map, next, 0, "H3.16");
        Breaks(s, map, next, (map.Buckets + 18 * stride).Value, "H3.16");
        BreaksByte(s, map, map.NextOverflow + 20, 1, "H3.16");
    }

    [Fact]
    public void An_overflow_bucket_that_the_collector_would_not_see_is_seen()
    {
        (MapSession s, MapView map) = NinthColliding();
        SliceView list = map.Slice(map.ExtraOverflow);
        Breaks(s, map, map.ExtraOverflow + s.Machine.L.SliceLen, 0, "H3.17");
        Breaks(s, map, list.Array, map.Buckets.Value, "H3.17");
        Breaks(s, map, map.Extra, 0, "H3.17");
    }

    [Fact]
    public void An_empty_cell_with_an_elem_or_a_key_pointer_is_seen()
    {
        (MapSession s, MapView map) = NinthColliding();
        Breaks(s, map, map.BucketAt(map.Bucket(map.Buckets, 0).Overflow).ElemSlot(5), 1, "H3.18");
        s = Sessions.Of("map[string]struct{}");
        map = Sessions.View(s, s.Make(0));
        s.Assign(0, map.Address, Sessions.Str(s, "a"), []);
        Breaks(s, map, map.Bucket(map.Buckets, 0).KeySlot(4), map.Buckets.Value, "H3.18");
    }

    [Fact]
    public void An_entry_whose_elem_is_not_alive_is_seen()
    {
        MapSession s = Sessions.Of("map[uint64][160]byte", hash: DegenerateHashKind.Identity);
        MapView map = Sessions.View(s, s.Make(0));
        s.Assign(0, map.Address, Sessions.U64(1), new byte[160]);
        Breaks(s, map, map.Bucket(map.Buckets, 0).ElemSlot(0), 0, "H3.19");
    }

    [Fact]
    public void A_map_without_an_array_that_claims_buckets_is_seen()
    {
        MapSession s = Sessions.Of("map[uint64]uint64");
        MapView map = Sessions.View(s, s.Make(0));
        BreaksByte(s, map, map.Address + s.Machine.L.B, 1, "H3.20");
    }

    [Fact]
    public void A_single_bucket_with_an_overflow_bucket_is_seen_though_it_is_counted()
    {
        MapSession s = Sessions.Of("map[uint64]*T", hash: DegenerateHashKind.Identity);
        MapView map = Sessions.View(s, s.Make(0));
        s.Assign(0, map.Address, Sessions.U64(1), new byte[8]);
        Assert.Empty(Ids(s, map));
        Addr overflow = s.NewObject(new byte[s.TypeOf(0).BucketSize], ObjectKind.OverflowBucket, hasPointers: true);
        s.Machine.Memory.Poke(map.Address + s.Machine.L.Noverflow, [1]);
        s.Machine.Memory.Poke(map.Buckets + s.TypeOf(0).OverflowOffset, Sessions.U64(overflow.Value));
        Assert.Equal(["H3.21"], Ids(s, map));
    }

    [Fact]
    public void An_evacuated_bucket_that_still_holds_pointers_is_seen()
    {
        (MapSession s, MapView map) = Growing("map[uint64]*T");
        BucketView old = map.Bucket(map.OldBuckets, 0);
        Assert.True(old.IsEvacuated);
        Breaks(s, map, old.ElemSlot(0), 1, "H3.22");
    }

    /// <summary>Nine even keys in a map of two buckets: the ninth colliding key links an overflow bucket.</summary>
    private static (MapSession Session, MapView Map) NinthColliding()
    {
        MapSession s = Sessions.Of("map[uint64]uint64", hash: DegenerateHashKind.Identity);
        MapView map = Sessions.View(s, s.Make(0, Map.MakeForm.Hint, 9));
        for (ulong i = 0; i < 9; i++)
        {
            s.Assign(0, map.Address, Sessions.U64(2 * i), Sessions.U64(i + 1));
        }

        return (s, map);
    }

    /// <summary>27 keys in order: a grow from 4 to 8 buckets that has evacuated the old buckets 0 and 2.</summary>
    private static (MapSession Session, MapView Map) Growing(string type)
    {
        MapSession s = Sessions.Of(type, hash: DegenerateHashKind.Identity);
        MapView map = Sessions.View(s, s.Make(0));
        for (ulong i = 0; i < 27; i++)
        {
            s.Assign(0, map.Address, Sessions.U64(i), new byte[8]);
        }

        Assert.True(map.IsGrowing);
        return (s, map);
    }

    /// <summary>16 buckets with 2 spares, one of them in use.</summary>
    private static (MapSession Session, MapView Map) WithSpares()
    {
        MapSession s = Sessions.Of("map[uint64]uint64", hash: DegenerateHashKind.Identity);
        MapView map = Sessions.View(s, s.Make(0, Map.MakeForm.Hint, 100));
        for (ulong i = 0; i < 9; i++)
        {
            s.Assign(0, map.Address, Sessions.U64(16 * i), Sessions.U64(i));
        }

        return (s, map);
    }

    private static string[] Ids(MapSession s, MapView map) => [.. MapChecks.Check(s.Machine, 0, map.Address).Select(v => v.Id)];

    private static void Breaks(MapSession s, MapView map, Addr at, ulong value, params string[] ids) =>
        Breaks(s, map, at, BitConverter.GetBytes(value)[..WordSize], ids);

    private static void BreaksByte(MapSession s, MapView map, Addr at, byte value, params string[] ids) => Breaks(s, map, at, [value], ids);

    /// <summary>Silent before, exactly these ids with the bytes changed, silent again when they are put back.</summary>
    private static void Breaks(MapSession s, MapView map, Addr at, byte[] bytes, string[] ids)
    {
        Assert.Empty(Ids(s, map));
        byte[] before = s.Machine.Memory.Raw(at, bytes.Length).ToArray();
        s.Machine.Memory.Poke(at, bytes);
        Assert.Equal(ids, Ids(s, map));
        s.Machine.Memory.Poke(at, before);
        Assert.Empty(Ids(s, map));
        Assert.Equal(MemoryFaultKind.None, s.Machine.Memory.Fault.Kind);
    }
}
