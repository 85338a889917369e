using MapSim.Hash;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Map;
using MapSim.Memory;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Machines;

public class TwoGoroutinesTests
{
    [Fact]
    public void The_order_of_steps_that_do_not_conflict_does_not_change_the_trace_hash()
    {
        Machine m = WithTwoReaders();
        Fingerprint oneByOne = RunInOrder(m, [.. Enumerable.Repeat(0, 100), .. Enumerable.Repeat(1, 100)]);
        m = WithTwoReaders();
        Assert.Equal(oneByOne, RunInOrder(m, [.. Enumerable.Range(0, 200).Select(i => i % 2)]));
    }

    [Fact]
    public void The_order_of_a_write_and_a_read_of_the_same_byte_changes_the_trace_hash()
    {
        Machine m = WithReaderAndWriter();
        Fingerprint readerFirst = RunInOrder(m, [.. Enumerable.Repeat(1, 100), .. Enumerable.Repeat(0, 100)]);
        m = WithReaderAndWriter();
        Assert.NotEqual(readerFirst, RunInOrder(m, [.. Enumerable.Repeat(0, 100), .. Enumerable.Repeat(1, 100)]));
    }

    [Fact]
    public void A_reader_between_the_two_halves_of_a_write_dies_with_the_runtimes_own_words()
    {
        Machine m = WithReaderAndWriter();
        while (m.Where() != "MapAssign.CheckBuckets")
        {
            m.Step(0);
        }

        while (m.Goroutines[1].IsBusy)
        {
            m.Step(1);
        }

        m.Select(1);
        Assert.Equal("concurrent map read and map write", m.FailureText(m.TakeFailure(out int detail), detail));
    }

    [Fact]
    public void A_reader_that_passed_its_check_reads_out_of_bounds_between_the_stores_of_B_and_of_buckets()
    {
        // gc-and-barriers.md D2: the stores of h.B and h.buckets are apart, and a reader between them indexes too far.
        Machine m = WithReaderAndGrowingWriter();
        while (m.Where() != "HashGrow.StoreFlags")
        {
            m.Step(0);
        }

        // The reader has looked at flags before the writer came.
        while (m.Goroutines[1].IsBusy)
        {
            m.Step(1);
        }

        m.Select(1);
        Assert.Equal(Failure.OutOfBounds, m.TakeFailure(out _));
    }

    [Fact]
    public void Goroutines_on_different_Ps_allocate_in_arenas_of_their_own()
    {
        MapSession s = Sessions.Of("map[uint64]uint64");
        var m = new Machine(s.Machine.Options with { Procs = 2 }, MapFrames.Table);
        m.AddType(s.TypeOf(0));
        m.AddGoroutine(256);
        MakeMap.Call(m, 0, MakeForm.Small);
        m.Run();
        var first = new Addr(m.TakeResult());
        m.Select(1);
        MakeMap.Call(m, 0, MakeForm.Small);
        m.Run();
        var second = new Addr(m.TakeResult());
        Assert.Equal(m.Memory.ArenaStride, second - first);
    }

    private static Machine WithTwoReaders()
    {
        MapSession s = Sessions.Of("map[uint64]uint64");
        Addr map = Sessions.Filled(s, 20);
        Begin(s, 1, (m, key) => MapAccess.Call(m, 0, map, key, MapVariant.Fast64, AccessMode.Elem));
        s.BeginLookup(0, map, Sessions.U64(3));
        s.Machine.SetTracking(true);
        return s.Machine;
    }

    private static Machine WithReaderAndWriter()
    {
        MapSession s = Sessions.Of("map[uint64]uint64");
        Addr map = Sessions.Filled(s, 5);
        Begin(s, 1, (m, key) => MapAccess.Call(m, 0, map, key, MapVariant.Fast64, AccessMode.Elem));
        s.BeginAssign(0, map, Sessions.U64(3));
        s.Machine.SetTracking(true);
        return s.Machine;
    }

    private static Machine WithReaderAndGrowingWriter()
    {
        // Every key has bucket 0xFF..F: the reader's index is the last one of whatever B says.
        MapSession s = Sessions.Of("map[uint64]uint64", hash: DegenerateHashKind.Identity);
        Addr map = s.Make(0);
        for (ulong i = 0; i < 13; i++)
        {
            s.Assign(0, map, Sessions.U64(ulong.MaxValue - i), Sessions.U64(i));
        }

        Begin(s, ulong.MaxValue, (m, key) => MapAccess.Call(m, 0, map, key, MapVariant.Fast64, AccessMode.Elem));
        while (s.Machine.Where() != "MapAccess.LoadHash0")
        {
            s.Machine.Step(1);
        }

        s.Machine.Select(0);
        s.BeginAssign(0, map, Sessions.U64(77));
        return s.Machine;
    }

    private static void Begin(MapSession s, ulong key, Action<Machine, Addr> call)
    {
        Goroutine g = s.Machine.AddGoroutine(256);
        s.Machine.Memory.Poke(g.Locals, Sessions.U64(key));
        s.Machine.Select(g.Id);
        call(s.Machine, g.Locals);
        s.Machine.Select(0);
    }

    private static Fingerprint RunInOrder(Machine m, IEnumerable<int> order)
    {
        foreach (int g in order)
        {
            if (m.Goroutines[g].IsBusy)
            {
                m.Step(g);
            }
        }

        Assert.DoesNotContain(m.Goroutines, g => g.IsBusy);
        return m.TraceHash;
    }
}
