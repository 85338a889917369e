using System.Globalization;
using MapSim.Inspect;
using MapSim.Layout;

namespace MapSim.Cli.Commands;

/// <summary>What mapsim inspect advises: what would fit instead, and how to get memory that is missing.</summary>
internal static class InspectHints
{
    /// <summary>Lines for people, in the order of their use.</summary>
    public static IReadOnlyList<string> Of(InspectInput input, MapInspection inspection)
    {
        var hints = new List<string>();
        DecodedMap map = inspection.Map;
        if (input.HmapBytes > (ulong)map.L.HmapSize && input.Image.SizeOfRangeAt(map.Address) == input.HmapBytes)
        {
            string other = input.HmapBytes == 56 ? "; 56 is what many pages say, and true only of Go 1.24 with GOEXPERIMENT=noswissmap" : "";
            hints.Add(string.Create(CultureInfo.InvariantCulture, $"note: the file of --hmap has {input.HmapBytes} bytes, an hmap of Go {map.Version} on {map.Type.Arch} has {map.L.HmapSize}{other}; the rest is not looked at"));
        }

        if (input.Runtime?.GoBuild is { } built && !IsRelease(built, map.Version))
        {
            hints.Add($"note: the program was built with {built}, --go says {map.Version}");
        }

        if (map.HasHeader && !map.Header.Span.ContainsAnyExcept((byte)0))
        {
            hints.Add($"note: all {map.Header.Length} bytes at {map.Address} are zero, and a map that was made has a random hash0: perhaps no map lies there");
        }

        if (inspection.Broken.Count > 0 || map.IsMissingMemory)
        {
            hints.AddRange(Hypotheses.Of(input.Image, inspection));
        }

        if (!input.Image.IsComplete)
        {
            hints.AddRange(map.Misfits.Where(m => m.Kind == MisfitKind.Missing)
                .Select((m, i) => $"gdb: dump binary memory mem{i}.bin {m.At} {m.At + m.Size}   then --mem mem{i}.bin@{m.At}"));
        }

        return hints;
    }

    private static bool IsRelease(string built, GoVersion version)
    {
        try
        {
            return GoVersion.Parse(built) == version;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
