using System.Buffers.Binary;
using System.Text;
using MapSim.Layout;
using MapSim.Memory;

namespace MapSim.Inspect;

/// <summary>What an ELF file is.</summary>
public enum ElfKind : ushort
{
    /// <summary>A program linked for one address.</summary>
    Executable = 2,

    /// <summary>A program or library that can be loaded anywhere.</summary>
    Relocatable = 3,

    /// <summary>A core file.</summary>
    Core = 4,
}

/// <summary>
/// The parts of an ELF file (core or executable, 32 or 64 bits, little endian) that tell where memory was: the segments
/// to load, the names of mapped files, symbols. Headers are read at once, the memory itself only when asked for.
/// </summary>
/// <remarks>Source: System V ABI, chapters 4 and 5; the note NT_FILE from Linux's <c>fs/binfmt_elf.c</c>.</remarks>
public sealed class ElfFile
{
    private const uint Load = 1, Note = 4, FileNote = 0x46494c45;
    private const ushort ManyHeaders = 0xFFFF;
    private const int MostHeaders = 1 << 20, MostNoteBytes = 1 << 24, MostBytes = 1 << 28;
    private readonly Stream _stream;
    private readonly string _name;
    private readonly bool _wide;
    private readonly List<ProgramHeader> _loads = [];
    private readonly List<(ulong Start, ulong End, string File)> _files = [];

    private ElfFile(Stream stream, string name)
    {
        (_stream, _name) = (stream, name);
        byte[] head = Bytes(0, 64, "an ELF header");
        if (!IsElf(head) || head[4] is not (1 or 2) || head[5] != 1)
        {
            throw new FormatException($"{name}: expected an ELF file, little endian, found the bytes {Convert.ToHexStringLower(head.AsSpan(0, 6))}");
        }

        _wide = head[4] == 2;
        Kind = (ElfKind)U16(head, 16);
        Arch = U16(head, 18) switch
        {
            62 when _wide => Arch.Amd64,
            183 when _wide => Arch.Arm64,
            3 when !_wide => Arch.I386,
            ushort other => throw new FormatException($"{name}: expected a core or program for amd64, arm64 or 386, found machine {other}"),
        };
        SectionTable = (Word(head, _wide ? 40 : 32), U16(head, _wide ? 58 : 46), U16(head, _wide ? 60 : 48));
        ReadProgramHeaders(Word(head, _wide ? 32 : 28), U16(head, _wide ? 54 : 42), U16(head, _wide ? 56 : 44));
    }

    private readonly record struct ProgramHeader(ulong Offset, ulong Address, ulong FileSize, ulong MemorySize);

    /// <summary>What it is.</summary>
    public ElfKind Kind { get; }

    /// <summary>The architecture it is for.</summary>
    public Arch Arch { get; }

    /// <summary>The files a core says were mapped.</summary>
    public IReadOnlyList<(ulong Start, ulong End, string File)> MappedFiles => _files;

    /// <summary>Where the section headers are: offset, size of one, number.</summary>
    internal (ulong Offset, int Size, int Count) SectionTable { get; }

    internal bool IsWide => _wide;

    /// <summary>True if bytes begin as an ELF file does.</summary>
    public static bool IsElf(ReadOnlySpan<byte> begin) => begin.StartsWith("\x7f"u8) && begin.Length >= 6 && begin[1..].StartsWith("ELF"u8);

    /// <summary>Reads the headers.</summary>
    /// <param name="stream">The file; it stays open for the ranges, and must be able to seek.</param>
    /// <param name="name">For messages.</param>
    /// <exception cref="FormatException">No ELF file, or not one that is understood.</exception>
    public static ElfFile Read(Stream stream, string name) => new(stream, name);

    /// <summary>The memory it has, as ranges for an image.</summary>
    /// <param name="bias">How far from its own addresses it was loaded; 0 for cores and <see cref="ElfKind.Executable"/>.</param>
    public IEnumerable<SavedRange> Ranges(ulong bias = 0)
    {
        ulong length = (ulong)_stream.Length;
        foreach (ProgramHeader p in _loads)
        {
            ulong there = p.Offset < length ? Math.Min(p.FileSize, length - p.Offset) : 0;
            bool isCut = there < p.FileSize;
            string? why = isCut ? $"but the file ends before it: it is cut off after {ProcessImage.Bytes(length)}"
                : p.FileSize == 0 && Kind == ElfKind.Core ? NotSaved(FileOf(p.Address))
                : null;
            bool restIsZero = !isCut && (p.FileSize > 0 || Kind != ElfKind.Core);
            yield return new SavedRange(_name, new Addr(p.Address) + bias, p.MemorySize, _stream, (long)Math.Min(p.Offset, length), there, restIsZero, why);
        }

        // Whoever writes a core may leave out files that were mapped and not written to, such as the program's constants.
        foreach ((ulong start, ulong end, string file) in _files)
        {
            yield return new SavedRange(_name, new Addr(start), end > start ? end - start : 0, _stream, 0, 0, false, NotSaved(file));
        }
    }

    /// <summary>Bytes of the file.</summary>
    /// <exception cref="FormatException">The file ends before, or they are absurdly many.</exception>
    internal byte[] Bytes(ulong offset, long size, string what)
    {
        if (size > MostBytes)
        {
            throw new FormatException($"{_name}: expected at most {MostBytes} bytes of {what}, found {size}");
        }

        if (offset > (ulong)_stream.Length || (ulong)size > (ulong)_stream.Length - offset)
        {
            throw new FormatException($"{_name}: expected {what} of {ProcessImage.Bytes((ulong)size)} at offset {offset}, found the end of the file at {_stream.Length}");
        }

        var bytes = new byte[size];
        _stream.Position = (long)offset;
        _stream.ReadExactly(bytes);
        return bytes;
    }

    internal ulong Word(ReadOnlySpan<byte> bytes, int at) => _wide ? BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]) : U32(bytes, at);

    internal static uint U32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static ushort U16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static string NotSaved(string? file) => "but was not saved" + (file == null ? "" : $": it is mapped from {file}, which --exe can give");

    private string? FileOf(ulong address) => _files.FirstOrDefault(f => address >= f.Start && address < f.End).File;

    private void ReadProgramHeaders(ulong offset, int size, int count)
    {
        if (count == ManyHeaders)
        {
            // More than fit the field: the number is in the first section header.
            count = (int)Math.Min(U32(Bytes(SectionTable.Offset, _wide ? 64 : 40, "a section header"), _wide ? 44 : 28), MostHeaders);
        }

        if (size < (_wide ? 56 : 32))
        {
            throw new FormatException($"{_name}: expected program headers of {(_wide ? 56 : 32)} bytes, found {size}");
        }

        byte[] table = Bytes(offset, (long)size * count, "program headers");
        var headers = new List<(uint Type, ProgramHeader Header)>();
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> h = table.AsSpan(i * size, size);
            headers.Add((U32(h, 0), _wide
                ? new ProgramHeader(Word(h, 8), Word(h, 16), Word(h, 32), Word(h, 40))
                : new ProgramHeader(Word(h, 4), Word(h, 8), Word(h, 16), Word(h, 20))));
        }

        foreach ((uint type, ProgramHeader h) in headers.Where(h => h.Type == Note && Kind == ElfKind.Core))
        {
            if (h.FileSize <= MostNoteBytes && h.Offset <= (ulong)_stream.Length && h.FileSize <= (ulong)_stream.Length - h.Offset)
            {
                ReadNotes(Bytes(h.Offset, (int)h.FileSize, "notes"));
            }
        }

        _loads.AddRange(headers.Where(h => h.Type == Load).Select(h => h.Header));
    }

    private void ReadNotes(ReadOnlySpan<byte> notes)
    {
        while (notes.Length >= 12)
        {
            int name = (int)Math.Min(U32(notes, 0), MostNoteBytes), size = (int)Math.Min(U32(notes, 4), MostNoteBytes);
            uint type = U32(notes, 8);
            int start = 12 + ((name + 3) & ~3), next = start + ((size + 3) & ~3);
            if (start + size > notes.Length)
            {
                return;
            }

            if (type == FileNote)
            {
                ReadFiles(notes.Slice(start, size));
            }

            notes = notes[Math.Min(next, notes.Length)..];
        }
    }

    /// <summary>NT_FILE: how many, page size, then start, end and offset of each, then the names.</summary>
    private void ReadFiles(ReadOnlySpan<byte> note)
    {
        int w = _wide ? 8 : 4;
        if (note.Length < 2 * w || Word(note, 0) > (ulong)(note.Length - 2 * w) / (ulong)(3 * w))
        {
            return;
        }

        int count = (int)Word(note, 0);
        ReadOnlySpan<byte> names = note[((2 + 3 * count) * w)..];
        for (int i = 0; i < count; i++)
        {
            int end = names.IndexOf((byte)0);
            if (end < 0)
            {
                return;
            }

            ReadOnlySpan<byte> entry = note[((2 + 3 * i) * w)..];
            _files.Add((Word(entry, 0), Word(entry, w), Encoding.UTF8.GetString(names[..end])));
            names = names[(end + 1)..];
        }
    }
}
