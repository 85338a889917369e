using MapSim.Gc;
using MapSim.Hash;
using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;
using MapSim.Programs;
using MapSim.Tests.Gcs;
using Xunit;

namespace MapSim.Tests.Heaps;

/// <summary>What the history tells about the life of a map's objects. Keys are their own hashes: even ones share bucket 0.</summary>
public class HeapHistoryTests
{
    private readonly MapSession _s = Collections.Session("map[uint64]*T", hash: DegenerateHashKind.Identity);

    private Machine M => _s.Machine;

    [Fact]
    public void An_object_is_recorded_with_its_step_its_map_and_its_goroutine()
    {
        Addr map = _s.Make(0);
        ObjectHistory hmap = At(map);
        Assert.Equal((1UL, map, map, (ushort)0, 48U), (hmap.Allocated, hmap.Owner, hmap.Start, hmap.AllocatedBy, hmap.Size));
        ulong before = M.Steps;
        Assign(map, 2);
        ObjectHistory bucket = At(Sessions.View(_s, map).Buckets);
        Assert.InRange(bucket.Allocated, before + 1, M.Steps);
        Assert.Equal((map, (byte)ObjectKind.BucketArray, 144U), (bucket.Owner, bucket.Kind, bucket.Size));
        Assert.Equal((0UL, 0UL, 0UL, 0U), (bucket.Migrating, bucket.Released, bucket.Freed, bucket.ArrayRecord));
        Assert.Equal(default, At(_s.NewObject([1], ObjectKind.Other)).Owner);
    }

    [Fact]
    public void An_overflow_bucket_is_recorded_with_the_array_of_its_chain_also_behind_another()
    {
        (Addr map, MapView view) = WithTwoOverflowBuckets();
        uint array = M.Heap.RecordAt(view.Buckets);
        Addr first = view.Bucket(view.Buckets, 0).Overflow, second = view.BucketAt(first).Overflow;
        Assert.Equal((array, array), (At(first).ArrayRecord, At(second).ArrayRecord));
        Assert.Equal((map, (byte)ObjectKind.OverflowBucket), (At(second).Owner, At(second).Kind));
        Assert.Equal(0U, At(view.Buckets).ArrayRecord);
    }

    [Fact]
    public void A_grow_records_when_an_array_began_to_move_when_the_map_let_go_of_it_and_who_freed_it()
    {
        (Addr map, MapView view) = WithTwoOverflowBuckets();
        Addr old = view.Buckets, overflow = view.Bucket(old, 0).Overflow;
        uint array = M.Heap.RecordAt(old), chained = M.Heap.RecordAt(overflow);
        ulong begin = M.Steps;
        while (!view.IsGrowing)
        {
            begin = M.Steps;
            Assign(map, 1 + 2 * view.Count);
        }

        ulong growing = M.Steps;
        Assert.InRange(M.Heap.History[array].Migrating, begin + 1, growing);
        Assert.Equal((old, 0UL), (view.OldBuckets, M.Heap.History[array].Released));
        ulong last = growing;
        while (view.IsGrowing)
        {
            last = M.Steps;
            _s.Delete(0, map, Sessions.U64(1_000_001));
        }

        Assert.InRange(M.Heap.History[array].Released, last + 1, M.Steps);
        Assert.Equal(0UL, M.Heap.History[array].Freed);
        ulong ended = M.Steps;
        _s.Collect();
        foreach (uint record in new[] { array, chained })
        {
            ObjectHistory h = M.Heap.History[record];
            Assert.InRange(h.Freed, ended + 1, M.Steps);
            Assert.Equal((1U, (ushort)_s.Collector!.Workers[0]), (h.FreedCycle, h.FreedBy));
        }
    }

    [Fact]
    public void A_clear_lets_go_of_the_old_array()
    {
        (Addr map, MapView view) = WithTwoOverflowBuckets();
        while (!view.IsGrowing)
        {
            Assign(map, 1 + 2 * view.Count);
        }

        uint array = M.Heap.RecordAt(view.OldBuckets), present = M.Heap.RecordAt(view.Buckets);
        _s.Clear(0, map);
        Assert.NotEqual(0UL, M.Heap.History[array].Released);
        Assert.Equal(0UL, M.Heap.History[present].Released);
    }

    [Fact]
    public void An_allocation_that_sweeps_is_recorded_as_the_one_that_freed()
    {
        MapSession s = Collections.Session("map[uint64]uint64");
        Addr gone = Sessions.Filled(s, 0);
        uint record = s.Machine.Heap.RecordAt(gone);
        s.Forget(gone);
        s.Machine.Heap.Gc.Requested = true;
        while (s.Machine.Heap.Gc.Cycle == 0)
        {
            s.Machine.Step(s.Collector!.Workers[0]);
        }

        ulong before = s.Machine.Steps;
        s.Machine.Select(0);
        s.Machine.Allocated = null;
        s.BeginMake(0);
        s.Machine.Run();
        ObjectHistory h = s.Machine.Heap.History[record];
        Assert.Equal((before + 1, (ushort)0, 1U), (h.Freed, h.FreedBy, h.FreedCycle));
    }

    [Fact]
    public void A_slot_that_is_used_again_gets_a_record_of_its_own()
    {
        Addr first = _s.NewObject(new byte[77], ObjectKind.StringData);
        uint record = M.Heap.RecordAt(first);
        _s.Collect();
        Assert.Equal(0U, M.Heap.RecordAt(first));
        _s.Collect();
        Addr again = _s.NewObject(new byte[78], ObjectKind.Pointee);
        Assert.Equal(first, again);
        Assert.NotEqual(record, M.Heap.RecordAt(again));
        Assert.Equal((77U, 1U), (M.Heap.History[record].Size, M.Heap.History[record].FreedCycle));
        Assert.Equal((78U, 0UL), (At(again).Size, At(again).Freed));
    }

    /// <summary>Two buckets; the even keys fill bucket 0 and chain two more behind it.</summary>
    private (Addr Map, MapView View) WithTwoOverflowBuckets()
    {
        Addr map = _s.Make(0, Map.MakeForm.Hint, 20);
        MapView view = Sessions.View(_s, map);
        for (ulong i = 0; i < 17; i++)
        {
            Assign(map, 1024 * i);
        }

        Assert.Equal((2, 17UL), (view.B, view.Count));
        return (map, view);
    }

    private void Assign(Addr map, ulong key) => _s.Assign(0, map, Sessions.U64(key), Sessions.U64(0));

    private ObjectHistory At(Addr a) => M.Heap.History[M.Heap.RecordAt(a)];
}
