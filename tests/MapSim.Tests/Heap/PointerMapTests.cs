using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using Xunit;

namespace MapSim.Tests.Heaps;

public class PointerMapTests
{
    /// <summary>
    /// A bucket as the compiler lays it out: 8 tophash bytes, 8 keys, 8 elems, the overflow word. Sizes and pointers of
    /// keys and elems are written down here, not asked from MapSim.
    /// </summary>
    [Theory]
    [InlineData("map[string]*T", "amd64", 16, "0", 8, "0")]
    [InlineData("map[uint64]*T", "amd64", 8, "", 8, "0")]
    [InlineData("map[interface{}]int", "amd64", 16, "0 8", 8, "")]
    [InlineData("map[struct{ s string; n int }]string", "amd64", 24, "0", 16, "0")]
    [InlineData("map[[136]byte][136]byte", "amd64", 8, "0", 8, "0")]
    [InlineData("map[uint8][130]byte", "amd64", 1, "", 8, "0")]
    [InlineData("map[[2]string][3]*T", "amd64", 32, "0 16", 24, "0 8 16")]
    [InlineData("map[string]*T", "386", 8, "0", 4, "0")]
    [InlineData("map[uint64]*T", "386", 8, "", 4, "0")]
    [InlineData("map[interface{}]int", "386", 8, "0 4", 4, "")]
    [InlineData("map[struct{ a int8; p *T }]string", "386", 8, "4", 8, "0")]
    [InlineData("map[[136]byte]uint8", "386", 4, "0", 1, "")]
    public void The_pointers_of_a_bucket_are_those_of_its_slots_and_the_overflow_word(
        string type, string arch, int keySize, string keyPointers, int elemSize, string elemPointers)
    {
        int word = arch == "386" ? 4 : 8;
        int overflow = 8 + 8 * keySize + 8 * elemSize;
        var expected = new HashSet<int> { overflow };
        for (int slot = 0; slot < 8; slot++)
        {
            expected.UnionWith(Numbers(keyPointers).Select(p => 8 + slot * keySize + p));
            expected.UnionWith(Numbers(elemPointers).Select(p => 8 + 8 * keySize + slot * elemSize + p));
        }

        PointerMap map = Machine(type, arch).PointersOf(0).Bucket;
        Assert.Equal(overflow + word, map.Period);
        AssertIs(expected, map, word);
    }

    [Theory]
    [InlineData("map[uint64]uint64", "amd64")]
    [InlineData("map[[128]byte][128]byte", "amd64")]
    [InlineData("map[float32]bool", "386")]
    public void A_bucket_of_scalars_has_no_pointers_not_even_its_overflow_word(string type, string arch)
    {
        PointerMap map = Machine(type, arch).PointersOf(0).Bucket;
        Assert.False(map.HasPointers);
        Assert.Equal(0, map.Id);
        Assert.Equal(1000, map.Next(0, 1000));
        Assert.DoesNotContain(Enumerable.Range(0, 200), map.IsPointer);
    }

    [Theory]
    [InlineData("amd64", "16 24 40", 48, "0 8 16", 24, "0", 24, "0 8 16 24 32 40 48 56", 96)]
    [InlineData("386", "12 16 24", 28, "0 4 8", 12, "0", 12, "0 4 8 12 16 20 24 28", 48)]
    public void The_runtimes_own_structs_have_their_pointers_where_DWARF_says(
        string arch, string hmap, int hmapSize, string extra, int extraSize, string slice, int sliceSize, string hiter, int hiterSize)
    {
        PointerMaps maps = Machine("map[int]int", arch).Heap.PointerMaps;
        int word = arch == "386" ? 4 : 8;
        foreach ((PointerMap map, string offsets, int size) in new[]
        {
            (maps.Hmap, hmap, hmapSize), (maps.MapExtra, extra, extraSize), (maps.Slice, slice, sliceSize), (maps.Hiter, hiter, hiterSize),
        })
        {
            Assert.Equal(size, map.Period);
            AssertIs([.. Numbers(offsets)], map, word);
        }
    }

    [Fact]
    public void The_size_of_an_object_ends_the_search_also_inside_a_period()
    {
        PointerMap map = Machine("map[uint64]*T", "amd64").PointersOf(0).Bucket;
        Assert.Equal(72, map.Next(8, 73));
        Assert.Equal(72, map.Next(8, 72));
        Assert.Equal(40, map.Next(8, 40));
        Assert.Equal(144 + 72, map.Next(144, 288));
        Assert.Equal(144 + 60, map.Next(144, 144 + 60));
    }

    [Fact]
    public void Equal_maps_are_one_map()
    {
        PointerMaps maps = Machine("map[string]int", "amd64").Heap.PointerMaps;
        Assert.Same(maps.Words, maps.Of(GoTypeParser.Parse("*T", Arch.Amd64)));
        Assert.Same(maps.Of(GoTypeParser.Parse("string", Arch.Amd64)), maps.Of(GoTypeParser.Parse("struct{ s string }", Arch.Amd64)));
        Assert.NotSame(maps.Of(GoTypeParser.Parse("string", Arch.Amd64)), maps.Of(GoTypeParser.Parse("[2]*T", Arch.Amd64)));
    }

    /// <summary>Every byte of three periods, and every search from a word.</summary>
    private static void AssertIs(HashSet<int> expected, PointerMap map, int word)
    {
        int size = 3 * map.Period;
        for (int at = 0; at < size; at++)
        {
            Assert.True(expected.Contains(at % map.Period) == map.IsPointer(at), $"{map.Name}: offset {at}");
        }

        for (int at = 0; at < size; at += word)
        {
            int next = Enumerable.Range(at, size - at).Cast<int?>().FirstOrDefault(i => expected.Contains(i!.Value % map.Period)) ?? size;
            Assert.True(next == map.Next(at, size), $"{map.Name}: the next pointer from {at} is at {next}, not {map.Next(at, size)}");
        }
    }

    private static Machine Machine(string type, string arch) => Sessions.Of(type, arch: arch == "386" ? Arch.I386 : Arch.Amd64).Machine;

    private static IEnumerable<int> Numbers(string text) =>
        text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(n => int.Parse(n, System.Globalization.CultureInfo.InvariantCulture));
}
