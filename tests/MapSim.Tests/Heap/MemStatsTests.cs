using MapSim.Gc;
using MapSim.Hash;
using MapSim.Heap;
using MapSim.Layout;
using MapSim.Memory;
using MapSim.Programs;
using MapSim.Tests.Gcs;
using Xunit;

namespace MapSim.Tests.Heaps;

/// <summary>
/// Numbers that were computed by hand for map[uint64]uint64 on amd64: an hmap has 48 bytes, a bucket 8 + 64 + 64 + 8 = 144,
/// two buckets 288, and each of these is a size class of its own. A span has one page.
/// </summary>
public class MemStatsTests
{
    private const ulong Page = 8192;
    private readonly MapSession _s = Collections.Session("map[uint64]uint64", hash: DegenerateHashKind.Identity);

    [Fact]
    public void A_map_with_one_bucket_is_two_objects_of_192_bytes()
    {
        Addr map = Sessions.Filled(_s, 1);
        var expected = new MemStats { Mallocs = 2, TotalAlloc = 192, HeapAlloc = 192, HeapSys = 2 * Page, HeapInuse = 2 * Page };
        Assert.Equal(expected, Heap.Statistics());
        Assert.Equal((2UL, 0UL), (expected.HeapObjects, expected.HeapIdle));
        Assert.Equal(new MemStats { Mallocs = 2, TotalAlloc = 192, HeapAlloc = 192, HeapSys = 192, HeapInuse = 192 }, Heap.Statistics(map));
    }

    [Fact]
    public void What_the_allocator_rounds_up_counts_as_the_slot_it_hands_out_and_belongs_to_no_map()
    {
        Addr map = Sessions.Filled(_s, 1);
        MemStats before = Heap.Statistics(map);
        _s.NewObject(new byte[100], ObjectKind.StringData);
        Assert.Equal(new MemStats { Mallocs = 3, TotalAlloc = 304, HeapAlloc = 304, HeapSys = 3 * Page, HeapInuse = 3 * Page }, Heap.Statistics());
        Assert.Equal(before, Heap.Statistics(map));
        _s.NewObject(new byte[40_000], ObjectKind.StringData);
        Assert.Equal((40_960UL + 304, 8 * Page), (Heap.Statistics().HeapAlloc, Heap.Statistics().HeapInuse));
    }

    [Fact]
    public void A_collection_counts_what_it_freed_and_the_span_without_objects_is_idle()
    {
        Addr map = Sessions.Filled(_s, 1);
        _s.NewObject(new byte[100], ObjectKind.StringData);
        _s.Collect();
        MemStats stats = Heap.Statistics();
        Assert.Equal(new MemStats { Mallocs = 3, Frees = 1, TotalAlloc = 304, HeapAlloc = 192, HeapSys = 3 * Page, HeapInuse = 2 * Page, NumGC = 1 }, stats);
        Assert.Equal((2UL, Page), (stats.HeapObjects, stats.HeapIdle));
        Assert.Equal(1U, Heap.Statistics(map).NumGC);
    }

    [Fact]
    public void The_old_array_of_a_grow_is_freed_on_its_maps_account()
    {
        // The ninth key doubles the array; with one old bucket the same assignment ends the grow.
        Addr map = Sessions.Filled(_s, 9), other = Sessions.Filled(_s, 1);
        Assert.Equal(new MemStats { Mallocs = 3, TotalAlloc = 480, HeapAlloc = 480, HeapSys = 480, HeapInuse = 480 }, Heap.Statistics(map));
        _s.Collect();
        Assert.Equal(new MemStats { Mallocs = 3, Frees = 1, TotalAlloc = 480, HeapAlloc = 336, HeapSys = 336, HeapInuse = 336, NumGC = 1 }, Heap.Statistics(map));
        Assert.Equal((2UL, 0UL), (Heap.Statistics(other).Mallocs, Heap.Statistics(other).Frees));
        Assert.Equal((5UL, 1UL), (Heap.Statistics().Mallocs, Heap.Statistics().Frees));
    }

    [Fact]
    public void A_map_that_is_gone_has_no_statistics_and_a_new_one_at_its_address_none_of_the_old()
    {
        Addr gone = Sessions.Filled(_s, 9);
        _s.Forget(gone);
        _s.Collect();
        Assert.Equal(new MemStats { NumGC = 1 }, Heap.Statistics(gone));
        _s.Collect();
        Addr again = _s.Make(0);
        Assert.Equal(gone, again);
        Assert.Equal((1UL, 0UL, 48UL), (Heap.Statistics(again).Mallocs, Heap.Statistics(again).Frees, Heap.Statistics(again).TotalAlloc));
    }

    [Fact]
    public void An_indirect_key_and_elem_count_for_their_map()
    {
        MapSession s = Collections.Session("map[[136]byte][136]byte", version: GoVersion.Go121);
        Addr map = s.Make(0);
        s.Assign(0, map, new byte[136], new byte[136]);

        // hmap 48, bucket 8 + 64 + 64 + 8 = 144, key and elem 144 each.
        Assert.Equal((4UL, 48UL + 3 * 144), (s.Machine.Heap.Statistics(map).Mallocs, s.Machine.Heap.Statistics(map).TotalAlloc));
        s.Delete(0, map, new byte[136]);
        s.Collect();
        Assert.Equal((2UL, 48UL + 144), (s.Machine.Heap.Statistics(map).Frees, s.Machine.Heap.Statistics(map).HeapAlloc));
    }

    [Fact]
    public void The_next_collection_starts_at_the_live_heap_and_so_many_percent_of_it()
    {
        MapSession s = Collections.Session("map[uint64]uint64", new GcOptions(Percent: 50, MinimumHeap: 100));
        Assert.Equal(100UL, s.Machine.Heap.Statistics().NextGC);
        s.Keep(s.NewObject(new byte[4096], ObjectKind.Other));
        s.Keep(s.NewObject(new byte[1024], ObjectKind.Other));
        s.Collect();
        Assert.Equal(5120UL + 5120 / 100 * 50, s.Machine.Heap.Statistics().NextGC);
        Assert.Equal(0UL, Heap.Statistics().NextGC);
    }

    private SimHeap Heap => _s.Machine.Heap;
}
