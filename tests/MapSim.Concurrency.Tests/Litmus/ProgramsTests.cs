using MapSim.Concurrency.Litmus;
using Xunit;

namespace MapSim.Concurrency.Tests.Litmus;

public sealed class ProgramsTests
{
    private const int MostStates = 30_000;

    public static TheoryData<string> Small => [.. KnownCounts.All.Where(k => k.States <= MostStates).Select(k => k.Name)];

    public static TheoryData<string> Every => [.. KnownCounts.All.Select(k => k.Name)];

    [Theory]
    [MemberData(nameof(Small))]
    public void A_program_has_the_states_and_interleavings_that_are_known(string name)
    {
        KnownCount known = KnownCounts.All.Single(k => k.Name == name);
        var count = new StateCount(new LitmusModel(LitmusProgram.Parse(Programs.Text(name))));
        Assert.Equal(
            (known.States, known.Interleavings, known.FailingTraces > 0, known.Deadlocks > 0),
            (count.States, count.Interleavings.ToString(), count.Failures.Count > 0, count.Deadlocks > 0));
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void A_program_has_the_threads_that_are_known(string name) =>
        Assert.Equal(KnownCounts.All.Single(k => k.Name == name).Threads, new LitmusModel(LitmusProgram.Parse(Programs.Text(name))).Threads);
}
