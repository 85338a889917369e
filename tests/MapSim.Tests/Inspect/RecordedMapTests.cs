using System.Globalization;
using MapSim.Inspect;
using MapSim.Layout;
using MapSim.Memory;
using Xunit;

namespace MapSim.Tests.Inspect;

/// <summary>Memory of real Go processes (1.19 and 1.23, amd64 and 386), dumped by gdb.</summary>
public sealed class RecordedMapTests
{
    public static TheoryData<string, string> All
    {
        get
        {
            var all = new TheoryData<string, string>();
            foreach (string process in RecordedMap.Processes)
            {
                foreach (string map in RecordedMap.Maps)
                {
                    all.Add(process, map);
                }
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_real_map_fits_and_keeps_every_invariant_that_can_be_asked(string process, string map)
    {
        MapInspection inspection = RecordedMap.Load(process, map).Inspect();
        Assert.Empty(inspection.Broken);
        Assert.Empty(inspection.Map.Misfits);
        Assert.True(inspection.Fits);
        Assert.Contains(inspection.Unchecked, u => u.Id == "H3.3");
        Assert.InRange(inspection.Checked, 20, 21);
        Assert.Equal(inspection.Map.Count, (ulong)inspection.Map.Live);
    }

    [Theory]
    [InlineData("go1.19-amd64")]
    [InlineData("go1.19-386")]
    [InlineData("go1.23-amd64")]
    public void A_map_in_the_middle_of_a_growth_shows_every_entry_once(string process)
    {
        RecordedMap recorded = RecordedMap.Load(process, "words");
        DecodedMap map = recorded.Inspect().Map;
        Assert.True(map.IsGrowing);
        Assert.InRange(map.Old!.Evacuated, 1, 3);
        Assert.Equal(4, map.Old.Main);
        Assert.Equal(8, map.Present!.Main);

        // maps.go: the key of i is "key-i." one to three times, its elem i squared.
        IEnumerable<(string, string)> expected = Enumerable.Range(0, (int)map.Count)
            .Select(i => ($"\"{string.Concat(Enumerable.Repeat($"key-{i}.", 1 + i % 3))}\"", (i * i).ToString(CultureInfo.InvariantCulture)));
        Assert.Equal(expected.Order(), RecordedMap.Entries(recorded.Image, map).Order());
    }

    [Theory]
    [InlineData("go1.19-amd64")]
    [InlineData("go1.19-386")]
    [InlineData("go1.23-amd64")]
    public void Overflow_chains_are_followed(string process)
    {
        RecordedMap recorded = RecordedMap.Load(process, "pairs");
        DecodedMap map = recorded.Inspect().Map;
        int overflow = map.Present!.Buckets.Count(b => b.Depth > 0);
        Assert.InRange(overflow, 1, 20);
        Assert.Equal(map.Noverflow, overflow);
        Assert.Equal(overflow, map.Overflow!.Items.Count);

        // maps.go: 103 squares plus one, less the 20 squares of multiples of five plus one.
        var expected = Enumerable.Range(0, 103).Where(i => i % 5 != 0 || i >= 100).Select(i => ($"{i * i + 1}", $"{i}"));
        Assert.Equal(expected.Order(), RecordedMap.Entries(recorded.Image, map).Order());
    }

    [Fact]
    public void Keys_in_read_only_data_are_followed_too()
    {
        RecordedMap recorded = RecordedMap.Load("go1.19-amd64", "few");
        Assert.Equal([("\"\"", "3"), ("\"alpha\"", "1"), ("\"beta\"", "2")], RecordedMap.Entries(recorded.Image, recorded.Inspect().Map).Order());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void The_twin_of_a_real_map_has_its_bytes_but_for_pointers(string process, string map)
    {
        RecordedMap recorded = RecordedMap.Load(process, map);
        DecodedMap decoded = recorded.Inspect().Map;
        MapTwin twin = MapTwin.Of(recorded.Image, decoded, new MapSim.Hash.AesHash(new byte[128]));
        var view = new MapView(twin.Machine.Memory, decoded.Type, twin.Map);
        Assert.Equal(decoded.Count, view.Count);
        Assert.Equal(decoded.Hash0, view.Hash0);
        Assert.Equal(decoded.Buckets, twin.Original(view.Buckets));
        int compared = 0;
        foreach (DecodedBucket b in decoded.Present!.Buckets.Where(b => b.Depth == 0))
        {
            ReadOnlySpan<byte> copy = view.Bucket(view.Buckets, (ulong)b.Chain).Bytes;
            for (int at = 0; at < decoded.Type.OverflowOffset; at++)
            {
                bool isPointer = decoded.Type.Key.HasPointers && at >= Bmap.DataOffset && at < decoded.Type.ElemsOffset
                    && (at - Bmap.DataOffset) % decoded.Type.KeySlot < decoded.Type.Arch.PointerSize;
                if (!isPointer)
                {
                    Assert.Equal(b.Bytes.Span[at], copy[at]);
                    compared++;
                }
            }
        }

        Assert.True(compared >= 72, $"{compared} bytes");
    }

    [Fact]
    public void Text_of_the_real_hexdump_gives_the_bytes_and_is_what_dump_prints()
    {
        foreach (string name in new[] { "words-hmap", "words-buckets" })
        {
            byte[] raw = File.ReadAllBytes(Path.Combine(RecordedMap.Folder("go1.19-amd64"), name + ".bin"));
            string text = File.ReadAllText(Path.Combine(RecordedMap.Folder("go1.19-amd64"), name + ".hexdump"));
            Assert.True(HexDumpText.IsOne(System.Text.Encoding.Latin1.GetBytes(text)));
            (Addr start, byte[] bytes) = Assert.Single(HexDumpText.Parse(text));
            Assert.Equal(default, start);
            Assert.Equal(raw, bytes);
            Assert.Equal(text, HexDump.Of(new HexRegion("", default, raw, []), plain: true));
        }
    }
}
