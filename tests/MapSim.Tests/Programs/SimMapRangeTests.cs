using MapSim.Layout;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Programs;

public sealed class SimMapRangeTests
{
    public static TheoryData<string> Versions => new("1.19", "1.21", "1.22", "1.23");

    [Theory]
    [MemberData(nameof(Versions))]
    public void Each_entry_comes_once(string version)
    {
        foreach (int count in (int[])[0, 1, 8, 9, 14, 100])
        {
            Assert.Equal(Enumerable.Range(0, count).Select(i => (long)i), Order(Filled(count, version)).Order());
        }
    }

    [Fact]
    public void The_seed_decides_where_a_range_starts()
    {
        Assert.Equal(Order(Filled(50, seed: 3)), Order(Filled(50, seed: 3)));
        Assert.True(Enumerable.Range(0, 10).Select(i => string.Join(' ', Order(Filled(50, seed: (ulong)i)))).Distinct().Count() > 5);
    }

    [Fact]
    public void Each_enumeration_is_an_iteration_of_its_own()
    {
        SimMap m = Filled(50);
        var range = m.Range();
        Assert.True(Enumerable.Range(0, 10).Select(_ => string.Join(' ', range.Select(e => e.Key))).Distinct().Count() > 5);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void An_entry_that_is_deleted_before_it_is_reached_does_not_come(string version)
    {
        SimMap m = Filled(100, version);
        var seen = new HashSet<long>();
        foreach (var (key, _) in m.Range())
        {
            long k = key.AsInt64();
            Assert.True(seen.Add(k));
            Assert.DoesNotContain(k ^ 1, seen);
            m.Delete(k ^ 1);
        }

        Assert.Equal((50, 50), (seen.Count, m.Count));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void Entries_may_be_added_in_the_loop_and_then_come_or_not(string version)
    {
        SimMap m = Filled(13, version);
        var seen = new List<long>();
        foreach (var (key, elem) in m.Range())
        {
            Assert.Equal(key.AsInt64() * 10, elem.AsInt64());
            seen.Add(key.AsInt64());
            if (m.Count < 500)
            {
                m.Assign(m.Count, m.Count * 10);
            }
        }

        Assert.Equal(seen.Count, seen.Distinct().Count());
        Assert.Equal(Enumerable.Range(0, 13).Select(i => (long)i), seen.Where(k => k < 13).Order());
        Assert.True(m.Count > 13);
    }

    [Fact]
    public void A_map_that_is_cleared_in_the_loop_ends_it()
    {
        SimMap m = Filled(100);
        int turns = 0;
        foreach (var _ in m.Range())
        {
            turns++;
            m.Clear();
        }

        Assert.Equal((1, 0), (turns, m.Count));
    }

    [Fact]
    public void An_elem_is_what_it_is_when_its_turn_comes_and_a_copy_from_then_on()
    {
        SimMap m = Filled(20);
        var elems = new Dictionary<long, GoValue>();
        foreach (var (key, elem) in m.Range())
        {
            elems.Add(key.AsInt64(), elem);
            for (int i = 0; i < 20; i++)
            {
                m.Assign(i, 1000 + elems.Count);
            }
        }

        Assert.Equal(Enumerable.Range(1000, 20).Select(i => (long)i), elems.Values.Select(e => e.AsInt64() < 1000 ? 1000 : e.AsInt64()).Order());
    }

    [Fact]
    public void Loops_may_be_nested_and_left_early()
    {
        SimMap m = Filled(12);
        var pairs = new HashSet<(long, long)>();
        foreach (var (a, _) in m.Range())
        {
            foreach (var (b, _) in m.Range())
            {
                Assert.True(pairs.Add((a.AsInt64(), b.AsInt64())));
            }

            _ = m.Range().First();
        }

        Assert.Equal(144, pairs.Count);
    }

    [Fact]
    public void A_range_allocates_an_iterator_for_each_enumeration()
    {
        SimMap m = Filled(3);
        int Iterators() => m.Process.Session.Machine.Heap.LiveObjects().Count(o => o.Info.Kind == (byte)MapSim.Heap.ObjectKind.Hiter);
        var range = m.Range();
        Assert.Equal(0, Iterators());
        Assert.Equal(3, range.Count());
        Assert.Equal(3, range.Count());
        Assert.Equal(2, Iterators());
    }

    private static SimMap Filled(int count, string version = "1.23", ulong seed = 1)
    {
        SimMap m = SimMapTests.Of("map[int]int", version, seed);
        for (int i = 0; i < count; i++)
        {
            m.Assign(i, 10 * i);
        }

        return m;
    }

    private static List<long> Order(SimMap m) => [.. m.Range().Select(e => e.Key.AsInt64())];
}
