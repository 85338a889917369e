using MapSim.Layout;
using Xunit;

namespace MapSim.Tests.Layout;

public class StructLayoutsTests
{
    [Fact]
    public void Offsets_on_64_bits_are_those_of_the_DWARF_of_real_programs()
    {
        StructLayouts l = StructLayouts.Wide;
        Assert.Equal([0, 8, 9, 10, 12, 16, 24, 32, 40, 48], [StructLayouts.Count, l.Flags, l.B, l.Noverflow, l.Hash0, l.Buckets, l.OldBuckets, l.Nevacuate, l.Extra, l.HmapSize]);
        Assert.Equal([0, 8, 16, 24], [StructLayouts.Overflow, l.OldOverflow, l.NextOverflow, l.MapExtraSize]);
        Assert.Equal(
            [0, 8, 16, 24, 32, 40, 48, 56, 64, 72, 73, 74, 75, 80, 88, 96],
            [StructLayouts.ItKey, l.ItElem, l.ItType, l.ItH, l.ItBuckets, l.ItBptr, l.ItOverflow, l.ItOldOverflow, l.ItStartBucket, l.ItOffset, l.ItWrapped, l.ItB, l.ItI, l.ItBucket, l.ItCheckBucket, l.HiterSize]);
    }

    [Fact]
    public void Offsets_on_386_are_those_of_the_DWARF_of_real_programs()
    {
        StructLayouts l = StructLayouts.Narrow;
        Assert.Equal([4, 5, 6, 8, 12, 16, 20, 24, 28], [l.Flags, l.B, l.Noverflow, l.Hash0, l.Buckets, l.OldBuckets, l.Nevacuate, l.Extra, l.HmapSize]);
        Assert.Equal([4, 8, 12], [l.OldOverflow, l.NextOverflow, l.MapExtraSize]);
        Assert.Equal(
            [4, 8, 12, 16, 20, 24, 28, 32, 36, 37, 38, 39, 40, 44, 48],
            [l.ItElem, l.ItType, l.ItH, l.ItBuckets, l.ItBptr, l.ItOverflow, l.ItOldOverflow, l.ItStartBucket, l.ItOffset, l.ItWrapped, l.ItB, l.ItI, l.ItBucket, l.ItCheckBucket, l.HiterSize]);
    }
}
