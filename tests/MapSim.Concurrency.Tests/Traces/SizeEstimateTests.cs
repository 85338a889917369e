using MapSim.Concurrency.Litmus;
using MapSim.Concurrency.Tests.Litmus;
using MapSim.Concurrency.Tests.Models;
using MapSim.Concurrency.Traces;
using Xunit;

namespace MapSim.Concurrency.Tests.Traces;

public sealed class SizeEstimateTests
{
    [Theory]
    [InlineData("SB", 3, 6)]
    [InlineData("deadlock01_bad", 3, 6)]
    [InlineData("account_bad", 6, 6)]
    [InlineData("readers(5)", 32, 720)]
    [InlineData("reorder(3+1)", 1248, 7038)]
    [InlineData("twostage(1+1)", 3, 72)]
    [InlineData("lastzero(5)", 64, 3_487_880)]
    public void The_number_that_is_known_lies_in_the_range(string name, double traces, double interleavings)
    {
        LitmusModel model = new(LitmusProgram.Parse(Programs.Text(name)));
        SizeEstimate estimate = SizeEstimate.OfTraces(model);
        Assert.InRange(traces, estimate.Low, estimate.High);
        Assert.InRange(estimate.Seen, 1, (long)traces);
        Assert.Equal(0, model.Depth);
        estimate = SizeEstimate.OfInterleavings(model);
        Assert.InRange(interleavings, estimate.Low, estimate.High);
        Assert.InRange(estimate.High, interleavings, 2 * interleavings);
    }

    [Fact]
    public void Over_many_runs_the_average_is_the_number_of_traces_of_random_programs()
    {
        double sum = 0;
        double expected = 0;
        for (int number = 0; number < 60; number++)
        {
            SizeEstimate estimate = SizeEstimate.OfTraces(RandomPrograms.Write(number), 3000, long.MaxValue);
            if (!estimate.IsShaky && Oracle.Count(RandomPrograms.Write(number), 3_000) is { } oracle)
            {
                sum += estimate.Mean / oracle.Traces.Count;
                expected++;
            }
        }

        Assert.InRange(expected, 30, 60);
        Assert.InRange(sum / expected, 0.99, 1.01);
    }

    [Fact]
    public void A_range_that_hangs_on_a_few_runs_says_so()
    {
        string spin = new ProgramText("spin", "x").Thread("waits", "again:", "r = load x", "goto again").ToString();
        Assert.True(SizeEstimate.OfTraces(new LitmusModel(LitmusProgram.Parse(spin))).IsShaky);
        Assert.True(SizeEstimate.OfTraces(new LitmusModel(LitmusProgram.Parse(Programs.Text("lastzero(15)")))).IsShaky);
        Assert.True(SizeEstimate.OfTraces(new LitmusModel(LitmusProgram.Parse(Programs.Text("fib_bench(3,2thr)")))).IsShaky);
        Assert.False(SizeEstimate.OfTraces(new LitmusModel(LitmusProgram.Parse(Programs.Text("reorder(3+1)")))).IsShaky);
    }
}
