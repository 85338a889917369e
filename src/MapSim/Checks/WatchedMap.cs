using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Checks;

/// <summary>What a <see cref="StructureWatch"/> remembers of one map: its two arrays, and under what header it saw them.</summary>
internal sealed class WatchedMap
{
    private WatchedArray _present = new(), _old = new();
    private ulong _frees;
    private uint _seed;
    private int _type;
    private byte _flags;

    /// <summary>Remembers nothing.</summary>
    public void Forget()
    {
        _present.Forget();
        _old.Forget();
    }

    /// <summary>Looks at what changed.</summary>
    /// <returns>True if every invariant holds; false if one does not, or only a whole look can say. Nothing that it remembers is of use then.</returns>
    public bool IsSound(MapScan scan, Machine m, int type, Addr map, List<Violation> found)
    {
        scan.Entries.Clear();
        if (!scan.ReadHeader(m, type, map) || !m.Memory.IsLive(scan.View.Extra, m.L.MapExtraSize) && !scan.View.Extra.IsNil)
        {
            return false;
        }

        uint seed = scan.View.Hash0;
        if (_frees != m.Heap.Frees || _type != type || _seed != seed)
        {
            Forget();
            (_frees, _type, _seed) = (m.Heap.Frees, type, seed);
        }

        if (!HasArrays(scan) || !_present.Look(scan, seed, isOld: false, _old) || !_old.Look(scan, seed, isOld: true, _present))
        {
            return false;
        }

        _flags = scan.Flags;
        scan.TakeArrays(_old.Count, _present.Length, _present.Overflow, _present.Linked);
        MapChecks.CheckTaken(scan, found);
        return found.Count == 0 && _present.Live + _old.Live == scan.Count && IsMarkRight(scan)
            && IsListed(scan, _present, scan.View.ExtraOverflow) && (!scan.IsGrowing || IsListed(scan, _old, scan.View.ExtraOldOverflow));
    }

    /// <summary>Sees whether the arrays are those that it knows, or others.</summary>
    private bool HasArrays(MapScan scan)
    {
        int count = scan.Buckets.IsNil ? 0 : 1 << scan.B;
        int oldCount = !scan.IsGrowing ? 0 : scan.IsSameSize ? 1 << scan.B : (1 << scan.B) / 2;
        if (scan.IsGrowing && (oldCount == 0 || scan.OldBuckets == scan.Buckets))
        {
            return false;
        }

        // What was said of evacuated buckets depends on these flags.
        int dropped = _flags & ~scan.Flags & (HmapFlags.SameSizeGrow | HmapFlags.OldIterator), set = scan.Flags & ~_flags & HmapFlags.SameSizeGrow;
        if (!_old.Is(scan.OldBuckets, oldCount) || (scan.IsGrowing && (dropped | set) != 0))
        {
            // A grow begins with the array that was the present one. The new one has waited for nothing yet.
            if (scan.IsGrowing)
            {
                bool begins = _present.Is(scan.OldBuckets, oldCount);
                (_present, _old) = begins ? (_old, _present) : (_present, _old);
                _present.Forget();
                if (!begins)
                {
                    _old.Forget();
                }
            }
            else
            {
                _old.Forget();
            }
        }

        return _present.Becomes(scan, scan.Buckets, count) && _old.Becomes(scan, scan.OldBuckets, oldCount);
    }

    /// <summary>H3.9.</summary>
    private bool IsMarkRight(MapScan scan)
    {
        ulong mark = scan.Nevacuate, count = (ulong)_old.Count;
        if (!scan.IsGrowing)
        {
            return mark == 0 || mark == 1UL << scan.B || mark == (1UL << scan.B) / 2;
        }

        if (mark >= count)
        {
            return false;
        }

        for (int chain = 0; chain < (int)mark; chain++)
        {
            if (!_old.IsEvacuated(chain))
            {
                return false;
            }
        }

        return count > Bmap.EvacuationLookAhead || !_old.IsEvacuated((int)mark);
    }

    /// <summary>H3.17.</summary>
    private static bool IsListed(MapScan scan, WatchedArray array, Addr header)
    {
        if (scan.Type.BucketHasPointers || header.IsNil)
        {
            return header.IsNil && (scan.Type.BucketHasPointers || array.Overflow == 0);
        }

        SimMemory memory = scan.Machine.Memory;
        if (!memory.IsLive(header, scan.Machine.L.SliceSize))
        {
            return false;
        }

        SliceView list = scan.View.Slice(header);
        int bytes = array.Overflow * scan.Machine.PointerSize;
        return list.Length == (ulong)array.Overflow && (bytes == 0 || (memory.IsLive(list.Array, bytes) && array.IsList(memory.Raw(list.Array, bytes), scan.Machine.PointerSize)));
    }
}
