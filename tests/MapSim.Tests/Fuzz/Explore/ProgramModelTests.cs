using MapSim.Concurrency;
using MapSim.Fuzz;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Fuzz.Explore;

/// <summary>A model that makes the step that it is asked about before it is told to: nobody can see that.</summary>
public sealed class ProgramModelTests
{
    private const string Text = "mapsim 1\nmap m map[uint64]uint64\nmutex l\ngoroutine w\nrange e m\nend\nlock l\nassign m 3 30\nunlock l\nend\nassign m 1 10\nspawn w\nlock l\nassign m 2 20\nunlock l\ndelete m 1\njoin w\n";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Whatever_was_looked_at_the_model_stands_where_its_steps_led(bool isForTraces)
    {
        MapProgram program = ProgramParser.Parse(Text);
        var random = new Random(3);
        int used = 0;
        for (int run = 0; run < 15; run++)
        {
            var model = new ProgramModel(program, isForTraces: isForTraces);
            var plain = new ProgramStepper(program, outlivesDeath: isForTraces);
            while (plain.Enabled != 0)
            {
                int looked = -1;
                for (int looks = random.Next(3); looks > 0; looks--)
                {
                    looked = random.Next(model.Threads);
                    Assert.Equal(new ProgramModel(program, isForTraces: isForTraces).At(plain.Path()).Next(looked), model.Next(looked));
                    Assert.Equal((plain.Enabled, plain.Unfinished), (model.Enabled, model.Unfinished));
                }

                if (random.Next(4) == 0)
                {
                    Assert.Equal((plain.StateHash, plain.Depth, plain.Dead), (model.StateHash, model.Depth, model.Failed));
                }

                if (random.Next(5) == 0 && plain.Depth > 0)
                {
                    plain.Undo();
                    model.Undo();
                    continue;
                }

                int[] able = [.. Enumerable.Range(0, model.Threads).Where(t => (plain.Enabled >> t & 1) != 0)];
                int thread = able.Contains(looked) && random.Next(2) == 0 ? looked : able[random.Next(able.Length)];
                used += thread == looked ? 1 : 0;
                plain.Step(thread);
                model.Step(thread);
                Assert.Equal((StepNotes)plain.LastEvents, model.Notes & ~StepNotes.Reads);
            }

            Assert.Equal(plain.StateHash, model.StateHash);
            Assert.Equal(plain.Path(), model.Stepper.Path());
        }

        Assert.True(used > 100);
    }
}

/// <summary>A model after some steps.</summary>
internal static class ModelSteps
{
    public static ProgramModel At(this ProgramModel model, IEnumerable<int> threads)
    {
        foreach (int thread in threads)
        {
            model.Step(thread);
        }

        return model;
    }
}
