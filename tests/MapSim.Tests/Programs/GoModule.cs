using System.Diagnostics;
using MapSim.Programs;

namespace MapSim.Tests.Programs;

/// <summary>A Go module in a temporary folder, with a package for each exported program, and what go test says of it.</summary>
internal sealed class GoModule : IDisposable
{
    public const string NoGo = "there is no Go toolchain of Debian (/usr/lib/go-1.19 to go-1.23) on this machine: apt-get install golang-1.19-go";

    // Shared by all tests of the run: the standard library is compiled once.
    private static readonly Lazy<string> Cache = new(() => Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "mapsim-test-gocache")).FullName);

    private readonly string _folder = Directory.CreateTempSubdirectory("mapsim-go-").FullName;
    private readonly string _release;
    private int _packages;

    public GoModule(string release)
    {
        _release = release;
        File.WriteAllText(Path.Combine(_folder, "go.mod"), "module exported\n\ngo 1.19\n");
    }

    /// <summary>The releases on this machine, oldest first.</summary>
    public static IReadOnlyList<string> Releases { get; } = [.. new[] { "1.19", "1.21", "1.22", "1.23" }.Where(v => File.Exists(Go(v, "go")))];

    /// <summary>How many packages there are.</summary>
    public int Packages => _packages;

    public static MapProgram Read(string folder, string name) => ProgramParser.Parse(File.ReadAllText(Repository.Path("corpus", folder, name)));

    /// <summary>Adds a test, if the release can compile it.</summary>
    public void Add(string source)
    {
        if (_release != "1.19" || !source.Contains("//go:build go1.21", StringComparison.Ordinal))
        {
            string folder = Directory.CreateDirectory(Path.Combine(_folder, $"p{_packages++}")).FullName;
            File.WriteAllText(Path.Combine(folder, "x_test.go"), source);
        }
    }

    public void Add(MapProgram program, string name = "x.mapsim", bool isUnsafe = false) => Add(GoTestWriter.Write(program, new GoTestOptions(name, Unsafe: isUnsafe)));

    /// <summary>Runs go test -v on every package.</summary>
    public (int Code, string Output) Test(int runs = 50) => Run("go", ["test", "-v", "./..."], runs);

    /// <summary>The files that gofmt would write in another way.</summary>
    public string Unformatted() => Run("gofmt", ["-l", "."], 1).Output;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Go(string release, string command) => $"/usr/lib/go-{release}/bin/{command}";

    private (int Code, string Output) Run(string command, string[] arguments, int runs)
    {
        var start = new ProcessStartInfo(Go(_release, command), arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _folder };
        foreach ((string name, string value) in new[]
        {
            ("GOFLAGS", "-mod=mod"), ("GOTOOLCHAIN", "local"), ("GO111MODULE", "on"), ("GOPROXY", "off"), ("CGO_ENABLED", "0"), ("GOCACHE", Cache.Value),
            ("MAPSIM_RUNS", $"{runs}"),
        })
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.Result);
    }
}
