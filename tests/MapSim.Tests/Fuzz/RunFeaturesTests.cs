using MapSim.Fuzz;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Fuzz;

public sealed class RunFeaturesTests
{
    private const string Head = "mapsim 1\nhash identity\nmap m map[uint64]uint64\n";

    [Theory]
    [InlineData("assign m 1 1\n", "assign m 2 1\n", true)]
    [InlineData("repeat 8 assign m $i 1\n", "repeat 9 assign m $i 1\n", false)] // grows
    [InlineData("lookup m 1\n", "assign m 1 1\nlookup m 1\n", false)]
    [InlineData("assign m 1 1\nlookup m 1\n", "assign m 1 1\nlookup m 2\n", false)] // absent
    [InlineData("assign m 1 1\ndelete m 1\nassign m 1 1\n", "assign m 1 1\nassign m 1 1\ndelete m 1\n", false)] // another order
    [InlineData("map o map[uint64]uint64 nil\n", "map o map[uint64]uint64\n", false)]
    [InlineData("map o map[uint64]uint64 nil\nassign o 1 1\n", "map o map[uint64]uint64 nil\nassign m 1 1\n", false)] // panic
    public void Runs_that_show_something_else_have_other_features(string one, string other, bool equal) =>
        Assert.Equal(equal, Of(one).SequenceEqual(Of(other)));

    [Fact]
    public void The_same_program_gives_the_same_features_and_a_longer_one_of_its_kind_no_others()
    {
        IReadOnlyList<ulong> few = Of("repeat 3 assign m $i 1\n");
        Assert.Equal(few, Of("repeat 3 assign m $i 1\n"));
        Assert.Equal(few, Of("repeat 3 assign m $i 2\nassign m 2 5\n"));
        // begin then assign, assign then assign, assign gave ok, ended clean after assign, the map's shape.
        Assert.Equal(5, few.Count);
    }

    [Fact]
    public void Long_chains_are_told_from_short_ones()
    {
        string[] chains = [.. new[] { 8, 12, 20, 40 }.Select(n => $"map o map[uint64]uint64 make(1000)\nrepeat {n} assign o ${"i"}0000000000 1\n")];
        List<IReadOnlyList<ulong>> features = [.. chains.Select(c => Features("mapsim 1\nhash onebucket\n" + c))];
        Assert.Equal(4, features.Select(f => string.Join(' ', f)).Distinct().Count());
    }

    [Fact]
    public void What_a_release_cannot_do_is_a_feature_and_no_error()
    {
        Assert.NotEmpty(Features("mapsim 1\ngo 1.23\nmap m map[int]int\nclone m c\n"));
        Assert.NotEmpty(Features("mapsim 1\n"));
    }

    private static IReadOnlyList<ulong> Of(string operations) => Features(Head + operations);

    private static IReadOnlyList<ulong> Features(string text) => RunFeatures.Of(ProgramParser.Parse(text));
}
