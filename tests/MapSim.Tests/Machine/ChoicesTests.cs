using MapSim.Machines;
using MapSim.Map;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Machines;

public class ChoicesTests
{
    [Fact]
    public void The_nth_draw_depends_on_seed_and_n_alone()
    {
        MapSession a = Sessions.Of("map[int]int", seed: 5), b = Sessions.Of("map[int]int", seed: 5), c = Sessions.Of("map[int]int", seed: 6);
        ulong[] Draws(MapSession s) => [.. Enumerable.Range(0, 50).Select(i => s.Machine.Choices.Draw(i % 2 == 0 ? ChoiceKind.Hash0 : ChoiceKind.NaNHash))];
        ulong[] draws = Draws(a);
        Assert.Equal(draws, Draws(b));
        Assert.NotEqual(draws, Draws(c));
        Assert.Equal(50, draws.Distinct().Count());
    }

    [Fact]
    public void A_recorded_list_is_drawn_in_order_and_running_out_is_noticed()
    {
        Choices choices = Sessions.Of("map[int]int").Machine.Choices;
        choices.UseRecorded([7, 8]);
        Assert.Equal((7UL, 1), (choices.Draw(ChoiceKind.Hash0), choices.RecordedLeft));
        Assert.Equal((8UL, 0, false), (choices.Draw(ChoiceKind.Hash0), choices.RecordedLeft, choices.Overdrawn));
        choices.Draw(ChoiceKind.Hash0);
        Assert.True(choices.Overdrawn);
        choices.UseRecorded(null);
        Assert.False(choices.Overdrawn);
    }

    [Fact]
    public void Undoing_a_step_undoes_its_draw_and_stepping_again_draws_the_same()
    {
        MapSession s = Sessions.Of("map[uint64]uint64");
        s.Machine.SetTracking(true);
        var seen = new List<(ChoiceKind, ulong)>();
        s.Machine.Choices.Drawn = (kind, value) => seen.Add((kind, value));
        s.BeginMake(0);
        s.Machine.Step(0);
        Assert.Equal("MakeMap.StoreHash0", s.Machine.Where());
        for (int i = 0; i < 3; i++)
        {
            ulong before = s.Machine.Choices.Count;
            s.Machine.Step(0);
            s.Machine.Undo();
            Assert.Equal(before, s.Machine.Choices.Count);
        }

        Assert.Equal(3, seen.Count);
        Assert.Single(seen.Distinct());
    }
}
