namespace MapSim.Tests.Cli;

/// <summary>A temporary folder with program files for tests of the command; deleted at the end.</summary>
internal sealed class ProgramFolder : IDisposable
{
    public const string Clean = "mapsim 1\n# why: clean.\nmap m map[string]int\nassign m \"a\" 1\nlookup m \"a\" = 1\nexpect clean\n";

    public const string Bug = "mapsim 1\nmap m map[int]int nil\nassign m 1 1\n";

    /// <summary>The folder.</summary>
    public string Root { get; } = Directory.CreateTempSubdirectory("mapsim-").FullName.Replace('\\', '/');

    /// <summary>Writes a file and returns its path.</summary>
    public string Add(string name, string text)
    {
        string path = Path(name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>The path of a file in it.</summary>
    public string Path(string name) => Root + "/" + name;

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
