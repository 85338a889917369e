using MapSim.Concurrency.Litmus;
using MapSim.Concurrency.Sampling;
using Xunit;

namespace MapSim.Concurrency.Tests.Sampling;

public sealed class GreyboxTests
{
    [Fact]
    public void What_a_walk_does_not_find_is_found_with_each_of_twenty_seeds()
    {
        Assert.All(Firsts("reorder(9+1)+s", 1000, () => new RandomWalk()), first => Assert.Equal(-1, first));
        long[] greybox = Firsts("reorder(9+1)+s", 1000, () => new Greybox());
        TestContext.Current.TestOutputHelper?.WriteLine($"mean {greybox.Average()}, worst {greybox.Max()}");
        Assert.DoesNotContain(-1, greybox);
    }

    /// <summary>What it finds more must be what it has learnt: the same rule without a corpus is POS.</summary>
    [Fact]
    public void Draws_that_are_changed_show_what_fresh_draws_do_not()
    {
        Assert.All(Firsts("reorder(19+1)+s", 500, () => new PartialOrderSampler(), seeds: 10), first => Assert.Equal(-1, first));
        Assert.InRange(Firsts("reorder(19+1)+s", 500, () => new Greybox(), seeds: 10).Count(first => first > 0), 8, 10);
    }

    [Fact]
    public void Who_reads_from_whom_is_the_same_in_two_orders_that_do_not_matter()
    {
        var x = new StepInfo(StepKind.Store, 1, 1);
        var y = new StepInfo(StepKind.Store, 2, 1);
        var read = new StepInfo(StepKind.Load, 1, 1);
        ulong Set(params (int Thread, StepInfo Step)[] run)
        {
            var pairs = new ReadsFrom();
            pairs.Begin();
            foreach ((int thread, StepInfo step) in run)
            {
                pairs.Made(thread, step);
            }

            return pairs.Set;
        }

        Assert.Equal(Set((0, x), (1, y), (2, read)), Set((1, y), (0, x), (2, read)));
        Assert.NotEqual(Set((0, x), (1, y), (2, read)), Set((2, read), (1, y), (0, x)));
        Assert.NotEqual(Set((0, x), (1, x), (2, read)), Set((1, x), (0, x), (2, read)));
    }

    private static long[] Firsts(string name, int most, Func<ISampler> sampler, int seeds = 20)
    {
        LitmusModel model = new(LitmusProgram.Parse(StartedPrograms.Text(name)));
        return [.. Enumerable.Range(1, seeds).Select(seed =>
            SampleRun.Explore(model, sampler(), new SampleOptions { Seed = (ulong)seed, Schedules = most, StopAtFirst = true }).FirstFailing ?? -1)];
    }
}
