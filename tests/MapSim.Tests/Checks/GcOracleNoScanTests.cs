using MapSim.Checks;
using MapSim.Hash;
using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Checks;

/// <summary>G8: what a map is made of has the pointer words of its types.</summary>
public sealed class GcOracleNoScanTests
{
    [Fact]
    public void The_pointer_maps_of_all_types_are_what_the_shapes_of_the_types_say()
    {
        foreach (string text in RandomTypes.All)
        {
            foreach (Arch arch in new[] { Arch.Amd64, Arch.I386 })
            {
                MapSession s = Sessions.Of(text, arch: arch);
                PointerMap bucket = s.Machine.PointersOf(0).Bucket;
                Assert.Equal(ExpectedPointers.OfBucket(s.TypeOf(0)), bucket.Offsets);
                Assert.Equal(ExpectedPointers.Of(s.TypeOf(0).Key, arch.PointerSize), s.Machine.PointersOf(0).Key.Offsets);
                Assert.Equal(ExpectedPointers.Of(s.TypeOf(0).Elem, arch.PointerSize), s.Machine.PointersOf(0).Elem.Offsets);
            }
        }
    }

    [Fact]
    public void A_bucket_array_of_the_wrong_kind_is_seen_in_both_directions()
    {
        foreach ((string type, bool hasPointers) in new[] { ("map[uint64]uint64", true), ("map[uint64]*T", false) })
        {
            (MapSession s, Addr map) = Filled(type, 20);
            Assert.Null(Check(s, map));
            Addr wrong = s.NewObject(new byte[4 * s.TypeOf(0).BucketSize], ObjectKind.BucketArray, hasPointers);
            s.Machine.Memory.Poke(map + s.Machine.L.Buckets, Sessions.U64(wrong.Value));
            HeapViolation v = Assert.NotNull(Check(s, map));
            Assert.Equal(("G8", wrong), (v.Id, v.Object));
        }
    }

    [Fact]
    public void A_bucket_array_whose_every_word_is_a_pointer_is_seen_where_only_elems_are()
    {
        (MapSession s, Addr map) = Filled("map[uint64]*T", 20);
        Addr wrong = s.NewObject(new byte[4 * s.TypeOf(0).BucketSize], ObjectKind.BucketArray, hasPointers: true);
        s.Machine.Memory.Poke(map + s.Machine.L.OldBuckets, Sessions.U64(wrong.Value));
        Assert.Contains("the word at 0 is a pointer", Assert.NotNull(Check(s, map)).Found, StringComparison.Ordinal);
    }

    [Fact]
    public void An_overflow_bucket_a_list_a_mapextra_and_an_hmap_of_the_wrong_kind_are_seen()
    {
        (MapSession s, Addr map) = Filled("map[uint64]uint64", 40, DegenerateHashKind.OneBucket);
        Machine m = s.Machine;
        var view = new MapView(m.Memory, s.TypeOf(0), map);
        Assert.Null(Check(s, map));
        Replace(s, map, view.Extra, ObjectKind.OverflowSlice, m.L.SliceSize, m.Heap.PointerMaps.None);
        Replace(s, map, view.Slice(view.ExtraOverflow).Address, ObjectKind.OverflowArray, 64, m.Heap.PointerMaps.None);
        Replace(s, map, view.Bucket(view.Buckets, 0).Address + s.TypeOf(0).OverflowOffset, ObjectKind.OverflowBucket, s.TypeOf(0).BucketSize, m.Heap.PointerMaps.Words);
        Replace(s, map, map + m.L.Extra, ObjectKind.MapExtra, m.L.MapExtraSize, m.Heap.PointerMaps.Slice, m.Heap.PointerMaps.MapExtra);
        Addr hmap = m.Heap.Allocate(0, (ulong)m.L.HmapSize, m.Heap.PointerMaps.Words, ObjectKind.Hmap, default);
        Assert.NotNull(Check(s, hmap));
    }

    [Fact]
    public void An_indirect_key_or_elem_of_the_wrong_kind_is_seen()
    {
        foreach ((string type, bool isKey, bool hasPointers) in new[] { ("map[[20]string]int", true, false), ("map[uint64][160]byte", false, true) })
        {
            (MapSession s, Addr map) = Filled(type, 1);
            Assert.Null(Check(s, map));
            BucketView bucket = new MapView(s.Machine.Memory, s.TypeOf(0), map).Bucket(s.ReadPointer(map + s.Machine.L.Buckets), 0);
            Addr wrong = s.NewObject(new byte[320], isKey ? ObjectKind.Key : ObjectKind.Elem, hasPointers);
            s.Machine.Memory.Poke(isKey ? bucket.KeySlot(0) : bucket.ElemSlot(0), Sessions.U64(wrong.Value));
            Assert.Equal(wrong, Assert.NotNull(Check(s, map)).Object);
        }
    }

    private static void Replace(MapSession s, Addr map, Addr at, ObjectKind kind, int size, PointerMap wrong, PointerMap? right = null)
    {
        byte[] before = s.Machine.Memory.Raw(at, 8).ToArray();
        if (right != null)
        {
            Addr good = s.Machine.Heap.Allocate(0, (ulong)size, right, kind, default);
            s.Machine.Memory.Poke(at, Sessions.U64(good.Value));
            Assert.Null(Check(s, map));
        }

        Addr made = s.Machine.Heap.Allocate(0, (ulong)size, wrong, kind, default);
        s.Machine.Memory.Poke(at, Sessions.U64(made.Value));
        Assert.Equal(made, Assert.NotNull(Check(s, map)).Object);
        s.Machine.Memory.Poke(at, before);
        Assert.Null(Check(s, map));
    }

    private static HeapViolation? Check(MapSession s, Addr map)
    {
        var found = new List<HeapViolation>();
        new NoScanFlag().Check(s.Machine, 0, map, found);
        return found.Count == 0 ? null : Assert.Single(found);
    }

    private static (MapSession Session, Addr Map) Filled(string type, int count, DegenerateHashKind? hash = null)
    {
        MapSession s = Sessions.Of(type, hash: hash);
        Addr map = s.Make(0);
        for (int i = 0; i < count; i++)
        {
            var key = new byte[s.TypeOf(0).Key.Size];
            if (!s.TypeOf(0).Key.HasPointers)
            {
                BitConverter.TryWriteBytes(key, (ulong)i);
            }

            s.Assign(0, map, key, new byte[s.TypeOf(0).Elem.Size]);
        }

        return (s, map);
    }
}
