using System.Globalization;
using System.Text;
using MapSim.Hash;
using MapSim.Inspect;
using MapSim.Layout;
using MapSim.Memory;

namespace MapSim.Cli.Commands;

/// <summary>The files that mapsim inspect is given, opened: raw dumps, hex dumps, a core file, an executable.</summary>
internal sealed class InspectInput : IDisposable
{
    private const long LargestText = 1 << 28;

    /// <summary>The memory they have.</summary>
    public ProcessImage Image { get; } = new();

    /// <summary>Where the hmap is, if a file says so.</summary>
    public Addr? Hmap { get; private set; }

    /// <summary>The bytes that the file of --hmap has.</summary>
    public ulong HmapBytes { get; private set; }

    /// <summary>The architecture of the core; null without one.</summary>
    public Arch? Arch { get; private set; }

    /// <summary>What the executable tells; null without one.</summary>
    public RuntimeFacts? Runtime { get; private set; }

    public void Dispose() => Image.Dispose();

    /// <summary>Adds a dump: FILE@ADDR raw, or text of hexdump -C or of a debugger's x, where the address may be left out.</summary>
    public void AddDump(string option, string spec, bool isHmap)
    {
        (string file, Addr? at) = Split(option, spec);
        FileStream stream = Open(option, file);
        var begin = new byte[4096];
        int read = stream.ReadAtLeast(begin, begin.Length, throwOnEndOfStream: false);
        Addr start;
        if (Text(begin.AsSpan(0, read)) is { } parse)
        {
            start = AddText(file, stream, at, parse);
        }
        else
        {
            start = at ?? throw new BadInputException($"{option}: expected FILE@ADDRESS (raw bytes do not say where they were), found '{spec}'");
            Image.Add(new SavedRange(file, start, (ulong)stream.Length, stream, 0, (ulong)stream.Length));
        }

        if (isHmap)
        {
            (Hmap, HmapBytes) = (start, Image.SizeOfRangeAt(start));
        }
    }

    /// <summary>Adds a core file.</summary>
    public void AddCore(string file)
    {
        ElfFile core = Elf("--core", file, Open("--core", file));
        if (core.Kind != ElfKind.Core)
        {
            throw new BadInputException($"--core: expected a core file, found {file}, a program (--exe takes it)");
        }

        Arch = core.Arch;
        Image.IsComplete = true;
        foreach (SavedRange range in core.Ranges())
        {
            Image.Add(range);
        }
    }

    /// <summary>Adds the program itself: what a core does not repeat, and where the runtime keeps its hash keys.</summary>
    public void AddExecutable(string spec)
    {
        (string file, Addr? at) = File.Exists(spec) ? (spec, null) : Split("--exe", spec);
        ElfFile exe = Elf("--exe", file, Open("--exe", file));
        if (exe.Kind == ElfKind.Core || (exe.Kind == ElfKind.Relocatable && at == null))
        {
            throw new BadInputException(exe.Kind == ElfKind.Core ? $"--exe: expected a program, found {file}, a core file"
                : $"--exe: {file} can be loaded anywhere: expected FILE@ADDRESS, the address it was loaded at");
        }

        if (Arch != null && Arch != exe.Arch)
        {
            throw new BadInputException($"--exe: expected a program for {Arch}, as the core is, found one for {exe.Arch}");
        }

        Arch = exe.Arch;
        ulong bias = exe.Kind == ElfKind.Relocatable ? at!.Value.Value : 0;
        foreach (SavedRange range in exe.Ranges(bias))
        {
            // What the program may have changed is only in the core: bytes of the file stand in for those that were not saved.
            Image.Add(range with { RestIsZero = false });
        }

        Runtime = RuntimeFacts.Read(Image, exe, bias);
    }

    /// <summary>An address as people write it: 0xc000014080.</summary>
    public static Addr Address(string option, string text) =>
        text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) && ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong at)
            ? new Addr(at)
            : throw new BadInputException($"{option}: expected an address like 0xc000014080, found '{text}'");

    private static (string File, Addr? At) Split(string option, string spec)
    {
        int sign = spec.LastIndexOf('@');
        return sign < 0 || (File.Exists(spec) && !spec.AsSpan(sign).StartsWith("@0x", StringComparison.OrdinalIgnoreCase))
            ? (spec, null)
            : (spec[..sign], Address(option, spec[(sign + 1)..]));
    }

    /// <summary>What reads a file that begins so; null: it is raw.</summary>
    private static Func<string, IReadOnlyList<(Addr Start, byte[] Bytes)>>? Text(ReadOnlySpan<byte> begin) =>
        HexDumpText.IsOne(begin) ? HexDumpText.Parse : ExamineText.IsOne(begin) ? ExamineText.Parse : null;

    private Addr AddText(string file, FileStream stream, Addr? at, Func<string, IReadOnlyList<(Addr Start, byte[] Bytes)>> parse)
    {
        if (stream.Length > LargestText)
        {
            throw new BadInputException($"{file}: expected a hex dump of at most {LargestText} bytes, found {stream.Length}");
        }

        stream.Position = 0;
        using var reader = new StreamReader(stream, Encoding.Latin1);
        IReadOnlyList<(Addr Start, byte[] Bytes)> runs = Guard(() => parse(reader.ReadToEnd()), file + ":");
        ulong shift = at is { } wanted ? wanted - runs[0].Start : 0;
        foreach ((Addr start, byte[] bytes) in runs)
        {
            Image.Add(file, start + shift, bytes);
        }

        return runs[0].Start + shift;
    }

    private static ElfFile Elf(string option, string file, FileStream stream) => Guard(() => ElfFile.Read(stream, file), option + ": ");

    private static T Guard<T>(Func<T> action, string before)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (e is FormatException or EndOfStreamException or IOException)
        {
            throw new BadInputException(before + e.Message);
        }
    }

    private static FileStream Open(string option, string file)
    {
        try
        {
            FileStream stream = File.OpenRead(file);
            return stream.CanSeek ? stream : throw new BadInputException($"{option}: expected a file that can be read anywhere, found {file}, a pipe or a device");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new BadInputException($"{option}: {e.Message}");
        }
    }
}
