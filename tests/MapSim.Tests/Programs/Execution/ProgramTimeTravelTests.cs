using MapSim.Machines;
using MapSim.Memory;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Programs.Execution;

/// <summary>While tracking, every step of a concurrent program can be looked at and taken back.</summary>
public sealed class ProgramTimeTravelTests
{
    private const string Everything = """
        mapsim 1
        collector
        map m map[string]*T
        var x
        mutex mu
        rwmutex rw
        waitgroup wg
        once o
        chan c 1
        chan d
        goroutine w1
          lock mu
          assign m "a" &a
          unlock mu
          do o
            add x 1
          end
          send c 1
          send d 2
          rlock rw
          runlock rw
          done wg
        end
        goroutine w2
          do o
            add x 1
          end
          select
            case receive c
            case receive d
          end
          receive d
          lock rw
          new p
          lock mu
          assign m "b" p
          unlock mu
          unlock rw
          done wg
        end
        add wg 2
        spawn w1
        spawn w2
        lock mu
        range i m
          range j m
            lookup m key(j) -> q
          end
          turn 1 continue
        end
        unlock mu
        wait wg
        clone m k
        delete m "a"
        gc
        iter t m
        next t
        read q recover
        close c
        close c recover
        unlock mu

        """;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Every_step_is_undone_to_the_same_state_and_peeked_at_as_it_is_made(int seed)
    {
        ProgramRun run = Begin(Everything);
        Machine m = run.Session.Machine;
        var random = new RandomSource((ulong)seed);
        var hashes = new Stack<(Fingerprint State, Fingerprint Trace)>();
        while (!run.IsStopped && Enabled(m) is { Count: > 0 } enabled)
        {
            int g = enabled[random.Below(enabled.Count)];
            hashes.Push((m.StateHash, m.TraceHash));
            StepPoint point = run.PeekPoint(g);
            Access peeked = m.Memory.LastAccess;
            Assert.True(hashes.Peek() == (m.StateHash, m.TraceHash), point.ToString());
            int ordinal = run.OrdinalOfNext(g);
            Access made = m.Step(g);
            Assert.Equal(peeked, made);
            Assert.Equal(point, run.NotePoint(g, ordinal));
            Assert.True(m.Memory.ComputeLiveHash() == m.Memory.LiveHash, point.ToString());
        }

        Assert.Equal("fatal/sync-unlock-of-unlocked-mutex/unlock", run.Dead?.Key);
        Assert.InRange(hashes.Count, 150, 5000);
        while (hashes.TryPop(out (Fingerprint State, Fingerprint Trace) before))
        {
            m.Undo();
            Assert.True(before == (m.StateHash, m.TraceHash), $"{hashes.Count} steps from the start");
        }
    }

    [Fact]
    public void A_failure_that_the_line_recovers_and_one_that_ends_the_process_are_undone()
    {
        ProgramRun run = Begin("mapsim 1\nmap n map[int]int nil\nmutex mu\nassign n 1 1 recover\nunlock mu\n");
        Machine m = run.Session.Machine;
        Fingerprint start = m.StateHash;
        int steps = 0;
        for (; m.Goroutines[0].IsBusy; steps++)
        {
            m.Step(0);
            Assert.Equal(m.Goroutines[0].IsBusy ? Failure.None : Failure.UnlockOfUnlockedMutex, m.Goroutines[0].Failure);
        }

        Assert.Equal("fatal/sync-unlock-of-unlocked-mutex/unlock", run.Dead!.Key);
        for (; steps > 0; steps--)
        {
            m.Undo();
        }

        Assert.Equal(start, m.StateHash);
        Assert.True(m.Goroutines[0].IsBusy && !run.IsDead);
    }

    private static ProgramRun Begin(string text)
    {
        MapProgram program = ProgramParser.Parse(text);
        var run = new ProgramRun(program, ProgramSettings.Of(program));
        run.MakeMaps();
        run.KeepsNames = true;
        run.Session.Machine.SetTracking(true);
        return run;
    }

    private static List<int> Enabled(Machine m) => [.. Enumerable.Range(0, m.Goroutines.Count).Where(m.IsEnabled)];

    [Theory]
    [InlineData("map m map[int]int nil\nassign m 1 1", "panic/assignment-to-entry-in-nil-map/assign")]
    [InlineData("mutex mu\nunlock mu", "fatal/sync-unlock-of-unlocked-mutex/unlock")]
    [InlineData("map m map[any]int\nassign m []int{} 1", "panic/unhashable/assign")]
    public void A_process_lives_again_when_the_step_that_killed_it_is_taken_back(string program, string key)
    {
        MapProgram parsed = ProgramParser.Parse("mapsim 1\n" + program + "\n");
        var run = new ProgramRun(parsed, ProgramSettings.Of(parsed));
        Machine m = run.Session.Machine;
        run.MakeMaps();
        m.SetTracking(true);
        Fingerprint alive = default;
        while (!run.IsDead)
        {
            alive = m.StateHash;
            m.Step(0);
        }

        Assert.Equal(key, run.Dead!.Key);
        Fingerprint dead = m.StateHash;
        m.Undo();
        Assert.Equal((false, alive, true), (run.IsStopped, m.StateHash, m.IsEnabled(0)));
        m.Step(0);
        Assert.Equal((true, dead, key), (run.IsStopped, m.StateHash, run.Dead?.Key));
    }
}
