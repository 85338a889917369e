using MapSim.Fuzz;
using Xunit;

namespace MapSim.Tests.Fuzz;

public sealed class MilestonesTests
{
    [Fact]
    public void Each_has_a_name_and_facts_of_its_own()
    {
        Assert.Equal(Milestones.All.Count, Milestones.All.Select(m => m.Name).Distinct().Count());
        Assert.Equal(Milestones.All.Count, Milestones.All.Select(m => m.Facts).Distinct().Count());
        Assert.All(Milestones.All, m => Assert.InRange(m.Parts, 1, 15));
    }

    [Fact]
    public void No_two_facts_are_the_same_bit()
    {
        MapFacts[] facts = [.. Enum.GetValues<MapFacts>().Where(f => f != MapFacts.None)];
        Assert.All(facts, f => Assert.Equal(1, System.Numerics.BitOperations.PopCount((ulong)f)));
        Assert.Equal(facts.Length, facts.Distinct().Count());
    }

    [Fact]
    public void A_milestone_is_reached_when_all_of_its_facts_are_true_at_once()
    {
        Milestone milestone = Milestones.All.Single(m => m.Name == "a grow in place begins under an open iteration");
        Assert.Equal(3, milestone.Parts);
        Assert.Equal(2, milestone.PartsIn(MapFacts.GrowBegan | MapFacts.SameSize | MapFacts.Delete));
        Assert.Equal(3, milestone.PartsIn(MapFacts.GrowBegan | MapFacts.SameSize | MapFacts.IteratorOpen | MapFacts.Delete));
    }
}
