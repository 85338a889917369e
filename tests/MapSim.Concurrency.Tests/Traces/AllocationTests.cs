using MapSim.Concurrency.Litmus;
using MapSim.Concurrency.Sampling;
using MapSim.Concurrency.Tests.Litmus;
using MapSim.Concurrency.Traces;
using Xunit;

namespace MapSim.Concurrency.Tests.Traces;

public sealed class AllocationTests
{
    [Fact]
    public void Engines_and_samplers_allocate_nothing_per_step()
    {
        LitmusModel model = new(LitmusProgram.Parse(Programs.Text("big0")));
        AssertSteady(steps => SourceDpor.Explore(model, new TraceOptions { Steps = steps }));
        AssertSteady(steps => OptimalDpor.Explore(model, new TraceOptions { Steps = steps }));
        foreach (ISampler sampler in new ISampler[] { new RandomWalk(), new StickyWalk(), new FairSampler(new RandomWalk()), new PartialOrderSampler(), new PriorityChangeSampler(), new UniformWalk() })
        {
            AssertSteady(steps => SampleRun.Explore(model, sampler, new SampleOptions { Schedules = steps / 22 }));
        }
    }

    /// <summary>Ten times the steps may cost the growth of some arrays, not more.</summary>
    private static void AssertSteady(Action<int> run)
    {
        run(10_000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        run(10_000);
        long few = GC.GetAllocatedBytesForCurrentThread() - before;
        run(100_000);
        long many = GC.GetAllocatedBytesForCurrentThread() - before - few;
        Assert.InRange(many, 0, few + 50_000);
    }
}
