using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using MapSim.Layout;

namespace MapSim.Cli.Commands;

/// <summary>mapsim record: records traces of the real Go runtime with a Go toolchain of this machine.</summary>
internal static class RecordCommand
{
    public static Command Create()
    {
        var go = new Option<string?>("--go") { Description = "The go command, 1.19 to 1.23; default: Debian's, newest first, or the one on PATH." };
        var type = new Option<string>("--type") { Description = "Map type in Go's spelling, or 'all' for the 13 standard ones.", DefaultValueFactory = _ => "map[uint64]uint64" };
        var profile = new Option<string>("--profile") { Description = "Kind of program ('all', or see the recorder's list).", DefaultValueFactory = _ => "mixed" };
        var seed = new Option<ulong>("--seed") { Description = "Seed of the program.", DefaultValueFactory = _ => 1 };
        var ops = new Option<int>("--ops") { Description = "Operations.", DefaultValueFactory = _ => 2000 };
        var arch = new Option<string>("--arch") { Description = "amd64 or 386.", DefaultValueFactory = _ => "amd64" };
        var slow = new Option<bool>("--slow") { Description = "Call the generic functions for types that have fast ones." };
        var output = new Option<string>("--output", "-o") { Description = "The trace (.gz compresses); a folder if 'all' is asked for.", Required = true };
        var command = new Command("record", """
            Examples:
              mapsim record --type 'map[string]int64' --profile mixed --seed 7 --ops 2000 -o t.jsonl.gz
              mapsim record --go /usr/lib/go-1.19/bin/go --type all --profile all -o traces

            Builds the recorder with a Go toolchain, and records a random program of real Go for 'mapsim verify'.
            """)
        {
            go, type, profile, seed, ops, arch, slow, output,
        };
        command.SetAction(p => Run(
            p.GetValue(go), p.GetValue(type)!, p.GetValue(profile)!, p.GetValue(seed), p.GetValue(ops), p.GetValue(arch)!, p.GetValue(slow), p.GetValue(output)!));
        return command;
    }

    private static int Run(string? go, string type, string profile, ulong seed, int ops, string arch, bool slow, string output)
    {
        if (arch is not ("amd64" or "386"))
        {
            throw new BadInputException($"--arch: expected amd64 or 386 (what this machine can run), found '{arch}'");
        }

        if (ops < 1)
        {
            throw new BadInputException($"--ops: expected at least 1, found {ops}");
        }

        string full = Path.GetFullPath(output);
        string? kind = type == "all" ? "" : KindOf(type, arch);
        using var toolchain = new GoToolchain(go, arch);
        toolchain.Build(kind == null ? type : null);
        if (type != "all" && profile != "all")
        {
            Record(toolchain, kind ?? "custom", profile, seed, ops, slow, full);
            Console.Error.WriteLine($"mapsim: recorded {output}; check it with: mapsim verify {output}");
            return ExitCodes.Clean;
        }

        RecordAll(toolchain, type == "all" ? null : kind ?? "custom", profile == "all" ? null : profile, seed, ops, slow, arch, full);
        Console.Error.WriteLine($"mapsim: recorded into {output}; check with: mapsim verify {output}");
        return ExitCodes.Clean;
    }

    private static void RecordAll(
        GoToolchain toolchain, string? onlyKind, string? onlyProfile, ulong seed, int ops, bool slow, string arch, string folder)
    {
        Directory.CreateDirectory(folder);
        using JsonDocument list = JsonDocument.Parse(toolchain.Record("-list"));
        string version = list.RootElement.GetProperty("go").GetString()!.Replace("go", "", StringComparison.Ordinal);
        string[] kinds = [.. list.RootElement.GetProperty("kinds").EnumerateArray().Select(k => k.GetString()!).Where(k => onlyKind == null || k == onlyKind)];
        string[] profiles = [.. list.RootElement.GetProperty("profiles").EnumerateArray().Select(p => p.GetString()!).Where(p => onlyProfile == null || p == onlyProfile)];
        using var progress = new ProgressLine("record", kinds.Length * profiles.Length);
        ulong next = seed;
        foreach (string kind in kinds)
        {
            foreach (string profile in profiles)
            {
                string name = $"{version}{(arch == "386" ? "-386" : "")}{(slow ? "-slow" : "")}-{kind}-{profile}.jsonl.gz";
                Record(toolchain, kind, profile, next, ops, slow, Path.Combine(folder, name));
                next = unchecked(next + 1);
                progress.Step();
            }
        }
    }

    private static void Record(GoToolchain toolchain, string kind, string profile, ulong seed, int ops, bool slow, string output)
    {
        // The finished trace appears under its name at once, or not at all.
        string partial = Path.Combine(Path.GetDirectoryName(output)!, ".partial-" + Path.GetFileName(output));
        string[] flags = slow ? ["-slow"] : [];
        toolchain.Record([
            "-kind", kind, "-profile", profile, "-seed", seed.ToString(CultureInfo.InvariantCulture),
            "-ops", ops.ToString(CultureInfo.InvariantCulture), .. flags, "-o", partial,
        ]);
        File.Move(partial, output, overwrite: true);
    }

    /// <summary>The recorder's name for a standard type; null for any other, which must still be a map type.</summary>
    private static string? KindOf(string type, string arch)
    {
        try
        {
            return MapType.Parse(type, Arch.Parse(arch)).Text switch
            {
                "map[uint64]uint64" => "u64u64",
                "map[uint32]uint32" => "u32u32",
                "map[string]string" => "strstr",
                "map[string]int64" => "stri64",
                "map[float64]int64" => "f64i64",
                "map[interface {}]int" => "ifint",
                "map[uint64]*T" => "u64ptr",
                "map[[200]uint8]int" => "bigint",
                "map[uint8]struct{}" => "u8set",
                "map[uint64][160]uint8" => "u64big",
                "map[int16]uint8" => "i16u8",
                "map[*T]struct{}" => "ptrset",
                "map[uint16]*T" => "u16ptr",
                _ => null,
            };
        }
        catch (FormatException e)
        {
            throw new BadInputException("--type: " + e.Message);
        }
    }
}
