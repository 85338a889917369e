using MapSim.Checks;
using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Map;
using MapSim.Memory;
using MapSim.Programs;
using MapSim.Tests.Machines;
using Xunit;

namespace MapSim.Tests.Checks;

/// <summary>The table beside the real machine: agreement in every order, every row seen, and what a broken machine looks like.</summary>
public sealed class DetectionTableTests
{
    private static readonly MapOperation[] Writers = [MapOperation.Assign, MapOperation.Delete, MapOperation.Clear];

    private static readonly MapOperation[] Others =
        [.. Writers, MapOperation.Lookup, MapOperation.IterInit, MapOperation.IterNext, MapOperation.Clone, MapOperation.Length];

    public static TheoryData<string, MapOperation> Cells()
    {
        var cells = new TheoryData<string, MapOperation>();
        foreach (string scene in new[] { "empty", "small", "strings", "full", "growing" })
        {
            foreach (MapOperation writer in Writers)
            {
                cells.Add(scene, writer);
            }
        }

        return cells;
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void Machine_and_table_agree_in_every_order_of_a_writers_and_anothers_micro_steps(string scene, MapOperation writer)
    {
        // Where operations have more micro-steps, each state is explored once: there are millions of orders.
        bool oncePerState = scene is not ("empty" or "small");
        foreach (MapOperation other in Others)
        {
            Interleavings all = Explore(scene, oncePerState, [writer], [other]);
            Assert.Empty(all.Table.Violations);
            Assert.DoesNotContain(all.MissedRows, r => DetectionRows.Verdict(r) != DetectionVerdict.MissedByDesign);
        }
    }

    [Fact]
    public void Two_assignments_have_as_many_orders_in_each_row_as_the_table_says()
    {
        Interleavings all = Explore("small", false, [MapOperation.Assign], [MapOperation.Assign]);
        Assert.Empty(all.Table.Violations);
        Assert.Equal(1804, all.Runs);
        Assert.Equal(1278, all.Missed);
        Assert.Equal(
            "BothToggled, WriteBeforeToggle=24; BothToggled=252; CaughtInWindow=8; LostToggleCaught=240; LostToggleMissed=1260; None=2; WriteBeforeToggle=18",
            string.Join("; ", all.Rows.Select(r => $"{r.Key}={r.Value}").Order(StringComparer.Ordinal)));
    }

    [Theory]
    [InlineData(DetectionRow.CaughtInWindow, "small", "Assign", "Lookup")]
    [InlineData(DetectionRow.BothToggled, "small", "Assign", "Delete")]
    [InlineData(DetectionRow.LostToggleCaught, "strings", "Assign", "Delete")]
    [InlineData(DetectionRow.ClearedByOldFlags, "small", "Clear", "Assign, Assign")]
    [InlineData(DetectionRow.LostToggleMissed, "small", "Assign", "Delete")]
    [InlineData(DetectionRow.HiddenByLaterStore, "growing", "Delete", "Assign")]
    [InlineData(DetectionRow.WriteBeforeToggle, "small", "Assign", "Delete")]
    [InlineData(DetectionRow.WriteBeforeTest, "full", "Assign", "IterInit")]
    [InlineData(DetectionRow.ReaderPassedThenWrite, "full", "Assign", "Lookup")]
    [InlineData(DetectionRow.PassedWhileWriterInside, "small", "Assign", "Assign", "Lookup")]
    [InlineData(DetectionRow.WriteBetweenNexts, "small", "IterInit, IterNext", "Assign")]
    [InlineData(DetectionRow.ReturnedAtR0, "empty", "Assign", "Lookup")]
    [InlineData(DetectionRow.LengthInWindow, "small", "Assign", "Length")]
    [InlineData(DetectionRow.WriteBeforeElemStore, "full", "Assign, ElemStore", "Assign")]
    [InlineData(DetectionRow.IteratorBitsLost, "small", "Assign", "IterInit")]
    [InlineData(DetectionRow.CutShort, "full", "Assign", "Clear")]
    public void A_row_occurs(DetectionRow row, string scene, params string[] scripts)
    {
        Interleavings all = Explore(scene, true, [.. scripts.Select(Parse)]);
        Assert.Empty(all.Table.Violations);
        Assert.Contains(all.Rows.Keys, r => r.HasFlag(row));
        bool mustCatch = (row & DetectionRows.MustCatch) != 0;
        Assert.Equal(mustCatch, all.Rows.Keys.Where(r => r.HasFlag(row)).All(r => DetectionRows.Verdict(r) == DetectionVerdict.MustCatch));
    }

    [Fact]
    public void Every_row_has_a_witness_above()
    {
        IEnumerable<object?> rows = typeof(DetectionTableTests).GetMethod(nameof(A_row_occurs))!
            .GetCustomAttributes(typeof(InlineDataAttribute), false).Select(a => ((InlineDataAttribute)a).Data[0]);
        Assert.Equal(DetectionRows.All.Order(), rows.Cast<DetectionRow>().Order());
    }

    [Fact]
    public void Micro_steps_are_the_accesses_to_flags_and_every_store_to_flags_is_one()
    {
        var seen = new HashSet<MicroStep>();
        foreach (MapSession s in SequentialRuns.Begun())
        {
            s.Machine.SetTracking(true);
            while (s.Machine.Goroutines[0].IsBusy)
            {
                string where = string.Join(" < ", s.Machine.CallStack(0));
                MicroStepAt next = MicroSteps.Next(s.Machine, 0);
                Access access = s.Machine.Step(0);
                Assert.True(Fits(s.Machine, next, access), $"{where}: {next} made {access}");
                seen.Add(next.Step);
            }
        }

        Assert.Equal(Enum.GetValues<MicroStep>(), seen.Order());
    }

    [Fact]
    public void Sequential_runs_are_silent_and_a_check_leaves_the_state_as_it_is()
    {
        foreach (MapSession s in SequentialRuns.Begun())
        {
            var table = new DetectionTable(s.Machine);
            s.Machine.SetTracking(true);
            while (s.Machine.Goroutines[0].IsBusy)
            {
                Fingerprint before = s.Machine.StateHash;
                table.Before(0);
                Assert.Equal(before, s.Machine.StateHash);
                s.Machine.Step(0);
                Fingerprint after = s.Machine.StateHash;
                table.After(0);
                Assert.Equal(after, s.Machine.StateHash);
            }

            Assert.Empty(table.Violations);
            Assert.Equal((DetectionRow.None, false), (table.Model.Rows, table.Model.IsOver));
        }
    }

    [Fact]
    public void Panics_that_are_recovered_from_leave_nothing_behind()
    {
        MapSession s = Sessions.Of("map[interface{}]int");
        Machine m = s.Machine;
        var table = new DetectionTable(m);
        Addr map = s.Make(0), box = s.NewObject(new byte[24], ObjectKind.Boxed);
        byte[] good = [.. Sessions.U64(m.RuntimeType(GoTypeParser.Parse("int", Arch.Amd64)).Value), .. Sessions.U64(box.Value)];
        byte[] bad = [.. Sessions.U64(m.RuntimeType(GoTypeParser.Parse("[]int", Arch.Amd64)).Value), .. Sessions.U64(box.Value)];
        (Action Begin, Failure End)[] operations =
        [
            (() => s.BeginAssign(0, map, good), Failure.None), (() => s.BeginAssign(0, map, bad), Failure.Unhashable),
            (() => s.BeginAssign(0, default, good), Failure.AssignToNilMap), (() => s.BeginDelete(0, map, bad), Failure.Unhashable),
            (() => s.BeginLookup(0, map, bad), Failure.Unhashable), (() => s.BeginLookup(0, default, good), Failure.None),
            (() => s.BeginAssign(0, map, good), Failure.None), (() => s.BeginLookup(0, map, good), Failure.None),
            (() => MapClear.Call(m, 0, map), Failure.None),
        ];
        foreach ((Action begin, Failure end) in operations)
        {
            begin();
            while (m.Goroutines[0].IsBusy)
            {
                table.Before(0);
                m.Step(0);
                table.After(0);
            }

            m.TakeResult();
            Assert.Equal(end, m.TakeFailure(out _));
        }

        Assert.Empty(table.Violations);
        Assert.Equal((DetectionRow.None, false), (table.Model.Rows, table.Model.IsOver));
    }

    [Fact]
    public void A_check_allocates_nothing()
    {
        DetectionScene s = DetectionScene.Of("small");
        var table = new DetectionTable(s.Machine);
        long least = long.MaxValue;
        for (int i = 0; i < 5; i++)
        {
            s.Machine.Select(1);
            s.Do(MapOperation.Assign)(s.Machine);
            long before = GC.GetAllocatedBytesForCurrentThread();
            while (s.Machine.Goroutines[1].IsBusy)
            {
                table.Before(1);
                s.Machine.Step(1);
                table.After(1);
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }

    private static MapOperation[] Parse(string script) => [.. script.Split(", ").Select(Enum.Parse<MapOperation>)];

    private static Interleavings Explore(string scene, bool oncePerState, params MapOperation[][] scripts)
    {
        DetectionScene s = DetectionScene.Of(scene);
        for (int g = 0; g < scripts.Length; g++)
        {
            s.Prepare(g, scripts[g][0]);
        }

        var all = new Interleavings(s.Machine, [.. scripts.Select(ops => ops.Select(s.Do).ToList())]) { OncePerState = oncePerState };
        all.Explore();
        return all;
    }

    private static bool Fits(Machine m, MicroStepAt next, Access access)
    {
        Addr map = default;
        if (access.Kind is AccessKind.Load or AccessKind.Store or AccessKind.Atomic
            && m.Heap.TryFindObject(access.Address, out HeapObject found) && found.Kind == ObjectKind.Hmap
            && access.Address == found.Start + m.L.Flags)
        {
            map = found.Start;
        }

        return next.Step switch
        {
            MicroStep.None or MicroStep.PastTest => map.IsNil || access.Kind == AccessKind.Load,
            MicroStep.W3b or MicroStep.W6b or MicroStep.CarryStore => map == next.Map && access.Kind == AccessKind.Store,
            MicroStep.OrFlags => map == next.Map && access.Kind == AccessKind.Atomic,
            _ => map == next.Map && access.Kind == AccessKind.Load,
        };
    }
}
