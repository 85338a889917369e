using MapSim.Concurrency.Graphs;
using MapSim.Concurrency.Litmus;
using MapSim.Concurrency.Tests.Traces;
using MapSim.Concurrency.Traces;
using Xunit;

namespace MapSim.Concurrency.Tests.Graphs;

/// <summary>The engine counts the traces that are published or known from the other engines, exactly.</summary>
public sealed class KnownGraphsTests
{
    [Theory]
    [MemberData(nameof(KnownTracesTests.Counted), MemberType = typeof(KnownTracesTests))]
    public void The_engine_counts_the_known_traces(string name)
    {
        TraceReport report = GraphExplorer.Explore(KnownTracesTests.Model(name));
        KnownTracesTests.Check(name, report);
        Assert.Equal(0, report.SleepBlocked);
    }

    [Fact]
    public void A_deadlock_and_failures_come_with_schedules_that_show_them()
    {
        LitmusModel model = Play("deadlock01_bad", GraphExplorer.Explore(KnownTracesTests.Model("deadlock01_bad")).DeadlockSchedule!);
        Assert.Equal((0UL, 3UL), (model.Enabled, model.Unfinished));
        TraceReport report = GraphExplorer.Explore(KnownTracesTests.Model("reorder(3+1)"));
        Assert.Equal(216, report.Failures.Sum(f => f.Traces));
        Assert.All(report.Failures, failure => Assert.Equal(failure.Key, Play("reorder(3+1)", failure.Schedule).Failure));
    }

    private static LitmusModel Play(string name, IReadOnlyList<int> schedule)
    {
        LitmusModel model = KnownTracesTests.Model(name);
        foreach (int t in schedule)
        {
            model.Step(t);
        }

        return model;
    }
}
