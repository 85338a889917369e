using MapSim.Inspect;
using MapSim.Memory;
using Xunit;

namespace MapSim.Tests.Inspect;

public sealed class HexDumpTextTests
{
    [Fact]
    public void Repeated_lines_are_filled_in()
    {
        (Addr start, byte[] bytes) = Assert.Single(HexDumpText.Parse("""
            c000012000  01 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|
            c000012010  aa aa aa aa aa aa aa aa  aa aa aa aa aa aa aa aa  |................|
            *
            c000012040  07                                                |.|
            c000012041
            """));
        Assert.Equal(0xC000012000UL, start.Value);
        Assert.Equal(0x41, bytes.Length);
        Assert.Equal([.. new byte[] { 1 }, .. new byte[15], .. Enumerable.Repeat((byte)0xAA, 48), 7], bytes);
    }

    [Fact]
    public void Titles_begin_another_run_and_gutters_are_not_read()
    {
        IReadOnlyList<(Addr Start, byte[] Bytes)> runs = HexDumpText.Parse("# m: hmap\n00001000  01 02                                             |..|  hmap count\n00001002\n# next\n00002000  03  |.|\n00002001\n");
        Assert.Equal([(0x1000UL, "0102"), (0x2000UL, "03")], runs.Select(r => (r.Start.Value, Convert.ToHexString(r.Bytes))));
    }

    [Theory]
    [InlineData("00000000  zz\n", "1: expected up to 16 bytes of two hexadecimal digits, found 'zz'")]
    [InlineData("00000000  01\n00000000  02\n", "2: expected the address 00000001, found '00000000'")]
    [InlineData("00000000  00 01 02 03 04 05 06 07  08 09 0a 0b 0c 0d 0e 0f  |................|\n*\n", "3: expected an address behind *: without it nobody knows how often the line repeats, found 'the end'")]
    [InlineData("*\n", "1: expected a line of bytes before *, found 'none'")]
    [InlineData("hello\n", "1: expected an address of 6 to 16 hexadecimal digits, found 'hello'")]
    [InlineData("", "1: expected lines of hexdump -C, found none")]
    public void A_mistake_is_told_with_its_line(string text, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => HexDumpText.Parse(text)).Message);

    [Theory]
    [InlineData("00000000  04 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|\n", true)]
    [InlineData("# m: hmap\nc000012000  04 00  |..|\n", true)]
    [InlineData("\u0004\0\0\0\0\0\0\0", false)]
    [InlineData("00000000", false)]
    public void Raw_bytes_are_told_from_text(string begin, bool isText) => Assert.Equal(isText, HexDumpText.IsOne(System.Text.Encoding.Latin1.GetBytes(begin)));
}
