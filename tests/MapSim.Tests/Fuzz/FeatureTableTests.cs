using MapSim.Fuzz;
using Xunit;

namespace MapSim.Tests.Fuzz;

public sealed class FeatureTableTests
{
    [Fact]
    public void It_finds_what_was_added_and_nothing_else()
    {
        var table = new FeatureTable();
        for (uint i = 0; i < 30_000; i++)
        {
            table.Add(FeatureSet.Feature(FeatureDomain.State, i * 3), (int)i);
        }

        for (uint i = 0; i < 90_000; i++)
        {
            int number = table.Find(FeatureSet.Feature(FeatureDomain.State, i));
            Assert.Equal(i % 3 == 0, number >= 0);
            Assert.True(number < 0 || table.OwnerOf(number) == i / 3);
        }
    }

    [Fact]
    public void A_domain_that_is_full_takes_no_more()
    {
        var table = new FeatureTable();
        for (uint i = 0; i < FeatureTable.MostInDomain; i++)
        {
            Assert.True(table.IsNew(FeatureSet.Feature(FeatureDomain.Bucket, i)));
            table.Add(FeatureSet.Feature(FeatureDomain.Bucket, i), 0);
        }

        Assert.False(table.IsNew(FeatureSet.Feature(FeatureDomain.Bucket, FeatureTable.MostInDomain)));
        Assert.True(table.IsNew(FeatureSet.Feature(FeatureDomain.Chain, FeatureTable.MostInDomain)));
    }

    [Fact]
    public void Hits_add_up_and_stop_at_the_most_there_can_be()
    {
        var table = new FeatureTable();
        table.Add(7, 1);
        table.AddHits(0, 3);
        table.AddHits(0, 4);
        Assert.Equal(7u, table.HitsOf(0));
        table.AddHits(0, uint.MaxValue);
        Assert.Equal(uint.MaxValue, table.HitsOf(0));
    }
}
