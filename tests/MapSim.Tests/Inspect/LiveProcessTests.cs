using System.Diagnostics;
using System.Globalization;
using MapSim.Cli;
using MapSim.Cli.Commands;
using MapSim.Inspect;
using MapSim.Layout;
using MapSim.Tests.Programs;
using Xunit;

namespace MapSim.Tests.Inspect;

/// <summary>A core of a Go program that runs now, written by gdb's gcore: every map in it, with the hashes of its own process.</summary>
public sealed class LiveProcessTests
{
    public const string Nothing = "there is no Go of Debian (apt-get install golang-1.19-go) or no gcore (apt-get install gdb) on this machine";

    public static bool HasAll => GoModule.Releases.Count > 0 && File.Exists("/usr/bin/gcore");

    public static TheoryData<string> Releases => [.. GoModule.Releases.Count > 0 ? new[] { GoModule.Releases[0], GoModule.Releases[^1] }.Distinct() : ["none"]];

    [Theory(Skip = Nothing, SkipUnless = nameof(HasAll))]
    [MemberData(nameof(Releases))]
    public void Every_map_of_a_real_core_keeps_every_invariant(string release)
    {
        using var folder = new Cli.ProgramFolder();
        string program = Build(release, folder.Root);
        (string core, List<(string Name, string Address, string Type)> maps) = Core(program, folder.Root);
        var seen = new List<string>();
        foreach ((string name, string address, string type) in maps)
        {
            using var input = new InspectInput();
            input.AddCore(core);
            input.AddExecutable(program);
            Assert.StartsWith("go" + release, input.Runtime!.GoBuild, StringComparison.Ordinal);
            GoVersion version = GoVersion.Parse(input.Runtime.GoBuild!);
            MapInspection inspection = MapInspection.Of(input.Image, InspectInput.Address("", address), MapType.Parse(type, input.Arch!), version, input.Runtime.Hash(version));
            Assert.True(inspection.Fits, $"{name}: {string.Join("; ", inspection.Broken)} {string.Join("; ", inspection.Map.Misfits)}");
            Assert.Empty(inspection.Unchecked);
            seen.Add(string.Create(CultureInfo.InvariantCulture, $"{name} {(inspection.Map.IsGrowing ? inspection.Map.IsSameSize ? "same" : "twice" : "still")}"));
        }

        Assert.Equal(["big still", "empty still", "few still", "floats still", "full still", "pairs still", "points still", "same same", "started still", "things still", "words twice"], seen.Order());
    }

    internal static string Build(string release, string folder)
    {
        string program = folder + "/maps";
        var start = new ProcessStartInfo($"/usr/lib/go-{release}/bin/go", ["build", "-o", program, Path.Combine(AppContext.BaseDirectory, "data", "inspect", "maps.go")]) { RedirectStandardError = true };
        foreach ((string name, string value) in new[] { ("GO111MODULE", "off"), ("CGO_ENABLED", "0"), ("GOTOOLCHAIN", "local"), ("GOCACHE", Path.Combine(Path.GetTempPath(), "mapsim-test-gocache")) })
        {
            start.Environment[name] = value;
        }

        using Process build = Process.Start(start)!;
        string errors = build.StandardError.ReadToEnd();
        build.WaitForExit();
        Assert.True(build.ExitCode == 0, errors);
        return program;
    }

    internal static (string Core, List<(string Name, string Address, string Type)> Maps) Core(string program, string folder)
    {
        using Process process = Process.Start(new ProcessStartInfo(program) { RedirectStandardOutput = true })!;
        try
        {
            var maps = new List<(string, string, string)>();
            for (string? line = process.StandardOutput.ReadLine(); line != "ready"; line = process.StandardOutput.ReadLine())
            {
                string[] words = Assert.IsType<string>(line).Split(' ', 4);
                if (words[0] == "map")
                {
                    maps.Add((words[1], words[2], words[3]));
                }
            }

            using Process gcore = Process.Start(new ProcessStartInfo("/usr/bin/gcore", ["-o", folder + "/core", process.Id.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            Task<string> errors = gcore.StandardError.ReadToEndAsync();
            string output = gcore.StandardOutput.ReadToEnd();
            gcore.WaitForExit();
            string core = string.Create(CultureInfo.InvariantCulture, $"{folder}/core.{process.Id}");
            if (errors.Result.Contains("Operation not permitted", StringComparison.Ordinal))
            {
                Assert.Skip("gdb may not attach to processes here (ptrace): " + errors.Result.Trim());
            }

            Assert.True(File.Exists(core), output + errors.Result);
            return (core, maps);
        }
        finally
        {
            process.Kill();
            process.WaitForExit();
        }
    }
}
