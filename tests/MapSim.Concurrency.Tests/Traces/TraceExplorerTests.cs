using MapSim.Concurrency.Litmus;
using MapSim.Concurrency.Tests.Litmus;
using MapSim.Concurrency.Traces;
using Xunit;

namespace MapSim.Concurrency.Tests.Traces;

public sealed class TraceExplorerTests
{
    [Theory]
    [InlineData("lastzero(10)", "optimal", 3328)]
    [InlineData("lastzero(7)", "source", 320)]
    [InlineData("fib_bench(4,3thr)", "source", 19605)]
    public void Wakeup_trees_take_over_where_source_sets_give_up_too_much(string name, string engine, long traces)
    {
        TraceReport report = TraceExplorer.Explore(Model(name));
        Assert.Equal((engine, true, traces), (report.Engine, report.Complete, report.Traces));
    }

    [Fact]
    public void Limits_stop_both_engines_where_they_say()
    {
        foreach (Func<IModel, TraceOptions?, TraceReport> engine in new Func<IModel, TraceOptions?, TraceReport>[] { SourceDpor.Explore, OptimalDpor.Explore })
        {
            LitmusModel model = Model("fib_bench(3,3thr)");
            TraceReport traces = engine(model, new TraceOptions { Traces = 100 });
            Assert.Equal((TraceStop.Traces, 100, false), (traces.Stop, traces.Traces, traces.Complete));
            TraceReport steps = engine(model, new TraceOptions { Steps = 1000 });
            Assert.Equal((TraceStop.Steps, 1000), (steps.Stop, steps.Steps));
            TraceReport depth = engine(model, new TraceOptions { Depth = 10 });
            Assert.Equal((TraceStop.Depth, 0), (depth.Stop, depth.Traces));
            Assert.NotEqual(0, depth.Cut);
            using var cancel = new CancellationTokenSource();
            cancel.Cancel();
            Assert.Equal(TraceStop.Cancelled, engine(Model("fib_bench(4,3thr)"), new TraceOptions { Cancellation = cancel.Token }).Stop);
            Assert.Equal(0, model.Depth);
        }

        Assert.Equal(TraceStop.TreeNodes, OptimalDpor.Explore(Model("lastzero(8)"), new TraceOptions { TreeNodes = 100 }).Stop);
    }

    [Fact]
    public void A_thread_that_spins_is_cut_and_the_traces_that_are_short_enough_are_seen()
    {
        string text = new ProgramText("spin", "x").Thread("waits", "again:", "r = load x", "if r == 0 goto again").Thread("sets", "store x 1").ToString();
        foreach (Func<IModel, TraceOptions?, TraceReport> engine in new Func<IModel, TraceOptions?, TraceReport>[] { SourceDpor.Explore, OptimalDpor.Explore })
        {
            TraceReport report = engine(new LitmusModel(LitmusProgram.Parse(text)), new TraceOptions { Depth = 20 });
            Assert.Equal((TraceStop.Depth, 19), (report.Stop, report.Traces));
            Assert.NotEqual(0, report.Cut);
        }
    }

    [Fact]
    public void Progress_is_told_and_grows_to_nearly_everything()
    {
        foreach (Func<IModel, TraceOptions?, TraceReport> engine in new Func<IModel, TraceOptions?, TraceReport>[] { SourceDpor.Explore, OptimalDpor.Explore })
        {
            List<TraceProgress> told = [];
            TraceReport report = engine(Model("fib_bench(4,3thr)"), new TraceOptions { Progress = told.Add, ProgressSteps = 2000 });
            Assert.InRange(told.Count, 20, report.Steps / 2000);
            Assert.All(told, p => Assert.InRange(p.Explored, 0, 1));
            Assert.True(told[^1].Explored > 0.75 && told[told.Count / 2].Explored > told[0].Explored, string.Join(' ', told));
        }
    }

    private static LitmusModel Model(string name) => new(LitmusProgram.Parse(Programs.Text(name)));
}
