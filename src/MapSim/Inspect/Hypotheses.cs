using System.Globalization;
using MapSim.Layout;
using MapSim.Memory;

namespace MapSim.Inspect;

/// <summary>
/// What would fit memory that does not fit what it was said to be: another release of Go, another word size, another B, other
/// sizes of key and elem slots, an hmap that the address only points to. Each is tried as it would be if it had been asked
/// for; only what then leaves nothing missing and nothing broken is told.
/// </summary>
public sealed class Hypotheses
{
    private const long MostBytes = 1 << 24;
    private const int MostTold = 6;
    private const byte MostB = 16, MostTriedB = 24;

    private static readonly string[] Keys = ["uint8", "uint16", "uint32", "uint64", "string", "[3]uint64", "[4]uint64"];

    private static readonly string[] Elems =
    [
        "struct{}", "uint8", "uint16", "uint32", "uint64", "unsafe.Pointer", "string", "[2]uint64", "[3]uint64", "[3]unsafe.Pointer",
        "[4]uint64", "[5]uint64", "[6]uint64", "[8]uint64", "[12]uint64", "[16]uint64",
    ];

    private readonly ProcessImage _image;
    private readonly DecodedMap _map;
    private readonly List<string> _fitting = [];
    private int _tried;

    private Hypotheses(ProcessImage image, DecodedMap map) => (_image, _map) = (image, map);

    /// <summary>What would fit, a line each; empty if the map fits as it is.</summary>
    public static IReadOnlyList<string> Of(ProcessImage image, MapInspection inspection)
    {
        if (inspection.Fits)
        {
            return [];
        }

        DecodedMap map = inspection.Map;
        var all = new Hypotheses(image, map);
        all.WordSizes();
        if (map.HasHeader)
        {
            all.Pointers();
            all.Releases();
            all.OtherB();
        }

        // If the map could be walked and has as many entries as it says, its slots have the sizes they were read with.
        if (map.HasHeader && (map.Misfits.Count > 0 || (ulong)map.Live != map.Count))
        {
            all.Types();
        }

        List<string> told = [.. all._fitting.Take(MostTold)];
        return inspection.Broken.Count > 0 && told.Count == 0 && map.HasHeader
            ? [string.Create(CultureInfo.InvariantCulture, $"nothing else fits: {all._tried} other releases, word sizes, values of B and slot sizes were tried")]
            : told;
    }

    private void Pointers()
    {
        if (_image.TryReadWord(_map.Address, _map.Type.Arch, out ulong word) && word % (ulong)_map.L.Word == 0
            && _image.Has(new Addr(word), (ulong)_map.L.HmapSize) && Fits(_image, new Addr(word), _map.Type, _map.Version))
        {
            _fitting.Add($"the word at {_map.Address} points to an hmap that fits: it is the map variable; --addr {new Addr(word)}");
        }
    }

    private void Releases()
    {
        string[] names = [.. GoVersion.All.Where(v => v != _map.Version && Fits(_image, _map.Address, _map.Type, v)).Select(v => v.Name)];
        if (names.Length > 0)
        {
            _fitting.Add($"would fit: Go {string.Join(", ", names)}");
        }
    }

    private void WordSizes()
    {
        Arch other = _map.Type.Arch.PointerSize == 8 ? Arch.I386 : Arch.Amd64;
        if (MapType.Parse(_map.Type.Text, other) is var type && Fits(_image, _map.Address, type, _map.Version))
        {
            _fitting.Add($"would fit: {(other == Arch.I386 ? "words of 4 bytes, --arch 386" : "words of 8 bytes, --arch amd64 or arm64")}");
        }
    }

    private void OtherB()
    {
        for (byte b = 0; b <= MostB; b++)
        {
            // It is never closed: its files are those of the image it changes.
            var changed = new ProcessImage { IsComplete = _image.IsComplete };
            changed.Add("another B", _map.Address + _map.L.B, [b]);
            foreach (SavedRange range in _image.Ranges)
            {
                changed.Add(range);
            }

            if (b != _map.B && Fits(changed, _map.Address, _map.Type, _map.Version))
            {
                _fitting.Add(string.Create(CultureInfo.InvariantCulture, $"would fit: B = {b} ({1UL << b} buckets), where the hmap has {_map.B}"));
            }
        }

        // Memory that begins with the buckets and has another size than 2^B of them.
        ulong given = _image.IsComplete ? 0 : _image.SizeOfRangeAt(_map.Buckets), size = (ulong)_map.Type.BucketSize;
        if (given > 0 && (_map.Present is not { } present || (given != (ulong)present.Main * size && given != (ulong)present.Total * size)))
        {
            _fitting.Add(string.Create(CultureInfo.InvariantCulture,
                $"the {given} bytes given for the buckets are {given / size} bucket{(given / size == 1 ? "" : "s")} of {size} bytes{(given % size == 0 ? "" : $" and {given % size} bytes more")}; B = {_map.B} says 2^{_map.B}"));
        }
    }

    private void Types()
    {
        var told = new HashSet<(int, int, bool)> { (_map.Type.KeySlot, _map.Type.ElemSlot, _map.Type.BucketHasPointers) };
        foreach (string key in Keys)
        {
            foreach (string elem in Elems)
            {
                MapType type = MapType.Parse($"map[{key}]{elem}", _map.Type.Arch);
                (int, int, bool) slots = (type.KeySlot, type.ElemSlot, type.BucketHasPointers);
                if (_fitting.Count < MostTold && !told.Contains(slots) && Fits(_image, _map.Address, type, _map.Version))
                {
                    told.Add(slots);
                    _fitting.Add(string.Create(CultureInfo.InvariantCulture, $"would fit: slots of {type.KeySlot} and {type.ElemSlot} bytes, such as {type.Text}"));
                }
            }
        }
    }

    private bool Fits(ProcessImage image, Addr hmap, MapType type, GoVersion version)
    {
        _tried++;

        // A hundred readings of an array of a gigabyte would take minutes.
        var b = new byte[1];
        if (image.TryRead(hmap + StructLayouts.Of(type.Arch).B, b) && (b[0] > MostTriedB || (long)type.BucketSize << b[0] > MostBytes))
        {
            return false;
        }

        DecodedMap map = MapDecoder.Decode(image, hmap, type, version);
        long size = ((DecodedArray?[])[map.Present, map.Old]).Sum(a => a?.Total * (long)type.BucketSize ?? 0);
        return map.Misfits.Count == 0 && (ulong)map.Live == map.Count && size <= MostBytes && FillsWhatWasGiven(image, map)
            && MapInspection.Of(image, hmap, type, version).Broken.Count == 0;
    }

    /// <summary>Who dumps an array dumps all of it, and nothing more.</summary>
    private static bool FillsWhatWasGiven(ProcessImage image, DecodedMap map)
    {
        ulong given = image.IsComplete || map.Present == null ? 0 : image.SizeOfRangeAt(map.Buckets);
        return given == 0 || given == (ulong)map.Present!.Main * (ulong)map.Type.BucketSize || given == (ulong)map.Present.Total * (ulong)map.Type.BucketSize;
    }
}
