using MapSim.Hash;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Map;
using MapSim.Memory;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Machines;

/// <summary>What two goroutines with store buffers see of a real map.</summary>
public class StoreBufferMapTests
{
    [Fact]
    public void A_reader_indexes_too_far_only_while_B_is_drained_and_oldbuckets_is_not()
    {
        // hashGrow stores B, flags, oldbuckets, buckets, nevacuate, noverflow, and nothing drains between them. A reader
        // that sees oldbuckets looks there.
        Machine m = WithReaderAndGrowingWriter(64, out _);
        while (m.Where() != "HashGrow.LoadExtra")
        {
            m.Step(0);
        }

        Assert.Equal(6, m.BufferedStores(0));
        Failure[] expected =
            [Failure.None, Failure.OutOfBounds, Failure.OutOfBounds, Failure.None, Failure.None, Failure.None, Failure.None];
        foreach (Failure failure in expected)
        {
            Snapshot here = m.TakeSnapshot();
            m.Select(1);
            m.Run();
            Assert.Equal(failure, m.TakeFailure(out _));
            m.Restore(here);
            if (m.BufferedStores(0) > 0)
            {
                m.DrainOne(0);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(64)]
    public void Whatever_the_schedule_memory_goes_through_the_states_of_the_program_order(int entries)
    {
        Machine alone = WithReaderAndGrowingWriter(0, out Addr map);
        var inOrder = new List<string> { Header(alone, map) };
        while (alone.Goroutines[0].IsBusy)
        {
            alone.Step(0);
            Note(inOrder, Header(alone, map));
        }

        var failures = new HashSet<Failure>();
        for (ulong seed = 1; seed <= 200; seed++)
        {
            Machine m = WithReaderAndGrowingWriter(entries, out _);
            var random = new RandomSource(seed);
            int eager = 1 + random.Below(30);
            int at = 0;
            while (m.Goroutines[0].IsBusy || m.BufferedStores(0) > 0)
            {
                if (m.BufferedStores(0) > 0 && (!m.Goroutines[0].IsBusy || random.Below(eager) == 0))
                {
                    m.DrainOne(0);
                }
                else if (m.Goroutines[1].IsBusy && random.Below(10) == 0)
                {
                    m.Step(1);
                }
                else if (m.Goroutines[0].IsBusy)
                {
                    m.Step(0);
                }

                // A step may drain several stores in passing, so states may be skipped, but none comes out of order.
                at = inOrder.IndexOf(Header(m, map), at);
                Assert.True(at >= 0, $"seed {seed}: {Header(m, map)} is no state of the program, or comes too early");
            }

            Assert.Equal(inOrder.Count - 1, at);
            m.Select(1);
            m.Run();
            failures.Add(m.TakeFailure(out _));
        }

        // The reader meets both the old table and the gap.
        Assert.True(failures.SetEquals([Failure.None, Failure.OutOfBounds]));
    }

    [Fact]
    public void A_writer_does_not_see_the_mark_of_another_that_still_waits_in_its_buffer()
    {
        foreach ((int entries, Failure second) in new[] { (0, Failure.ConcurrentWrites), (8, Failure.None) })
        {
            MapSession s = Sessions.Of("map[uint64]uint64", storeBuffers: entries);
            Addr map = Sessions.Filled(s, 4);
            Machine m = s.Machine;
            m.DrainStoreBuffers();
            Begin(m, 1, key => MapAssign.Call(m, 0, map, key, MapVariant.Fast64));
            s.BeginAssign(0, map, Sessions.U64(2));
            while (m.Where() != "MapAssign.CheckBuckets")
            {
                m.Step(0);
            }

            m.Select(1);
            m.Run();
            Assert.Equal(second, m.TakeFailure(out _));
            m.Select(0);
            m.Run();
            Assert.Equal(Failure.None, m.TakeFailure(out _));
        }
    }

    [Fact]
    public void Two_goroutines_insert_one_after_the_other_once_the_first_ones_stores_are_drained()
    {
        MapSession s = Sessions.Of("map[uint64]uint64", storeBuffers: 64);
        Machine m = s.Machine;
        Addr map = Sessions.Filled(s, 4);
        m.DrainStoreBuffers();
        Begin(m, 100, key => MapAssign.Call(m, 0, map, key, MapVariant.Fast64));
        s.BeginAssign(0, map, Sessions.U64(200));
        m.Run();
        Assert.Equal(4UL, Sessions.View(s, map).Count);
        Assert.Equal(5UL, s.Length(map));
        Assert.True(m.DrainAll(0));
        m.Select(1);
        m.Run();
        Assert.True(m.DrainAll(1));
        Assert.Equal(6UL, Sessions.View(s, map).Count);
        m.Select(0);
        foreach (ulong key in new ulong[] { 0, 3, 100, 200 })
        {
            Assert.True(s.Lookup(0, map, Sessions.U64(key), out bool found).IsOk && found, $"key {key}");
        }
    }

    /// <summary>Goroutine 1 has passed its check for writers, goroutine 0 is about to insert the entry that makes the table grow.</summary>
    private static Machine WithReaderAndGrowingWriter(int entries, out Addr map)
    {
        // Every key has bucket 0xFF..F: the reader's index is the last one of whatever B says.
        MapSession s = Sessions.Of("map[uint64]uint64", hash: DegenerateHashKind.Identity, storeBuffers: entries);
        Machine m = s.Machine;
        map = s.Make(0);
        for (ulong i = 0; i < 13; i++)
        {
            s.Assign(0, map, Sessions.U64(ulong.MaxValue - i), Sessions.U64(i));
        }

        m.DrainStoreBuffers();
        Addr h = map;
        Begin(m, ulong.MaxValue, key => MapAccess.Call(m, 0, h, key, MapVariant.Fast64, AccessMode.Elem));
        while (m.Where() != "MapAccess.LoadHash0")
        {
            m.Step(1);
        }

        m.Select(0);
        s.BeginAssign(0, map, Sessions.U64(77));
        return m;
    }

    private static void Begin(Machine m, ulong key, Action<Addr> call)
    {
        Goroutine g = m.AddGoroutine(256);
        m.Memory.Poke(g.Locals, Sessions.U64(key));
        m.Select(g.Id);
        call(g.Locals);
        m.Select(0);
    }

    private static string Header(Machine m, Addr map) => Convert.ToHexString(m.Memory.Raw(map, m.L.HmapSize));

    private static void Note(List<string> states, string now)
    {
        if (states[^1] != now)
        {
            states.Add(now);
        }
    }
}
