using FsCheck;
using FsCheck.Fluent;
using MapSim.Fuzz;
using Xunit;

namespace MapSim.Tests.Fuzz;

public sealed class FeatureSetTests
{
    [Fact]
    public void It_holds_each_feature_once_in_the_order_of_their_first_coming()
    {
        Prop.ForAll<uint[]>(values =>
        {
            var set = new FeatureSet();
            foreach (uint value in values)
            {
                set.Add(value);
            }

            return set.Items.SequenceEqual(values.Distinct().ToArray());
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void It_grows_and_knows_what_it_had()
    {
        var set = new FeatureSet();
        for (uint i = 0; i < 20_000; i++)
        {
            Assert.True(set.Add(i * 7919));
        }

        for (uint i = 0; i < 20_000; i++)
        {
            Assert.False(set.Add(i * 7919));
        }

        Assert.Equal(20_000, set.Count);
    }

    [Fact]
    public void After_clear_nothing_is_left()
    {
        var set = new FeatureSet();
        set.Add(FeatureDomain.Guard, 5);
        set.Clear();
        Assert.Equal(0, set.Count);
        Assert.True(set.Add(FeatureDomain.Guard, 5));
    }

    [Fact]
    public void A_feature_knows_its_domain()
    {
        Assert.All(Enum.GetValues<FeatureDomain>(), d => Assert.Equal(d, FeatureSet.DomainOf(FeatureSet.Feature(d, uint.MaxValue))));
        Assert.Equal(FeatureTable.Domains, Enum.GetValues<FeatureDomain>().Length);
    }
}
