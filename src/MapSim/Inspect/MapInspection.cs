using System.Globalization;
using MapSim.Checks;
using MapSim.Hash;
using MapSim.Layout;
using MapSim.Memory;

namespace MapSim.Inspect;

/// <summary>
/// A map of a real process and what is wrong with it: decoded from saved memory, then, if all of it is there, held against
/// the structural invariants (docs/INVARIANTS.md, H3).
/// </summary>
public sealed class MapInspection
{
    /// <summary>The key of a live cell is in the bucket that its hash selects, with the tophash of its hash.</summary>
    private static readonly string[] OfHashes = ["H3.3", "H3.4"];

    private const string LoadLimit = "H4.1";
    private const string OfSpares = "H3.16", OfEntries = "H3.19";

    private readonly List<string> _broken = [];
    private readonly List<(string Id, string Why)> _unchecked = [];

    private MapInspection(DecodedMap map) => Map = map;

    /// <summary>The map as it was found.</summary>
    public DecodedMap Map { get; }

    /// <summary>What is broken: "H3.2 (map 0xc...): found ..., expected ...".</summary>
    public IReadOnlyList<string> Broken => _broken;

    /// <summary>Invariants that were not checked, and why; if the map could not be walked, all of them.</summary>
    public IReadOnlyList<(string Id, string Why)> Unchecked => _unchecked;

    /// <summary>Invariants that were checked.</summary>
    public int Checked => MapChecks.Ids.Count + 1 - _unchecked.Count;

    /// <summary>True if nothing is broken and nothing is missing.</summary>
    public bool Fits => _broken.Count == 0 && !Map.IsMissingMemory;

    /// <summary>Decodes and checks a map.</summary>
    /// <param name="image">The memory.</param>
    /// <param name="hmap">Where the hmap should be.</param>
    /// <param name="type">The map's type, for the process's architecture.</param>
    /// <param name="version">The release of Go.</param>
    /// <param name="hash">The process's hash function; null if it is not known: then the places of keys are not checked.</param>
    public static MapInspection Of(ProcessImage image, Addr hmap, MapType type, GoVersion version, IMemHash? hash = null)
    {
        DecodedMap map = MapDecoder.Decode(image, hmap, type, version);
        var inspection = new MapInspection(map);
        inspection._broken.AddRange(map.Misfits.Where(m => m.Kind == MisfitKind.Broken).Select(m => m.ToString()));
        string? why = inspection.WhyNotChecked();
        if (why != null)
        {
            inspection._unchecked.AddRange(MapChecks.Ids.Append(LoadLimit).Select(id => (id, why)));
        }
        else
        {
            inspection.Check(image, hash);
        }

        return inspection;
    }

    private string? WhyNotChecked()
    {
        long size = ((DecodedArray?[])[Map.Present, Map.Old]).Sum(a => a?.Total * (long)Map.Type.BucketSize ?? 0);
        return _broken.Count > 0 ? "the map cannot be walked"
            : Map.IsMissingMemory ? "memory is missing"
            : size > MapTwin.MostBytes ? FormattableString.Invariant($"{size} bytes of buckets are more than the {MapTwin.MostBytes} that are checked")
            : Math.Max(Map.Type.Key.Size, Map.Type.Elem.Size) > Programs.MapSession.MaxValueSize ? $"keys and elems of more than {Programs.MapSession.MaxValueSize} bytes are not checked"
            : null;
    }

    private void Check(ProcessImage image, IMemHash? hash)
    {
        // Equal keys have equal hashes under any function: only where they belong cannot be told with another.
        MapTwin twin = MapTwin.Of(image, Map, hash ?? new AesHash(new byte[128]));
        if (hash == null)
        {
            _unchecked.AddRange(OfHashes.Select(id => (id, "the hash keys of the process are not known")));
        }

        if (Map.Present is { SparesAreMissing: true })
        {
            _unchecked.Add((OfSpares, "the spare buckets are not in the files"));
        }

        if (twin.BrokenEntry is { } broken)
        {
            _broken.Add(broken.ToString());
        }
        else if (twin.MissingEntries > 0)
        {
            _unchecked.Add((OfEntries, string.Create(CultureInfo.InvariantCulture, $"{twin.MissingEntries} of {Map.Live} entries have a key or elem that cannot be read ({twin.WhyMissing ?? "of a type that is not understood"})")));
        }

        foreach (Violation v in MapChecks.Check(twin.Machine, 0, twin.Map))
        {
            if (v.Id != OfEntries && !_unchecked.Any(u => u.Id == v.Id))
            {
                _broken.Add(twin.Original(v).ToString());
            }
        }

        // Between operations a map that does not grow is within its load limit: the insertion that passes it starts a grow.
        if (!Map.IsGrowing && Map.Present != null && Bmap.OverLoadFactor(Map.Count, Map.B, Map.Version, Map.Type.Arch.PointerSize))
        {
            _broken.Add(string.Create(CultureInfo.InvariantCulture, $"{LoadLimit} (map {Map.Address}): found {Map.Count} entries in {1UL << Map.B} buckets and no grow, expected at most {Map.Version.LoadFactorNum * (1UL << Map.B) / 2} with Go {Map.Version}"));
        }

        twin.Machine.Release();
    }
}
