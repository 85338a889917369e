using MapSim.Machines;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Programs.Execution;

public sealed class ProgramAllocationTests
{
    private const string Text = """
        mapsim 1
        map m map[int64]int64 make(100)
        map s map[string]int64 make(100)
        var x
        mutex mu
        goroutine w
          repeat 20
            lock mu
            assign m $i 1
            unlock mu
          end
        end
        repeat 20
          assign s "k$i" $i
          lock mu
          lookup m 5
          range i m
            turn 3 continue
            add x 1
          end
          unlock mu
        end

        """;

    [Fact]
    public void Only_beginning_and_ending_an_operation_allocates_managed_memory()
    {
        long least = long.MaxValue;
        int steps = 0;
        for (int pass = 0; pass < 4; pass++)
        {
            MapProgram program = ProgramParser.Parse(Text);
            var run = new ProgramRun(program, ProgramSettings.Of(program));
            run.MakeMaps();
            least = Math.Min(least, AllocatedInside(run, out steps));
        }

        Assert.Equal(0, least);
        Assert.InRange(steps, 1000, 100_000);
    }

    private static long AllocatedInside(ProgramRun run, out int inside)
    {
        Machine m = run.Session.Machine;
        long allocated = 0;
        inside = 0;
        for (int turn = 0; m.Goroutines[0].IsBusy || m.Goroutines[1].IsBusy; turn++)
        {
            int g = m.IsEnabled(turn & 1) ? turn & 1 : 1 - (turn & 1);
            int events = run.Results.Count + run.Results.BegunBy(0) + run.Results.BegunBy(1);
            long before = GC.GetAllocatedBytesForCurrentThread();
            m.Step(g);
            long made = GC.GetAllocatedBytesForCurrentThread() - before;
            if (events == run.Results.Count + run.Results.BegunBy(0) + run.Results.BegunBy(1))
            {
                allocated += made;
                inside++;
            }
        }

        return allocated;
    }
}
