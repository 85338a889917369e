using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Programs;

public sealed class NaiveMapTests
{
    private static readonly RandomKey PlusZero = new(0, [0, 0], 0, "0", true, null);
    private static readonly RandomKey MinusZero = new(1, [0, 0x80], 0, "0", true, null);
    private static readonly RandomKey NaN = new(2, [1, 0x7F], 1, "NaN", false, null);

    [Fact]
    public void An_equal_key_replaces_the_stored_one_only_if_the_type_needs_it()
    {
        foreach (bool update in new[] { false, true })
        {
            var map = new NaiveMap(update);
            Assert.True(map.Assign(PlusZero, [1]));
            Assert.False(map.Assign(MinusZero, [2]));
            Assert.Equal((update ? MinusZero : PlusZero, 2), (map.Find(PlusZero)!.Key, map.Find(PlusZero)!.Elem[0]));
        }
    }

    [Fact]
    public void Each_NaN_is_a_new_entry_that_nothing_finds_and_only_clear_removes()
    {
        var map = new NaiveMap(true);
        Assert.True(map.Assign(NaN, [1]));
        Assert.True(map.Assign(NaN, [1]));
        Assert.Null(map.Find(NaN));
        Assert.False(map.Delete(NaN));
        Assert.Equal(2, map.Count);
        map.Clear();
        Assert.Equal(0, map.Count);
    }

    [Fact]
    public void A_clone_shares_nothing_with_its_source()
    {
        var map = new NaiveMap(true);
        map.Assign(PlusZero, [1]);
        NaiveMap clone = map.Clone();
        map.Assign(PlusZero, [2]);
        Assert.Equal(1, clone.Find(PlusZero)!.Elem[0]);
        clone.Clear();
        Assert.Equal(1, map.Count);
    }
}
