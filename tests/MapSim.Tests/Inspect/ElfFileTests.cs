using System.Buffers.Binary;
using System.Text;
using MapSim.Inspect;
using MapSim.Layout;
using MapSim.Memory;
using Xunit;

namespace MapSim.Tests.Inspect;

public sealed class ElfFileTests
{
    /// <summary>A core with segments: 16 saved bytes of 16; 8 saved of 32; none saved of 64, which NT_FILE says is mapped from /bin/prog.</summary>
    private static byte[] Core(bool wide, ushort machine)
    {
        int header = wide ? 64 : 52, entry = wide ? 56 : 32, w = wide ? 8 : 4, data = header + 4 * entry;
        byte[] names = Encoding.ASCII.GetBytes("/bin/prog\0");
        var note = new byte[12 + 8 + 5 * w + names.Length];
        var file = new byte[data + 24 + note.Length];
        void U16(int at, int v) => BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(at), (ushort)v);
        void Word(byte[] to, int at, ulong v) => (wide ? BitConverter.GetBytes(v) : BitConverter.GetBytes((uint)v)).CopyTo(to, at);
        new byte[] { 0x7F, (byte)'E', (byte)'L', (byte)'F', (byte)(wide ? 2 : 1), 1, 1 }.CopyTo(file, 0);
        U16(16, 4);
        U16(18, machine);
        Word(file, wide ? 32 : 28, (ulong)header);
        U16(wide ? 54 : 42, entry);
        U16(wide ? 56 : 44, 4);
        void Segment(int i, uint type, int offset, ulong address, int saved, ulong size)
        {
            int at = header + i * entry;
            BitConverter.GetBytes(type).CopyTo(file, at);
            Word(file, at + (wide ? 8 : 4), (ulong)offset);
            Word(file, at + (wide ? 16 : 8), address);
            Word(file, at + (wide ? 32 : 16), (ulong)saved);
            Word(file, at + (wide ? 40 : 20), size);
        }

        Segment(0, 4, data + 24, 0, note.Length, 0);
        Segment(1, 1, data, 0x10000, 16, 16);
        Segment(2, 1, data + 16, 0x20000, 8, 32);
        Segment(3, 1, data, 0x30000, 0, 64);
        Enumerable.Range(1, 24).Select(i => (byte)i).ToArray().CopyTo(file, data);
        BitConverter.GetBytes(5).CopyTo(note, 0);
        BitConverter.GetBytes(5 * w + names.Length).CopyTo(note, 4);
        BitConverter.GetBytes(0x46494c45).CopyTo(note, 8);
        Word(note, 20, 1);
        Word(note, 20 + w, 4096);
        Word(note, 20 + 2 * w, 0x30000);
        Word(note, 20 + 3 * w, 0x40000);
        names.CopyTo(note, 20 + 5 * w);
        note.CopyTo(file, data + 24);
        return file;
    }

    [Theory]
    [InlineData(true, 62, "amd64")]
    [InlineData(true, 183, "arm64")]
    [InlineData(false, 3, "386")]
    public void A_core_has_its_segments_with_zeros_where_the_file_is_shorter(bool wide, ushort machine, string arch)
    {
        ElfFile core = ElfFile.Read(new MemoryStream(Core(wide, machine)), "core");
        Assert.Equal((ElfKind.Core, arch), (core.Kind, core.Arch.Name));
        using ProcessImage image = Image(core);
        var bytes = new byte[32];
        Assert.Equal(16, image.Read(new Addr(0x10000), bytes));
        Assert.Equal(Enumerable.Range(1, 16).Select(i => (byte)i), bytes[..16]);
        Assert.Equal(32, image.Read(new Addr(0x20000), bytes));
        Assert.Equal([.. Enumerable.Range(17, 8).Select(i => (byte)i), .. new byte[24]], bytes);
        Assert.Equal(0, image.Read(new Addr(0x30000), bytes));
        Assert.True(image.MayExist(new Addr(0x30000)));
        Assert.True(image.MayExist(new Addr(0x3FFFF)));
        Assert.False(image.MayExist(new Addr(0x50000)));
        Assert.Equal("0x30000 is in core, but was not saved: it is mapped from /bin/prog, which --exe can give", image.WhyMissing(new Addr(0x30000), 8));
        Assert.Equal("0x50000 is in no memory of the process", image.WhyMissing(new Addr(0x50000), 8));
    }

    [Fact]
    public void Of_a_core_that_was_cut_off_the_rest_is_missing_not_zero()
    {
        byte[] whole = Core(true, 62);
        using ProcessImage image = Image(ElfFile.Read(new MemoryStream(whole[..(64 + 4 * 56 + 20)]), "core"));
        var bytes = new byte[32];
        Assert.Equal(4, image.Read(new Addr(0x20000), bytes));
        Assert.Contains("cut off after 308 bytes", image.WhyMissing(new Addr(0x20000), 32), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 0x7E, "core: expected an ELF file, little endian")]
    [InlineData(5, 2, "core: expected an ELF file, little endian")]
    [InlineData(18, 40, "core: expected a core or program for amd64, arm64 or 386, found machine 40")]
    [InlineData(56, 200, "core: expected program headers of 11200 bytes at offset 64, found the end of the file at")]
    [InlineData(54, 8, "core: expected program headers of 56 bytes, found 8")]
    public void Other_files_are_told_apart(int at, byte value, string message)
    {
        byte[] file = Core(true, 62);
        file[at] = value;
        Assert.StartsWith(message, Assert.Throws<FormatException>(() => ElfFile.Read(new MemoryStream(file), "core")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_header_at_all_is_read_or_refused()
    {
        int refused = 0;
        for (int seed = 0; seed < 2000; seed++)
        {
            var random = new MapSim.Tests.Programs.RandomPrograms(seed);
            byte[] file = Core(random.Next(2) == 0, (ushort)(random.Next(2) == 0 ? 62 : 3));
            for (int i = 1 + random.Next(4); i > 0; i--)
            {
                file[6 + random.Next(file.Length - 6)] = (byte)random.Next(256);
            }

            try
            {
                using ProcessImage image = Image(ElfFile.Read(new MemoryStream(file), "core"));
                image.Read(new Addr(0x20000), new byte[64]);
            }
            catch (FormatException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 100, 1900);
    }

    private static ProcessImage Image(ElfFile core)
    {
        var image = new ProcessImage { IsComplete = true };
        foreach (SavedRange range in core.Ranges())
        {
            image.Add(range);
        }

        return image;
    }
}
