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

/// <summary>G1: what breaks it, what only looks as if, and that the model itself never does.</summary>
public sealed class WeakTriColourTests
{
    private readonly MapSession _s = Sessions.Of("map[uint64]*T");
    private readonly Addr _black;
    private readonly Addr _white;

    public WeakTriColourTests()
    {
        _s.UseCollector(new GcOptions());
        _black = Object();
        _white = Object();
        M.StartMarking();
        M.Heap.Blacken(_black);
    }

    private Machine M => _s.Machine;

    [Fact]
    public void A_white_object_that_only_a_black_one_holds_is_lost()
    {
        Assert.Null(Check());
        Put(_black, _white);
        HeapViolation v = Assert.NotNull(Check());
        Assert.Equal(("G1", _white), (v.Id, v.Object));
        Assert.Contains($"pointee {_black}+0 (Black)", v.Found, StringComparison.Ordinal);
        Assert.Contains("pointee", v.About, StringComparison.Ordinal);
        Assert.Contains("White, allocated in step 1 by goroutine 0", v.About, StringComparison.Ordinal);
    }

    [Fact]
    public void It_is_not_lost_while_a_grey_stack_holds_it_and_is_once_the_stack_is_scanned_without_it()
    {
        Put(_black, _white);
        M.DeclareVariable(0, 1, _s.ElemLocal, 8, M.Heap.PointerMaps.Words);
        Put(_s.ElemLocal, _white);
        Assert.Null(Check());
        Put(_s.ElemLocal, default);
        M.ScanStack(0);
        Assert.NotNull(Check());
        Put(_s.ElemLocal, _white);
        Assert.NotNull(Check());
    }

    [Fact]
    public void A_scanned_stack_that_holds_it_loses_it_as_a_black_object_does()
    {
        M.ScanStack(0);
        M.DeclareVariable(0, 1, _s.ElemLocal, 8, M.Heap.PointerMaps.Words);
        Assert.Null(Check());
        Put(_s.ElemLocal, _white);
        Assert.Contains("scanned stack of goroutine 0, variable 1+0", Assert.NotNull(Check()).Found, StringComparison.Ordinal);
    }

    [Fact]
    public void It_is_not_lost_while_a_barrier_buffer_holds_it_or_something_white_that_leads_to_it()
    {
        Addr between = Object();
        Put(_black, _white);
        Assert.NotNull(Check());
        M.BufferPointer(_white);
        Assert.Null(Check());
        M.Heap.Gc.ClearBuffer(0);
        Assert.NotNull(Check());
        Whiten(between);
        Put(between + 8, _white);
        M.BufferPointer(between);
        Assert.Null(Check());
    }

    [Fact]
    public void A_black_object_may_point_to_a_white_one_that_a_grey_one_leads_to()
    {
        // What a deletion leaves behind: the strong invariant is broken, rightly.
        Addr grey = Object();
        Whiten(grey);
        M.Heap.Shade(grey);
        Addr between = Object();
        Whiten(between);
        Put(grey, between);
        Put(between, _white);
        Put(_black, _white);
        Assert.Null(Check());
        Put(grey, default);
        Assert.NotNull(Check());
    }

    [Fact]
    public void A_global_variable_holds_it_until_it_is_scanned()
    {
        Put(_black, _white);
        Addr global = M.Memory.AddGlobals(8);
        Put(global, _white);
        Assert.Null(Check());
        M.Heap.Gc.GlobalsScanned = 8;
        Assert.NotNull(Check());
        Put(_black, default);
        Assert.Contains("global variable", Assert.NotNull(Check()).Found, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_an_object_that_is_being_scanned_only_the_rest_counts_as_grey()
    {
        Addr scanned = Object();
        Whiten(scanned);
        M.Heap.Shade(scanned);
        while (Scan().Offset != 8)
        {
            M.Step(_s.Collector!.Workers[0]);
        }

        Assert.Equal(scanned, Scan().Object);
        Assert.Null(Check());
        Put(scanned + 8, _white);
        Assert.Null(Check());
        Put(scanned + 8, default);
        Put(scanned, _white);
        Assert.NotNull(Check());
    }

    [Fact]
    public void Of_a_block_of_globals_that_is_being_scanned_only_the_rest_counts_as_grey()
    {
        Addr global = M.Memory.AddGlobals(32);
        while (M.Heap.Gc.GlobalsScanned == 0)
        {
            M.Step(_s.Collector!.Workers[0]);
        }

        M.Step(_s.Collector!.Workers[0]);
        Put(global + 8, _white);
        Assert.Null(Check());
        Put(global + 8, default);
        Put(global, _white);
        Assert.NotNull(Check());
    }

    [Fact]
    public void A_grey_object_that_nobody_will_scan_is_seen()
    {
        M.Heap.Shade(_white);
        Assert.Null(Check());
        M.Heap.Gc.Pop();
        Assert.Contains("1 grey objects, 0 in the queue", Assert.NotNull(Check()).Found, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_said_while_the_collector_does_not_mark()
    {
        Put(_black, _white);
        M.Heap.Gc.EndMarking();
        Assert.Null(Check());
    }

    [Theory]
    [InlineData("map[string]string")]
    [InlineData("map[uint64]*T")]
    [InlineData("map[uint32]uint16")]
    [InlineData("map[*T]struct{}")]
    [InlineData("map[[200]byte]int")]
    [InlineData("map[interface{}]int")]
    [InlineData("map[uint64][160]byte")]
    [InlineData("map[float64]*T")]
    [InlineData("map[[2]string][17]*T")]
    public void It_holds_after_every_step_of_program_and_collector(string type)
    {
        long looks = 0, collections = 0;
        int tests = 0;
        foreach (GoVersion version in new[] { GoVersion.Go119, GoVersion.Go123 })
        {
            foreach (DegenerateHashKind? hash in new DegenerateHashKind?[] { null, DegenerateHashKind.OneBucket })
            {
                for (ulong seed = 0; seed < 2; seed++)
                {
                    Arch arch = seed == 1 && hash == null ? Arch.I386 : Arch.Amd64;
                    var run = new WatchedMaps(type, 100 * seed + (ulong)tests++, stepping: true, version, arch, hash, workers: 1 + (int)seed, keys: hash == null ? 40 : 16);
                    run.Run(60);
                    Assert.True(run.Oracles.Violations.Count == 0, $"{type} {version} {arch} {hash} {seed}: {string.Join("; ", run.Oracles.Violations)} at {run.FoundAt}");
                    looks += run.Oracles.Looks;
                    collections += run.Oracles.Collections;
                }
            }
        }

        Assert.True(looks > 10_000 && collections > 50, $"looks {looks}, collections {collections}");
    }

    private ObjectScan Scan()
    {
        ObjectScan scan = default;
        M.VisitFrames<GcWorker, ObjectScan>(ref scan, static (ref ObjectScan s, in GcWorker f) => s = f.Current);
        return scan;
    }

    private HeapViolation? Check()
    {
        var found = new List<HeapViolation>();
        new WeakTriColour().Check(M, found);
        return found.Count == 0 ? null : Assert.Single(found);
    }

    private Addr Object() => _s.NewObject(new byte[16], ObjectKind.Pointee, hasPointers: true);

    /// <summary>An object allocated while marking is black; this makes it as if it had been there before.</summary>
    private void Whiten(Addr start)
    {
        int index = (int)((start - _black) / 16);
        M.Heap.SetColour(0, index, Colour.White);
        M.Heap.TryFindObject(start, out HeapObject o);
        Assert.Equal(Colour.White, o.Colour);
    }

    private void Put(Addr at, Addr value) => M.Memory.Poke(at, Sessions.U64(value.Value));
}
