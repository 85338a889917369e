using MapSim.Concurrency.Traces;
using Xunit;

namespace MapSim.Concurrency.Tests.Traces;

public sealed class PlacesTests
{
    [Fact]
    public void Moves_depend_on_each_other_exactly_where_steps_conflict()
    {
        var random = new Random(11);
        StepInfo[] steps = [.. Enumerable.Range(0, 300).Select(_ => Step(random))];
        var places = new Places();
        Move[] moves = [.. steps.Select(s => places.Of(s))];
        for (int i = 0; i < steps.Length; i++)
        {
            for (int j = 0; j < steps.Length; j++)
            {
                Assert.True(steps[i].Conflicts(steps[j]) == places.Dependent(moves[i], moves[j]), $"{steps[i]} and {steps[j]}");
            }
        }
    }

    [Fact]
    public void The_same_range_has_the_same_number_and_a_mutex_has_another()
    {
        var places = new Places();
        Move load = places.Of(new StepInfo(StepKind.Load, 8, 8));
        Assert.Equal(load.Place, places.Of(new StepInfo(StepKind.Store, 8, 8)).Place);
        Assert.NotEqual(load.Place, places.Of(new StepInfo(StepKind.Store, 8, 4)).Place);
        Assert.NotEqual(load.Place, places.Of(new StepInfo(StepKind.Lock, 8, 8)).Place);
        Assert.Equal(places.Of(new StepInfo(StepKind.Lock, 8, 1)).Place, places.Of(new StepInfo(StepKind.Unlock, 8, 8)).Place);
        Assert.Throws<ArgumentException>(() => places.Of(new StepInfo(StepKind.Load, 8, 0)));
    }

    private static StepInfo Step(Random random)
    {
        // Some at the very end of the addresses, where ranges wrap around.
        ulong start = random.Next(3) == 0 ? unchecked(0UL - (ulong)random.Next(1, 10)) : (ulong)random.Next(40);
        var kind = (StepKind)random.Next(0, 9);
        return new StepInfo(kind, kind is StepKind.Spawn or StepKind.Join ? start % 64 : start, (uint)random.Next(1, 20));
    }
}
