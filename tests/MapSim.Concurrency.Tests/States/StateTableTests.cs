using MapSim.Concurrency.States;
using Xunit;

namespace MapSim.Concurrency.Tests.States;

public sealed class StateTableTests
{
    [Fact]
    public void A_table_knows_what_a_dictionary_knows_and_takes_at_most_26_bytes_a_state()
    {
        var random = new Random(5);
        var plain = new StateTable();
        var numbered = new StateTable(hasNumbers: true);
        var known = new Dictionary<UInt128, int>();
        for (int i = 0; i < 200_000; i++)
        {
            // Few values of the upper word, and a third of the keys twice.
            var key = new UInt128((ulong)random.Next(1, 4), unchecked((ulong)random.NextInt64() * 4));
            bool isNew = known.TryAdd(key, i);
            Assert.Equal(isNew, plain.Add(key));
            Assert.Equal(isNew, numbered.Add(key, i, out int number));
            Assert.Equal(known[key], number);
            if (i % 3 == 0)
            {
                Assert.False(plain.Add(key));
            }
        }

        Assert.Equal((known.Count, known.Count), (plain.Count, numbered.Count));
        Assert.InRange((double)plain.Bytes / plain.Count, 16, 26);
        Assert.All(known.Take(1000), k => Assert.True(numbered.TryFind(k.Key, out int number) && number == k.Value));
        Assert.False(numbered.TryFind(new UInt128(77, 77), out _));
    }

    [Fact]
    public void A_number_is_raised_and_never_lowered()
    {
        var table = new StateTable(hasNumbers: true);
        Assert.True(table.Raise(9, 2));
        Assert.False(table.Raise(9, 2));
        Assert.False(table.Raise(9, 1));
        Assert.True(table.Raise(9, 3));
        Assert.True(table.TryFind(9, out int number));
        Assert.Equal((3, 1), (number, table.Count));
    }
}
