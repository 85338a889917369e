using MapSim.Checks;
using MapSim.Gc;
using MapSim.Hash;
using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Checks;

/// <summary>Each oracle of the collector: a state broken on purpose in which it fires, and the nearest one in which it must not.</summary>
public sealed class GcOracleTests
{
    private readonly MapSession _s = Sessions.Of("map[uint64]*T");
    private readonly GcOracles _oracles;

    public GcOracleTests()
    {
        _s.UseCollector(new GcOptions());
        _oracles = new GcOracles(M);
    }

    private Machine M => _s.Machine;

    [Fact]
    public void Marking_that_ends_with_a_reachable_white_object_is_not_complete()
    {
        Object();
        M.StartMarking();
        M.EndMarking();
        Assert.Empty(Ids());
        while (M.SweepSpan())
        {
        }

        Addr kept = Object();
        _s.Keep(kept);
        M.StartMarking();
        M.EndMarking();
        Assert.Equal(["G2"], Ids());
        Assert.Equal(kept, _oracles.Violations[0].Object);
        Assert.Contains("global variable", _oracles.Violations[0].Found, StringComparison.Ordinal);
    }

    [Fact]
    public void Marking_that_ends_with_pointers_in_a_barrier_buffer_or_work_in_the_queue_is_not_complete()
    {
        Addr made = Object();
        M.StartMarking();
        M.BufferPointer(made);
        M.Heap.FlushBarrierBuffer(0);
        M.Heap.Gc.Pop();
        M.Heap.Blacken(made);
        M.Heap.Gc.Scanning--;
        M.EndMarking();
        Assert.Empty(Ids());
        while (M.SweepSpan())
        {
        }

        M.StartMarking();
        M.BufferPointer(new Addr(8));
        M.EndMarking();
        Assert.Equal(["G2"], Ids());
        Assert.Contains("1 words in barrier buffers", _oracles.Violations[0].Found, StringComparison.Ordinal);
    }

    [Fact]
    public void A_real_collection_is_complete_and_frees_what_is_unreachable_only()
    {
        Addr map = _s.Make(0), kept = Object(), lost = Object();
        _s.Keep(kept);
        for (ulong i = 0; i < 30; i++)
        {
            _s.Assign(0, map, Sessions.U64(i), Sessions.U64(Object().Value));
        }

        _s.Collect();
        _oracles.Look();
        Assert.Empty(Ids());
        Assert.Equal(1, _oracles.Collections);
        Assert.Equal((true, false), (M.Memory.IsLive(kept, 16), M.Memory.IsLive(lost, 16)));
    }

    [Fact]
    public void A_freed_object_that_a_root_or_a_reachable_object_points_to_is_seen()
    {
        Addr kept = Object(), inside = Object(), lost = Object();
        _s.Keep(kept);
        Put(kept + 8, inside);
        M.Heap.Free(lost);
        _oracles.Look();
        Assert.Empty(Ids());
        M.Heap.Free(inside);
        _oracles.Look();
        Assert.Equal(["G3"], Ids());
        Assert.Contains($"pointee {kept}+8 (White) <- global variable", _oracles.Violations[0].Found, StringComparison.Ordinal);
        Assert.Contains("freed in step", _oracles.Violations[0].About, StringComparison.Ordinal);
        _oracles.Forget();
        Put(kept + 8, default);
        M.DeclareVariable(0, 1, _s.ElemLocal, 8, M.Heap.PointerMaps.Words);
        Put(_s.ElemLocal, inside + 4);
        _oracles.Look();
        Assert.Equal(["G3"], Ids());
    }

    [Fact]
    public void A_new_object_has_the_colour_that_its_time_demands()
    {
        Object();
        M.StartMarking();
        Object();
        _oracles.Look();
        Object();
        EndMarking();
        Object();
        _oracles.Look();
        Assert.Empty(Ids());
        Addr black = Object();
        M.Heap.Blacken(black);
        _oracles.Look();
        Assert.Equal(["G6", "G7"], Ids());
    }

    [Fact]
    public void A_new_object_that_is_white_while_the_collector_marks_is_seen()
    {
        M.StartMarking();
        Object();
        M.Heap.SetColour(0, 0, Colour.White);
        _oracles.Look();
        Assert.Equal(["G6"], Ids());
    }

    [Fact]
    public void Barriers_that_are_off_while_marking_or_on_without_it_are_seen()
    {
        _oracles.Look();
        M.Heap.Gc.SetBarrier(0, true);
        _oracles.Look();
        Assert.Equal(["G7"], Ids());
        M.Heap.Gc.SetBarrier(0, false);
        _oracles.Forget();
        M.StartMarking();
        _oracles.Look();
        Assert.Empty(Ids());
        M.Heap.Gc.SetBarrier(0, false);
        _oracles.Look();
        Assert.Equal(["G7"], Ids());
    }

    [Fact]
    public void Black_objects_wait_for_the_sweep_and_no_longer()
    {
        M.StartMarking();
        Addr made = Object();
        EndMarking();
        _oracles.Look();
        Assert.Empty(Ids());
        while (M.SweepSpan())
        {
            _oracles.Look();
        }

        Assert.Empty(Ids());
        M.Heap.Blacken(made);
        _oracles.Look();
        Assert.Equal(["G7"], Ids());
    }

    [Fact]
    public void Marking_that_starts_before_the_sweep_is_over_is_seen()
    {
        M.StartMarking();
        Object();
        EndMarking();
        M.StartMarking();
        Assert.Equal(["G7"], Ids());
    }

    [Fact]
    public void A_pointer_past_the_end_of_an_object_is_seen_and_one_to_its_last_byte_is_not()
    {
        Addr kept = Object(), last = Object();
        _s.Keep(kept);
        Put(kept, last + 15);
        Put(kept + 8, M.TypeAddress(0));
        _oracles.Look();
        Assert.Empty(Ids());
        Put(kept + 8, last + 16);
        _oracles.Look();
        Assert.Equal(["G9"], Ids());
        _oracles.Forget();
        Put(kept + 8, SimMemory.OutOfBounds(kept));
        _oracles.Look();
        Assert.Equal(["G9"], Ids());
    }

    [Fact]
    public void How_often_the_heap_is_read_can_be_chosen()
    {
        _oracles.Effort = 3;
        for (int i = 0; i < 10; i++)
        {
            _oracles.Look();
        }

        Assert.Equal((10L, 3L), (_oracles.Looks, _oracles.HeapLooks));
        _oracles.Effort = 0;
        _oracles.Look();
        Assert.Equal(3, _oracles.HeapLooks);
        M.StartMarking();
        _oracles.Look();
        _oracles.Look();
        Assert.Equal(4, _oracles.HeapLooks);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Looking_changes_nothing_and_leaves_no_trace(bool tracking)
    {
        Addr map = _s.Make(0);
        _oracles.Maps = [(0, map)];
        M.SetTracking(tracking);
        M.Heap.Gc.Requested = true;
        for (ulong i = 0; i < 40; i++)
        {
            _s.BeginAssign(0, map, Sessions.U64(i));
            while (M.Goroutines[0].IsBusy)
            {
                int g = M.Steps % 3 == 0 && M.IsEnabled(1) ? 1 : 0;
                Access peeked = tracking ? M.Peek(g) : default;
                M.Step(g);
                Fingerprint before = M.StateHash;
                int accesses = M.Memory.Accesses;
                ulong steps = M.Steps;
                Access last = M.Memory.LastAccess;
                _oracles.Look();
                Assert.Equal((before, accesses, steps, last), (M.StateHash, M.Memory.Accesses, M.Steps, M.Memory.LastAccess));
                Assert.Equal(MemoryFaultKind.None, M.Memory.Fault.Kind);
                Assert.True(!tracking || peeked == last);
            }

            M.Select(0);
            M.TakeResult();
        }

        Assert.Empty(Ids());
        Assert.True(_oracles.Collections > 0);
    }

    [Fact]
    public void Looking_allocates_nothing_once_it_is_warm()
    {
        Addr map = _s.Make(0);
        _oracles.Maps = [(0, map)];
        for (ulong i = 0; i < 100; i++)
        {
            _s.Assign(0, map, Sessions.U64(i), Sessions.U64(Object().Value));
        }

        M.StartMarking();
        _oracles.Look();
        _oracles.Look();
        long before = GC.GetAllocatedBytesForCurrentThread();
        _oracles.Look();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Theory]
    [InlineData("map[string]string", false)]
    [InlineData("map[uint64]*T", false)]
    [InlineData("map[[200]byte]int", false)]
    [InlineData("map[interface{}]int", false)]
    [InlineData("map[uint64]uint64", true)]
    [InlineData("map[uint8]struct{}", false)]
    [InlineData("map[struct{ s string; n int }]string", false)]
    [InlineData("map[[20]string]int", false)]
    [InlineData("map[uint64][160]byte", true)]
    public void All_stay_silent_on_random_programs_at_every_stop(string type, bool oneBucket)
    {
        long looks = 0, collections = 0;
        for (ulong seed = 0; seed < 12; seed++)
        {
            GoVersion version = GoVersion.All[(int)seed % GoVersion.All.Count];
            Arch arch = seed % 4 == 3 ? Arch.I386 : Arch.Amd64;
            DegenerateHashKind? hash = oneBucket && seed % 2 == 0 ? DegenerateHashKind.OneBucket : null;
            var run = new WatchedMaps(type, seed, stepping: false, version, arch, hash, workers: 1 + (int)seed % 2, keys: hash == null ? 150 : 40);
            run.Run(250);
            Assert.True(run.Oracles.Violations.Count == 0, $"{type} {version} {arch} {seed}: {string.Join("; ", run.Oracles.Violations)} at {run.FoundAt}");
            looks += run.Oracles.Looks;
            collections += run.Oracles.Collections;
        }

        Assert.True(looks > 5_000 && collections > 100, $"looks {looks}, collections {collections}");
    }

    /// <summary>Ends the marking of a heap of which nothing is reachable; what is put into new objects went through the buffer.</summary>
    private void EndMarking()
    {
        M.Heap.FlushBarrierBuffer(0);
        M.EndMarking();
    }

    private Addr Object() => _s.NewObject(new byte[16], ObjectKind.Pointee, hasPointers: true);

    private void Put(Addr at, Addr value) => M.Memory.Poke(at, Sessions.U64(value.Value));

    private IEnumerable<string> Ids() => _oracles.Violations.Select(v => v.Id);
}
