using MapSim.Fuzz;
using MapSim.Programs;

namespace MapSim.Cli.Commands;

/// <summary>Reads the programs that a campaign begins with. A text program that the binary form cannot say is left out, and told.</summary>
internal static class FuzzSeeds
{
    /// <summary>The canonical bytes of all programs, each once, in the order of the paths and then of the names.</summary>
    /// <exception cref="BadInputException">There is no such file or folder, or one is no program.</exception>
    public static IReadOnlyList<byte[]> Read(IReadOnlyList<string> paths)
    {
        var seeds = new List<byte[]>();
        int leftOut = 0;
        foreach (string file in paths.SelectMany(Files))
        {
            byte[] content = CorpusInput.Program(file).Content.ToArray();
            try
            {
                seeds.Add(CorpusName.IsText(content) ? BinaryEncoder.Encode(BinaryEncoder.FromText(ProgramFiles.Read(file))) : BinaryForm.Canonical(content, TargetInput.MostOps));
            }
            catch (ProgramFormatException)
            {
                leftOut++;
            }
        }

        if (leftOut > 0)
        {
            Console.Error.WriteLine($"mapsim: {leftOut} of the seeds cannot be said in binary form and are left out");
        }

        return [.. seeds.Where(s => s.Length > 0).DistinctBy(s => CorpusName.Hash(s))];
    }

    private static IEnumerable<string> Files(string path) =>
        Directory.Exists(path) ? Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Where(f => Path.GetExtension(f) is CorpusName.BinaryExtension or CorpusName.TextExtension).Order(StringComparer.Ordinal)
        : File.Exists(path) ? [path]
        : throw new BadInputException($"--seeds: expected a program or a folder, found '{path}', which does not exist");
}
