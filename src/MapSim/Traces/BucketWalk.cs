using MapSim.Heap;
using MapSim.Layout;
using MapSim.Memory;
using MapSim.Programs;

namespace MapSim.Traces;

/// <summary>
/// Walks every bucket a map and its live iterators can reach, in the canonical order, finds those whose bytes changed
/// since they were last seen, and compares them with the ones the trace line lists: the two sets must be the same.
/// </summary>
internal sealed class BucketWalk(
    TraceComparer comparer, MapSession session, TokenTable tokens, TraceRegions regions, VerifyCounts counts)
{
    private readonly MapType _type = session.TypeOf(0);
    private readonly SimMemory _memory = session.Machine.Memory;
    private readonly List<byte[]> _arrayCopies = [];
    private readonly List<byte[]> _overflowCopies = [];
    private readonly List<uint> _arraySeen = [];
    private readonly List<uint> _overflowSeen = [];
    private readonly Dictionary<int, List<int>> _chains = [];
    private readonly Dictionary<int, Visit> _visits = [];
    private readonly BucketComparer _buckets = new(comparer, session, tokens, regions);
    private readonly Dictionary<Addr, byte[]> _lastWords = [];
    private readonly HashSet<Addr> _listed = [];
    private TraceLine _line = null!;
    private int _matched;
    private int _next;

    /// <summary>The arrays and overflow buckets of one pass over a map.</summary>
    private sealed class Visit
    {
        public readonly List<int> Arrays = [];
        public readonly List<int> Overflows = [];
    }

    /// <summary>
    /// Called before the collector frees an object: what an array held in the end is compared in the pass that misses it.
    /// </summary>
    public void BeforeFree(HeapObject freed)
    {
        if (freed.Kind is ObjectKind.BucketArray or ObjectKind.OverflowBucket)
        {
            _lastWords[freed.Start] = _memory.Raw(freed.Start, (int)freed.Info.Size).ToArray();
        }
    }

    public void Run(TraceLine line, int id, MapView view, List<TracedIterator> live)
    {
        _line = line;
        _matched = 0;
        _next = 0;
        var visit = new Visit();
        Array(visit, view.Buckets, view.B);
        if (view.IsGrowing)
        {
            Array(visit, view.OldBuckets, (byte)(view.B - (view.IsSameSizeGrow ? 0 : 1)));
        }

        live.Sort((a, b) => a.Id.CompareTo(b.Id));
        foreach (TracedIterator it in live)
        {
            Addr buckets = session.ReadPointer(it.Address + session.Machine.L.ItBuckets);
            Array(visit, buckets, _memory.Raw(it.Address + session.Machine.L.ItB, 1)[0]);
            if (session.Collector != null && !_type.BucketHasPointers && !buckets.IsNil)
            {
                HoldFor(it.Address, buckets);
            }
        }

        Detached(visit, _visits.GetValueOrDefault(id));
        _visits[id] = visit;
        if (_matched < line.Memory.Count)
        {
            ReportUnmatched();
        }
    }

    /// <summary>
    /// The recorder holds pointers to every bucket it has named. A collector beside the replay must not free what the
    /// recorder's process could not: the overflow buckets that an iterator can walk and that are on none of its lists.
    /// Without the recorder real Go frees them (docs/DISCOVERIES.md, iter-dangling).
    /// </summary>
    private void HoldFor(Addr iterator, Addr buckets)
    {
        StructLayouts l = session.Machine.L;
        _listed.Clear();
        AddList(session.ReadPointer(iterator + l.ItOverflow));
        AddList(session.ReadPointer(iterator + l.ItOldOverflow));
        foreach (int number in _chains[regions.ArrayNumber(buckets, _memory.Raw(iterator + l.ItB, 1)[0])])
        {
            Hold(OverflowAddress(number));
        }

        Addr bucket = session.ReadPointer(iterator + l.ItBptr);
        for (int length = 0; length < 1 << 20 && !bucket.IsNil && _memory.IsLive(bucket, _type.BucketSize); length++)
        {
            bucket = session.ReadPointer(bucket + _type.OverflowOffset);
            Hold(bucket);
        }
    }

    private void AddList(Addr header)
    {
        if (header.IsNil)
        {
            return;
        }

        Addr array = session.ReadPointer(header);
        ulong length = session.ReadPointer(header + session.Machine.L.SliceLen).Value;
        for (ulong i = 0; i < length; i++)
        {
            _listed.Add(session.ReadPointer(array + (i * (ulong)session.Machine.PointerSize)));
        }
    }

    private void Hold(Addr bucket)
    {
        if (!_listed.Contains(bucket) && session.Keep(bucket))
        {
            counts.Held++;
        }
    }

    private void Array(Visit visit, Addr start, byte b)
    {
        if (start.IsNil)
        {
            return;
        }

        int number = regions.ArrayNumber(start, b);
        if (visit.Arrays.Contains(number))
        {
            return;
        }

        visit.Arrays.Add(number);
        TraceRegions.ArrayRegion region = regions.Array(number);
        if (number == _arrayCopies.Count)
        {
            _arrayCopies.Add(new byte[region.Total * _type.BucketSize]);
            _arraySeen.Add(0);
            _chains.Add(number, []);
        }

        if (LinksChanged(number, region))
        {
            FindChains(number, region);
        }

        Array(number, region);
        foreach (int overflow in _chains[number])
        {
            Overflow(overflow);
        }

        visit.Overflows.AddRange(_chains[number]);
    }

    /// <summary>Has an overflow word of the array or of a bucket chained to it changed since the chains were last found?</summary>
    private bool LinksChanged(int number, TraceRegions.ArrayRegion region)
    {
        foreach (int at in WrittenBuckets(number, region))
        {
            if (LinkDiffers(region.Start + ((ulong)at * (ulong)_type.BucketSize), _arrayCopies[number].AsSpan(at * _type.BucketSize)))
            {
                return true;
            }
        }

        foreach (int overflow in _chains[number])
        {
            if (WasWritten(OverflowAddress(overflow), _type.BucketSize, _overflowSeen[overflow])
                && LinkDiffers(OverflowAddress(overflow), _overflowCopies[overflow]))
            {
                return true;
            }
        }

        return false;
    }

    private bool LinkDiffers(Addr bucket, ReadOnlySpan<byte> copy) =>
        !_memory.Raw(bucket + _type.OverflowOffset, _type.Arch.PointerSize).SequenceEqual(copy.Slice(_type.OverflowOffset, _type.Arch.PointerSize));

    /// <summary>The buckets of an array that lie on pages written since the array was last seen.</summary>
    private IEnumerable<int> WrittenBuckets(int number, TraceRegions.ArrayRegion region)
    {
        int size = region.Total * _type.BucketSize, perStride = Math.Max(1, 4096 / _type.BucketSize);
        if (!WasWritten(region.Start, size, _arraySeen[number]))
        {
            yield break;
        }

        for (int first = 0; first < region.Total; first += perStride)
        {
            int count = Math.Min(perStride, region.Total - first);
            if (!WasWritten(region.Start + ((ulong)first * (ulong)_type.BucketSize), count * _type.BucketSize, _arraySeen[number]))
            {
                continue;
            }

            for (int i = first; i < first + count; i++)
            {
                yield return i;
            }
        }
    }

    private bool WasWritten(Addr address, int size, uint seen)
    {
        Region region = _memory.RegionOf(address)!;
        return region.WrittenAfter((int)(address - region.Base), size, seen);
    }

    private void FindChains(int number, TraceRegions.ArrayRegion region)
    {
        List<int> chained = _chains[number];
        chained.Clear();
        for (int i = 0; i < region.Main; i++)
        {
            Addr bucket = region.Start + ((ulong)i * (ulong)_type.BucketSize);
            for (int length = 0; length < 1 << 20; length++)
            {
                bucket = session.ReadPointer(bucket + _type.OverflowOffset);
                if (bucket.IsNil || !_memory.IsLive(bucket, _type.BucketSize))
                {
                    break;
                }

                NameOf(bucket, number, chained);
            }
        }
    }

    /// <summary>Every bucket of the array by index, spare ones too; the buckets chained to it come after them, chain by chain.</summary>
    private void Array(int number, TraceRegions.ArrayRegion region, bool isDetached = false)
    {
        foreach (int i in WrittenBuckets(number, region))
        {
            Addr bucket = region.Start + ((ulong)i * (ulong)_type.BucketSize);
            Bucket(new PlaceName((byte)'A', number, i, 0), Bytes(region.Start, bucket, isDetached));
        }

        _arraySeen[number] = _memory.WriteEpoch;
    }

    private void Overflow(int number, bool isDetached = false)
    {
        if (WasWritten(OverflowAddress(number), _type.BucketSize, _overflowSeen[number]))
        {
            Bucket(new PlaceName((byte)'O', number, 0, 0), Bytes(OverflowAddress(number), OverflowAddress(number), isDetached));
        }

        _overflowSeen[number] = _memory.WriteEpoch;
    }

    private void NameOf(Addr bucket, int array, List<int> chain)
    {
        PlaceName name = regions.OverflowName(bucket, array);
        if (name.Class == 'O')
        {
            chain.Add(name.Number);
            while (_overflowCopies.Count <= name.Number)
            {
                _overflowCopies.Add(new byte[_type.BucketSize]);
                _overflowSeen.Add(0);
            }
        }
    }

    /// <summary>What the pass before saw and this one did not: its last change is in the trace too.</summary>
    private void Detached(Visit now, Visit? before)
    {
        if (before == null)
        {
            return;
        }

        foreach (int number in before.Arrays)
        {
            if (!now.Arrays.Contains(number))
            {
                Array(number, regions.Array(number), isDetached: true);
                _lastWords.Remove(regions.Array(number).Start);
            }
        }

        foreach (int number in before.Overflows)
        {
            if (!now.Overflows.Contains(number))
            {
                Overflow(number, isDetached: true);
                _lastWords.Remove(OverflowAddress(number));
            }
        }
    }

    /// <summary>The bytes of a bucket; of one that the map let go of and the collector has freed, its last ones.</summary>
    private ReadOnlySpan<byte> Bytes(Addr start, Addr bucket, bool isDetached) =>
        isDetached && _lastWords.TryGetValue(start, out byte[]? last)
            ? last.AsSpan((int)(bucket - start), _type.BucketSize)
            : _memory.Raw(bucket, _type.BucketSize);

    private void Bucket(PlaceName name, ReadOnlySpan<byte> now)
    {
        Span<byte> copy = name.Class == 'A'
            ? _arrayCopies[name.Number].AsSpan(name.Bucket * _type.BucketSize, _type.BucketSize)
            : _overflowCopies[name.Number];
        if (now.SequenceEqual(copy))
        {
            return;
        }

        counts.Buckets++;
        int at = Find(name);
        if (at >= 0)
        {
            _matched++;
            _buckets.Compare(_line, _line.Memory[at], now, copy);
        }
        else
        {
            comparer.Differ($"{name} byte {now.CommonPrefixLength(copy)}", "unchanged", "changed", _buckets.Dump(name, copy, now));
        }

        now.CopyTo(copy);
    }

    private int Find(PlaceName name)
    {
        if (_next < _line.Memory.Count && _line.Memory[_next].Name == name)
        {
            return _next++;
        }

        for (int i = 0; i < _line.Memory.Count; i++)
        {
            if (_line.Memory[i].Name == name)
            {
                _next = i + 1;
                return i;
            }
        }

        return -1;
    }

    private void ReportUnmatched()
    {
        foreach (BucketBytes bucket in _line.Memory)
        {
            if (!regions.TryAddress(bucket.Name, out Addr address) || !_memory.IsLive(address, _type.BucketSize))
            {
                comparer.Differ(bucket.Name.ToString(), "a changed bucket", "no such bucket");
                return;
            }

            _buckets.Compare(_line, bucket, _memory.Raw(address, _type.BucketSize), default);
        }

        comparer.Differ("changed buckets", $"{_line.Memory.Count}", $"{_matched}");
    }

    private Addr OverflowAddress(int number)
    {
        regions.TryAddress(new PlaceName((byte)'O', number, 0, 0), out Addr address);
        return address;
    }
}
