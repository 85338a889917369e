using MapSim.Concurrency.Litmus;
using MapSim.Concurrency.Sampling;
using MapSim.Concurrency.States;
using MapSim.Concurrency.Tests.Models;
using MapSim.Concurrency.Traces;
using Xunit;

namespace MapSim.Concurrency.Tests.Litmus;

public sealed class SctBenchTests
{
    /// <summary>Traces, failing ones and deadlocks. Those of token_ring are 4! orders of the threads, of which the checker is last in six and four of these end with different values.</summary>
    [Theory]
    [InlineData("token_ring", 24, 4, 0)]
    [InlineData("bluetooth_driver", 10, 1, 0)]
    [InlineData("carter01", 4, 0, 2)]
    [InlineData("stack(2)", 6, 1, 1)]
    [InlineData("stack(4)", 54, 12, 12)]
    [InlineData("queue(2)", 6, 2, 0)]
    [InlineData("queue(4)", 55, 22, 9)]
    [InlineData("circular_buffer(3)", 17, 9, 5)]
    [InlineData("circular_buffer(7)", 467, 339, 219)]
    [InlineData("WSQ(1,2,2)", 282, 0, 0)]
    [InlineData("WSQ(1,4,1)", 174, 132, 0)]
    [InlineData("WSQ(2,2,1)", 564, 0, 0)]
    [InlineData("WSQ_ok(1,4,1)", 62, 0, 0)]
    public void All_engines_agree_with_the_search_over_partial_orders(string name, int traces, int failing, int deadlocks)
    {
        Oracle oracle = Oracle.Count(Model(name))!;
        TraceReport source = SourceDpor.Explore(Model(name));
        TraceReport optimal = OptimalDpor.Explore(Model(name));
        StateResult states = StateExplorer.Explore(Model(name), new StateOptions());
        StateResult shared = StateExplorer.Explore(Model(name), new StateOptions { FindsShared = true });
        Assert.Equal((traces, failing, deadlocks), (oracle.Traces.Count, oracle.Failing, oracle.Deadlocks));
        Assert.All([source, optimal], r => Assert.Equal((true, traces, failing, deadlocks), (r.Complete, (int)r.Traces, (int)r.FailingTraces, (int)r.Deadlocks)));
        Assert.Equal(0, optimal.SleepBlocked);
        string[] failures = [.. source.Failures.Select(f => f.Key).Order(StringComparer.Ordinal)];
        Assert.Equal(failures, optimal.Failures.Select(f => f.Key).Order(StringComparer.Ordinal));
        Assert.All([states, shared], r => Assert.Equal((true, deadlocks > 0), (r.IsComplete, r.Deadlocks > 0)));
        Assert.All([states, shared], r => Assert.Equal(failures, r.Failures));
    }

    /// <summary>The sizes of the benchmark, also where a lock that spins makes executions endless.</summary>
    [Theory]
    [InlineData("WSQ(1,4,2)", true)]
    [InlineData("IWSQ(1,4,2)", true)]
    [InlineData("WSQ_ok(1,4,2)", false)]
    [InlineData("IWSQWithState(2,4,2)", false)]
    [InlineData("SWSQ(2,4,2)", false)]
    public void A_stealing_queue_loses_an_item_exactly_if_its_owner_fills_the_last_cell_without_the_lock(string name, bool fails)
    {
        StateResult all = StateExplorer.Explore(Model(name), new StateOptions());
        StateResult shared = StateExplorer.Explore(Model(name), new StateOptions { FindsShared = true });
        Assert.All([all, shared], r => Assert.Equal((true, fails, 0), (r.IsComplete, r.IsBad, r.Deadlocks)));
        SampleReport report = SampleRun.Explore(Model(name), new SelectiveWalk(), new SampleOptions { Schedules = 2000, StopAtFirst = true });
        Assert.Equal(fails, report.FirstFailing is not null);
    }

    /// <summary>Full sizes that the trace engines do not finish soon.</summary>
    [Theory]
    [InlineData("stack(10)")]
    [InlineData("queue(20)")]
    public void The_failure_of_a_long_program_needs_few_preemptions(string name)
    {
        BoundedResult bounded = PreemptionBound.Explore(Model(name), 1, new StateOptions());
        Assert.Equal((true, true, false), (bounded.Found.IsComplete, bounded.Found.IsBad, bounded.IsEverything));
        Assert.Single(bounded.Found.Failures);
    }

    private static LitmusModel Model(string name) => new(LitmusProgram.Parse(Programs.Text(name)));
}
