using MapSim.Programs;

namespace MapSim.Cli.Commands;

/// <summary>Which files a replay is about: files as named, folders with all programs in them, or the corpus.</summary>
internal static class ReplaySelection
{
    private static readonly string[] Corpus = ["corpus/regression", "corpus/discoveries", "corpus/faults"];

    /// <summary>The files in the order in which they are reported; each only once.</summary>
    /// <param name="arguments">Files, folders, "-" or "b64:..."; empty for the corpus, as far as it is there.</param>
    public static IReadOnlyList<string> Files(IReadOnlyList<string> arguments)
    {
        IEnumerable<string> paths = arguments.Count > 0 ? arguments : Corpus.Where(Directory.Exists);
        return [.. paths.SelectMany(InFolder).DistinctBy(f => f == "-" || ProgramToken.IsToken(f) ? f : Path.GetFullPath(f))];
    }

    /// <summary>The folder of a file, as suites of a report are named.</summary>
    public static string FolderOf(string file) => ProgramToken.IsToken(file) ? "words"
        : file == "-" ? "standard input"
        : Path.GetDirectoryName(file)?.Replace('\\', '/') is { Length: > 0 } folder ? folder : ".";

    private static IEnumerable<string> InFolder(string path) => ProgramToken.IsToken(path) || !Directory.Exists(path)
        ? [path]
        : Directory.EnumerateFiles(path, "*.mapsim", SearchOption.AllDirectories).Select(f => f.Replace('\\', '/')).Order(StringComparer.Ordinal);
}
