using MapSim.Checks;
using Xunit;

namespace MapSim.Tests.Checks;

public sealed class RepeatedStartsTests
{
    [Theory]
    [InlineData(1, 11)]
    [InlineData(2, 9)]
    [InlineData(5, 6)]
    [InlineData(17, 3)]
    [InlineData(40, 2)]
    public void As_many_equal_starts_as_chance_brings_once_in_2_to_the_40_are_found_and_one_less_is_not(byte b, int needed)
    {
        var starts = new RepeatedStarts();
        for (int i = 1; i < needed; i++)
        {
            Assert.Null(starts.Add(b, 1, 3));
        }

        // The first start may be any; each other one is the same with a probability of 2^-(b + 3).
        Assert.InRange((needed - 2) * (b + 3), 0, RepeatedStarts.AlarmBits - 1);
        Assert.InRange((needed - 1) * (b + 3), RepeatedStarts.AlarmBits, int.MaxValue);
        Assert.True(Math.Pow(2, -RepeatedStarts.AlarmBits) < 1e-12);
        Assert.StartsWith($"all {needed} iterations over maps with several buckets started at bucket 1, slot 3", starts.Add(b, 1, 3), StringComparison.Ordinal);
        Assert.Null(starts.Add(b, 1, 3));
    }

    [Fact]
    public void Maps_of_several_sizes_add_up()
    {
        var starts = new RepeatedStarts();
        string?[] found = [.. new byte[] { 9, 1, 2, 3, 10, 12, 1 }.Select(b => starts.Add(b, 0, 0))];
        Assert.Equal([null, null, null, null, null, "all", null], found.Select(f => f?[..3]));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(0, 1)]
    public void One_other_start_anywhere_silences_it_for_good(ulong bucket, byte offset)
    {
        for (int other = 0; other < 10; other++)
        {
            var starts = new RepeatedStarts();
            for (int i = 0; i < 1000; i++)
            {
                Assert.Null(i == other ? starts.Add(1, bucket, offset) : starts.Add(1, 0, 0));
            }
        }
    }

    [Fact]
    public void Maps_with_one_bucket_do_not_count()
    {
        var starts = new RepeatedStarts();
        Assert.All(Enumerable.Range(0, 1000), _ => Assert.Null(starts.Add(0, 0, 5)));
        Assert.All(Enumerable.Range(0, 10), _ => Assert.Null(starts.Add(1, 1, 0)));
        Assert.NotNull(starts.Add(1, 1, 0));
    }
}
