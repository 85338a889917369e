using System.Text.Json;
using MapSim.Concurrency.Litmus;
using MapSim.Concurrency.Tests.Litmus;
using MapSim.Concurrency.Tests.Models;
using MapSim.Concurrency.Traces;
using Xunit;

namespace MapSim.Concurrency.Tests.Traces;

public sealed class SplitTracesTests
{
    [Fact]
    public void Parts_add_up_to_the_traces_of_random_programs()
    {
        for (int number = 0; number < 200; number++)
        {
            TraceReport whole = SourceDpor.Explore(RandomPrograms.Write(number), new TraceOptions { Traces = 5_000 });
            if (whole.Complete)
            {
                TraceReport parts = SplitTraces.Explore(RandomPrograms.Write(number), 2);
                Assert.True(
                    (parts.Complete, parts.Traces, parts.FailingTraces, parts.Deadlocks, parts.Events) == (true, whole.Traces, whole.FailingTraces, whole.Deadlocks, whole.Events)
                    && parts.Failures.Select(f => (f.Key, f.Traces)).SequenceEqual(whole.Failures.Select(f => (f.Key, f.Traces))),
                    $"program {number}: expected {whole.Traces} traces, found {parts.Traces}\n{RandomPrograms.Write(number)}");
            }
        }
    }

    [Theory]
    [InlineData("reorder(3+1)")]
    [InlineData("deadlock01_bad")]
    [InlineData("fib_bench(3,3thr)")]
    [InlineData("lastzero(8)")]
    [InlineData("filesystem(16)")]
    public void The_report_is_the_same_for_any_number_of_workers(string name)
    {
        KnownCount known = KnownCounts.All.Single(k => k.Name == name);
        string[] reports = [.. new[] { 1, 2, 3, 8 }.Select(workers => JsonSerializer.Serialize(SplitTraces.Explore(Model(name), workers)))];
        Assert.Single(reports.Distinct());
        Assert.Contains($"\"Traces\":{known.Traces},\"FailingTraces\":{known.FailingTraces},\"Deadlocks\":{known.Deadlocks}", reports[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Progress_of_parts_ends_with_everything()
    {
        List<TraceProgress> told = [];
        TraceReport report = SplitTraces.Explore(Model("reorder(3+1)"), 2, new TraceOptions { Progress = told.Add });
        Assert.Equal(new TraceProgress(report.Traces, report.Steps, 1), told[^1]);
    }

    private static LitmusModel Model(string name) => new(LitmusProgram.Parse(Programs.Text(name)));
}
