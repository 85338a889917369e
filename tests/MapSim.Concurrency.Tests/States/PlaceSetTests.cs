using MapSim.Concurrency.States;
using Xunit;

namespace MapSim.Concurrency.Tests.States;

public sealed class PlaceSetTests
{
    private readonly WordNumbers _bytes = new(8);

    [Fact]
    public void A_range_that_crosses_words_is_taken_out_as_it_was_put_in()
    {
        var set = new PlaceSet(_bytes);
        set.Add(0x1005, 14);
        set.Remove(0x1005, 14);
        Assert.Empty(set.Bits.ToArray());
    }

    [Fact]
    public void What_is_left_of_a_range_is_what_was_not_taken_out()
    {
        PlaceSet set = new(_bytes), expected = new(_bytes);
        set.Add(0x1000, 8);
        set.Add(0x5000, 8);
        set.Remove(0x1002, 6);
        expected.Add(0x5000, 8);
        expected.Add(0x1000, 1);
        expected.Add(0x1001, 1);
        Assert.Equal(expected.Bits.ToArray(), set.Bits.ToArray());
    }

    [Fact]
    public void Places_of_another_set_are_left_out_if_asked()
    {
        PlaceSet set = new(_bytes), written = new(_bytes), expected = new(_bytes);
        written.Add(0x1004, 8);
        set.AddBut(0x1000, 16, written);
        expected.Add(0x1000, 4);
        expected.Add(0x100C, 4);
        Assert.Equal(expected.Bits.ToArray(), set.Bits.ToArray());
    }

    [Fact]
    public void Where_a_place_is_a_word_each_has_one_bit()
    {
        var set = new PlaceSet(new WordNumbers(1));
        set.Add(7, 70);
        Assert.Equal([ulong.MaxValue, 0x3F], set.Bits.ToArray());
    }

    [Fact]
    public void A_cleared_set_is_empty_and_takes_a_union()
    {
        PlaceSet set = new(_bytes), other = new(_bytes);
        set.Add(0x1000, 3);
        other.Add(0x1003, 1);
        set.Clear();
        set.UnionWith(other.Bits);
        Assert.Equal(other.Bits.ToArray(), set.Bits.ToArray());
    }
}
