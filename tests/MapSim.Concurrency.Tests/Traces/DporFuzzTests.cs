using MapSim.Concurrency.Tests.Models;
using MapSim.Concurrency.Traces;
using Xunit;

namespace MapSim.Concurrency.Tests.Traces;

public sealed class DporFuzzTests
{
    private static readonly int Programs = int.TryParse(Environment.GetEnvironmentVariable("MAPSIM_PROGRAMS"), out int n) ? n : 2_000;

    [Fact]
    public void Both_engines_see_the_traces_of_random_programs_once_each()
    {
        long traces = 0;
        int counted = 0;
        for (int number = 0; number < Programs; number++)
        {
            if (Oracle.Count(RandomPrograms.Write(number), Programs > 2_000 ? 40_000 : 12_000) is not { } oracle)
            {
                continue;
            }

            counted++;
            traces += oracle.Traces.Count;
            Compare(number, oracle, SourceDpor.Explore);
            Assert.Equal(0, Compare(number, oracle, OptimalDpor.Explore).SleepBlocked);
        }

        Assert.InRange(counted, Programs * 4 / 5, Programs);
        TestContext.Current.TestOutputHelper?.WriteLine($"{counted} of {Programs} programs, {traces} traces");
    }

    [Fact]
    public void An_optimal_engine_that_looks_only_at_new_races_is_caught()
    {
        for (int number = 0; number < 5_000; number++)
        {
            HashedModel model = new(RandomPrograms.Write(number));
            if (OptimalDpor.ExploreNewRacesOnly(model, new TraceOptions { Traces = 5_000 }) is { Complete: true } wrong
                && wrong.Traces != SourceDpor.Explore(model, new TraceOptions { Traces = 5_000 }).Traces)
            {
                TestContext.Current.TestOutputHelper?.WriteLine($"caught by program {number}");
                return;
            }
        }

        Assert.Fail("5,000 programs and nothing noticed");
    }

    internal static TraceReport Compare(int number, Oracle oracle, Func<IModel, TraceOptions, TraceReport> engine)
    {
        var seen = new HashSet<UInt128>();
        TraceReport report = engine(new HashedModel(RandomPrograms.Write(number)), new TraceOptions { Visitor = (model, _) => seen.Add(((HashedModel)model).Trace) });
        Assert.True(
            report.Complete && seen.SetEquals(oracle.Traces) && report.Traces == oracle.Traces.Count && report.FailingTraces == oracle.Failing && report.Deadlocks == oracle.Deadlocks,
            $"program {number}: expected {oracle.Traces.Count} traces, {oracle.Failing} failing, {oracle.Deadlocks} deadlocks, found {report.Traces} ({seen.Count} different), {report.FailingTraces}, {report.Deadlocks}\n{RandomPrograms.Write(number)}");
        return report;
    }
}
