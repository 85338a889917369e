using System.CommandLine;
using MapSim.Inspect;
using MapSim.Layout;
using MapSim.Memory;

namespace MapSim.Cli.Commands;

/// <summary>mapsim inspect: a map in the saved memory of a real Go process.</summary>
internal static class InspectCommand
{
    private const int BucketsShown = 64;

    private static readonly Option<string?> HmapFile = new("--hmap") { Description = "The hmap's bytes, FILE@ADDRESS: raw, or text of hexdump -C or of the x command of gdb or delve (text can have the addresses itself).", HelpName = "FILE@ADDR" };
    private static readonly Option<string[]> Memory = new("--mem") { Description = "More memory, in the same form; as often as needed.", HelpName = "FILE@ADDR", Arity = ArgumentArity.ZeroOrMore };
    private static readonly Option<string?> Core = new("--core") { Description = "A core file (gcore, dlv dump, a crash).", HelpName = "FILE" };
    private static readonly Option<string?> Exe = new("--exe") { Description = "The program that the memory is of: has what a core leaves out, the Go release and, with its symbols, the hash keys. FILE@ADDRESS if it was loaded anywhere.", HelpName = "FILE" };
    private static readonly Option<string?> At = new("--addr") { Description = "The address of the hmap (what a map variable holds).", HelpName = "ADDR" };
    private static readonly Option<string> Type = new("--type") { Description = "The map's type: 'map[string]int'.", Required = true, HelpName = "TYPE" };
    private static readonly Option<string?> Go = new("--go") { Description = "The release that the program was built with: 1.19, 1.21, 1.22 or 1.23.", HelpName = "VERSION" };
    private static readonly Option<string?> ArchName = new("--arch") { Description = "amd64 (default), arm64 or 386; a core says it itself.", HelpName = "ARCH" };
    private static readonly Option<bool> All = new("--all") { Description = $"Print every bucket, not only the first {BucketsShown} of each array." };
    private static readonly Option<string?> Keys = new("--hashkeys") { Description = "The hash keys of the process, instead of --exe: the bytes of runtime.aeskeysched (386: its first 64) or of runtime.hashkey in hexadecimal, as gdb's x/128xb or x/16xg prints them, or a file with the raw bytes or that text.", HelpName = "HEX|FILE" };
    private static readonly Option<string?> ToProgram = new("--to-program") { Description = "Write a program (*.mapsim) that begins with exactly this map. Needs the hash keys: --exe or --hashkeys.", HelpName = "FILE" };
    private static readonly Option<bool> Json = new("--json") { Description = "Print one JSON object (schema mapsim.inspect/1)." };

    public static Command Create()
    {
        var command = new Command("inspect", """
            Examples:
              cd tests/MapSim.Tests/data/inspect/go1.19-amd64
              mapsim inspect --hmap started-hmap.bin@0xc00008c300 --mem started-buckets.bin@0xc0000b2120 --mem started-extra.bin@0xc000096150 --mem started-list0.bin@0xc000096168 --type 'map[uint64]uint64' --go 1.19
              mapsim inspect --hmap words-hmap.hexdump@0xc00008c150 --mem words-buckets.hexdump@0xc00008ee00 --mem words-oldbuckets.bin@0xc0000ac000 --type 'map[string]int' --go 1.19
              mapsim inspect --core core.1234 --exe ./server --addr 0xc000070150 --type 'map[string]int'

            Decodes a map in the memory of a real Go process: its header, every bucket with its entries, both arrays of a
            grow; then checks the structural invariants (docs/INVARIANTS.md, H3) and says what is broken and where.
            Raw files are what gdb's "dump binary memory FILE START END" writes; a core is read only where the map is. What x/48xb of
            gdb or "x -fmt hex -count 48 -size 1" of delve printed for hmap and buckets can be pasted into one file for --hmap.
            Exit 0 if the map is sound, 77 if it is broken or does not fit the type and release (with what would fit),
            2 for files that cannot be read and for memory that they do not have. See docs/INSPECT.md.
            --to-program FILE writes a program that begins with the map as it was found, to step through, explore, go on from.
            """)
        {
            HmapFile, Memory, Core, Exe, At, Type, Go, ArchName, Keys, ToProgram, All, Json,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        using var input = new InspectInput();
        if (parsed.GetValue(HmapFile) is { } hmap)
        {
            input.AddDump("--hmap", hmap, isHmap: true);
        }

        foreach (string file in parsed.GetValue(Memory) ?? [])
        {
            input.AddDump("--mem", file, isHmap: false);
        }

        if (parsed.GetValue(Core) is { } core)
        {
            input.AddCore(core);
        }

        if (parsed.GetValue(Exe) is { } exe)
        {
            input.AddExecutable(exe);
        }

        Addr at = parsed.GetValue(At) is { } text ? InspectInput.Address("--addr", text)
            : input.Hmap ?? throw new BadInputException("expected --hmap FILE@ADDRESS, or --addr with --core or --mem, found neither");
        if (input.Image.Ranges.Count == 0)
        {
            throw new BadInputException("expected --hmap, --mem or --core, found no memory");
        }

        Arch arch = ChosenArch(parsed.GetValue(ArchName), input);
        GoVersion version = Version(parsed.GetValue(Go), input);
        MapType type = MapTypeOf(parsed.GetValue(Type)!, arch);
        HashKeys? keys = parsed.GetValue(Keys) is { } given ? InspectProgram.Keys(given, arch) : input.Runtime?.FindHashKeys();
        string? program = parsed.GetValue(ToProgram);
        if (program != null && keys == null)
        {
            throw new BadInputException(InspectProgram.WhyKeys);
        }

        MapInspection inspection = MapInspection.Of(input.Image, at, type, version, keys?.Create(version));
        IReadOnlyList<string> hints = InspectHints.Of(input, inspection);
        if (parsed.GetValue(Json))
        {
            InspectJson.Write(Console.Out, input.Image, inspection, hints);
        }
        else
        {
            Console.Out.Write(InspectionText.Of(input.Image, inspection, parsed.GetValue(All) ? int.MaxValue : BucketsShown));
            foreach (string hint in hints)
            {
                Console.Out.WriteLine("  " + hint);
            }
        }

        if (program != null)
        {
            InspectProgram.Write(program, input.Image, inspection, keys!);
        }

        return inspection.Broken.Count > 0 && inspection.Map.HasHeader ? ExitCodes.Finding
            : inspection.Map.IsMissingMemory || !inspection.Map.HasHeader ? ExitCodes.BadInput
            : ExitCodes.Clean;
    }

    private static Arch ChosenArch(string? name, InspectInput input)
    {
        try
        {
            Arch? named = name == null ? null : Arch.Parse(name);
            return named != null && input.Arch != null && named != input.Arch
                ? throw new BadInputException($"--arch: expected {input.Arch}, as the file says, found {named}")
                : named ?? input.Arch ?? Arch.Amd64;
        }
        catch (FormatException e)
        {
            throw new BadInputException("--arch: " + e.Message);
        }
    }

    private static GoVersion Version(string? text, InspectInput input)
    {
        try
        {
            return ProgramFiles.Version(text) ?? (input.Runtime?.GoBuild is { } built ? GoVersion.Parse(built)
                : throw new BadInputException("expected --go VERSION (1.19, 1.21, 1.22 or 1.23), or --exe with a program that says it, found neither"));
        }
        catch (FormatException e)
        {
            throw new BadInputException("--exe: " + e.Message);
        }
    }

    private static MapType MapTypeOf(string text, Arch arch)
    {
        try
        {
            return MapType.Parse(text, arch);
        }
        catch (FormatException e)
        {
            throw new BadInputException("--type: " + e.Message);
        }
    }
}
