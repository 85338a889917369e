using MapSim.Layout;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Programs;

/// <summary>
/// Random programs that once were reported although real Go does the same: an oracle met a known defect from a side, or half a
/// step early, from where it was not recognised.
/// </summary>
public sealed class RandomRunDefectsTests
{
    [Theory]
    [InlineData(900001, 15208, "1.22", "386", "map[float64]int64", false, KnownDefect.BucketRelinked)]
    [InlineData(910001, 13980, "1.23", "amd64", "map[[200]uint8]int", false, KnownDefect.BucketRelinked)]
    [InlineData(910001, 14170, "1.22", "arm64", "map[int]interface {}", false, KnownDefect.SeedChanged)]
    [InlineData(940001, 6530, "1.21", "amd64", "map[uint8]struct{}", true, KnownDefect.CloneHintOverload)]
    [InlineData(950001, 2274, "1.23", "386", "map[float64]int64", true, null)]
    [InlineData(970001, 5284, "1.22", "amd64", "map[int16]uint8", true, KnownDefect.ListLost)]
    public void What_real_Go_does_wrong_is_counted_and_not_reported(int seed, long index, string go, string arch, string type, bool collects, KnownDefect? defect)
    {
        Arch machine = Arch.Parse(arch);
        var filter = new CaseFilter([GoVersion.Parse(go)], [machine], [MapType.Parse(type, machine).Text]) { Collector = collects };
        RandomResult result = new RandomRun(RandomCase.Choose((ulong)seed, index, filter)).Execute();
        Assert.Null(result.Report);
        Assert.True(defect == null || result.Tally.Known[(int)defect] > 0);
    }
}
