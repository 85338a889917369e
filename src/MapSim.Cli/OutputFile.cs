using MapSim.Fuzz;

namespace MapSim.Cli;

/// <summary>Writes files so that nobody ever sees half of one: into a temporary file beside it, which then takes its name.</summary>
internal static class OutputFile
{
    /// <summary>Says early that a file will not be writable, before the work whose result it is to have.</summary>
    /// <exception cref="BadInputException">Its folder does not exist, or it is a folder itself.</exception>
    public static void Check(string option, string? path)
    {
        if (path == null)
        {
            return;
        }

        string folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "";
        if (path.Length == 0 || Directory.Exists(path) || !Directory.Exists(folder))
        {
            throw new BadInputException($"{option}: expected the name of a file in a folder that exists, found '{path}'");
        }
    }

    /// <summary>Writes a file, or replaces it; a link stays a link, and the file's permissions stay.</summary>
    /// <exception cref="BadInputException">It cannot be written; then it is as it was.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        try
        {
            string target = new FileInfo(path).LinkTarget == null ? Path.GetFullPath(path) : File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName;
            UnixFileMode? mode = !OperatingSystem.IsWindows() && File.Exists(target) ? File.GetUnixFileMode(target) : null;
            AtomicFile.Write(target, content);
            if (mode is { } old && !OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(target, old);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"{path}: cannot be written: {e.Message}");
        }
    }
}
