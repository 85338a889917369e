using MapSim.Concurrency.Litmus;
using MapSim.Concurrency.States;
using MapSim.Concurrency.Tests.Models;
using Xunit;

namespace MapSim.Concurrency.Tests.States;

public sealed class PreemptionBoundTests
{
    [Fact]
    public void A_bound_finds_something_bad_exactly_from_the_fewest_preemptions_on()
    {
        int needed = 0;
        for (int number = 0; number < 300; number++)
        {
            StateGraph graph = StateGraph.Build(StateExplorerTests.Parse(LoopingPrograms.Text(number)));
            int fewest = FewestPreemptions.Find(graph)?.Preemptions ?? int.MaxValue;
            needed += fewest is > 0 and < int.MaxValue ? 1 : 0;
            for (int bound = 0; bound < 4; bound++)
            {
                BoundedResult result = PreemptionBound.Explore(StateExplorerTests.Parse(LoopingPrograms.Text(number)), bound, new StateOptions());
                Assert.True(result.Found.IsComplete);
                Assert.Equal(fewest <= bound, result.Found.IsBad);
                Assert.True(!result.IsEverything || result.Found.States + result.Found.FailingStates == graph.Count);
            }
        }

        Assert.InRange(needed, 5, 300);
    }

    [Fact]
    public void A_bound_that_cuts_nothing_sees_what_no_bound_sees()
    {
        int whole = 0;
        for (int number = 0; number < 60; number++)
        {
            StateResult all = StateExplorer.Explore(RandomPrograms.Write(number), new StateOptions());
            BoundedResult result = PreemptionBound.Explore(RandomPrograms.Write(number), 100, new StateOptions());
            Assert.Equal((true, all.States, all.Deadlocks, all.Ends), (result.IsEverything, result.Found.States, result.Found.Deadlocks, result.Found.Ends));
            Assert.Equal(all.Failures, result.Found.Failures);
            whole += PreemptionBound.Explore(RandomPrograms.Write(number), 0, new StateOptions()).IsEverything ? 1 : 0;
        }

        Assert.InRange(whole, 0, 30);
    }

    [Fact]
    public void SafeStack_has_no_failure_with_two_preemptions()
    {
        BoundedResult result = PreemptionBound.Explore(StateExplorerTests.Model("SafeStack(3,2)"), 2, new StateOptions());
        Assert.Equal((true, false, false), (result.Found.IsComplete, result.Found.IsBad, result.IsEverything));
    }

    [Fact]
    public void The_way_to_the_first_failure_stays_within_the_bound()
    {
        BoundedResult result = PreemptionBound.Explore(StateExplorerTests.Model("reorder(3+1)"), 1, new StateOptions { StopsAtFirst = true });
        Assert.Equal(1, StateGraphTests.Preemptions(StateExplorerTests.Model("reorder(3+1)"), result.Found.FirstBad!));
        LitmusModel model = StateExplorerTests.Model("reorder(3+1)");
        Assert.False(PreemptionBound.Explore(model, 0, new StateOptions()).Found.IsBad);
        Assert.Equal(0, model.Depth);
    }
}
