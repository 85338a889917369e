using System.Globalization;
using MapSim.Memory;

namespace MapSim.Layout;

/// <summary>A bucket array with its spare overflow buckets.</summary>
/// <param name="Name">A0, A1 ...</param>
/// <param name="Start">Its first bucket.</param>
/// <param name="Main">Main buckets: 2^B.</param>
/// <param name="Total">Main buckets and spares; 0 if the array is not readable.</param>
public sealed record ArrayRegion(string Name, Addr Start, ulong Main, ulong Total);

/// <summary>
/// Names for the buckets of one or more maps, so that links can be shown and compared without addresses: arrays are
/// A0, A1 ..., their buckets A0:3, overflow buckets that were allocated one by one O0, O1 ..., all numbered in the
/// order in which a walk along the chains first meets them (trace-format.md).
/// </summary>
/// <param name="memory">The memory.</param>
/// <param name="type">The type of the maps.</param>
/// <param name="bucketsInArray">How many buckets, spares included, an array for 2^B has.</param>
public sealed class BucketNames(SimMemory memory, MapType type, Func<byte, ulong> bucketsInArray)
{
    private readonly List<ArrayRegion> _arrays = [];
    private readonly List<Addr> _overflow = [];
    private readonly Dictionary<Addr, string> _names = [];

    /// <summary>The arrays seen.</summary>
    public IReadOnlyList<ArrayRegion> Arrays => _arrays;

    /// <summary>The overflow buckets outside of arrays, in the order of their numbers.</summary>
    public IReadOnlyList<Addr> Overflow => _overflow;

    /// <summary>Names the buckets of a map: the present array's, then the old array's.</summary>
    public BucketNames Visit(MapView map)
    {
        if (!map.Buckets.IsNil)
        {
            VisitArray(map.Buckets, map.B);
        }

        if (!map.OldBuckets.IsNil)
        {
            VisitArray(map.OldBuckets, map.IsSameSizeGrow || map.B == 0 ? map.B : (byte)(map.B - 1));
        }

        return this;
    }

    /// <summary>The array that starts at an address; null if none does.</summary>
    public ArrayRegion? ArrayAt(Addr start) => _arrays.FirstOrDefault(a => a.Start == start);

    /// <summary>The name of a bucket, "nil", or the address of something unknown.</summary>
    public string Of(Addr address)
    {
        if (address.IsNil)
        {
            return "nil";
        }

        if (_names.TryGetValue(address, out string? name))
        {
            return name;
        }

        foreach (ArrayRegion a in _arrays)
        {
            ulong offset = address - a.Start, size = (ulong)type.BucketSize;
            if (offset < a.Total * size && offset % size == 0)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{a.Name}:{offset / size}");
            }
        }

        return address.ToString();
    }

    /// <summary>The overflow buckets behind a bucket. Ends at a link that is broken or goes in a circle.</summary>
    public IEnumerable<Addr> Chain(Addr bucket)
    {
        Addr first = Link(bucket);
        if (first.IsNil)
        {
            yield break;
        }

        var seen = new HashSet<Addr> { bucket };
        for (Addr next = first; !next.IsNil && seen.Add(next) && memory.IsLive(next, type.BucketSize); next = Link(next))
        {
            yield return next;
        }
    }

    private void VisitArray(Addr start, byte b)
    {
        if (ArrayAt(start) != null)
        {
            return;
        }

        string name = "A" + _arrays.Count.ToString(CultureInfo.InvariantCulture);
        ulong main = Bmap.BucketShift(b, type.Arch.PointerSize);
        ulong total = b < 32 ? bucketsInArray(b) : 0;
        total = total * (ulong)type.BucketSize < int.MaxValue && memory.IsLive(start, (int)(total * (ulong)type.BucketSize)) ? total : 0;
        _arrays.Add(new ArrayRegion(name, start, Math.Min(main, total), total));
        for (ulong i = 0; i < Math.Min(main, total); i++)
        {
            foreach (Addr bucket in Chain(start + (i * (ulong)type.BucketSize)))
            {
                bool inside = bucket - start < total * (ulong)type.BucketSize;
                if (!inside && _names.TryAdd(bucket, "O" + _overflow.Count.ToString(CultureInfo.InvariantCulture)))
                {
                    _overflow.Add(bucket);
                }
            }
        }
    }

    private Addr Link(Addr bucket) =>
        memory.IsLive(bucket, type.BucketSize) ? new Addr(SliceView.WordAt(memory, type.Arch, bucket + type.OverflowOffset)) : default;
}
