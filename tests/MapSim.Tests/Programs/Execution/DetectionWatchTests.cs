using MapSim.Faults;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Programs.Execution;

/// <summary>Go's own check for concurrent use (H7) in text programs: silent on the model as it is, and each broken variant is seen.</summary>
public sealed class DetectionWatchTests
{
    private const string TwoWriters = "map m map[int]int\ngoroutine w\nassign m 2 2\nend\nassign m 1 1\n";

    private static readonly Having[] Kinds =
    [
        Having.Goroutines, Having.Goroutines | Having.Collector, Having.Goroutines | Having.Race, Having.Goroutines | Having.StoreBuffers,
        Having.Goroutines | Having.Collector | Having.StoreBuffers | Having.Race,
    ];

    [Fact]
    public void Random_programs_of_several_goroutines_end_as_the_table_says()
    {
        int fatals = 0;
        for (int seed = 0; seed < 500; seed++)
        {
            string text = RandomConcurrentPrograms.Make(seed, Kinds[seed % Kinds.Length]);
            string key = RanProgram.Of(text).Result.BugKey ?? "";
            Assert.False(IsDetection(key) || key.StartsWith("race/untold", StringComparison.Ordinal), key + "\n" + text);
            fatals += key.StartsWith("fatal/concurrent", StringComparison.Ordinal) ? 1 : 0;
        }

        Assert.InRange(fatals, 20, 500);
    }

    [Fact]
    public void Programs_that_race_all_the_time_end_as_the_table_says()
    {
        int fatals = 0, missed = 0;
        for (int seed = 0; seed < 400; seed++)
        {
            RanProgram run = RanProgram.Of(RacyPrograms.Make(seed, locks: false));
            Assert.False(IsDetection(run.Result.BugKey ?? ""), run.Result.VerdictText);
            fatals += run.Result.Verdict == VerdictKind.Fatal ? 1 : 0;
            missed += run.Result.Verdict == VerdictKind.Clean ? 1 : 0;
        }

        Assert.InRange(fatals, 100, 399);
        Assert.InRange(missed, 10, 300);
    }

    [Theory]
    [InlineData(Fault.DetIterUnchecked, "detection/missed/iterate")]
    [InlineData(Fault.DetOrNotXor, "detection/false-fatal/lookup detection/missed/assign detection/missed/delete")]
    [InlineData(Fault.DetNoExitCheck, "detection/missed/assign detection/missed/clear detection/missed/delete")]
    public void A_broken_check_is_seen_where_it_misses_what_it_must_catch(Fault fault, string keys)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        for (int seed = 0; seed < 300; seed++)
        {
            RunResult result = Run(RacyPrograms.Make(seed, locks: false), fault);
            if (result.BugKey is { } key && IsDetection(key))
            {
                found.Add(key);
            }
        }

        Assert.True(found.IsSupersetOf(keys.Split(' ')), string.Join(' ', found));
    }

    [Fact]
    public void A_next_without_its_test_is_told_with_the_row_and_the_place()
    {
        const string Text = "map m map[int]int\ngoroutine w\nassign m 2 2\nend\nassign m 1 1\nrange i m\nend\nschedule main*23 w*4\n";
        Assert.Equal(("Fatal fatal/concurrent-map-iteration-and-map-write/iterate", 7), (RanProgram.Of(Text).End, RanProgram.Of(Text).Result.Line));
        Finding finding = Run(Text, Fault.DetIterUnchecked).Finding!;
        Assert.Equal(("detection/missed/iterate", "main", 7), (finding.Key, finding.Goroutine, finding.Line));
        Assert.Equal("goroutine 0 at MapIterNext.LoadH (R1): goes on; expected: fatal: concurrent map iteration and map write (CaughtInWindow)", finding.Text);
    }

    [Theory]
    [InlineData("", "growth/H4.5/assign")]
    [InlineData("storebuffers 1\n", "detection/false-fatal/assign")]
    public void A_flag_that_a_recovered_panic_leaves_behind_is_seen_in_a_program_of_one_goroutine(string setting, string key)
    {
        string text = setting + "map m map[any]int\nassign m []int{} 1 recover\nassign m 1 1\n";
        Assert.Equal("Clean ", RanProgram.Of(text).End);
        Assert.Equal(key, Run(text, Fault.DetFlagBeforeHash).BugKey);
    }

    [Theory]
    [InlineData("lookup m 1", "fatal/concurrent-map-read-and-map-write/lookup", "detection/false-fatal/lookup")]
    [InlineData("delete m 1", "fatal/concurrent-map-writes/delete", "detection/false-fatal/delete")]
    [InlineData("range i m\nend", "fatal/concurrent-map-iteration-and-map-write/iterate", "detection/false-fatal/iterate")]
    [InlineData("clone m c", "fatal/concurrent-map-clone-and-map-write/clone", "detection/false-fatal/clone")]
    public void A_flag_that_nobody_set_makes_a_false_fatal_of_every_operation_that_tests(string operation, string dies, string key)
    {
        // Alone the simple rule tells, beside another goroutine the table. The flag comes and goes behind H3 and H4.
        foreach (string other in (string[])["", "goroutine w\nlen m\nend\n"])
        {
            RanProgram run = RanProgram.Of("map m map[int]int\nvar x\n" + other + "assign m 1 1\nload x\n" + operation + "\n", after: (runner, o) =>
            {
                if (o.Text == "load x")
                {
                    Machine m = runner.Session.Machine;
                    m.Memory.Poke(runner.Maps[0].Address + m.L.Flags, [HmapFlags.HashWriting]);
                }
            });
            Assert.Equal((key, dies), (run.Result.BugKey, "fatal/" + BugKey.Part(run.Operations[^1].Result.Split(": ")[1]) + "/" + key.Split('/')[2]));
        }
    }

    [Fact]
    public void A_write_goes_on_for_others_until_its_last_store_has_left_the_buffer_though_that_was_empty_in_between()
    {
        // w1 begins its second lookup when main's write is over and the store that clears hashWriting still waits; its first
        // one began when main was in the middle of the write and nothing waited yet.
        const string text = """
            mapsim 1
            go 1.19
            hash onebucket
            storebuffers 32
            map m map[int16]uint8 make(9)
            goroutine w1
              lookup m 7
              lookup m 8
            end
            repeat 8 assign m $i 0
            spawn w1
            repeat 8..9 assign m $i 1
            join w1
            schedule main*227 w1*3 main*60 main.drain*11 main*60 w1
            """;
        RunResult result = new ProgramRunner(ProgramParser.Parse(text), mode: ScheduleMode.Prefix).Run();
        Assert.Equal("fatal/concurrent-map-read-and-map-write/lookup", result.BugKey);
    }

    [Fact]
    public void A_fatal_that_the_table_demands_is_a_fatal_as_ever_in_every_way_of_running()
    {
        const string Schedule = "schedule w*1 main*4 w*3\n";
        const string Order = "order w.1.MapAssign.CheckFlags < main.1.MapAssign.StoreFlags\norder main.1.MapAssign.StoreFlags < w.1.MapAssign.LoadFlags\norder w.1.MapAssign.StoreFlags < main.1.EndWrite.CheckFlags\n";
        const string End = "Fatal fatal/concurrent-map-writes/assign";
        Assert.Equal(End, RanProgram.Of(TwoWriters + Schedule).End);
        Assert.Equal(End, RanProgram.Of(TwoWriters + Schedule, records: true).End);
        Assert.Equal(End, RanProgram.Of(TwoWriters + Order).End);
        foreach (Fault fault in (Fault[])[Fault.DetOrNotXor, Fault.DetNoExitCheck])
        {
            Assert.Equal("detection/missed/assign", Run(TwoWriters + Schedule, fault).BugKey);
            Assert.Equal("detection/missed/assign", Run(TwoWriters + Order, fault).BugKey);
        }
    }

    [Fact]
    public void Nothing_is_missed_with_store_buffers_because_the_table_is_not_asked()
    {
        for (int seed = 0; seed < 150; seed++)
        {
            string text = "storebuffers 3\n" + RacyPrograms.Make(seed, locks: false);
            Assert.False(IsDetection(RanProgram.Of(text).Result.BugKey ?? ""), text);
            Assert.DoesNotContain("missed", Run(text, Fault.DetNoExitCheck).BugKey ?? "", StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Iterator_flags_that_are_not_set_atomically_harm_no_program_without_a_race()
    {
        // Fault 69 is equivalent: whoever begins an iteration beside it stores the same bits, and writers are locked out.
        for (int seed = 0; seed < 400; seed++)
        {
            string text = RacyPrograms.Make(seed, locks: true);
            RanProgram plain = RanProgram.Of(text);
            Assert.True(plain.End == "Clean ", plain.Result.VerdictText + "\n" + text);
            RunResult broken = Run(text, Fault.DetPlainOr8);
            Assert.True(broken.Verdict == VerdictKind.Clean, broken.VerdictText + "\n" + text);
        }
    }

    [Fact]
    public void In_a_racy_program_the_plain_store_gives_a_writer_s_flag_back_or_takes_it_away()
    {
        var keys = new SortedSet<string>(StringComparer.Ordinal);
        for (int seed = 0; seed < 400; seed++)
        {
            string key = Run(RacyPrograms.Make(seed, locks: false), Fault.DetPlainOr8).BugKey ?? "";
            if (IsDetection(key))
            {
                keys.Add(key);
            }
        }

        Assert.NotEmpty(keys);
    }

    [Fact]
    public void A_step_that_is_watched_allocates_nothing_more()
    {
        // The watch is the only difference: with a store buffer there is none.
        const string Body = "map m map[int]int make(100)\nmutex mu\ngoroutine w\nrepeat 40\nlock mu\nassign m 1 $i\nlookup m 1\nunlock mu\nend\nend\nrepeat 40\nlock mu\nassign m 1 $i\nunlock mu\nend\n";
        Assert.InRange(Allocated(Body), 0, Allocated("storebuffers 1\n" + Body) + 20_000);
    }

    private static long Allocated(string text)
    {
        long least = long.MaxValue;
        for (int i = 0; i < 3; i++)
        {
            var runner = new ProgramRunner(ProgramParser.Parse("mapsim 1\n" + text));
            long before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Equal(VerdictKind.Clean, runner.Run().Verdict);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }

    private static bool IsDetection(string key) => key.StartsWith("detection/", StringComparison.Ordinal);

    private static RunResult Run(string text, Fault fault) =>
        new ProgramRunner(ProgramParser.Parse("mapsim 1\n" + text), changes: ModelChanges.None.With(fault)).Run();
}
