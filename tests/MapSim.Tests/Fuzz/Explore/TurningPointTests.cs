using System.Numerics;
using MapSim.Fuzz;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Fuzz.Explore;

/// <summary>What an exploration says about the step that decides, against runs that go on from there at random.</summary>
public sealed class TurningPointTests
{
    private const string TwoWriters = "mapsim 1\nmap m map[uint64]uint64\ngoroutine w\nassign m 3 30\nend\nspawn w\nassign m 2 20\njoin w\n";
    private const int Walks = 200, MostWalks = 20_000;

    [Fact]
    public void Behind_it_no_run_ends_otherwise_and_another_step_there_leaves_a_way()
    {
        MapProgram program = ProgramParser.Parse(TwoWriters);
        Exploration found = ProgramExplorer.ByStates(program, new ExploreOptions(100_000, 100_000));
        ExploredEnd[] bad = [.. found.Ends.Where(e => e.Key != null)];
        Assert.Equal(5, bad.Length);
        foreach (ExploredEnd end in bad)
        {
            TurningPoint doomed = end.Doomed!, decided = end.Sealed!;
            Assert.InRange(doomed.Step, 1, decided.Step);
            Assert.DoesNotContain(null, EndsBehind(program, end, doomed.Step, Walks));
            Assert.Equal([end.Key], EndsBehind(program, end, decided.Step, Walks));
            Assert.True(IsMet(program, end, doomed, key => key == null), $"{end.Key}: {doomed}");
            Assert.True(IsMet(program, end, decided, key => key != end.Key), $"{end.Key}: {decided}");
        }
    }

    [Fact]
    public void A_clean_end_and_a_cut_exploration_have_none()
    {
        MapProgram program = ProgramParser.Parse(TwoWriters);
        Assert.Null(ProgramExplorer.ByStates(program, new ExploreOptions(100_000, 100_000)).Ends[0].Sealed);
        Assert.All(ProgramExplorer.ByStates(program, new ExploreOptions(1000, 100_000)).Ends, e => Assert.Null(e.Sealed));
    }

    /// <summary>The keys of runs that make the first steps of an end's schedule and then go on at random; null for a good end.</summary>
    private static SortedSet<string?> EndsBehind(MapProgram program, ExploredEnd end, int steps, int walks)
    {
        var keys = new SortedSet<string?>();
        var model = new ProgramModel(program);
        Along(model, end, steps);
        for (int n = 0; n < walks; n++)
        {
            keys.Add(Walk(model, n));
        }

        return keys;
    }

    private static bool IsMet(MapProgram program, ExploredEnd end, TurningPoint point, Func<string?, bool> isWanted)
    {
        var model = new ProgramModel(program);
        Along(model, end, point.Step - 1);
        Assert.Equal(point.Mover, Names(end)[point.Step - 1]);
        Assert.NotEmpty(point.Instead);
        Assert.DoesNotContain(point.Mover, point.Instead);
        model.Step(Mover(model, point.Instead[0]));
        for (int n = 0; n < MostWalks; n++)
        {
            if (isWanted(Walk(model, n)))
            {
                return true;
            }
        }

        return false;
    }

    private static void Along(ProgramModel model, ExploredEnd end, int steps)
    {
        foreach (string name in Names(end).Take(steps))
        {
            model.Step(Mover(model, name));
        }
    }

    private static List<string> Names(ExploredEnd end) => [.. end.Schedule.SelectMany(s => Enumerable.Repeat(s.Goroutine, (int)s.Steps))];

    private static int Mover(ProgramModel model, string name) => Enumerable.Range(0, model.Threads).Single(m => model.Stepper.NameOf(m) == name);

    /// <summary>A run to its end, and back.</summary>
    private static string? Walk(ProgramModel model, int seed)
    {
        // Whoever moves mostly goes on: a good end is rare where everybody is as likely as the others.
        var random = new RandomSource((ulong)seed);
        int depth = model.Depth, last = 0;
        while (model.Enabled != 0)
        {
            ulong left = model.Enabled;
            for (int skip = random.Below(BitOperations.PopCount(left)); skip > 0; skip--)
            {
                left &= left - 1;
            }

            last = (model.Enabled >> last & 1) != 0 && random.Below(1 + seed % 30) != 0 ? last : BitOperations.TrailingZeroCount(left);
            model.Step(last);
        }

        string? key = model.Failure;
        while (model.Depth > depth)
        {
            model.Undo();
        }

        return key;
    }
}
