using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Traces;

/// <summary>
/// The canonical names of a trace's memory: arrays A0, A1 ..., overflow buckets O0 ..., overflow lists V0 ...,
/// numbered in the order in which walking the map meets them (trace-format.md).
/// </summary>
internal sealed class TraceRegions(Machine machine, MapType type)
{
    private readonly Dictionary<Addr, int> _arrayNumbers = [];
    private readonly Dictionary<Addr, int> _overflowNumbers = [];
    private readonly Dictionary<Addr, int> _sliceNumbers = [];
    private readonly List<ArrayRegion> _arrays = [];
    private readonly List<Addr> _overflows = [];

    /// <summary>Regions met for the first time since the list was last cleared, as a line lists them.</summary>
    public List<NewRegion> New { get; } = [];

    /// <summary>An array of buckets.</summary>
    /// <param name="Start">Its address.</param>
    /// <param name="Main">Buckets that hashes choose among.</param>
    /// <param name="Total">With the spare ones.</param>
    public readonly record struct ArrayRegion(Addr Start, int Main, int Total);

    /// <summary>The number of an array; a new one gets the next.</summary>
    /// <param name="start">Its address.</param>
    /// <param name="b">log2 of its main buckets.</param>
    public int ArrayNumber(Addr start, byte b)
    {
        if (!_arrayNumbers.TryGetValue(start, out int number))
        {
            number = _arrays.Count;
            _arrayNumbers.Add(start, number);
            var region = new ArrayRegion(start, 1 << b, (int)MapSim.Map.MakeBucketArray.BucketCount(type, b, machine.Version));
            _arrays.Add(region);
            New.Add(new NewRegion(new PlaceName((byte)'A', number, 0, 0), region.Main, region.Total));
        }

        return number;
    }

    /// <summary>The array with a number.</summary>
    public ArrayRegion Array(int number) => _arrays[number];

    /// <summary>The name of a bucket reached through a chain; an unknown one gets the next O number.</summary>
    public PlaceName OverflowName(Addr bucket, int array)
    {
        ArrayRegion own = _arrays[array];
        ulong into = bucket - own.Start;
        if (into < (ulong)own.Total * (ulong)type.BucketSize)
        {
            return new PlaceName((byte)'A', array, (int)(into / (ulong)type.BucketSize), 0);
        }

        if (!_overflowNumbers.TryGetValue(bucket, out int number))
        {
            number = _overflows.Count;
            _overflowNumbers.Add(bucket, number);
            _overflows.Add(bucket);
            New.Add(new NewRegion(new PlaceName((byte)'O', number, 0, 0), 1, 1));
        }

        return new PlaceName((byte)'O', number, 0, 0);
    }

    /// <summary>The number of an overflow list; a new one gets the next. -1 for nil.</summary>
    public int SliceNumber(Addr header)
    {
        if (header.IsNil)
        {
            return -1;
        }

        if (!_sliceNumbers.TryGetValue(header, out int number))
        {
            number = _sliceNumbers.Count;
            _sliceNumbers.Add(header, number);
        }

        return number;
    }

    /// <summary>The address of a place; false if nothing has that name.</summary>
    public bool TryAddress(PlaceName name, out Addr address)
    {
        address = default;
        switch (name.Class)
        {
            case 0: return true;
            case (byte)'A' when name.Number < _arrays.Count && name.Number >= 0:
                address = _arrays[name.Number].Start + ((ulong)(uint)name.Bucket * (ulong)type.BucketSize) + name.Offset;
                return true;
            case (byte)'O' when name.Number < _overflows.Count && name.Number >= 0:
                address = _overflows[name.Number] + name.Offset;
                return true;
            default: return false;
        }
    }

    /// <summary>The name of an address, for messages: "A3:17+24", or the address itself if it has none.</summary>
    public string Describe(Addr address)
    {
        if (address.IsNil)
        {
            return "nil";
        }

        if (machine.Heap.TryFindObject(address, out HeapObject found))
        {
            int into = (int)(address - found.Start);
            if (_arrayNumbers.TryGetValue(found.Start, out int array))
            {
                return new PlaceName((byte)'A', array, into / type.BucketSize, into % type.BucketSize).ToString();
            }

            if (_overflowNumbers.TryGetValue(found.Start, out int overflow))
            {
                return new PlaceName((byte)'O', overflow, 0, into).ToString();
            }
        }

        return address.ToString();
    }
}
