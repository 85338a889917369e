using MapSim.Gc;
using MapSim.Heap;
using MapSim.Layout;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Programs;

public sealed class SimMapCollectTests
{
    private static readonly MapType Strings = MapType.Parse("map[string]string");

    [Fact]
    public void A_deleted_entry_is_freed_by_the_next_collection_and_the_others_stay()
    {
        using var m = new SimMap(Strings);
        m.Assign("kept", "yes");
        m.Assign("dropped", "no");
        m.Delete("dropped");
        ulong frees = m.Stats.Process.Frees;
        m.Collect();

        // Key and elem of the deleted entry; the key that delete was called with, too.
        Assert.Equal(frees + 3, m.Stats.Process.Frees);
        Assert.True(m.TryGet("kept", out GoValue elem));
        Assert.Equal("yes", elem.AsString());
    }

    [Fact]
    public void A_map_that_is_disposed_of_is_freed_and_its_clone_is_not()
    {
        var m = new SimMap(Strings);
        for (int i = 0; i < 100; i++)
        {
            m.Assign($"k{i}", "v");
        }

        using SimMap clone = m.Clone();
        MemStats before = m.Stats.Map;
        m.Dispose();
        clone.Collect();
        Assert.True(before.HeapAlloc > 0);
        Assert.Equal(default, m.Stats.Map with { NumGC = 0 });
        Assert.Equal(100, clone.Count);
        Assert.True(clone.TryGet("k99", out _));
    }

    [Fact]
    public void The_statistics_of_a_map_are_those_of_its_own_objects()
    {
        using var m = new SimMap(MapType.Parse("map[uint64]uint64"));
        Assert.Equal((1UL, 48UL), (m.Stats.Map.Mallocs, m.Stats.Map.HeapAlloc));
        m.Assign(1, 1);
        Assert.Equal((2UL, 48UL + 144), (m.Stats.Map.Mallocs, m.Stats.Map.HeapAlloc));
        using SimMap clone = m.Clone();
        Assert.Equal(2UL, m.Stats.Map.Mallocs);
        Assert.Equal(2UL, clone.Stats.Map.Mallocs);
        Assert.Equal(4UL, m.Stats.Process.HeapObjects);
    }

    [Fact]
    public void An_iteration_keeps_its_map_alive_and_a_finished_one_does_not()
    {
        var m = new SimMap(Strings);
        m.Assign("a", "1");
        m.Assign("b", "2");
        using var other = m.Clone();
        IEnumerator<KeyValuePair<GoValue, GoValue>> range = m.Range().GetEnumerator();
        Assert.True(range.MoveNext());
        m.Dispose();
        other.Collect();
        Assert.True(range.MoveNext());
        Assert.Equal(2UL, m.Stats.Map.HeapObjects);
        range.Dispose();
        other.Collect();
        Assert.Equal(0UL, m.Stats.Map.HeapObjects);
    }

    [Fact]
    public void Collections_start_by_themselves_when_the_heap_grows()
    {
        using var m = new SimMap(MapType.Parse("map[uint64]string"), new SimMapOptions { Collector = new GcOptions(MinimumHeap: 8 << 10) });
        for (int i = 0; i < 2000; i++)
        {
            m.Assign((ulong)(i % 50), $"value {i}");
        }

        Assert.InRange(m.Stats.Process.NumGC, 2U, 2000U);
        Assert.True(m.Stats.Process.HeapAlloc < 100 << 10, $"{m.Stats.Process.HeapAlloc} bytes");
        Assert.True(m.TryGet(49UL, out GoValue last));
        Assert.Equal("value 1999", last.AsString());
    }

    [Fact]
    public void Without_a_collector_nothing_is_freed_and_collecting_is_an_error()
    {
        using var m = new SimMap(Strings, new SimMapOptions { Collector = null });
        m.Assign("a", "b");
        Assert.Throws<InvalidOperationException>(m.Collect);
        Assert.Equal(0UL, m.Stats.Process.Frees);
    }
}
