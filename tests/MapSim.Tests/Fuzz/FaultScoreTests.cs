using MapSim.Faults;
using MapSim.Fuzz;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Fuzz;

public sealed class FaultScoreTests
{
    private static readonly FaultInfo Prefetch = FaultCatalogue.Find("iter-prefetch")!;
    private static readonly MapProgram Program = ProgramParser.Parse("mapsim 1\n");

    [Fact]
    public void A_hunt_that_did_not_kill_counts_as_more_than_its_budget_in_the_median()
    {
        FaultScore score = Score((100, "iter-dead/clear"), (1000, null), (3, "iter-dead/clear"), (1000, null), (50, "iter-stale/clear"));
        Assert.Equal((3, (long?)100, (long?)3, (long?)100), (score.Killed, score.Median, score.Min, score.Max));
        Assert.Equal(("iter-dead/clear", "H1", true), (score.Key, score.Oracle, score.IsExpectedOracle));
    }

    [Fact]
    public void If_most_hunts_did_not_kill_there_is_no_median()
    {
        FaultScore score = Score((9, "structure/H3.2/assign"), (1000, null), (1000, null));
        Assert.Equal((1, null, (long?)9, (long?)9), (score.Killed, score.Median, score.Min, score.Max));
        Assert.False(score.IsExpectedOracle);
    }

    [Fact]
    public void Without_a_kill_there_are_no_numbers()
    {
        FaultScore score = Score((1000, null));
        Assert.Equal((0, null, null, null, null, null), (score.Killed, score.Median, score.Min, score.Max, score.Key, score.Best));
        Assert.Equal(1000, score.Executions);
    }

    [Theory]
    [InlineData(Fault.DetPlainOr8, Sharing.RaceFree, true)]
    [InlineData(Fault.WbSkipEvacClear, Sharing.RaceFree, true)]
    [InlineData(Fault.WbSkipEvacClear, Sharing.Racy, false)]
    [InlineData(Fault.IterPrefetch, Sharing.Alone, false)]
    [InlineData(Fault.WbSkipBucketsInstall, Sharing.RaceFree, false)]
    public void A_kill_of_a_control_is_false_and_of_some_controls_only_without_a_race(Fault fault, Sharing sharing, bool isFalse) =>
        Assert.Equal(isFalse, new Kill("gc/G1/assign", Program, sharing).IsFalse(FaultCatalogue.Of(fault)));

    private static FaultScore Score(params (long Executions, string? Key)[] hunts) => new(
        Prefetch, EngineInfo.Fuzz,
        [.. hunts.Select((h, i) => new HuntResult(Prefetch, EngineInfo.Fuzz, i, h.Executions, 1, h.Key == null ? null : new Kill(h.Key, Program, Sharing.Alone), true))]);
}
