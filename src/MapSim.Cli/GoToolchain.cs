using System.Diagnostics;
using System.Reflection;

namespace MapSim.Cli;

/// <summary>
/// Builds the recorder (the Go sources of oracle/, which this program carries inside itself) with a Go toolchain, in
/// a temporary folder that is removed at the end, and runs it.
/// </summary>
internal sealed class GoToolchain : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mapsim-oracle-").FullName;
    private readonly string _go;
    private readonly string _arch;

    /// <summary>Finds the toolchain.</summary>
    /// <param name="go">Path of the go command; null looks for one.</param>
    /// <param name="arch">GOARCH.</param>
    /// <exception cref="BadInputException">There is none.</exception>
    public GoToolchain(string? go, string arch)
    {
        _arch = arch;
        _go = go ?? Find() ?? throw new BadInputException(
            "no Go toolchain found: name one of Go 1.19 to 1.23 with --go (Debian: apt-get install golang-1.19-go, then /usr/lib/go-1.19/bin/go)");
        if (go != null && go.Contains(Path.DirectorySeparatorChar) && !File.Exists(go))
        {
            throw new BadInputException($"--go {go}: no such file");
        }
    }

    /// <summary>The recorder, once it is built.</summary>
    public string Recorder => Path.Combine(_folder, "oracle-bin");

    /// <summary>The first usable go command: Debian's versioned ones, then the one on PATH.</summary>
    public static string? Find()
    {
        foreach (string version in new[] { "1.23", "1.22", "1.21", "1.19" })
        {
            string path = $"/usr/lib/go-{version}/bin/go";
            if (File.Exists(path))
            {
                return path;
            }
        }

        return Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, "go")).FirstOrDefault(File.Exists);
    }

    /// <summary>Builds the recorder; a type that it does not know by name is registered under the kind "custom".</summary>
    /// <exception cref="BadInputException">The build failed.</exception>
    public void Build(string? customType)
    {
        Unpack("oracle/");
        if (customType != null)
        {
            File.WriteAllText(Path.Combine(_folder, "type_generated.go"), $$"""
                //go:build !go1.24

                package main

                func init() { register[{{customType}}]("custom", {{System.Text.Json.JsonSerializer.Serialize(customType)}}) }

                """);
        }

        // 1.23 refuses to link against the runtime's own functions unless asked not to; older linkers do not know the flag.
        bool restrictsLinkname = Run(_go, ["version"]).Contains("go1.23", StringComparison.Ordinal);
        string[] flags = restrictsLinkname ? ["-ldflags=-checklinkname=0"] : [];
        Run(_go, ["build", .. flags, "-o", Recorder, "."]);
    }

    /// <summary>Builds and runs the program that times the real map.</summary>
    /// <returns>What it printed.</returns>
    public string Bench(double seconds)
    {
        Unpack("bench/");
        string program = Path.Combine(_folder, "bench-bin");
        Run(_go, ["build", "-o", program, "."]);
        return Run(program, [seconds.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
    }

    /// <summary>Runs the recorder.</summary>
    /// <returns>What it printed.</returns>
    public string Record(params string[] arguments) => Run(Recorder, arguments);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Unpack(string prefix)
    {
        Assembly self = typeof(GoToolchain).Assembly;
        foreach (string name in self.GetManifestResourceNames().Where(n => n.StartsWith(prefix, StringComparison.Ordinal)))
        {
            using Stream source = self.GetManifestResourceStream(name)!;
            using FileStream target = File.Create(Path.Combine(_folder, name[prefix.Length..]));
            source.CopyTo(target);
        }
    }

    private string Run(string file, string[] arguments)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _folder,
        };
        start.Environment["GOTOOLCHAIN"] = "local";
        start.Environment["GOFLAGS"] = "-mod=mod";
        start.Environment["GO111MODULE"] = "on";
        start.Environment["GOARCH"] = _arch;
        start.Environment["CGO_ENABLED"] = "0";
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("HOME")))
        {
            start.Environment["GOCACHE"] = Path.Combine(_folder, "cache");
        }

        using Process process = Start(start);
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new BadInputException($"{Path.GetFileName(file)} {string.Join(' ', arguments)}: {errors.Result.Trim()}");
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new BadInputException($"cannot start {start.FileName}: {e.Message}");
        }
    }
}
