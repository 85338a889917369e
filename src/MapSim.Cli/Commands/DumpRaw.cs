using MapSim.Inspect;
using MapSim.Layout;
using MapSim.Programs;

namespace MapSim.Cli.Commands;

/// <summary>mapsim dump --raw: the memory of a program's maps in files, as a debugger would write them from a real process.</summary>
internal static class DumpRaw
{
    /// <summary>Writes the files, and the commands that read them.</summary>
    public static void Write(ProgramRunner runner, IReadOnlyList<MapVariable> maps, string folder, TextWriter commands)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new BadInputException($"--raw: {e.Message}");
        }

        string[] data = [.. RawMemory.OfData(runner.Session.Machine).Select(p => Save(folder, p))];
        foreach (MapVariable map in maps)
        {
            if (map.Address.IsNil)
            {
                commands.WriteLine($"# {map.Name}: {map.Type.Text}, nil");
                continue;
            }

            var view = new MapView(runner.Session.Machine.Memory, map.Type, map.Address);
            string[] pieces = [.. RawMemory.OfMap(map.Name, view, runner.NewBucketNames(map.Type).Visit(view)).Select(p => Save(folder, p))];
            commands.WriteLine($"mapsim inspect --type '{map.Type.Text}' --go {runner.Settings.Version} --arch {map.Type.Arch} --hmap {pieces[0]}"
                + string.Concat(pieces.Skip(1).Concat(data).Select(p => " --mem " + p)));
        }
    }

    private static string Save(string folder, RawPiece piece)
    {
        string file = Path.Combine(folder, piece.Name + ".bin");
        OutputFile.Write(file, piece.Bytes.Span);
        return $"{file}@{piece.Start}";
    }
}
