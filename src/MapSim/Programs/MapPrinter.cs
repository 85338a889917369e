using System.Text;
using MapSim.Layout;

namespace MapSim.Programs;

/// <summary>The maps of a run as people see them: aligned text and hex dumps.</summary>
public static class MapPrinter
{
    /// <summary>A map as aligned text, see <see cref="MapDump"/>.</summary>
    public static string Dump(ProgramRunner run, MapVariable map)
    {
        if (map.Address.IsNil)
        {
            return $"{map.Name}: {map.Type.Text}, nil\n";
        }

        MapView view = View(run, map);
        return $"{map.Name}: " + MapDump.Of(view, run.NewBucketNames(map.Type).Visit(view), run.Reader.Text);
    }

    /// <summary>A map's memory in the columns of hexdump -C, see <see cref="HexDump"/>.</summary>
    /// <param name="run">The run.</param>
    /// <param name="map">The map.</param>
    /// <param name="plain">Without gutter and titles.</param>
    /// <param name="squeeze">Repeated lines become *.</param>
    public static string Hex(ProgramRunner run, MapVariable map, bool plain = false, bool squeeze = true)
    {
        if (map.Address.IsNil)
        {
            return plain ? "" : $"# {map.Name}: {map.Type.Text}, nil\n";
        }

        MapView view = View(run, map);
        return Hex(map.Name, view, run.NewBucketNames(map.Type).Visit(view), plain, squeeze);
    }

    /// <summary>The memory of a map that is not nil.</summary>
    internal static string Hex(string name, MapView view, BucketNames names, bool plain = false, bool squeeze = true)
    {
        var text = new StringBuilder();
        foreach (HexRegion region in MapRegions.Of(name, view, names))
        {
            text.Append(plain ? "" : $"# {region.Title}\n").Append(HexDump.Of(region, plain, squeeze));
        }

        return text.ToString();
    }

    private static MapView View(ProgramRunner run, MapVariable map) => new(run.Session.Machine.Memory, map.Type, map.Address);
}
