using MapSim.Concurrency.Graphs;
using MapSim.Concurrency.Tests.Models;
using MapSim.Concurrency.Tests.Traces;
using MapSim.Concurrency.Traces;
using Xunit;

namespace MapSim.Concurrency.Tests.Graphs;

public sealed class GraphFuzzTests
{
    private static readonly int Programs = int.TryParse(Environment.GetEnvironmentVariable("MAPSIM_PROGRAMS"), out int n) ? n : 2_000;

    [Fact]
    public void The_engine_sees_the_traces_of_random_programs_once_each()
    {
        long traces = 0;
        int counted = 0;
        int refused = 0;
        for (int number = 0; number < Programs; number++)
        {
            if (IsRefused(number))
            {
                refused++;
            }
            else if (Oracle.Count(RandomPrograms.Write(number), Programs > 2_000 ? 40_000 : 12_000) is { } oracle)
            {
                counted++;
                traces += oracle.Traces.Count;
                TraceReport report = DporFuzzTests.Compare(number, oracle, GraphExplorer.Explore);
                Assert.Equal((0, "graph"), (report.SleepBlocked, report.Engine));
            }
        }

        Assert.InRange(counted, Programs * 3 / 4, Programs);
        Assert.InRange(refused, 1, Programs / 5);
        TestContext.Current.TestOutputHelper?.WriteLine($"{counted} of {Programs} programs, {refused} refused, {traces} traces");
    }

    [Fact]
    public void An_engine_that_removes_frozen_steps_is_caught()
    {
        for (int number = 0; number < 100; number++)
        {
            if (!IsRefused(number) && Oracle.Count(RandomPrograms.Write(number), 1_000) is { } oracle
                && GraphExplorer.ExploreCarelessly(RandomPrograms.Write(number), new TraceOptions { Traces = 10_000 }).Traces != oracle.Traces.Count)
            {
                TestContext.Current.TestOutputHelper?.WriteLine($"caught by program {number}");
                return;
            }
        }

        Assert.Fail("100 programs and nothing noticed");
    }

    private static bool IsRefused(int number)
    {
        try
        {
            GraphExplorer.Explore(RandomPrograms.Write(number), new TraceOptions { Traces = 20_000 });
            return false;
        }
        catch (UnsupportedModelException)
        {
            return true;
        }
    }
}
