using System.Text;
using MapSim.Memory;

namespace MapSim.Inspect;

/// <summary>The symbol table of an executable: where the runtime keeps what the memory alone does not tell.</summary>
internal static class ElfSymbols
{
    private const uint SymbolTable = 2;
    private const int MostBytes = 1 << 28;

    /// <summary>The addresses of some symbols; those that are not there, or a stripped file's, are left out.</summary>
    public static Dictionary<string, Addr> Find(ElfFile elf, params ReadOnlySpan<string> names)
    {
        var found = new Dictionary<string, Addr>();
        (ulong offset, int size, int count) = elf.SectionTable;
        if (offset == 0 || count == 0 || size < (elf.IsWide ? 64 : 40))
        {
            return found;
        }

        byte[][] wanted = new byte[names.Length][];
        for (int i = 0; i < names.Length; i++)
        {
            wanted[i] = [.. Encoding.ASCII.GetBytes(names[i]), 0];
        }

        byte[] table = elf.Bytes(offset, (long)size * count, "section headers");
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> section = table.AsSpan(i * size, size);
            if (ElfFile.U32(section, 4) == SymbolTable)
            {
                int strings = (int)Math.Min(ElfFile.U32(section, elf.IsWide ? 40 : 24), (uint)count - 1);
                Search(Content(elf, section), Content(elf, table.AsSpan(strings * size, size)), elf, names, wanted, found);
            }
        }

        return found;
    }

    private static byte[] Content(ElfFile elf, ReadOnlySpan<byte> section)
    {
        ulong size = elf.Word(section, elf.IsWide ? 32 : 20);
        return size > MostBytes ? [] : elf.Bytes(elf.Word(section, elf.IsWide ? 24 : 16), (int)size, "a section");
    }

    private static void Search(ReadOnlySpan<byte> symbols, ReadOnlySpan<byte> strings, ElfFile elf, ReadOnlySpan<string> names, byte[][] wanted, Dictionary<string, Addr> found)
    {
        for (int size = elf.IsWide ? 24 : 16; symbols.Length >= size; symbols = symbols[size..])
        {
            uint name = ElfFile.U32(symbols, 0);
            for (int i = 0; i < wanted.Length && name < strings.Length; i++)
            {
                if (strings[(int)name..].StartsWith(wanted[i]))
                {
                    found[names[i]] = new Addr(elf.Word(symbols, elf.IsWide ? 8 : 4));
                }
            }
        }
    }
}
