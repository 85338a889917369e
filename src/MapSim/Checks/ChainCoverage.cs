using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Checks;

/// <summary>
/// G5, the liveness rule of Go's map: every overflow bucket that a map or one of its iterators can still come to is held
/// by pointers that the collector sees. Checked between operations, it finds a chain that is going to dangle before any
/// collection runs.
/// </summary>
/// <remarks>
/// <code>
/// who walks     what it can walk                                        what must hold it (pointers the collector sees)
/// the map       h.buckets, h.oldbuckets                                 hmap -> arrays, extra -> overflow, oldoverflow -> buckets
/// an iterator   it.buckets (older than both, perhaps), it.bptr's chain  the same, and it -> buckets, bptr, overflow, oldoverflow
/// </code>
/// In buckets without pointers the overflow word is none for the collector; in others it is one like any other. An iterator
/// may not rely on what only another iterator holds: that one can end at any time. An iterator that is at its end walks
/// nothing. A bucket counts only if it is the object that was linked there: the heap's history says for which array.
/// It does not check what keys and elems point to, whether anything else holds the map, or that a list names nothing
/// that is unlinked (H3.17), nor the state in the middle of an operation.
/// </remarks>
public sealed class ChainCoverage
{
    /// <summary>The invariant's number.</summary>
    public const string Id = "G5";

    private readonly HashSet<ulong> _held = [];
    private readonly Stack<HeapObject> _unfollowed = new();
    private Machine _m = null!;
    private MapType _type = null!;
    private List<Violation> _found = null!;
    private Addr _map;
    private Addr _iterator;

    /// <summary>Checks maps and iterators; at most one violation for each of them. Nothing is found in nil maps.</summary>
    /// <param name="m">The machine.</param>
    /// <param name="maps">Maps that are alive. Those of the iterators need not be among them.</param>
    /// <param name="iterators">Iterators that are alive, on the heap or a stack; ended and zeroed ones are skipped.</param>
    /// <param name="found">Where violations go.</param>
    public void Check(Machine m, IReadOnlyList<KnownMap> maps, IReadOnlyList<Addr> iterators, List<Violation> found)
    {
        MemoryFault fault = m.Memory.Fault;
        int accesses = m.Memory.Accesses;
        (_m, _found) = (m, found);
        foreach (KnownMap map in maps)
        {
            CheckMap(map.Type, map.Map);
        }

        foreach (Addr iterator in iterators)
        {
            CheckIterator(iterator, maps);
        }

        m.Memory.Fault = fault;
        m.Memory.Accesses = accesses;
    }

    private void CheckMap(int type, Addr map)
    {
        if (map.IsNil)
        {
            return;
        }

        (_type, _map, _iterator) = (_m.Types[type], map, default);
        _held.Clear();
        if (!_m.Memory.IsLive(map, _m.L.HmapSize))
        {
            Report(default, "no live memory", "an hmap");
            return;
        }

        HoldMap();
        var view = new MapView(_m.Memory, _type, map);
        bool whole = WalkArray("h.buckets", view.Buckets, view.B);
        if (whole && view.IsGrowing)
        {
            WalkArray("h.oldbuckets", view.OldBuckets, (byte)Math.Max(0, view.B - (view.IsSameSizeGrow ? 0 : 1)));
        }
    }

    private void CheckIterator(Addr it, IReadOnlyList<KnownMap> maps)
    {
        StructLayouts l = _m.L;
        _iterator = it;
        if (!_m.Memory.IsLive(it, l.HiterSize))
        {
            Report(default, "no live memory", "an iterator");
            return;
        }

        Addr map = Pointer(it + l.ItH);
        if (map.IsNil || Pointer(it + StructLayouts.ItKey).IsNil)
        {
            return;
        }

        int type = _m.TypeAt(Pointer(it + l.ItType));
        if (!maps.Contains(new KnownMap(type, map)))
        {
            CheckMap(type, map);
        }

        (_type, _map, _iterator) = (_m.Types[type], map, it);
        _held.Clear();
        HoldMap();
        foreach (int field in (ReadOnlySpan<int>)[l.ItBuckets, l.ItBptr, l.ItOverflow, l.ItOldOverflow])
        {
            Hold(Pointer(it + field));
        }

        FollowHeld();
        if (WalkArray("it.buckets", Pointer(it + l.ItBuckets), _m.Memory.Raw(it + l.ItB, 1)[0]))
        {
            WalkFromBucket(Pointer(it + l.ItBptr));
        }
    }

    /// <summary>What the collector keeps because of the hmap.</summary>
    private void HoldMap()
    {
        foreach (int field in (ReadOnlySpan<int>)[_m.L.Buckets, _m.L.OldBuckets, _m.L.Extra])
        {
            Hold(Pointer(_map + field));
        }

        FollowHeld();
    }

    private void Hold(Addr pointer)
    {
        if (_m.Heap.TryFindObject(pointer, out HeapObject found) && found.IsLive && _held.Add(found.Start.Value))
        {
            _unfollowed.Push(found);
        }
    }

    private void FollowHeld()
    {
        int word = _m.PointerSize;
        while (_unfollowed.TryPop(out HeapObject o))
        {
            PointerMap map = _m.Heap.PointerMaps[o.Info.PointerMap];
            int size = (int)o.Info.Size;
            if (o.Kind is ObjectKind.BucketArray or ObjectKind.OverflowBucket)
            {
                // Of a bucket only the link: entries may point anywhere.
                for (int at = _type.OverflowOffset; map.HasPointers && at + word <= size; at += _type.BucketSize)
                {
                    Hold(map.IsPointer(at) ? Pointer(o.Start + at) : default);
                }
            }
            else if (o.Kind is ObjectKind.MapExtra or ObjectKind.OverflowSlice or ObjectKind.OverflowArray)
            {
                for (int at = map.Next(0, size); at + word <= size; at = map.Next(at + word, size))
                {
                    Hold(Pointer(o.Start + at));
                }
            }
        }
    }

    private bool WalkArray(string name, Addr array, byte b)
    {
        if (array.IsNil)
        {
            return true;
        }

        if (_m.Memory.IsStack(array))
        {
            // The bucket of a map that does not escape: there is one, and a single bucket has no chain.
            return WalkChain(array, default, 0);
        }

        ulong count = Bmap.BucketShift(b, _m.PointerSize), stride = (ulong)_type.BucketSize;
        if (!_m.Heap.TryFindObject(array, out HeapObject o) || !o.IsLive || o.Start != array || o.Info.Size < count * stride || !_held.Contains(array.Value))
        {
            Report(array, $"{name} = {array}, no live array of {count} buckets", "one that the collector sees");
            return false;
        }

        for (ulong i = 0; i < count; i++)
        {
            if (!WalkChain(array + i * stride, o, o.Info.History))
            {
                return false;
            }
        }

        return true;
    }

    private void WalkFromBucket(Addr bucket)
    {
        if (bucket.IsNil || _m.Memory.IsStack(bucket))
        {
            return;
        }

        if (!_m.Heap.TryFindObject(bucket, out HeapObject o) || !o.IsLive)
        {
            Report(bucket, $"it.bptr = {bucket}, no live bucket", "the bucket the iterator stands in");
            return;
        }

        bool inArray = o.Kind == ObjectKind.BucketArray;
        WalkChain(bucket, inArray ? o : default, inArray ? o.Info.History : _m.Heap.History[o.Info.History].ArrayRecord);
    }

    /// <summary>Walks the links behind a bucket.</summary>
    /// <param name="bucket">Where to begin.</param>
    /// <param name="array">The array it lies in, whose spare buckets need nothing else to hold them.</param>
    /// <param name="record">That array's history record; 0 if unknown.</param>
    private bool WalkChain(Addr bucket, HeapObject array, uint record)
    {
        // A chain that goes in a circle is H3.1's business; here it must only end.
        for (int left = _m.Heap.History.Count + (1 << 16); left > 0; left--)
        {
            Addr next = Pointer(bucket + _type.OverflowOffset);
            if (next.IsNil)
            {
                return true;
            }

            if (!(next >= array.Start && next < array.End) && Problem(next, record) is { } problem)
            {
                Report(next, $"overflow bucket {next} behind {bucket}: {problem}", Expected());
                return false;
            }

            bucket = next;
        }

        return true;
    }

    private string? Problem(Addr bucket, uint record)
    {
        if (!_m.Heap.TryFindObject(bucket, out HeapObject o))
        {
            return "no object";
        }

        if (!o.IsLive)
        {
            return "freed";
        }

        uint of = _m.Heap.History[o.Info.History].ArrayRecord;
        if (o.Kind == ObjectKind.BucketArray && (record == 0 || record == o.Info.History))
        {
            // Behind an overflow bucket in which an iterator stands: a spare bucket of the array.
            return _held.Contains(o.Start.Value) ? null : "the collector sees no pointer to it";
        }

        return o.Kind != ObjectKind.OverflowBucket || o.Start != bucket || o.Info.Size != (uint)_type.BucketSize ? $"a live {PlaceNames.Of(o.Kind)} now"
            : record != 0 && of != 0 && of != record ? "a newer bucket at the same address"
            : _held.Contains(bucket.Value) ? null
            : "the collector sees no pointer to it";
    }

    private string Expected() => _type.BucketHasPointers ? "a link the collector sees"
        : _iterator.IsNil ? "it in extra.overflow or extra.oldoverflow"
        : "it in extra.overflow, extra.oldoverflow, it.overflow or it.oldoverflow";

    private Addr Pointer(Addr at) => new(SliceView.WordAt(_m.Memory, _m.Arch, at));

    private void Report(Addr bucket, string what, string expected) =>
        _found.Add(new Violation(Id, _map, bucket, _iterator.IsNil ? what : $"{what} (iterator {_iterator})", expected));
}
