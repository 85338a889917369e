using MapSim.Layout;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Layout;

public sealed class MapDumpTests
{
    [Fact]
    public void A_small_map_is_shown_whole() => Assert.Equal(
        """
        m: map[uint8]string at 0xc000000000: 2 entries, 1 bucket
          +0   count        2
          +8   flags        0x03  iterator|oldIterator
          +9   B            0
          +10  noverflow    0
          +12  hash0        0x7b1dcdaf
          +16  buckets      0xc000004000  A0
          +24  oldbuckets   nil
          +32  nevacuate    0
          +40  extra        nil
          A0 at 0xc000004000 (buckets): 1 bucket of 152 bytes
            A0:0   05 01 05 00 00 00 00 00
                   0 05  10   "ten"
                   2 05  255  "\xff"

        """.ReplaceLineEndings("\n"),
        Dump("map m map[uint8]string", "assign m 10 \"ten\"", "assign m 20 \"\"", "assign m 255 \"\\xff\"", "delete m 20", "iter i m"));

    [Fact]
    public void A_grow_in_progress_shows_both_arrays_the_lists_and_what_is_evacuated()
    {
        string dump = Dump("map m map[uint64]uint64 make(20)", "repeat 27 assign m $i00 1", "");
        Assert.Contains("  growing to twice the size: 2 of 4 old buckets evacuated\n", dump, StringComparison.Ordinal);
        Assert.Contains("  +24  oldbuckets   0xc000002000  A1\n", dump, StringComparison.Ordinal);
        Assert.Contains("    +8   oldoverflow  0xc000006018  len 3 cap 4  O", dump, StringComparison.Ordinal);
        Assert.Contains("    A1:0   02 03 02 03 02 03 02 03  evacuated  overflow O", dump, StringComparison.Ordinal);
        Assert.Contains("    A1:2 to A1:3  empty\n", dump, StringComparison.Ordinal);
    }

    [Fact]
    public void Spare_buckets_are_listed_until_they_are_used()
    {
        string fresh = Dump("map m map[uint64]uint64 make(104)", "len m");
        Assert.Contains("    +16  nextOverflow A0:16\n", fresh, StringComparison.Ordinal);
        Assert.Contains(": 16 buckets and 2 spare of 144 bytes\n", fresh, StringComparison.Ordinal);
        Assert.Contains("    A0:16  spare, free\n    A0:17  spare, free, the last one\n", fresh, StringComparison.Ordinal);

        // $i00 is a multiple of 4: one of four buckets gets a ninth key.
        string used = Dump("map m map[uint64]uint64 make(104)", "repeat 33 assign m $i00 1");
        Assert.Contains("  overflow A0:16\n", used, StringComparison.Ordinal);
        Assert.Contains("\n      A0:16  05 00", used, StringComparison.Ordinal);
        Assert.Contains("    A0:17  spare, free, the last one\n", used, StringComparison.Ordinal);
        Assert.DoesNotContain("A0:16  spare", used, StringComparison.Ordinal);
    }

    [Fact]
    public void A_nil_map_is_one_line() => Assert.Equal("m: map[int]int, nil\n", Dump("map m map[int]int nil", "len m"));

    [Theory]
    [InlineData(0, "-")]
    [InlineData(4, "hashWriting")]
    [InlineData(15, "iterator|oldIterator|hashWriting|sameSizeGrow")]
    public void Flags_have_the_runtime_s_names(byte flags, string names) => Assert.Equal(names, MapDump.FlagNames(flags));

    [Fact]
    public void Maps_of_every_type_and_state_can_be_shown_without_a_fault() =>
        Programs.ProgramRoundTripTests.ForAllSeeds(seed =>
        {
            var runner = new ProgramRunner(Programs.RandomPrograms.Make(seed));
            runner.Run();
            foreach (MapVariable map in runner.Maps)
            {
                string dump = MapPrinter.Dump(runner, map);
                Assert.DoesNotContain(ValueReader.Unreadable, dump, StringComparison.Ordinal);
                Assert.DoesNotContain("  ?\n", dump, StringComparison.Ordinal);
                Assert.Equal(map.Address.IsNil, !MapPrinter.Hex(runner, map).Contains("hmap count", StringComparison.Ordinal));
            }

            Assert.Equal(MapSim.Memory.MemoryFaultKind.None, runner.Session.Machine.Memory.Fault.Kind);
        }, runs: 100);

    private static string Dump(string map, params string[] operations)
    {
        var runner = new ProgramRunner(ProgramParser.Parse("mapsim 1\nhash identity\n" + map + "\n" + string.Join('\n', operations)));
        runner.Run();
        return MapPrinter.Dump(runner, runner.Maps[0]);
    }
}
