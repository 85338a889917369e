using System.Globalization;
using MapSim.Layout;
using MapSim.Map;
using MapSim.Memory;

namespace MapSim.Inspect;

/// <summary>
/// Reads a map out of saved memory and trusts no byte of it: sizes have limits, every pointer is looked up before it is
/// followed, no bucket is visited twice. It always ends, whatever the memory holds.
/// </summary>
public sealed class MapDecoder
{
    /// <summary>Largest array of buckets that is read, in bytes.</summary>
    public const ulong MostArrayBytes = 1 << 29;

    private const int MostOverflow = 1 << 20;
    private const ulong MostItems = 1 << 22;
    private const int MostPartial = 1 << 16;
    private const int MostProblems = 32;
    private readonly ProcessImage _image;
    private readonly DecodedMap _map;
    private readonly MapType _type;
    private readonly HashSet<ulong> _visited = [];
    private int _followed;

    private MapDecoder(ProcessImage image, DecodedMap map) => (_image, _map, _type) = (image, map, map.Type);

    /// <summary>Reads a map.</summary>
    /// <param name="image">The memory.</param>
    /// <param name="hmap">Where the hmap should be.</param>
    /// <param name="type">The map's type, for the process's architecture.</param>
    /// <param name="version">The release of Go.</param>
    public static DecodedMap Decode(ProcessImage image, Addr hmap, MapType type, GoVersion version)
    {
        var map = new DecodedMap(hmap, type, version);
        new MapDecoder(image, map).Read();
        return map;
    }

    private void Read()
    {
        int size = _map.L.HmapSize;
        if (Bytes("the hmap", _map.Address, size) is not { } header)
        {
            return;
        }

        _map.Header = header;
        if (!_map.Buckets.IsNil)
        {
            _map.Present = Array("buckets", _map.Buckets, _map.B, isOld: false);
        }

        if (_map.IsGrowing && _map.B == 0 && !_map.IsSameSize)
        {
            Break("oldbuckets", _map.OldBuckets, "an old array of half a bucket: B = 0 and oldbuckets not nil", "B > 0 in a grow to twice the size");
        }
        else if (_map.IsGrowing)
        {
            _map.Old = Array("oldbuckets", _map.OldBuckets, _map.IsSameSize ? _map.B : (byte)(_map.B - 1), isOld: true);
        }

        Extra();
    }

    private void Extra()
    {
        if (_map.Extra.IsNil || Bytes("mapextra", _map.Extra, _map.L.MapExtraSize) is not { } extra)
        {
            return;
        }

        _map.ExtraBytes = extra;
        _map.Overflow = List("extra.overflow", DecodedMap.Pointer(extra.AsSpan(StructLayouts.Overflow), _type.Arch));
        _map.OldOverflow = List("extra.oldoverflow", DecodedMap.Pointer(extra.AsSpan(_map.L.OldOverflow), _type.Arch));
    }

    private DecodedList? List(string name, Addr header)
    {
        if (header.IsNil || Bytes(name, header, _map.L.SliceSize) is not { } slice)
        {
            return null;
        }

        int w = _type.Arch.PointerSize;
        var array = new Addr(Word(slice, StructLayouts.SliceArray));
        ulong length = Word(slice, _map.L.SliceLen), capacity = Word(slice, _map.L.SliceCap);
        if (length > capacity || length > MostItems)
        {
            Break(name, header, $"a slice of length {length} and capacity {capacity}", $"a length up to the capacity and {MostItems}", "H3.17");
            return new DecodedList(header, array, length, capacity, []);
        }

        byte[]? items = length == 0 ? [] : Bytes(name + "'s array", array, (int)length * w);
        return new DecodedList(header, array, length, capacity,
            items == null ? [] : [.. Enumerable.Range(0, (int)length).Select(i => new Addr(Word(items, i * w)))]);
    }

    private DecodedArray? Array(string name, Addr start, byte b, bool isOld)
    {
        ulong size = (ulong)_type.BucketSize, most = MostArrayBytes / size;
        if (b > 40 || (1UL << b) > most)
        {
            string count = b < 64 ? (1UL << b).ToString(CultureInfo.InvariantCulture) : "2^" + b.ToString(CultureInfo.InvariantCulture);
            Break("hmap.B", _map.Address + _map.L.B, $"B = {_map.B}: {name} of {count} buckets of {size} bytes", $"an array that memory has room for (this command reads up to {most} buckets)");
            return null;
        }

        int main = 1 << b, total = Math.Max(main, (int)MakeBucketArray.BucketCount(_type, b, _map.Version));
        if (start.Value % (ulong)_type.Arch.PointerSize != 0)
        {
            Break(name, start, $"the address {start}", "a multiple of the word size");
            return null;
        }

        int length = main * (int)size;
        bool isWhole = _image.Has(start, (ulong)length);
        if (!isWhole)
        {
            Gap($"{name}, {main} bucket{(main == 1 ? "" : "s")} of {size} bytes", start, (ulong)length);
            if (main > MostPartial)
            {
                return null;
            }
        }

        // What is not there is not allocated either: a wrong B must not cost half a gigabyte.
        byte[] mains = isWhole ? new byte[length] : [];
        _image.Read(start, mains);
        ulong spareBytes = (ulong)(total - main) * size;
        byte[] spares = _image.Has(start + length, spareBytes) ? new byte[spareBytes] : [];
        _image.Read(start + length, spares);
        var buckets = new List<DecodedBucket>();
        var array = new DecodedArray(isOld, start, main, total, buckets, spares);
        for (int i = 0; i < main; i++)
        {
            Chain(name, array, buckets, i, isWhole ? mains.AsMemory(i * (int)size, (int)size) : OneBucket(start, i));
        }

        return array;
    }

    /// <summary>A main bucket of an array that is not there as a whole.</summary>
    private byte[] OneBucket(Addr start, int i)
    {
        var bytes = new byte[_type.BucketSize];
        return _image.TryRead(start + (ulong)i * (ulong)bytes.Length, bytes) ? bytes : [];
    }

    private void Chain(string name, DecodedArray array, List<DecodedBucket> into, int chain, ReadOnlyMemory<byte> main)
    {
        ulong size = (ulong)_type.BucketSize;
        var bucket = new DecodedBucket(array.Start + ((ulong)chain * size), chain, 0, main);
        into.Add(bucket);
        while (bucket.Bytes.Length > 0 && bucket.Overflow(_type) is { IsNil: false } link)
        {
            string place = $"{name}, bucket {chain}{(bucket.Depth == 0 ? "" : $", overflow {bucket.Depth}")}";
            if (Problem(array, link) is { } problem)
            {
                Break(place, bucket.Address, $"a link to {link}{problem}", "nil, a spare bucket of the same array, or a bucket of its own");
                return;
            }

            if (!_visited.Add(link.Value))
            {
                Break(place, bucket.Address, $"a second link to {link}", "a chain that ends, and shares no bucket with another");
                return;
            }

            if (++_followed > MostOverflow)
            {
                Break(place, bucket.Address, $"more than {MostOverflow} overflow buckets", "chains that end");
                return;
            }

            byte[]? bytes = Bytes($"{place}: its overflow bucket", link, (int)size);
            bucket = new DecodedBucket(link, chain, bucket.Depth + 1, bytes ?? []);
            into.Add(bucket);
        }
    }

    private string? Problem(DecodedArray array, Addr link)
    {
        ulong into = link - array.Start, size = (ulong)_type.BucketSize;
        return link.Value % (ulong)_type.Arch.PointerSize != 0 ? ", which is no multiple of the word size"
            : into < (ulong)array.Main * size ? ", which is inside the main buckets of the same array"
            : into < (ulong)array.Total * size && into % size != 0 ? ", which is inside a spare bucket"
            : null;
    }

    /// <summary>Bytes, or null and a note about why not.</summary>
    private byte[]? Bytes(string place, Addr at, int size)
    {
        if (!_image.Has(at, (ulong)size))
        {
            Gap(place, at, (ulong)size);
            return null;
        }

        var bytes = new byte[size];
        _image.Read(at, bytes);
        return bytes;
    }

    private void Gap(string place, Addr at, ulong size)
    {
        if (_image.MayExist(_image.FirstGap(at, size)))
        {
            Add(new Misfit(MisfitKind.Missing, "", place, at, size, _image.WhyMissing(at, size), ""));
        }
        else
        {
            Break(place, at, _image.WhyMissing(at, size), $"{ProcessImage.Bytes(size)} of memory");
        }
    }

    private void Break(string place, Addr at, string found, string expected, string id = "H3.1") =>
        Add(new Misfit(MisfitKind.Broken, id, place, at, 0, found, expected));

    private void Add(Misfit misfit)
    {
        if (_map.Problems.Count < MostProblems)
        {
            _map.Problems.Add(misfit);
        }
    }

    private ulong Word(ReadOnlySpan<byte> bytes, int at) => DecodedMap.Pointer(bytes[at..], _type.Arch).Value;
}
