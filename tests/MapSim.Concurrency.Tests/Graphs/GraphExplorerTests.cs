using System.Text.Json;
using MapSim.Concurrency.Graphs;
using MapSim.Concurrency.Litmus;
using MapSim.Concurrency.Tests.Litmus;
using MapSim.Concurrency.Tests.Models;
using MapSim.Concurrency.Tests.Traces;
using MapSim.Concurrency.Traces;
using Xunit;

namespace MapSim.Concurrency.Tests.Graphs;

public sealed class GraphExplorerTests
{
    [Theory]
    [InlineData("reorder(3+1)")]
    [InlineData("deadlock01_bad")]
    [InlineData("fib_bench(3,3thr)")]
    [InlineData("lastzero(8)")]
    [InlineData("filesystem(18)")]
    public void The_report_is_the_same_for_any_number_of_workers(string name)
    {
        string[] reports = [.. new[] { 1, 2, 3, 8 }.Select(workers => JsonSerializer.Serialize(GraphExplorer.Explore(KnownTracesTests.Model(name), workers)))];
        Assert.Single(reports.Distinct());
        KnownTracesTests.Check(name, GraphExplorer.Explore(KnownTracesTests.Model(name), 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => GraphExplorer.Explore(KnownTracesTests.Model(name), 0));
    }

    [Fact]
    public void Workers_add_up_to_the_traces_of_random_programs()
    {
        int compared = 0;
        for (int number = 0; number < 300; number++)
        {
            TraceReport whole;
            try
            {
                whole = GraphExplorer.Explore(RandomPrograms.Write(number), new TraceOptions { Traces = 5_000 });
            }
            catch (UnsupportedModelException)
            {
                Assert.Throws<UnsupportedModelException>(() => GraphExplorer.Explore(RandomPrograms.Write(number), 2));
                continue;
            }

            if (whole.Complete)
            {
                compared++;
                TraceReport parts = GraphExplorer.Explore(RandomPrograms.Write(number), 2);
                Assert.Equal((true, whole.Traces, whole.FailingTraces, whole.Deadlocks, whole.Events), (parts.Complete, parts.Traces, parts.FailingTraces, parts.Deadlocks, parts.Events));
                Assert.Equal(whole.Failures.Select(f => (f.Key, f.Traces)), parts.Failures.Select(f => (f.Key, f.Traces)));
            }
        }

        Assert.InRange(compared, 200, 300);
    }

    [Fact]
    public void Limits_stop_it_where_they_say_and_the_model_stands_at_its_start()
    {
        LitmusModel model = KnownTracesTests.Model("fib_bench(3,3thr)");
        Assert.Equal((TraceStop.Traces, 100), Stop(new TraceOptions { Traces = 100 }, r => r.Traces));
        Assert.Equal((TraceStop.Steps, 1000), Stop(new TraceOptions { Steps = 1000 }, r => r.Steps));
        Assert.Equal((TraceStop.Depth, 0), Stop(new TraceOptions { Depth = 10 }, r => r.Traces));
        using var cancel = new CancellationTokenSource();
        cancel.Cancel();
        Assert.Equal(TraceStop.Cancelled, GraphExplorer.Explore(KnownTracesTests.Model("fib_bench(4,3thr)"), new TraceOptions { Cancellation = cancel.Token }).Stop);
        Assert.Equal(0, model.Depth);
        TraceReport parts = GraphExplorer.Explore(model, 2, new TraceOptions { Traces = 3 });
        Assert.Equal((TraceStop.Traces, 3, 0), (parts.Stop, parts.Traces, model.Depth));

        (TraceStop Stop, long Number) Stop(TraceOptions options, Func<TraceReport, long> number)
        {
            TraceReport report = GraphExplorer.Explore(model, options);
            Assert.False(report.Complete);
            return (report.Stop, number(report));
        }
    }

    [Fact]
    public void A_visitor_sees_the_model_at_the_end_of_each_trace_and_a_schedule_that_leads_there()
    {
        int seen = 0;
        GraphExplorer.Explore(KnownTracesTests.Model("reorder(2+1)"), new TraceOptions
        {
            Visitor = (model, schedule) =>
            {
                LitmusModel again = KnownTracesTests.Model("reorder(2+1)");
                foreach (byte t in schedule)
                {
                    again.Step(t);
                }

                seen++;
                Assert.Equal((model.StateHash, model.Depth, 0UL), (again.StateHash, schedule.Length, model.Enabled));
            },
        });
        Assert.Equal(56, seen);
    }

    [Fact]
    public void Progress_is_told_and_grows_to_nearly_everything()
    {
        List<TraceProgress> told = [];
        TraceReport report = GraphExplorer.Explore(KnownTracesTests.Model("fib_bench(4,3thr)"), new TraceOptions { Progress = told.Add, ProgressSteps = 2000 });
        Assert.InRange(told.Count, 20, report.Steps / 2000);
        Assert.All(told, p => Assert.InRange(p.Explored, 0, 1));
        Assert.True(told[^1].Explored > 0.75 && told[told.Count / 2].Explored > told[0].Explored, string.Join(' ', told));
        told.Clear();
        report = GraphExplorer.Explore(KnownTracesTests.Model("reorder(3+1)"), 2, new TraceOptions { Progress = told.Add });
        Assert.Equal(new TraceProgress(report.Traces, report.Steps, 1), told[^1]);
    }

    [Fact]
    public void An_unlock_by_a_thread_that_does_not_hold_the_mutex_is_refused()
    {
        Instruction access = new(StepKind.Load, 0, 8, 0, 0, false);
        var model = new RandomModel([[access, new Instruction(StepKind.Unlock, 0, 1, 0, 0, false)], [access]]);
        string message = Assert.Throws<UnsupportedModelException>(() => GraphExplorer.Explore(model)).Message;
        Assert.Equal("engine graph: expected an unlock by the thread that holds the mutex, found one by thread 0, which does not; use engine traces or optimal", message);
        Assert.Equal(0, model.Depth);
    }

    [Fact]
    public void Steps_that_depend_on_everything_are_ordered_but_not_while_a_thread_waits_for_a_mutex()
    {
        string free = new ProgramText("rivals", "x").Thread("a", "spawn c").Thread("b", "spawn c", "store x 1").Thread("c", "r = load x").ToString();
        TraceReport source = SourceDpor.Explore(new LitmusModel(LitmusProgram.Parse(free)));
        TraceReport graph = GraphExplorer.Explore(new LitmusModel(LitmusProgram.Parse(free)));
        Assert.Equal((true, source.Traces, source.FailingTraces), (graph.Complete, graph.Traces, graph.FailingTraces));
        string locked = new ProgramText("rivals", "x").Thread("a", "lock m", "spawn c", "unlock m").Thread("b", "lock m", "spawn c", "unlock m").Thread("c", "r = load x").ToString();
        Assert.Contains("while a thread waits for a mutex", Assert.Throws<UnsupportedModelException>(() => GraphExplorer.Explore(new LitmusModel(LitmusProgram.Parse(locked)))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Memory_grows_with_the_longest_execution_and_not_with_the_number_of_traces()
    {
        LitmusModel model = KnownTracesTests.Model("big0");
        Explore(10_000);
        long few = Explore(10_000);
        Assert.InRange(Explore(100_000), 0, few + 100_000);

        long Explore(int steps)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            GraphExplorer.Explore(model, new TraceOptions { Steps = steps });
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }
}
