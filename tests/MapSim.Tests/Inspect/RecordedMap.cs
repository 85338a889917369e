using System.Globalization;
using MapSim.Inspect;
using MapSim.Layout;
using MapSim.Memory;

namespace MapSim.Tests.Inspect;

/// <summary>A map of a real process, as gdb dumped it (data/inspect, recorded by record.py there).</summary>
internal sealed record RecordedMap(ProcessImage Image, Addr Hmap, MapType Type, GoVersion Version)
{
    public static readonly string[] Processes = ["go1.19-amd64", "go1.19-386", "go1.23-amd64"];

    public static readonly string[] Maps = ["words", "few", "pairs", "started"];

    public static string Folder(string process) => Path.Combine(AppContext.BaseDirectory, "data", "inspect", process);

    /// <summary>The arguments that mapsim inspect needs: --type T --hmap FILE@ADDR --mem FILE@ADDR ...</summary>
    public static string[] Arguments(string process, string map) =>
    [
        .. File.ReadAllLines(Path.Combine(Folder(process), map + ".args")).SelectMany(l => l.Split('\t'))
            .Select(a => a.Contains(".bin@", StringComparison.Ordinal) ? Path.Combine(Folder(process), a) : a),
        "--go", process[2..process.IndexOf('-', StringComparison.Ordinal)], "--arch", process[(process.IndexOf('-', StringComparison.Ordinal) + 1)..],
    ];

    /// <summary>The map, with the bytes of its files in memory.</summary>
    /// <param name="process">Which process.</param>
    /// <param name="map">Which map.</param>
    /// <param name="change">May change the bytes of a file, given its name and address.</param>
    /// <param name="leaveOut">Files with names that contain this are not loaded.</param>
    public static RecordedMap Load(string process, string map, Action<string, Addr, byte[]>? change = null, string? leaveOut = null)
    {
        string[] a = Arguments(process, map);
        var image = new ProcessImage();
        Addr hmap = default;
        for (int i = 0; i + 1 < a.Length; i += 2)
        {
            if (a[i] is "--hmap" or "--mem")
            {
                string[] parts = a[i + 1].Split('@');
                var at = new Addr(ulong.Parse(parts[1].AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                hmap = a[i] == "--hmap" ? at : hmap;
                byte[] bytes = File.ReadAllBytes(parts[0]);
                change?.Invoke(Path.GetFileName(parts[0]), at, bytes);
                if (leaveOut == null || !Path.GetFileName(parts[0]).Contains(leaveOut, StringComparison.Ordinal))
                {
                    image.Add(Path.GetFileName(parts[0]), at, bytes);
                }
            }
        }

        return new RecordedMap(image, hmap, MapType.Parse(a[1], Arch.Parse(a[^1])), GoVersion.Parse(a[^3]));
    }

    public MapInspection Inspect(string? type = null, GoVersion? version = null) =>
        MapInspection.Of(Image, Hmap, type == null ? Type : MapType.Parse(type, Type.Arch), version ?? Version);

    /// <summary>The entries as text, in the order of the buckets.</summary>
    public static List<(string Key, string Elem)> Entries(ProcessImage image, DecodedMap map)
    {
        var values = new SavedValues(image, map.Type.Arch);
        var entries = new List<(string, string)>();
        foreach (DecodedBucket b in new[] { map.Present, map.Old }.SelectMany(a => a?.Buckets ?? []))
        {
            for (int i = 0; i < Bmap.Slots; i++)
            {
                if (b.Top(i) >= Bmap.MinTopHash)
                {
                    entries.Add((values.OfSlot(map.Type.Key, map.Type.IndirectKey, b.KeySlot(map.Type, i)), values.OfSlot(map.Type.Elem, map.Type.IndirectElem, b.ElemSlot(map.Type, i))));
                }
            }
        }

        return entries;
    }
}
