using MapSim.Checks;
using MapSim.Layout;
using MapSim.Memory;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Checks;

/// <summary>H5, where iterations start: silent on the simulator as it is, loud when the start is spoilt.</summary>
public sealed class IteratorStartsTests
{
    // Entries that give B = 0, 1, 2, 3, 4.
    private static readonly ulong[] Sizes = [5, 12, 24, 45, 90];

    [Theory]
    [InlineData("1.19", "amd64")]
    [InlineData("1.23", "amd64")]
    [InlineData("1.23", "386")]
    public void Four_thousand_iterations_start_anywhere(string version, string arch)
    {
        IteratorStarts starts = Collect(800, GoVersion.Parse(version), Arch.Parse(arch));
        Assert.Equal([0, 1, 2, 3, 4], starts.Sizes);
        Assert.All(starts.JudgeAll(), v => Assert.True(v.Outcome == StatisticalOutcome.Fine && v.Samples == 800, v.ToString()));
    }

    [Fact]
    public void No_seed_of_two_hundred_gives_an_alarm()
    {
        for (ulong seed = 1; seed <= 200; seed++)
        {
            IteratorStarts starts = Collect(20, GoVersion.Go123, Arch.Amd64, seed);
            Assert.All(starts.JudgeAll(), v => Assert.True(v.Outcome == StatisticalOutcome.TooFew, v.ToString()));
        }
    }

    [Fact]
    public void A_fixed_draw_is_seen_at_every_size()
    {
        IteratorStarts starts = Collect(100, GoVersion.Go123, Arch.Amd64, draw: 0x1234_5678_9ABC_DEF0);
        Assert.Equal(5, starts.JudgeAll().Count);
        Assert.All(starts.JudgeAll(), v => Assert.True(v.Outcome == StatisticalOutcome.Skewed, v.ToString()));
    }

    [Theory]
    [InlineData("offset 0")]
    [InlineData("start 0")]
    [InlineData("even start")]
    [InlineData("offset of start")]
    public void A_spoilt_start_is_seen(string how)
    {
        var starts = new IteratorStarts();
        Collect(starts, 90, (int)IteratorStarts.SamplesNeeded(4), GoVersion.Go119, Arch.Amd64, 1, null, (s, it) => Spoil(s, it, how));
        StartVerdict verdict = starts.Judge(4);
        Assert.True(verdict.Outcome == StatisticalOutcome.Skewed, verdict.ToString());
        Assert.StartsWith("H5 (iteration start, B = 4): ", verdict.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_offset_beyond_the_bucket_is_wrong_at_once()
    {
        var starts = new IteratorStarts();
        starts.Add(3, 7, 7);
        Assert.Equal(StatisticalOutcome.TooFew, starts.Judge(3).Outcome);
        starts.Add(3, 7, 8);
        Assert.Equal(StatisticalOutcome.Skewed, starts.Judge(3).Outcome);
        starts.Add(2, 4, 0);
        Assert.Equal(StatisticalOutcome.Skewed, starts.Judge(2).Outcome);
    }

    [Fact]
    public void A_few_equal_starts_and_an_empty_map_prove_nothing()
    {
        var starts = new IteratorStarts();
        for (int i = 0; i < 8; i++)
        {
            starts.Add(0, 0, 5);
        }

        Assert.Equal(StatisticalOutcome.TooFew, starts.Judge(0).Outcome);
        Collect(starts, 0, 100, GoVersion.Go123, Arch.Amd64, 1, null, null);
        Assert.Equal(8, starts.Judge(0).Samples);
        Assert.Equal(StatisticalOutcome.TooFew, starts.Judge(9).Outcome);
    }

    [Theory]
    [InlineData("uniform", StatisticalOutcome.Fine)]
    [InlineData("low bit fixed", StatisticalOutcome.Skewed)]
    [InlineData("high bit fixed", StatisticalOutcome.Skewed)]
    public void Big_maps_are_judged_by_the_low_and_the_high_bits(string how, StatisticalOutcome expected)
    {
        var random = new RandomSource(3);
        var starts = new IteratorStarts();
        for (long i = 0; i < IteratorStarts.SamplesNeeded(12); i++)
        {
            ulong start = random.Next() & 0xFFF;
            start = how == "low bit fixed" ? start & ~1UL : how == "high bit fixed" ? start & 0x7FF : start;
            starts.Add(12, start, (byte)random.Below(8));
        }

        Assert.Equal(expected, starts.Judge(12).Outcome);
    }

    [Fact]
    public void A_start_that_leaves_out_half_of_the_cells_is_always_seen_with_the_samples_asked_for()
    {
        for (byte b = 0; b < 8; b++)
        {
            int half = 4 << b;
            var starts = new IteratorStarts();
            for (long i = 0; i < IteratorStarts.SamplesNeeded(b); i++)
            {
                int cell = (int)(i % half); // as even as can be: the least surprise
                starts.Add(b, (ulong)cell / 4, (byte)(cell % 4));
            }

            Assert.Equal(StatisticalOutcome.Skewed, starts.Judge(b).Outcome);
        }
    }

    [Fact]
    public void The_limit_keeps_its_promise_where_it_can_be_computed_exactly()
    {
        // Two cells: the chance of a binomial count that far out, for small and large numbers of samples.
        double limit = Chance.Limit(1, 1e-9);
        foreach (int n in (int[])[5, 20, 35, 36, 50, 100, 1000])
        {
            double alarm = 0;
            for (int i = 0; i <= n; i++)
            {
                double logChoose = Enumerable.Range(1, i).Sum(j => Math.Log((double)(n - j + 1) / j));
                double divergence = Term(i, n) + Term(n - i, n);
                alarm += divergence >= limit ? Math.Exp(logChoose - n * Math.Log(2)) : 0;
            }

            Assert.InRange(alarm, 0, 1e-9);
        }

        static double Term(int count, int n) => count == 0 ? 0 : count * Math.Log(2.0 * count / n);
    }

    [Fact]
    public void The_logarithm_and_the_limit_are_right()
    {
        for (double x = 1e-12; x < 1e12; x *= 1.7)
        {
            Assert.Equal(Math.Log(x), Chance.Ln(x), 1e-14 * Math.Max(1, Math.Abs(Math.Log(x))));
        }

        Assert.Equal(0, Chance.Ln(1));
        foreach (double units in (double[])[1, 7, 127, 100_000])
        {
            double t = Chance.Limit(units, 1e-9);
            Assert.Equal(Math.Log(1e-9), units - t + units * Math.Log(t / units), 1e-6);
            Assert.True(t > units);
        }

        Assert.Equal(-Math.Log(1e-9), Chance.Limit(0, 1e-9), 1e-9);
    }

    private static IteratorStarts Collect(int each, GoVersion version, Arch arch, ulong seed = 1, ulong? draw = null)
    {
        var starts = new IteratorStarts();
        foreach (ulong size in Sizes)
        {
            Collect(starts, size, each, version, arch, seed, draw, null);
        }

        return starts;
    }

    private static void Collect(
        IteratorStarts starts, ulong size, int times, GoVersion version, Arch arch, ulong seed, ulong? draw, Action<MapSession, Addr>? spoil)
    {
        MapSession s = Sessions.Of("map[uint64]uint64", version, arch, seed: seed);
        Addr map = Sessions.Filled(s, size);
        for (int i = 0; i < times; i++)
        {
            if (draw is { } fixedDraw)
            {
                s.Machine.Choices.UseRecorded([fixedDraw]);
            }

            Addr iterator = s.StackIterator();
            Assert.True(s.IterInit(0, map, iterator).IsOk);
            spoil?.Invoke(s, iterator);
            starts.Add(s.Machine.Memory, s.Machine.Arch, iterator);
        }
    }

    private static void Spoil(MapSession s, Addr iterator, string how)
    {
        Addr start = iterator + s.Machine.L.ItStartBucket, offset = iterator + s.Machine.L.ItOffset;
        byte bucket = s.Machine.Memory.Raw(start, 1)[0];
        switch (how)
        {
            case "offset 0": s.Machine.Memory.Poke(offset, [0]); break;
            case "start 0": s.Machine.Memory.Poke(start, [0]); break;
            case "even start": s.Machine.Memory.Poke(start, [(byte)(bucket & ~1)]); break;
            default: s.Machine.Memory.Poke(offset, [(byte)(bucket & 7)]); break;
        }
    }
}
