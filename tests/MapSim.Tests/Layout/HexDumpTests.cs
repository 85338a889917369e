using System.Diagnostics;
using MapSim.Layout;
using MapSim.Memory;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Layout;

public sealed class HexDumpTests
{
    private static readonly byte[] Sample = [.. Enumerable.Range(0, 16).Select(i => (byte)(i * 17)), .. new byte[48], .. "text\x7f"u8];

    // Printed by hexdump -C of util-linux for the same bytes.
    private const string SampleDump = """
        00000000  00 11 22 33 44 55 66 77  88 99 aa bb cc dd ee ff  |.."3DUfw........|
        00000010  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|
        *
        00000040  74 65 78 74 7f                                    |text.|
        00000045

        """;

    [Fact]
    public void Plain_lines_are_those_of_hexdump() =>
        Assert.Equal(SampleDump.ReplaceLineEndings("\n"), HexDump.Of(Region(Sample), plain: true));

    [Fact]
    public void Repeated_lines_can_be_kept() =>
        Assert.Equal(5 + 1, HexDump.Of(Region(Sample), plain: true, squeeze: false).Count(c => c == '\n'));

    [Fact]
    public void Addresses_above_32_bits_are_printed_whole() =>
        Assert.StartsWith("c000000000  74 ", HexDump.Of(new HexRegion("", new Addr(0xC000000000), "t"u8.ToArray(), []), plain: true), StringComparison.Ordinal);

    [Fact]
    public void Nothing_has_no_lines() => Assert.Equal("", HexDump.Of(Region([])));

    [Fact]
    public void The_gutter_names_the_fields_of_each_line_also_of_repeated_ones()
    {
        HexField[] fields = [new(0, 8, "a", "x"), .. Enumerable.Range(0, 5).Select(i => new HexField(8 + 8 * i, 8, "a", "y", i)), new(48, 16, "b", "z"), new(64, 5, "b", "w")];
        string[] gutters = [.. HexDump.Of(Region(Sample, fields)).Split('\n').Select(l => l.Length > 79 ? l[79..].Trim() : "")];
        Assert.Equal(["a x, y[0]", "a y[1..2]", "a y[3..4]; b z", "b w", "", ""], gutters);
    }

    [Fact]
    public void A_map_is_dumped_region_by_region()
    {
        var runner = new ProgramRunner(ProgramParser.Parse("mapsim 1\nhash onebucket\nmap m map[uint64]uint64 make(10)\nrepeat 9 assign m $i $i\n"));
        runner.Run();
        string dump = MapPrinter.Hex(runner, runner.Maps[0]);
        Assert.Equal(
            ["# m: hmap", "# m: mapextra", "# m: extra.overflow, the slice", "# m: extra.overflow, its array", "# m: buckets A0", "# m: overflow bucket O0"],
            dump.Split('\n').Where(l => l.StartsWith('#')));
        Assert.Contains("|  hmap count, flags, B, noverflow, hash0\n", dump, StringComparison.Ordinal);
        Assert.Contains("  05 05 05 05 05 05 05 05  00 00 00 00 00 00 00 00  |................|  A0:0 tophash[0..7], keys[0]\n", dump, StringComparison.Ordinal);
        Assert.Contains("|  A0:0 elems[7], overflow\n", dump, StringComparison.Ordinal);
        Assert.DoesNotContain("hmap", MapPrinter.Hex(runner, runner.Maps[0], plain: true), StringComparison.Ordinal);
    }

    [Fact]
    public void Random_bytes_look_as_in_the_real_hexdump()
    {
        if (!File.Exists("/usr/bin/hexdump"))
        {
            Assert.Skip("there is no hexdump here");
        }

        string file = Path.GetTempFileName();
        try
        {
            for (int seed = 0; seed < 20; seed++)
            {
                var random = new Programs.RandomPrograms(seed);
                byte[] bytes = [.. Enumerable.Range(0, 1 + random.Next(300)).Select(i => random.Next(4) == 0 || i < 40 ? (byte)random.Next(256) : (byte)0)];
                File.WriteAllBytes(file, bytes);
                using Process process = Process.Start(new ProcessStartInfo("/usr/bin/hexdump", ["-C", file]) { RedirectStandardOutput = true })!;
                Assert.Equal(process.StandardOutput.ReadToEnd(), HexDump.Of(Region(bytes), plain: true));
            }
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static HexRegion Region(byte[] bytes, params HexField[] fields) => new("", default, bytes, fields);
}
