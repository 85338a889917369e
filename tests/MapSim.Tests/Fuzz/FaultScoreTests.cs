using MapSim.Faults;
using MapSim.Fuzz;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Fuzz;

public sealed class FaultScoreTests
{
    private static readonly FaultInfo Fault = FaultCatalogue.Find("iter-prefetch")!;
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

    private static FaultScore Score(params (long Executions, string? Key)[] hunts) => new(
        Fault, EngineInfo.Fuzz,
        [.. hunts.Select((h, i) => new HuntResult(Fault, EngineInfo.Fuzz, i, h.Executions, 1, h.Key == null ? null : new Kill(h.Key, Program), true))]);
}
