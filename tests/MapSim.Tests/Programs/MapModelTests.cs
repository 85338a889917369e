using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Programs;

public sealed class MapModelTests
{
    private static readonly KeyIdentity Zero = new("0", true, null, true);
    private static readonly KeyIdentity NaN = new("n", false, null, true);
    private static readonly byte[] Plus = [0, 0], Minus = [0, 0x80], NaNBytes = [1, 0x7F];

    [Fact]
    public void An_equal_key_replaces_the_stored_one_only_if_the_type_needs_it()
    {
        foreach (bool update in new[] { false, true })
        {
            var map = new MapModel(update);
            Assert.True(map.Assign(Zero, Plus, [1]));
            Assert.False(map.Assign(Zero, Minus, [2]));
            MapEntry entry = map.Find(Zero)!;
            Assert.Equal(update ? Minus : Plus, entry.Key);
            Assert.Equal([2], entry.Elem);
            Assert.Equal(0, entry.Id);
        }
    }

    [Fact]
    public void A_key_made_again_is_another_entry_and_the_last_death_is_remembered()
    {
        var map = new MapModel(false);
        Assert.Null(map.FateOf(Zero, Plus, [1]));
        Assert.False(map.Delete(Zero));
        map.Assign(Zero, Plus, [1]);
        Assert.True(map.Delete(Zero));
        Assert.Equal(EntryFate.Deleted, map.FateOf(Zero, Plus, [1]));
        map.Assign(Zero, Plus, [1]);
        Assert.Equal(1, map.Find(Zero)!.Id);
        Assert.Single(map.Clear());
        Assert.Equal(EntryFate.Cleared, map.FateOf(Zero, Plus, [1]));
        Assert.Equal((0, 2L), (map.Count, map.NextId));
    }

    [Fact]
    public void Each_NaN_is_a_new_entry_that_nothing_finds_and_only_clear_removes()
    {
        var map = new MapModel(true);
        Assert.True(map.Assign(NaN, NaNBytes, [1]));
        Assert.True(map.Assign(NaN, NaNBytes, [1]));
        Assert.True(map.Assign(NaN, NaNBytes, [2]));
        Assert.Null(map.Find(NaN));
        Assert.False(map.Delete(NaN));
        Assert.Equal((3, 2, 1), (map.Count, map.CountAlike(NaNBytes, [1]), map.CountAlike(NaNBytes, [2])));
        Assert.Equal(3, map.Clear().Count);
        Assert.Equal((0, 0), (map.Count, map.CountAlike(NaNBytes, [1])));
        Assert.Equal(EntryFate.Cleared, map.FateOf(NaN, NaNBytes, [1]));
        Assert.Null(map.FateOf(NaN, NaNBytes, [3]));
    }

    [Fact]
    public void A_clone_shares_nothing_with_its_source()
    {
        var map = new MapModel(true);
        map.Assign(Zero, Plus, [1]);
        map.Assign(NaN, NaNBytes, [1]);
        MapModel clone = map.Clone();
        map.Assign(Zero, Plus, [2]);
        Assert.Equal([1], clone.Find(Zero)!.Elem);
        Assert.Equal(1, clone.CountAlike(NaNBytes, [1]));
        clone.Clear();
        Assert.Equal(2, map.Count);
    }
}
