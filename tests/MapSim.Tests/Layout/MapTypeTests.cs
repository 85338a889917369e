using MapSim.Layout;
using MapSim.Map;
using Xunit;

namespace MapSim.Tests.Layout;

public class MapTypeTests
{
    /// <summary>go-map.md section 2.2, and the mapflags that real traces record.</summary>
    [Theory]
    [InlineData("map[uint64]uint64", 8, 8, 144, 140, false, 4)]
    [InlineData("map[uint32]uint32", 4, 4, 80, 76, false, 4)]
    [InlineData("map[string]string", 16, 16, 272, 140, true, 12)]
    [InlineData("map[string]int64", 16, 8, 208, 140, true, 12)]
    [InlineData("map[float64]int64", 8, 8, 144, 140, false, 8)]
    [InlineData("map[interface{}]int", 16, 8, 208, 108, true, 24)]
    [InlineData("map[uint64]*T", 8, 8, 144, 108, true, 4)]
    [InlineData("map[[200]byte]int", 8, 8, 144, 76, true, 5)]
    [InlineData("map[uint8]struct{}", 1, 0, 24, 20, false, 4)]
    [InlineData("map[uint64][160]byte", 8, 8, 144, 108, true, 6)]
    [InlineData("map[*T]struct{}", 8, 0, 80, 44, true, 4)]
    [InlineData("map[struct{}]int", 0, 8, 80, 44, false, 4)]
    public void Slots_buckets_and_flags_are_those_of_real_Go(string text, int key, int elem, int bucket, int bucket386, bool pointers, int flags)
    {
        MapType t = MapType.Parse(text, Arch.Amd64);
        Assert.Equal((key, elem, bucket, pointers, flags), (t.KeySlot, t.ElemSlot, t.BucketSize, t.BucketHasPointers, t.Flags));
        Assert.Equal(bucket386, MapType.Parse(text, Arch.I386).BucketSize);
        Assert.Equal(bucket, MapType.Parse(text, Arch.Arm64).BucketSize);
    }

    [Theory]
    [InlineData("map[uint32]int", MapVariant.Fast32, MapVariant.Fast32)]
    [InlineData("map[[4]byte]int", MapVariant.Fast32, MapVariant.Fast32)]
    [InlineData("map[int]int", MapVariant.Fast64, MapVariant.Fast32)]
    [InlineData("map[struct{ a, b uint32 }]int", MapVariant.Fast64, MapVariant.Fast64)]
    [InlineData("map[*T]int", MapVariant.Fast64Ptr, MapVariant.Fast32Ptr)]
    [InlineData("map[[2]*T]int", MapVariant.Generic, MapVariant.Generic)]
    [InlineData("map[string]int", MapVariant.FastStr, MapVariant.FastStr)]
    [InlineData("map[struct{ s string }]int", MapVariant.FastStr, MapVariant.FastStr)]
    [InlineData("map[string][160]byte", MapVariant.Generic, MapVariant.Generic)]
    [InlineData("map[uint16]int", MapVariant.Generic, MapVariant.Generic)]
    [InlineData("map[float64]int", MapVariant.Generic, MapVariant.Generic)]
    [InlineData("map[struct{ a int32; _ int32 }]int", MapVariant.Generic, MapVariant.Generic)]
    public void The_compiler_chooses_the_fast_functions_for_4_and_8_plain_bytes_and_strings(string text, MapVariant amd64, MapVariant i386)
    {
        Assert.Equal(amd64, MapType.Parse(text, Arch.Amd64).Variant);
        Assert.Equal(i386, MapType.Parse(text, Arch.I386).Variant);
    }

    /// <summary>go-map.md section 1: the number of the key that raises B.</summary>
    [Theory]
    [InlineData("1.19", "9 14 27 53 105 209 417 833 1665 3329")]
    [InlineData("1.21", "9 13 25 49 97 193 385 769 1537 3073")]
    [InlineData("1.22", "9 14 27 53 105 209 417 833 1665 3329")]
    [InlineData("1.23", "9 14 27 53 105 209 417 833 1665 3329")]
    public void B_rises_at_the_same_keys_as_in_real_Go(string version, string keys)
    {
        GoVersion v = GoVersion.Parse(version);
        var raises = new List<int>();
        byte b = 0;
        for (int n = 1; raises.Count < 10; n++)
        {
            if (Bmap.OverLoadFactor((ulong)n, b, v, 8))
            {
                raises.Add(n);
                b++;
            }
        }

        Assert.Equal(keys, string.Join(' ', raises));
    }

    /// <summary>go-map.md section 5: spare overflow buckets for B = 4 to 16, measured on real Go.</summary>
    [Theory]
    [InlineData("map[uint64]uint64", "1.19", "2 5 7 14 28 56 113 170 284 512 1024 2048 4096")]
    [InlineData("map[uint64]uint64", "1.23", "2 5 7 14 28 56 113 170 284 512 1024 2048 4096")]
    [InlineData("map[uint32]uint32", "1.23", "1 6 12 8 16 102 102 204 307 512 1024 2048 4096")]
    [InlineData("map[*T]struct{}", "1.21", "1 6 12 8 16 102 102 204 307 512 1024 2048 4096")]
    [InlineData("map[*T]struct{}", "1.22", "1 6 12 25 51 102 102 204 307 512 1024 2048 4096")]
    [InlineData("map[string]string", "1.19", "1 2 6 22 45 60 90 150 271 512 1024 2048 4096")]
    [InlineData("map[string]int64", "1.23", "3 7 4 9 19 39 78 157 275 512 1024 2048 4096")]
    [InlineData("map[uint8]struct{}", "1.23", "1 5 10 16 16 53 112 341 341 682 1024 2048 4096")]
    [InlineData("map[uint16]uint8", "1.23", "1 3 12 25 16 32 204 204 409 614 1024 2048 4096")]
    public void Spare_overflow_buckets_are_as_many_as_in_real_Go(string text, string version, string spares)
    {
        MapType t = MapType.Parse(text, Arch.Amd64);
        GoVersion v = GoVersion.Parse(version);
        Assert.Equal(spares, string.Join(' ', Enumerable.Range(4, 13).Select(b => MakeBucketArray.BucketCount(t, (byte)b, v) - (1UL << b))));
    }

    /// <summary>go-map.md section 5: capacities of extra.overflow after appends.</summary>
    [Theory]
    [InlineData("1.19", "1 2 4 8 16 32 64 128 256 512 848 1280 1792 2560 3408 5120")]
    [InlineData("1.23", "1 2 4 8 16 32 64 143 287 607 1023 1535 2303 3071 4095 6144")]
    public void The_list_of_overflow_buckets_grows_as_a_slice_of_real_Go(string version, string capacities)
    {
        var seen = new List<ulong> { 1 };
        while (seen.Count < 16)
        {
            seen.Add(AppendOverflow.GrownCapacity(seen[^1], GoVersion.Parse(version), Arch.Amd64));
        }

        Assert.Equal(capacities, string.Join(' ', seen));
    }

    [Theory]
    [InlineData("map[uint64", "column 11")]
    [InlineData("map[[]int]int", "column 10")]
    [InlineData("map[strin]int", "column 5")]
    [InlineData("map[int]int x", "column 13")]
    [InlineData("map[struct{ a }]int", "column 15")]
    [InlineData("map[[9999999999]int]int", "column 6")]
    [InlineData("map[int]func(a (b)", "column 19: expected )")]
    [InlineData("map[int]<-int", "column 11: expected chan")]
    [InlineData("map[int]error", "column 9: expected a type of Go itself (a named one is written as what it is), found 'error'")]
    public void A_text_that_is_no_map_type_is_refused_with_the_column(string text, string where)
    {
        var e = Assert.Throws<FormatException>(() => MapType.Parse(text, Arch.Amd64));
        Assert.Contains(where, e.Message, StringComparison.Ordinal);
        Assert.Contains("expected", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("map[int]func(ctx context.Context, n int) (string, error)", 8)]
    [InlineData("map[int]func() Reader", 8)]
    [InlineData("map[int]struct{ f func(); g func(func() int) *T; n int }", 24)]
    [InlineData("map[int]chan<- bool", 8)]
    [InlineData("map[int]<-chan func()", 8)]
    [InlineData("map[int]chan Event", 8)]
    [InlineData("map[int][]Event", 24)]
    [InlineData("map[int]map[pkg.Key]Event", 8)]
    public void What_a_map_never_looks_into_may_be_any_type(string text, int elem)
    {
        MapType type = MapType.Parse(text, Arch.Amd64);
        Assert.Equal(elem, type.Elem.Size);
        Assert.Equal(text, type.Text);
    }
}
