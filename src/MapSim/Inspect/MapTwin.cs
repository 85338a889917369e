using System.Globalization;
using System.Text.RegularExpressions;
using MapSim.Checks;
using MapSim.Hash;
using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;
using MapSim.Programs;

namespace MapSim.Inspect;

/// <summary>
/// The same map in a simulated machine: every object of a decoded map copied byte for byte, at other addresses, with the
/// links and the pointers of its keys turned to the copies. What is known of simulated maps, the invariants above all,
/// can then be asked of a real one; <see cref="Original(string)"/> brings answers back to the process's addresses.
/// </summary>
/// <remarks>Elems are copied as they are: nothing follows their pointers.</remarks>
public sealed partial class MapTwin
{
    /// <summary>Buckets of more bytes than this are not copied.</summary>
    public const long MostBytes = 1 << 28;

    private readonly MapSession _session;
    private readonly LaidMemory _laid;
    private readonly Dictionary<ulong, Addr> _originals = [];
    private readonly List<(Addr From, ulong Size, Addr To)> _arrays = [];

    private MapTwin(MapSession session, MapCapture capture, CarriedMemory memory)
    {
        _session = session;
        _laid = memory.Lay(session, 0);
        (MissingEntries, WhyMissing, BrokenEntry) = (capture.MissingEntries, capture.WhyMissing, capture.BrokenEntry);
        for (int i = 0; i < _laid.Objects.Count; i++)
        {
            _originals[_laid.Objects[i].Value] = capture.Originals[i];
            if (memory.Objects[i].Kind == ObjectKind.BucketArray)
            {
                _arrays.Add((capture.Originals[i], (ulong)memory.Objects[i].Bytes.Length, _laid.Objects[i]));
            }
        }

        foreach ((string type, Addr descriptor) in capture.Descriptors)
        {
            _originals[Machine.RuntimeType(GoTypeParser.Parse(type, Machine.Arch)).Value] = descriptor;
        }
    }

    /// <summary>The machine.</summary>
    public Machine Machine => _session.Machine;

    /// <summary>The copy of the hmap.</summary>
    public Addr Map => _laid.Map;

    /// <summary>The copies of all objects, the hmap's first.</summary>
    internal IReadOnlyList<Addr> Objects => _laid.Objects;

    /// <summary>Entries whose key (or indirect elem) is not in the files.</summary>
    public int MissingEntries { get; }

    /// <summary>Why the first of them is not; null if it is of a type that is not understood.</summary>
    public string? WhyMissing { get; }

    /// <summary>The first entry whose key (or indirect elem) is where the process had no memory, if any.</summary>
    public Misfit? BrokenEntry { get; }

    /// <summary>Copies a map.</summary>
    /// <param name="image">The memory it was decoded from.</param>
    /// <param name="map">The map; its header and every bucket were read.</param>
    /// <param name="hash">The process's hash function, or any other if that is not known.</param>
    public static MapTwin Of(ProcessImage image, DecodedMap map, IMemHash hash)
    {
        MapCapture capture = MapCapture.Of(image, map, followsElems: false);
        return Of(capture, capture.Memory, map, hash);
    }

    /// <summary>Copies what was taken of a map.</summary>
    /// <param name="capture">What was taken.</param>
    /// <param name="memory">The same, perhaps written and read again.</param>
    /// <param name="map">The map.</param>
    /// <param name="hash">The process's hash function.</param>
    internal static MapTwin Of(MapCapture capture, CarriedMemory memory, DecodedMap map, IMemHash hash) =>
        new(new MapSession(new MachineOptions(map.Version, map.Type.Arch, hash), [map.Type]), capture, memory);

    /// <summary>The address in the process of one in the machine; as it is if it is no copy.</summary>
    public Addr Original(Addr at)
    {
        if (_laid.Outside.TryGetValue(at, out Addr stranger))
        {
            return stranger;
        }

        if (_originals.TryGetValue(at.Value, out Addr original))
        {
            return original;
        }

        foreach ((Addr from, ulong size, Addr to) in _arrays)
        {
            if (at - to < size)
            {
                return from + (at - to);
            }
        }

        return at;
    }

    /// <summary>A text with the machine's addresses turned into the process's.</summary>
    public string Original(string text) => HexNumber().Replace(text, m =>
        Original(new Addr(ulong.Parse(m.ValueSpan[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture))).ToString());

    /// <summary>A violation told with the process's addresses.</summary>
    public Violation Original(Violation v) => new(v.Id, Original(v.Map), Original(v.Bucket), Original(v.Found), Original(v.Expected));

    [GeneratedRegex("0x[0-9a-f]{5,16}")]
    private static partial Regex HexNumber();
}
