using MapSim.Concurrency.Litmus;
using MapSim.Concurrency.Tests.Litmus;
using MapSim.Concurrency.Traces;
using Xunit;

namespace MapSim.Concurrency.Tests.Traces;

/// <summary>Both engines count the traces that are published or known from other engines, exactly.</summary>
public sealed class KnownTracesTests
{
    /// <summary>Above this a program is counted only if MAPSIM_LONG=1 is set, as .ci/run does: that takes a minute and a half.</summary>
    private const int MostTraces = 6_000;

    private static readonly bool IsLong = Environment.GetEnvironmentVariable("MAPSIM_LONG") == "1";

    /// <summary>exploration.md 5.1, as far as it is not in the file of counts.</summary>
    private static readonly Dictionary<string, long> Published = new()
    {
        ["lastzero(15)"] = 147_456,
        ["big1"] = 1_820_474,
        ["big2"] = 5_284_890,
        ["filesystem(26)"] = 8192,
        ["n_writers_a_reader(7)"] = 40_320,
        ["readers(10)"] = 1024,
        ["rw(1)"] = 1,
        ["CoA(1)"] = 15,
    };

    public static TheoryData<string> Counted => [.. Names(n => IsLong || Known(n) <= MostTraces)];

    [Theory]
    [MemberData(nameof(Counted))]
    public void Both_engines_count_the_known_traces(string name)
    {
        Check(name, SourceDpor.Explore(Model(name)));
        TraceReport optimal = OptimalDpor.Explore(Model(name));
        Check(name, optimal);
        Assert.Equal(0, optimal.SleepBlocked);
    }

    [Fact]
    public void The_deadlock_of_two_mutexes_comes_with_its_schedule()
    {
        TraceReport report = SourceDpor.Explore(Model("deadlock01_bad"));
        Assert.Equal((3, 1, 0), (report.Traces, report.Deadlocks, report.FailingTraces));
        LitmusModel model = Model("deadlock01_bad");
        foreach (int t in report.DeadlockSchedule!)
        {
            model.Step(t);
        }

        Assert.Equal((0UL, 3UL), (model.Enabled, model.Unfinished));
    }

    [Fact]
    public void Failures_come_with_their_numbers_and_a_schedule_that_shows_them()
    {
        TraceReport report = OptimalDpor.Explore(Model("reorder(3+1)"));
        Assert.Equal(216, report.Failures.Sum(f => f.Traces));
        Assert.All(report.Failures, failure =>
        {
            LitmusModel model = Model("reorder(3+1)");
            foreach (int t in failure.Schedule)
            {
                model.Step(t);
            }

            Assert.Equal(failure.Key, model.Failure);
        });
    }

    private static IEnumerable<string> Names(Func<string, bool> wanted) =>
        KnownCounts.All.Where(k => k.Traces is not null).Select(k => k.Name).Concat(Published.Keys).Distinct().Where(wanted);

    private static long Known(string name) => KnownCounts.All.FirstOrDefault(k => k.Name == name)?.Traces ?? Published[name];

    internal static LitmusModel Model(string name) => new(LitmusProgram.Parse(Programs.Text(name)));

    internal static void Check(string name, TraceReport report)
    {
        KnownCount? known = KnownCounts.All.FirstOrDefault(k => k.Name == name);
        TestContext.Current.TestOutputHelper?.WriteLine($"{name} {report.Engine}: {report.Traces} traces, {report.SleepBlocked} sleep-blocked, {report.Steps} steps, {report.Events} events");
        Assert.Equal(
            (TraceStop.Finished, Known(name), known?.FailingTraces ?? 0, known?.Deadlocks ?? 0),
            (report.Stop, report.Traces, report.FailingTraces, report.Deadlocks));
    }
}
