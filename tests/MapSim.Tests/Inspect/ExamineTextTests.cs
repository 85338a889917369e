using MapSim.Inspect;
using MapSim.Layout;
using MapSim.Memory;
using Xunit;

namespace MapSim.Tests.Inspect;

public sealed class ExamineTextTests
{
    private static string Recorded(string file) => File.ReadAllText(Path.Combine(RecordedMap.Folder("go1.19-debuggers"), file));

    [Fact]
    public void Bytes_of_gdb_and_words_of_delve_are_the_same_memory()
    {
        IReadOnlyList<(Addr Start, byte[] Bytes)> delve = ExamineText.Parse(Recorded("started.dlv"));
        Assert.Equal([(0xC000078300UL, 48), (0xC000010168UL, 48), (0xC00008E120UL, 288)], delve.Select(r => (r.Start.Value, r.Bytes.Length)));
        Assert.Equal(
            delve.Select(r => (r.Start, Convert.ToHexString(r.Bytes))),
            ExamineText.Parse(Recorded("started.gdb")).Select(r => (r.Start, Convert.ToHexString(r.Bytes))));
    }

    [Theory]
    [InlineData("started.dlv")]
    [InlineData("started.gdb")]
    public void A_map_of_a_real_process_is_read_from_what_a_debugger_printed(string file)
    {
        using var image = new ProcessImage();
        foreach ((Addr start, byte[] bytes) in ExamineText.Parse(Recorded(file)))
        {
            image.Add(file, start, bytes);
        }

        DecodedMap map = MapDecoder.Decode(image, new Addr(0xC000078300), MapType.Parse("map[uint64]uint64"), GoVersion.Go119);
        Assert.Equal(9UL, map.Count);
        Assert.Equal(
            Enumerable.Range(0, 9).Select(i => (ulong)i),
            from bucket in map.Present!.Buckets
            from slot in Enumerable.Range(0, Bmap.Slots)
            where bucket.Top(slot) >= Bmap.MinTopHash
            let key = BitConverter.ToUInt64(bucket.KeySlot(map.Type, slot))
            orderby key
            select key);
    }

    [Fact]
    public void Sessions_and_names_are_passed_over()
    {
        (Addr start, byte[] bytes) = Assert.Single(ExamineText.Parse("(dlv) x -fmt hex -count 2 -size 2 0x560620\n\n0x560620 <runtime.aeskeysched>:\t0x0102\t0x0304\r\n0x560624 <a b>: 0x05\n(gdb) q\n"));
        Assert.Equal((0x560620UL, "0201040305"), (start.Value, Convert.ToHexString(bytes)));
    }

    [Theory]
    [InlineData("0x10: 0x01\n0x11 0x02\n", "2: expected 0xADDRESS: and values like 0x1b, as x/48xb of gdb prints them, found '0x11 0x02'")]
    [InlineData("0x10: 0x123\n", "1: expected 0x and 2, 4, 8 or 16 hexadecimal digits, found '0x123'")]
    [InlineData("0x10: 27\n", "1: expected 0x and 2, 4, 8 or 16 hexadecimal digits, found '27'")]
    [InlineData("0x10: 0xzz\n", "1: expected 0x and 2, 4, 8 or 16 hexadecimal digits, found '0xzz'")]
    [InlineData("0x10:\n", "1: expected values behind the address, found 'none'")]
    [InlineData("(gdb) x/4xb 0\n", "1: expected lines like 0xc000014080: 0x1b 0x00, found 'none'")]
    public void A_mistake_is_told_with_its_line(string text, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => ExamineText.Parse(text)).Message);

    [Theory]
    [InlineData("0xc000070150:\t0x1b\t0x00\n", true)]
    [InlineData("(gdb) x/2xb m\n0xc000070150:\t0x1b", true)]
    [InlineData("0xc000070150:   27\n", false)]
    [InlineData("c000070150  1b 00  |..|\n", false)]
    [InlineData("0x", false)]
    [InlineData("", false)]
    public void Raw_bytes_are_told_from_text(string begin, bool isText) => Assert.Equal(isText, ExamineText.IsOne(System.Text.Encoding.Latin1.GetBytes(begin)));
}
