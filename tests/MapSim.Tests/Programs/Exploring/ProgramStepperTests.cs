using System.Numerics;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Programs.Exploring;

/// <summary>The stepper goes forward and back through every kind of program, and what it stood in is what the runner comes to.</summary>
public sealed class ProgramStepperTests
{
    private const string Writers = "mapsim 1\nmap m map[uint64]uint64\ngoroutine w\nassign m 3 30\nend\nrepeat 8 assign m $i 10\nspawn w\nassign m 9 20\njoin w\n";
    private const string Collector = "mapsim 1\ncollector\nmap m map[uint64]*T\ngoroutine w\nassign m 3 &a\ndelete m 1\nend\nassign m 1 &b\nspawn w\ngc\njoin w\n";
    private const string Buffers = "mapsim 1\nstorebuffers 4\nvar x = 0\nmap m map[string]int\ngoroutine w\nassign m \"a\" 1\nstore x 1\nend\nload x\nlookup m \"a\"\n";
    private const string Channels = "mapsim 1\nchan c 1\nmutex l\nmap m map[int][]byte\ngoroutine w\nlock l\nassign m 1 nil recover\nunlock l\nsend c 1\nend\nlock l\nrange e m\nend\nunlock l\nreceive c\n";

    public static TheoryData<string> Programs => new(Writers, Collector, Buffers, Channels);

    [Theory]
    [MemberData(nameof(Programs))]
    public void Going_back_leads_through_the_same_states_and_a_fork_stands_in_them_too(string text)
    {
        MapProgram program = Parse(text);
        for (ulong seed = 1; seed <= 6; seed++)
        {
            var stepper = new ProgramStepper(program);
            var random = new RandomSource(seed);
            var stood = new List<(ulong Enabled, UInt128 Hash)>();
            while (stepper.Enabled != 0 && stepper.Depth < 3000)
            {
                stood.Add((stepper.Enabled, stepper.StateHash));
                if (random.Chance(10))
                {
                    // A machine that has made no step but these: whatever is kept of earlier states is not there.
                    Assert.Equal(stepper.StateHash, stepper.Fork().StateHash);
                }

                LookAtAll(stepper);
                Assert.Equal(stood[^1].Hash, stepper.StateHash);
                stepper.Step(Pick(stepper.Enabled, random));
            }

            while (stepper.Depth > 0)
            {
                stepper.Undo();
                Assert.Equal(stood[stepper.Depth], (stepper.Enabled, stepper.StateHash));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public void The_runner_follows_the_path_to_its_end(string text)
    {
        MapProgram program = Parse(text);
        for (ulong seed = 1; seed <= 20; seed++)
        {
            var stepper = new ProgramStepper(program);
            var random = new RandomSource(seed);
            while (stepper.Enabled is not 0 and var enabled)
            {
                stepper.Step(Pick(enabled, random));
            }

            IReadOnlyList<Stretch> schedule = stepper.ScheduleOf(stepper.Path());
            RunResult run = new ProgramRunner(program.WithSchedule(schedule)).Run();
            Assert.NotEqual(VerdictKind.Diverged, run.Verdict);
            Assert.Equal(schedule, run.Schedule);
            if (stepper.IsDead)
            {
                Assert.NotEqual(VerdictKind.Clean, run.Verdict);
            }
            else
            {
                Assert.True(run.Verdict is VerdictKind.Clean or VerdictKind.Finding || run.BugKey!.StartsWith("deadlock/", StringComparison.Ordinal), run.VerdictText);
            }
        }
    }

    [Fact]
    public void Nobody_moves_in_a_dead_process_unless_the_others_are_to_outlive_it()
    {
        MapProgram program = Parse("mapsim 1\nmap m map[int]int nil\nmap n map[int]int\ngoroutine w\nassign n 1 1\nend\nassign m 1 1\n");
        foreach (bool outlives in (bool[])[false, true])
        {
            var stepper = new ProgramStepper(program, outlivesDeath: outlives);
            while ((stepper.Enabled & 1) != 0)
            {
                stepper.Step(0);
            }

            Assert.True(stepper.IsDead);
            Assert.Equal(1UL, stepper.Dead);
            Assert.Equal(outlives ? 2UL : 0UL, stepper.Enabled);
        }
    }

    [Fact]
    public void What_operations_returned_tells_states_apart()
    {
        // Both ways the map and both goroutines end alike; only the lookup saw another number.
        MapProgram program = Parse("mapsim 1\nvar x = 0\ngoroutine w\nstore x 1\nend\nload x\n");
        var hashes = new HashSet<UInt128>();
        foreach (int first in (int[])[0, 1])
        {
            var stepper = new ProgramStepper(program);
            stepper.Step(first);
            while (stepper.Enabled is not 0 and var enabled)
            {
                stepper.Step(BitOperations.TrailingZeroCount(enabled));
            }

            hashes.Add(stepper.StateHash);
        }

        Assert.Equal(2, hashes.Count);
    }

    [Fact]
    public void Steps_tell_how_they_take_part_in_synchronisation()
    {
        var stepper = new ProgramStepper(Parse("mapsim 1\nmutex l\nchan c 0\ngoroutine w\nlock l\nunlock l\nsend c 1\nend\nspawn w\nlock l\njoin w\n"));
        Assert.Equal((SyncKind.Spawn, 1UL), (stepper.Peek(0).Sync, stepper.Peek(0).Place));
        stepper.Step(0);
        Assert.Equal(SyncKind.Lock, stepper.Peek(0).Sync);
        stepper.Step(0);
        Assert.Equal((SyncKind.Join, 1UL), (stepper.Peek(0).Sync, stepper.Peek(0).Place));
        Assert.Equal(0UL, stepper.Enabled & 1);
        Assert.False(stepper.HasOnlyMutexes);
    }

    private static MapProgram Parse(string text) => ProgramParser.Parse(text);

    private static void LookAtAll(ProgramStepper stepper)
    {
        for (ulong left = stepper.Enabled; left != 0; left &= left - 1)
        {
            stepper.Peek(BitOperations.TrailingZeroCount(left));
        }
    }

    private static int Pick(ulong enabled, RandomSource random)
    {
        int skip = random.Below(BitOperations.PopCount(enabled));
        for (; skip > 0; skip--)
        {
            enabled &= enabled - 1;
        }

        return BitOperations.TrailingZeroCount(enabled);
    }
}
