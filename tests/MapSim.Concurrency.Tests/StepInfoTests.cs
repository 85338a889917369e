using Xunit;

namespace MapSim.Concurrency.Tests;

public sealed class StepInfoTests
{
    [Theory]
    [InlineData(StepKind.Load, StepKind.Load, false)]
    [InlineData(StepKind.Load, StepKind.Store, true)]
    [InlineData(StepKind.Store, StepKind.Store, true)]
    [InlineData(StepKind.Update, StepKind.Load, true)]
    [InlineData(StepKind.Lock, StepKind.Unlock, true)]
    [InlineData(StepKind.Lock, StepKind.Store, false)]
    [InlineData(StepKind.Everything, StepKind.Own, true)]
    [InlineData(StepKind.Spawn, StepKind.Join, false)]
    public void Two_steps_at_the_same_place_conflict_as_their_kinds_say(StepKind one, StepKind other, bool conflict)
    {
        Assert.Equal(conflict, new StepInfo(one, 8, 1).Conflicts(new StepInfo(other, 8, 1)));
        Assert.Equal(conflict, new StepInfo(other, 8, 1).Conflicts(new StepInfo(one, 8, 1)));
    }

    [Fact]
    public void Ranges_conflict_only_where_they_overlap()
    {
        var word = new StepInfo(StepKind.Store, 8, 8);
        Assert.True(word.Conflicts(new StepInfo(StepKind.Load, 15, 1)));
        Assert.True(word.Conflicts(new StepInfo(StepKind.Load, 0, 9)));
        Assert.False(word.Conflicts(new StepInfo(StepKind.Load, 16, 1)));
        Assert.False(word.Conflicts(new StepInfo(StepKind.Load, 0, 8)));
    }
}
