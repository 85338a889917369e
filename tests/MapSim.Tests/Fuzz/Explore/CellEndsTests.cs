using MapSim.Fuzz;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Fuzz.Explore;

/// <summary>A cell's ends: proved by the engine reduced, or sampled.</summary>
public sealed class CellEndsTests
{
    private static readonly InterleavingCell Small = new("no grow", "lookup, lookup", "delete, delete");
    private static readonly InterleavingCell Big = new("doubling", "assign new, clear", "assign, clear");

    [Fact]
    public void What_few_states_prove_is_not_sampled()
    {
        CellEnds row = CellEnds.Of(Small, new ExploreOptions { MostReduced = 3_000 });
        Assert.True(row.IsProved && row.BySamples == null && row.Cut == null);
        Assert.Equal(Keys(ProgramExplorer.ByStates(Small.ToProgram(), new ExploreOptions())), row.Ends.Select(e => e.Key));
    }

    [Fact]
    public void What_is_cut_is_sampled_and_says_why()
    {
        var options = new ExploreOptions { MostReduced = 500, Runs = 60 };
        CellEnds row = CellEnds.Of(Big, options);
        Assert.False(row.IsProved);
        Assert.Equal("the limit of 500 states; 60 runs", row.Cut);
        Assert.Superset(Keys(row.BySamples!).ToHashSet(), row.Ends.Select(e => e.Key).ToHashSet());
        Assert.Superset(Keys(row.ByReduction).ToHashSet(), row.Ends.Select(e => e.Key).ToHashSet());
        Assert.All(row.Ends, e => Assert.Equal(e.Key, new ProgramRunner(Big.ToProgram().WithSchedule(e.Schedule)).Run().BugKey));
    }

    [Fact]
    public void What_all_states_prove_within_a_limit_reduced_states_prove_too_and_with_the_same_ends()
    {
        const int Limit = 8_000;
        int proved = 0;
        foreach (InterleavingCell cell in InterleavingCell.Twos.Where(c => c is { Situation: "no grow", Main: "lookup, lookup" or "lookup, assign existing" }))
        {
            Exploration states = ProgramExplorer.ByStates(cell.ToProgram(), new ExploreOptions(MostStates: Limit));
            if (states.IsComplete)
            {
                CellEnds row = CellEnds.Of(cell, new ExploreOptions { MostReduced = Limit });
                Assert.True(row.IsProved, cell.ToString());
                Assert.Equal(Keys(states), row.Ends.Select(e => e.Key));
                proved++;
            }
        }

        Assert.InRange(proved, 6, 31);
    }

    [Fact]
    public void The_fewest_preemptions_of_an_end_are_those_that_all_states_prove()
    {
        CellEnds row = CellEnds.Of(Small, new ExploreOptions());
        Exploration all = ProgramExplorer.ByStates(Small.ToProgram(), new ExploreOptions());
        Assert.InRange(row.Kinds.Count, 2, 9);
        Assert.All(row.Kinds, kind => Assert.Equal((all.Ends.Where(e => CellEnds.KindOf(e.Key) == kind).Min(e => e.Preemptions), true), row.FewestFor(kind, new ExploreOptions())));
    }

    [Fact]
    public void A_bound_that_is_cut_leaves_the_preemptions_of_the_best_schedule()
    {
        CellEnds row = CellEnds.Of(Small, new ExploreOptions());
        ExploredEnd end = row.Ends.First(e => e.Preemptions > 0);
        Assert.Equal((row.Ends.Where(e => CellEnds.KindOf(e.Key) == CellEnds.KindOf(end.Key)).Min(e => e.Preemptions), false), row.FewestFor(CellEnds.KindOf(end.Key), new ExploreOptions(MostStates: 50)));
    }

    [Theory]
    [InlineData(null, "clean")]
    [InlineData("structure/H3.2/assign", "structure/H3.2")]
    [InlineData("fatal/concurrent-map-writes/delete", "fatal/concurrent-map-writes")]
    [InlineData("endless/lookup", "endless")]
    public void A_kind_leaves_out_who_noticed(string? key, string kind) => Assert.Equal(kind, CellEnds.KindOf(key));

    private static IEnumerable<string?> Keys(Exploration found) => found.Ends.Select(e => e.Key);
}
