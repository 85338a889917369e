using MapSim.Concurrency.States;
using MapSim.Concurrency.Tests.Models;
using Xunit;

namespace MapSim.Concurrency.Tests.States;

public sealed class AlikeStatesTests
{
    private const ulong Nobody = 0, First = 1, Both = 3;
    private readonly Instruction[] _stores = [new(StepKind.Store, 3, 1, 9, 0, false), new(StepKind.Store, 12, 2, 9, 0, false)];
    private readonly RandomModel _model;
    private readonly WordNumbers _words = new(8);
    private readonly AlikeStates _alike;

    public AlikeStatesTests()
    {
        _model = new RandomModel([_stores]);
        _alike = new AlikeStates(_model, _words);
    }

    [Fact]
    public void A_state_that_differs_in_a_byte_nobody_reads_is_like_the_known_one()
    {
        int set = Known(0, 3, 12, 8);
        _model.Step(0);
        Assert.Equal(7, _alike.Find(1, Nobody, out int found));
        Assert.Equal(set, found);
    }

    [Fact]
    public void A_state_that_differs_in_a_byte_that_is_read_is_not()
    {
        Known(0, 4, 12, 8);
        _model.Step(0);
        Assert.Equal(-1, _alike.Find(1, Nobody, out _));
    }

    [Fact]
    public void Another_control_is_another_state()
    {
        Known(0, 1);
        Assert.Equal(-1, _alike.Find(2, Nobody, out _));
    }

    [Fact]
    public void A_state_is_found_under_every_set_that_its_control_is_known_with()
    {
        Known(0, 4, 8, 2);
        _model.Step(0);
        int set = Known(8, 2);
        _model.Step(0);
        Assert.Equal(7, _alike.Find(1, Nobody, out int found));
        Assert.Equal(set, found);
    }

    [Fact]
    public void Who_has_to_see_a_thread_move_that_was_left_out_there_is_not_served()
    {
        Known(0, 1, asleep: First);
        Assert.Equal(-1, _alike.Find(1, Nobody, out _));
        Assert.Equal(7, _alike.Find(1, Both, out _));
    }

    [Fact]
    public void Equal_sets_have_one_number()
    {
        PlaceSet one = new(_words), other = new(_words);
        one.Add(0, 3);
        other.Add(2, 1);
        other.Add(0, 2);
        Assert.Equal(_alike.NumberOf(one), _alike.NumberOf(other));
        other.Add(40, 1);
        Assert.NotEqual(_alike.NumberOf(one), _alike.NumberOf(other));
    }

    private int Known(ulong place, uint length, ulong asleep = Nobody) => Known(place, length, place, length, asleep);

    private int Known(ulong place, uint length, ulong second, uint secondLength, ulong asleep = Nobody)
    {
        var reads = new PlaceSet(_words);
        reads.Add(place, length);
        reads.Add(second, secondLength);
        int set = _alike.NumberOf(reads);
        _alike.Add(1, set, 7, asleep);
        return set;
    }
}
