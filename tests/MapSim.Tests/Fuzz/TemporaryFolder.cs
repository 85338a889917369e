namespace MapSim.Tests.Fuzz;

/// <summary>An empty folder for one test, deleted at its end.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    // In memory where that can be had: how long a disk takes to flush must not decide when a test is over.
    private const string Memory = "/dev/shm";

    public string Path { get; } = Directory.Exists(Memory) ? Directory.CreateDirectory($"{Memory}/mapsim-test-{Guid.NewGuid():N}").FullName : Directory.CreateTempSubdirectory("mapsim-test-").FullName;

    public string At(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    public string Write(string name, string content) => Write(name, System.Text.Encoding.UTF8.GetBytes(content));

    public string Write(string name, byte[] content)
    {
        string file = At(name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, content);
        return file;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
