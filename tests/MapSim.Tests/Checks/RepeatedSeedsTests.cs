using System.Numerics;
using MapSim.Checks;
using Xunit;

namespace MapSim.Tests.Checks;

public sealed class RepeatedSeedsTests
{
    [Theory]
    [InlineData(3, 382)]
    [InlineData(4, 26_259)]
    [InlineData(5, 348_007)]
    public void So_many_equal_seeds_are_an_alarm_among_up_to_so_many(int times, long seeds)
    {
        Assert.True(RepeatedSeeds.IsAlarm(times, times));
        Assert.True(RepeatedSeeds.IsAlarm(times, seeds));
        Assert.False(RepeatedSeeds.IsAlarm(times, seeds + 1));
    }

    [Fact]
    public void The_false_alarms_of_all_counts_together_stay_below_1_in_10_to_the_12()
    {
        // Exact: the largest number of seeds for which k equal ones are an alarm, and the expected number of such sets there.
        (BigInteger sum, int bits) = (0, 2000);
        for (int times = 3; times <= 40; times++)
        {
            long seeds = 1;
            for (long step = 1L << 40; step > 0; step /= 2)
            {
                seeds += RepeatedSeeds.IsAlarm(times, seeds + step) ? step : 0;
            }

            sum += (Choose(seeds, times) << bits) / BigInteger.Pow(2, 32 * (times - 1));
        }

        Assert.True(sum * BigInteger.Pow(10, 12) < BigInteger.One << bits);
        Assert.True(sum * BigInteger.Pow(10, 12) * 2 > BigInteger.One << bits, "the bound is far from what it could be");
    }

    [Fact]
    public void Three_equal_seeds_are_found_and_two_never_are()
    {
        var seeds = new RepeatedSeeds();
        Assert.Null(seeds.Add(7));
        Assert.Null(seeds.Add(8));
        Assert.Null(seeds.Add(7));
        Assert.Null(seeds.Add(8));
        Assert.Equal("3 of 5 map seeds are 0x00000007: each should be 32 random bits of its own", seeds.Add(7));
        Assert.Null(seeds.Add(7));
        Assert.False(RepeatedSeeds.IsAlarm(2, 2));
        Assert.False(RepeatedSeeds.IsAlarm(1, 1));
    }

    [Fact]
    public void Three_equal_seeds_among_very_many_are_left_to_chance()
    {
        var seeds = new RepeatedSeeds();
        for (uint i = 0; i < 400; i++)
        {
            Assert.Null(seeds.Add(i));
        }

        Assert.Null(seeds.Add(5));
        Assert.Null(seeds.Add(5));
        Assert.NotNull(seeds.Add(5));
    }

    private static BigInteger Choose(long n, int k)
    {
        BigInteger result = 1;
        for (int i = 0; i < k; i++)
        {
            result = result * (n - i) / (i + 1);
        }

        return result;
    }
}
