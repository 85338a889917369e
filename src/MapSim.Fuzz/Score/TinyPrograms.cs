using System.Numerics;
using MapSim.Concurrency;
using MapSim.Concurrency.Sampling;
using MapSim.Concurrency.States;
using MapSim.Faults;
using MapSim.Layout;
using MapSim.Memory;
using MapSim.Programs;

namespace MapSim.Fuzz;

/// <summary>The ways in which a tiny program goes wrong.</summary>
/// <param name="Bad">One schedule for each bug key.</param>
/// <param name="Executions">Schedules that were run under the oracles.</param>
internal sealed record TinyEnds(IReadOnlyList<Trial> Bad, long Executions);

/// <summary>
/// Random programs small enough that all their schedules can be explored: one goroutine or the collector beside one to three
/// operations of main on a prepared map. The engine is states (<see cref="StateGraph"/>), on the model with the fault. What does
/// not end after a few states is sampled first, with few changes of priority (<see cref="PriorityChangeSampler"/>); if the samples
/// say that the number of states is within reach, all are explored.
/// </summary>
/// <param name="seed">Decides everything.</param>
/// <param name="releases">The Go releases of the programs.</param>
/// <param name="changes">What is changed in the model.</param>
internal sealed class TinyPrograms(ulong seed, IReadOnlyList<GoVersion> releases, ModelChanges changes)
{
    /// <summary>Most states of a program, at first and if it seems worth it; what is left is not explored.</summary>
    private const int FewStates = 1_000, MostStates = 12_000;

    // With store buffers two things must happen in their windows: somebody stops in the middle, and a buffer stops half drained.
    private const int MostJudged = 150, Samples = 30, BufferedSamples = 300, Direct = 4, Depth = 3, MostSteps = 4_000, MostAlone = 20_000;

    private ulong _made;
    private SmallProgram? _current;

    /// <summary>Makes the next program.</summary>
    public MapProgram Make()
    {
        var random = new RandomSource(Fingerprint.Mix(unchecked(seed + (++_made * 0x9E3779B97F4A7C15))));
        _current = SmallProgram.Make(random, random.Pick(releases), isTiny: true);
        return _current.Program;
    }

    /// <summary>Explores the program that was made last.</summary>
    /// <param name="most">Most schedules to judge.</param>
    /// <param name="isOver">Asked now and then: true if there is no time left.</param>
    public TinyEnds Explore(long most, Func<bool> isOver)
    {
        var model = new ProgramModel(_current!.Program, changes);
        List<int> alone = Begin(model);
        var bad = new SortedDictionary<string, IReadOnlyList<int>>(StringComparer.Ordinal);
        if (!Build(model, FewStates, most, isOver, bad) && !isOver())
        {
            double states = Sample(model, bad);
            if (bad.Count == 0 && states <= 2.0 * MostStates && !isOver())
            {
                Build(model, MostStates, most, isOver, bad);
            }
        }

        return new TinyEnds(
            [.. bad.Values.Select(way => new Trial(_current.Program.WithSchedule(model.Stepper.ScheduleOf([.. alone, .. way])), _current.Sharing))],
            Math.Max(1, model.Judge.Runs));
    }

    /// <summary>Makes the steps at the beginning that only one can make: main prepares its maps. They are the same in all schedules.</summary>
    private static List<int> Begin(ProgramModel model)
    {
        var alone = new List<int>();
        while (BitOperations.PopCount(model.Enabled) == 1 && alone.Count < MostAlone)
        {
            alone.Add(BitOperations.TrailingZeroCount(model.Enabled));
            model.Step(alone[^1]);
        }

        return alone;
    }

    /// <returns>True if these are all states.</returns>
    private static bool Build(ProgramModel model, int states, long most, Func<bool> isOver, SortedDictionary<string, IReadOnlyList<int>> bad)
    {
        using var stop = new CancellationTokenSource();
        StateGraph graph = StateGraph.Build(model, new StateOptions
        {
            MostStates = states,
            Cancel = stop.Token,
            Progress = _ =>
            {
                if (model.Judge.Runs >= Math.Min(most, MostJudged) || isOver())
                {
                    stop.Cancel();
                }
            },
        });
        foreach (string key in graph.Failures)
        {
            bad[key] = FewestPreemptions.Find(graph, s => graph.Enabled(s) == 0 && graph.Failure(s) == key)!.Threads;
        }

        return graph.IsComplete;
    }

    /// <returns>About how many states there are: the positions of all who move, multiplied.</returns>
    private double Sample(ProgramModel model, SortedDictionary<string, IReadOnlyList<int>> bad)
    {
        int[] longest = new int[model.Threads];
        int[] steps = new int[model.Threads];
        int judged = 0;
        void Count(IModel sampled, ReadOnlySpan<byte> schedule)
        {
            Array.Clear(steps);
            foreach (byte mover in schedule)
            {
                longest[mover] = Math.Max(longest[mover], ++steps[mover]);
            }

            // What is wrong only in between cannot be told from the end, so some are judged although others ended in the same state.
            if (judged++ < Direct && model.Judge.KeyOf(model.Stepper.ScheduleOf(model.Stepper.Path())) is { } key)
            {
                bad.TryAdd(key, [.. schedule.ToArray().Select(mover => (int)mover)]);
            }
        }

        SampleReport report = SampleRun.Explore(model, new PriorityChangeSampler(Depth), new SampleOptions { Seed = _made, Schedules = _current!.Program.Settings.Any(s => s.Setting.Name == "storebuffers") ? BufferedSamples : Samples, Steps = MostSteps, Visitor = Count });
        foreach (SampleFailure failure in report.Failures)
        {
            bad.TryAdd(failure.Key, failure.Schedule);
        }

        return report.Cut > 0 ? double.PositiveInfinity : longest.Aggregate(1.0, (all, n) => all * (n + 1));
    }
}
