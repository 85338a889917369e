using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Machines;

public class StoreBufferMachineTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(64)]
    public void Every_operation_run_with_buffers_leaves_the_bytes_it_leaves_without(int entries)
    {
        foreach ((EveryOperation.Case plain, EveryOperation.Case buffered) in EveryOperation.All().Zip(EveryOperation.All(entries)))
        {
            Machine expected = Begun(plain);
            expected.Run();
            Machine found = Begun(buffered);
            found.Run();
            Assert.Equal(expected.Steps, found.Steps);
            Assert.True(found.DrainStoreBuffers());
            AssertSame(expected, found, plain.ToString());

            Machine stepped = Begun(buffered);
            stepped.SetTracking(true);
            Walk(stepped, new RandomSource(1));
            Assert.True(stepped.DrainStoreBuffers());
            AssertSame(expected, stepped, plain.ToString());
        }
    }

    [Theory]
    [InlineData("map[uint64]uint64", 2)]
    [InlineData("map[string]string", 2)]
    [InlineData("map[[136]byte][136]byte", 40)]
    public void A_long_program_leaves_the_same_bytes_and_results_with_buffers_as_without(string type, int entries)
    {
        MapSession plain = Sessions.Of(type), buffered = Sessions.Of(type, storeBuffers: entries);
        List<string> expected = Program(plain), found = Program(buffered);
        Assert.True(buffered.Machine.DrainStoreBuffers());
        Assert.Equal(expected, found);
        AssertSame(plain.Machine, buffered.Machine, type);
    }

    [Fact]
    public void Every_step_and_every_drain_of_any_operation_is_undone()
    {
        foreach (EveryOperation.Case c in EveryOperation.All(3))
        {
            Machine m = Begun(c);
            Snapshot start = m.TakeSnapshot();
            m.SetTracking(true);
            var before = new Stack<(Fingerprint State, Fingerprint Trace, ulong Steps, int Waiting)>();
            Walk(m, new RandomSource(7), () => before.Push((m.StateHash, m.TraceHash, m.Steps, m.BufferedStores(0))));
            while (before.TryPop(out var expected))
            {
                m.Undo();
                Assert.True(expected == (m.StateHash, m.TraceHash, m.Steps, m.BufferedStores(0)), $"{c}: {before.Count} steps from the start");
            }

            AssertSameParts(start, m.TakeSnapshot(), c.ToString());
        }
    }

    [Fact]
    public void A_snapshot_with_stores_in_buffers_finishes_with_the_same_bytes()
    {
        int waited = 0;
        foreach (EveryOperation.Case c in EveryOperation.All(3).Where(c => c.Version != GoVersion.Go119 && c.Type == "map[uint64]uint64"))
        {
            Machine m = Begun(c);
            var snapshots = new List<Snapshot>();
            Walk(m, new RandomSource(9), () =>
            {
                waited = Math.Max(waited, m.BufferedStores(0));
                snapshots.Add(m.TakeSnapshot());
            });
            m.DrainStoreBuffers();
            Snapshot end = m.TakeSnapshot();
            foreach (Snapshot snapshot in snapshots)
            {
                m.Restore(snapshot);
                AssertSameParts(snapshot, m.TakeSnapshot(), c.ToString());
                m.Run();
                m.DrainStoreBuffers();

                // The heap's history says in which step an object was made, and here drains are no steps of their own.
                AssertSameParts(end, m.TakeSnapshot(), $"{c} restored at step {snapshot.Steps}", m.Heap.History.Segment);
            }
        }

        Assert.Equal(3, waited);
    }

    [Theory]
    [InlineData("X", "S", AccessKind.Buffered, 0)]
    [InlineData("XD", "SD", AccessKind.Store, 1)]
    [InlineData("Xx", "SS", AccessKind.Forwarded, 0)]
    [InlineData("Xy", "SS", AccessKind.Load, 0)]
    [InlineData("XDy", "SDS", AccessKind.Load, 0)]
    [InlineData("XYZ", "SSS", AccessKind.Buffered, 1)]
    [InlineData("XY!", "SSS", AccessKind.Atomic, 2)]
    [InlineData("XYA", "SSS", AccessKind.Alloc, 2)]
    public void Each_kind_of_step_tells_its_access_and_is_undone(string code, string moves, AccessKind kind, int drained)
    {
        Machine m = LitmusThread.Start(2, code.Replace("D", "", StringComparison.Ordinal));
        m.SetTracking(true);
        foreach (char move in moves[..^1])
        {
            Move(m, move);
        }

        Snapshot before = m.TakeSnapshot();
        (Fingerprint, Fingerprint, ulong) hashes = (m.StateHash, m.TraceHash, m.Steps);
        Access access = Move(m, moves[^1]);
        Assert.Equal(kind, access.Kind);
        Assert.Equal(hashes.Item3 + 1, m.Steps);
        Assert.Equal(drained, m.Drained.Length);
        Assert.NotEqual(hashes.Item1, m.StateHash);
        for (int i = 0; i < drained; i++)
        {
            Assert.Equal(new DrainedStore(0, new Access(AccessKind.Store, LitmusThread.AddressOf(m, code[i] == 'X' ? 'x' : 'y'), 8)), m.Drained[i]);
        }

        m.Undo();
        Assert.Equal(hashes, (m.StateHash, m.TraceHash, m.Steps));
        AssertSameParts(before, m.TakeSnapshot(), code);
    }

    [Fact]
    public void An_access_to_the_own_buffer_conflicts_with_nothing()
    {
        Access store = new(AccessKind.Store, new Addr(64), 8);
        foreach (AccessKind kind in new[] { AccessKind.Buffered, AccessKind.Forwarded })
        {
            Access own = store with { Kind = kind };
            Assert.False(own.IsWrite || own.IsShared || own.Conflicts(store) || store.Conflicts(own) || own.Conflicts(own));
        }

        Assert.Equal("buffer 0x40+8", (store with { Kind = AccessKind.Buffered }).ToString());
        Assert.Equal("forward 0x40+8", (store with { Kind = AccessKind.Forwarded }).ToString());
    }

    [Fact]
    public void The_state_hash_tells_apart_states_that_differ_only_in_a_buffer()
    {
        // Both have drained the first store; one of them has a second one waiting that changes nothing in memory.
        Machine one = LitmusThread.Start(2, "XX"), other = LitmusThread.Start(2, "XX");
        foreach (char move in "SDS")
        {
            Move(one, move);
            Move(other, move);
        }

        Assert.Equal(one.StateHash, other.StateHash);
        Move(other, 'D');
        Assert.Equal(one.Memory.LiveHash, other.Memory.LiveHash);
        Assert.NotEqual(one.StateHash, other.StateHash);
        Machine without = LitmusThread.Start(0, "XX");
        without.Run();
        Assert.Equal(without.StateHash, other.StateHash);
    }

    [Fact]
    public void A_drain_commutes_with_the_owners_later_steps_elsewhere_and_not_with_a_load_by_another()
    {
        Assert.Equal(Hashes("Xy", "x", "S0 D0 S0 S1"), Hashes("Xy", "x", "S0 S0 D0 S1"));
        Assert.NotEqual(Hashes("Xy", "x", "S0 S0 D0 S1").Trace, Hashes("Xy", "x", "S0 S0 S1 D0").Trace);
    }

    [Theory]
    [InlineData("XY!", 2, "S0 S0 S0", "S0 S0 D0 D0 S0")]
    [InlineData("XYA", 2, "S0 S0 S0", "S0 S0 D0 D0 S0")]
    [InlineData("XYZ", 2, "S0 S0 S0", "S0 S0 D0 S0")]
    [InlineData("XYZ", 1, "S0 S0 S0", "S0 D0 S0 D0 S0")]
    public void Draining_in_passing_is_draining_by_hand_before_the_step(string code, int entries, string moves, string byHand) =>
        Assert.Equal(Hashes(code, "x", moves, entries), Hashes(code, "x", byHand, entries));

    [Theory]
    [InlineData("XYy", 'D', AccessKind.Store)]
    [InlineData("XY!", 'S', AccessKind.Atomic)]
    [InlineData("XYA", 'S', AccessKind.Alloc)]
    [InlineData("XYZ", 'S', AccessKind.Buffered)]
    public void A_store_that_drains_to_freed_memory_is_the_goroutines_use_after_free(string code, char move, AccessKind kind)
    {
        Machine m = LitmusThread.Start(2, code);
        Addr variable = LitmusThread.AddressOf(m, 'x');
        m.SetTracking(true);
        m.Step(0);
        m.Step(0);
        m.Heap.Free(variable);
        Snapshot before = m.TakeSnapshot();
        Fingerprint hash = m.StateHash;
        Assert.Equal(kind, Move(m, move).Kind);
        Assert.False(m.Goroutines[0].IsBusy);
        Assert.Equal(Failure.UseAfterFree, m.Goroutines[0].Failure);
        Assert.Equal(new MemoryFault(MemoryFaultKind.UseAfterFree, new Access(AccessKind.Store, variable, 8)), m.LastFault);
        Region arena = m.Memory.RegionOf(variable)!;
        Assert.Equal(Heap.SimHeap.Poison, BitConverter.ToUInt64(arena.Bytes.Span((int)(variable - arena.Base), 8)));
        m.Undo();
        Assert.Equal(hash, m.StateHash);
        AssertSameParts(before, m.TakeSnapshot(), code);
    }

    [Fact]
    public void Draining_all_tells_a_failed_store_and_keeps_the_first_failure()
    {
        Machine m = LitmusThread.Start(4, "XYZ", "Y");
        m.Run();
        m.Select(0);
        m.Run();
        Assert.Equal((3, 1), (m.BufferedStores(0), m.BufferedStores(1)));
        m.Heap.Free(LitmusThread.AddressOf(m, 'x'));
        m.Heap.Free(LitmusThread.AddressOf(m, 'z'));
        Assert.False(m.DrainStoreBuffers());
        Assert.Equal((0, 0), (m.BufferedStores(0), m.BufferedStores(1)));
        Assert.Equal(LitmusThread.AddressOf(m, 'x'), m.LastFault.Access.Address);
        Assert.Equal(2UL, LitmusThread.Variable(m, 'y'));
        Assert.Equal(Failure.UseAfterFree, m.TakeFailure(out _));
        Assert.True(m.DrainAll(0));
        Assert.Throws<MachineInvariantException>(() => m.DrainOne(0));
        Assert.Equal(AccessKind.None, m.PeekDrain(0).Kind);
    }

    [Fact]
    public void Steps_and_drains_allocate_no_managed_memory()
    {
        MapSession s = Sessions.Of("map[uint64]uint64", storeBuffers: 2);
        byte[][] keys = [.. Enumerable.Range(0, 100).Select(i => Sessions.U64((ulong)i))];
        byte[] elem = Sessions.U64(1);
        Addr map = s.Make(0);
        foreach (byte[] key in keys)
        {
            s.Assign(0, map, key, elem);
        }

        // The least of several rounds: in the first ones the runtime compiles and the journal finds its size.
        long[] least = [long.MaxValue, long.MaxValue];
        var random = new RandomSource(3);
        for (int i = 0; i < 10; i++)
        {
            s.Machine.SetTracking(i % 2 != 0);
            long before = GC.GetAllocatedBytesForCurrentThread();
            foreach (byte[] key in keys)
            {
                s.BeginAssign(0, map, key);
                Walk(s.Machine, random, undo: s.Machine.Tracking);
                s.Machine.TakeResult();
            }

            least[i % 2] = Math.Min(least[i % 2], GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal([0, 0], least);
    }

    private static Machine Begun(EveryOperation.Case c)
    {
        MapSession s = c.Prepare();
        c.Begin(s);
        return s.Machine;
    }

    /// <summary>Steps goroutine 0 to the end of its operation, with drains in between.</summary>
    private static void Walk(Machine m, RandomSource random, Action? beforeEach = null, bool undo = false)
    {
        while (m.Goroutines[0].IsBusy)
        {
            beforeEach?.Invoke();
            char move = m.BufferedStores(0) > 0 && random.Below(4) == 0 ? 'D' : 'S';
            Move(m, move);
            if (undo)
            {
                m.Undo();
                Move(m, move);
            }
        }
    }

    private static Access Move(Machine m, char move, int g = 0) => move == 'D' ? m.DrainOne(g) : m.Step(g);

    private static (Fingerprint State, Fingerprint Trace) Hashes(string first, string second, string moves, int entries = 2)
    {
        Machine m = LitmusThread.Start(entries, first, second);
        m.SetTracking(true);
        foreach (string move in moves.Split(' '))
        {
            Move(m, move[0], move[1] - '0');
        }

        return (m.StateHash, m.TraceHash);
    }

    private static List<string> Program(MapSession s)
    {
        int keySize = s.TypeOf(0).Key.Size, elemSize = s.TypeOf(0).Elem.Size;
        bool strings = s.TypeOf(0).Key.Kind == GoKind.String;
        byte[][] texts = [.. Enumerable.Range(0, strings ? 60 : 0).Select(i => Sessions.Str(s, $"text {i}"))];
        byte[] Value(int i, int size) => strings ? texts[i % 60] : [.. BitConverter.GetBytes((ulong)i), .. new byte[size - 8]];
        var results = new List<string>();
        Addr map = s.Make(0);
        var random = new RandomSource(5);
        for (int i = 0; i < 600; i++)
        {
            byte[] key = Value(random.Below(60), keySize);
            OperationEnd end = random.Below(5) switch
            {
                0 => s.Delete(0, map, key),
                1 => s.Lookup(0, map, key, out _),
                2 when i % 97 == 0 => s.Clear(0, map),
                _ => s.Assign(0, map, key, Value(i, elemSize)),
            };
            results.Add($"{end} {s.Length(map)} {Convert.ToHexString(s.Machine.Memory.Raw(s.ResultLocal, elemSize))}");
        }

        return results;
    }

    private static void AssertSame(Machine expected, Machine found, string what)
    {
        Assert.True(expected.StateHash == found.StateHash, what);
        foreach (ulong at in new[] { expected.Memory.HeapBase, expected.Memory.StackBase })
        {
            Region a = expected.Memory.RegionOf(new Addr(at))!, b = found.Memory.RegionOf(new Addr(at))!;
            int size = at == expected.Memory.HeapBase ? a.Bytes.HighWater : expected.Goroutines[0].FramesStart;
            Assert.True(a.Bytes.Span(0, size).SequenceEqual(b.Bytes.Span(0, size)), what);
        }
    }

    private static void AssertSameParts(Snapshot a, Snapshot b, string what, int except = -1) =>
        Assert.All(Enumerable.Range(0, a.Parts.Count).Where(i => i != except), i =>
            Assert.True(a.Parts[i].AsSpan().TrimEnd((byte)0).SequenceEqual(b.Parts[i].AsSpan().TrimEnd((byte)0)), $"{what}: segment {i}"));
}
