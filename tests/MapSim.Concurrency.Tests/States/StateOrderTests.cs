using MapSim.Concurrency.States;
using Xunit;

namespace MapSim.Concurrency.Tests.States;

public sealed class StateOrderTests
{
    [Fact]
    public void Ways_that_part_and_meet_again_have_an_order() => Assert.True(StateOrder.Exists(4, [(0, 1), (0, 2), (2, 3), (1, 3), (0, 1)]));

    [Fact]
    public void A_way_back_has_none() => Assert.False(StateOrder.Exists(4, [(0, 1), (1, 2), (2, 1), (2, 3)]));

    [Fact]
    public void A_way_back_to_the_beginning_has_none() => Assert.False(StateOrder.Exists(2, [(0, 1), (1, 0)]));

    [Fact]
    public void A_state_that_leads_to_itself_has_none() => Assert.False(StateOrder.Exists(2, [(0, 1), (1, 1)]));

    [Fact]
    public void One_state_alone_has_one() => Assert.True(StateOrder.Exists(1, []));
}
