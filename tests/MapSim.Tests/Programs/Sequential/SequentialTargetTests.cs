using MapSim.Faults;
using MapSim.Programs;
using MapSim.Tests.Programs.Binary;
using Xunit;

namespace MapSim.Tests.Programs.Sequential;

/// <summary>The fast target says what the runner says of the same program's text.</summary>
public sealed class SequentialTargetTests
{
    [Fact]
    public void A_program_ends_as_its_text_does_in_the_runner()
    {
        var target = new SequentialTarget();
        var tally = new Tally();
        BinaryFormTests.ForAll(random =>
        {
            BinaryProgram program = random.Chance(30)
                ? SequentialPrograms.OfBytes(random, random.Below(400))
                : SequentialPrograms.Make(random, 1 + random.Below(100), random.Below(100));
            AssertSame(target.Run(program), BinaryResolver.Resolve(program), default, target, tally);
        }, 40);
        tally.Tell();
        Assert.InRange(tally.Operations, 3_000, long.MaxValue);
    }

    [Fact]
    public void With_a_fault_or_a_repair_a_program_ends_as_its_text_does()
    {
        var target = new SequentialTarget();
        var tally = new Tally();
        IReadOnlyList<ModelChanges> changes =
            [.. FaultCatalogue.All.Select(f => ModelChanges.None.With(f.Fault)), .. RepairCatalogue.All.Select(r => ModelChanges.None.With(r.Repair))];
        BinaryFormTests.ForAll(random =>
        {
            BinaryProgram program = SequentialPrograms.Make(random, 60, random.Below(60));
            bool isCut = target.Run(program).Operations >= target.MostOperations;
            MapProgram text = BinaryResolver.Resolve(program);
            for (int n = 0; n < 8 && !isCut; n++)
            {
                ModelChanges change = random.Pick(changes);
                if (change.NotOf(BinaryConfig.Of(program).Version) == null)
                {
                    AssertSame(target.RunAgain(change), text, change, target, tally);
                }
            }
        }, 20);
        tally.Tell();
        Assert.InRange(tally.Keys.Count, 5, 1000);
    }

    [Fact]
    public void A_reused_target_says_what_a_new_one_says() => BinaryFormTests.ForAll(random =>
    {
        var reused = new SequentialTarget();
        ModelChanges fault = ModelChanges.None.With(random.Pick(FaultCatalogue.All).Fault);
        for (int n = 0; n < 6; n++)
        {
            BinaryProgram program = SequentialPrograms.Make(random, 60, 50);
            var fresh = new SequentialTarget();
            Assert.Equal(fresh.Run(program), reused.Run(program));
            Assert.Equal(fresh.RunAgain(fault), reused.RunAgain(fault));
            SequentialEnd again = fresh.RunAgain(default);
            Assert.Equal(again, again.Verdict == VerdictKind.StepLimit ? fresh.RunAgain(fault) : reused.Run(program));
        }
    }, 20);

    [Fact]
    public void Operations_have_the_results_that_they_have_in_the_runner() => BinaryFormTests.ForAll(random =>
    {
        BinaryProgram program = SequentialPrograms.Make(random, 1 + random.Below(80), random.Below(100));
        var found = new List<string>();
        var target = new SequentialTarget { Observer = r => found.Add(r.Result) };
        if (target.Run(program).Verdict == VerdictKind.StepLimit)
        {
            return;
        }

        var expected = new List<string>();
        new ProgramRunner(BinaryResolver.Resolve(program)) { Observer = r => expected.Add(r.Result) }.Run();
        Assert.Equal(expected, found);
    }, 40);

    [Fact]
    public void A_watcher_is_told_each_operation_on_a_map_and_changes_nothing() => BinaryFormTests.ForAll(random =>
    {
        BinaryProgram program = SequentialPrograms.Make(random, 60, 40);
        SequentialEnd plain = new SequentialTarget().Run(program);
        var events = new List<MapEvent>();
        int live = 0;
        var target = new SequentialTarget();
        target.Watcher = (MapSim.Machines.Machine machine, in MapEvent e) =>
        {
            Assert.Same(target.Session!.Machine, machine);
            Assert.InRange(e.Slot, 0, 7);
            Assert.Equal(e.Kind is OperationKind.Iter or OperationKind.Next or OperationKind.Range, !e.Iterator.IsNil);
            live = Math.Max(live, target.LiveIterators.Count());
            events.Add(e);
        };
        Assert.Equal(plain, target.Run(program));
        Assert.InRange(events.Count, 0, plain.Operations);
        Assert.True(events.Sum(e => (long)e.Steps) <= (long)plain.Steps);
        Assert.InRange(live, 0, 8 + 3);
        List<MapEvent> first = [.. events];
        events.Clear();
        Assert.Equal(plain, target.RunAgain(default));
        if (plain.Verdict != VerdictKind.StepLimit)
        {
            Assert.Equal(first.Select(e => (e.Kind, e.Slot, e.Type, e.Key, e.End, e.Steps)), events.Select(e => (e.Kind, e.Slot, e.Type, e.Key, e.End, e.Steps)));
        }
    }, 30);

    [Fact]
    public void The_watcher_sees_keys_headers_and_iterators()
    {
        var target = new SequentialTarget();
        var events = new List<MapEvent>();
        target.Watcher = (MapSim.Machines.Machine _, in MapEvent e) => events.Add(e);
        target.Run(new BinaryProgram(
            new BinaryOp(BinaryOpCode.Assign, 0, 5), new BinaryOp(BinaryOpCode.Assign, 0, 6), new BinaryOp(BinaryOpCode.Lookup, 0, 5), new BinaryOp(BinaryOpCode.Iter, 0, 3),
            new BinaryOp(BinaryOpCode.Len), new BinaryOp(BinaryOpCode.Map, 1, 3), new BinaryOp(BinaryOpCode.Delete, 2, 7)));
        Assert.Equal([OperationKind.Assign, OperationKind.Assign, OperationKind.Lookup, OperationKind.Iter, OperationKind.Len, OperationKind.Delete], events.Select(e => e.Kind));
        Assert.Equal([0, 1, 0], events.Take(3).Select(e => e.Key));
        Assert.Equal([0UL, 1UL, 2UL], events.Take(3).Select(e => e.Before.Count));
        Assert.Equal((-1, 2), (events[4].Key, events[5].Slot));
        Assert.Equal([(events[3].Iterator, 0, false)], target.LiveIterators.Select(i => (i.Iterator, i.Slot, i.IsRange)));
    }

    [Fact]
    public void An_elem_that_panics_reaches_the_fault_of_assigning_too_early()
    {
        var target = new SequentialTarget();
        var program = new BinaryProgram(new BinaryOp(BinaryOpCode.AssignPanic, 0, 5), new BinaryOp(BinaryOpCode.Len));
        Assert.Equal(VerdictKind.Clean, target.Run(program).Verdict);
        Assert.Contains("assign m0 5 panic recover", ProgramPrinter.Print(target.LastText()), StringComparison.Ordinal);
        Assert.Equal(VerdictKind.Finding, target.RunAgain(ModelChanges.None.With(Fault.AssignBeforeRhs)).Verdict);
    }

    [Fact]
    public void Any_bytes_end_in_a_result()
    {
        var random = new RandomSource(7);
        var target = new SequentialTarget();
        int ran = 0;
        for (int i = 0; i < 250; i++)
        {
            int length = i % 200 == 0 ? random.Below(1 << 16) : random.Below(300);
            BinaryProgram program = SequentialPrograms.OfBytes(random, length);
            Assert.True(SequentialTarget.CanRun(program));
            SequentialEnd end = target.Run(program);
            ran += end.Operations > 0 ? 1 : 0;
            Assert.InRange(end.Operations, 0, target.MostOperations);
            target.RunAgain(ModelChanges.None.With(random.Pick(FaultCatalogue.All).Fault));
        }

        Assert.InRange(ran, 90, 250);
    }

    [Fact]
    public void Text_of_the_last_program_is_the_resolved_text() => BinaryFormTests.ForAll(random =>
    {
        BinaryProgram program = SequentialPrograms.Make(random, 60, 60);
        var target = new SequentialTarget { MostOperations = random.Chance(50) ? 50 : 20_000 };
        target.Run(program);
        Assert.Equal(ProgramPrinter.Print(BinaryResolver.Resolve(program)), ProgramPrinter.Print(target.LastText()));
    }, 30);

    /// <summary>Plain keys, and pointers: programs with the latter are run a second time.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(11)]
    public void What_lies_behind_the_end_of_a_run_is_in_its_text_and_known_to_a_run_again(int type)
    {
        var target = new SequentialTarget();
        var program = new BinaryProgram(
        [
            new BinaryConfig(Type: type).ToOp(), new BinaryOp(BinaryOpCode.Map, 0, (byte)(type + 1)), new BinaryOp(BinaryOpCode.Assign, 0, 5), new BinaryOp(BinaryOpCode.AssignPanic, 8, 6),
            .. Enumerable.Range(0, 40).Select(n => new BinaryOp(BinaryOpCode.Assign, 0, (byte)n)), new BinaryOp(BinaryOpCode.Len, 1),
        ]);
        SequentialEnd end = target.Run(program);
        Assert.Equal((VerdictKind.Panic, 2), (end.Verdict, end.Operations));
        Assert.Equal(end, target.RunAgain(default));
        Assert.Equal(ProgramPrinter.Print(BinaryResolver.Resolve(program)), ProgramPrinter.Print(target.LastText()));
        Assert.Contains("len m1", ProgramPrinter.Print(target.LastText()), StringComparison.Ordinal);
        foreach (FaultInfo fault in FaultCatalogue.All)
        {
            ModelChanges change = ModelChanges.None.With(fault.Fault);
            if (change.NotOf(BinaryConfig.Of(program).Version) == null)
            {
                RunResult expected = new ProgramRunner(target.LastText(), changes: change).Run();
                Assert.Equal((expected.Verdict, expected.BugKey, expected.Operations), (target.RunAgain(change) is var again ? (again.Verdict, again.BugKey, again.Operations) : default));
            }
        }
    }

    [Fact]
    public void A_program_that_does_too_much_is_cut_without_a_key()
    {
        var target = new SequentialTarget { MostOperations = 100 };
        var program = new BinaryProgram(new BinaryOp(BinaryOpCode.AssignMany, 0, 127, 1));
        Assert.Equal(new SequentialEnd(VerdictKind.StepLimit, null, 100, 0) { IsCut = true }, target.Run(program) with { Steps = 0 });
        Assert.Equal(VerdictKind.StepLimit, target.RunAgain(default).Verdict);
    }

    [Fact]
    public void Programs_of_several_goroutines_are_not_taken()
    {
        Assert.False(SequentialTarget.CanRun(new BinaryProgram(new BinaryConfig(Goroutines: 1).ToOp())));
        Assert.False(SequentialTarget.CanRun(new BinaryProgram(new BinaryOp(BinaryOpCode.Lock))));
        Assert.False(SequentialTarget.CanRun(new BinaryProgram(new BinaryOp(BinaryOpCode.Default))));
        Assert.True(SequentialTarget.CanRun(new BinaryProgram(new BinaryConfig(Procs: 8).ToOp(), new BinaryOp(BinaryOpCode.New))));
        Assert.Throws<ArgumentException>(() => new SequentialTarget().Run(new BinaryProgram(new BinaryOp(BinaryOpCode.Lock))));
        Assert.Throws<InvalidOperationException>(() => new SequentialTarget().RunAgain(default));
    }

    private static void AssertSame(SequentialEnd found, MapProgram text, ModelChanges changes, SequentialTarget target, Tally tally)
    {
        var runner = new ProgramRunner(text, changes: changes);
        RunResult expected = runner.Run();
        if (found.Verdict == VerdictKind.StepLimit || expected.Operations >= target.MostOperations)
        {
            Assert.True(expected.Verdict == VerdictKind.StepLimit || expected.Operations >= target.MostOperations, ProgramPrinter.Print(text));
            tally.Cut++;
            return;
        }

        // An operation without an end is cut sooner here, and so is what comes after a finding.
        ulong steps = expected.Steps > 500_000 ? found.Steps : expected.Steps;
        int operations = found.IsCut && found.Verdict == VerdictKind.Finding ? found.Operations : expected.Operations;
        string what = $"{changes}: {found}, expected {expected.VerdictText} ({expected.BugKey}), {expected.Operations} operations, {expected.Steps} steps, of\n";
        Assert.True(found with { IsCut = false } == new SequentialEnd(expected.Verdict, expected.BugKey, operations, steps), what + ProgramPrinter.Print(text));
        tally.Operations += found.Operations;
        tally.Keys.Add(found.BugKey ?? "clean");
    }

    private sealed class Tally
    {
        public long Operations { get; set; }

        public int Cut { get; set; }

        public SortedSet<string> Keys { get; } = new(StringComparer.Ordinal);

        public void Tell() =>
            TestContext.Current.SendDiagnosticMessage($"{Operations} operations, {Cut} programs were cut, {Keys.Count} keys: {string.Join(' ', Keys)}");
    }
}
