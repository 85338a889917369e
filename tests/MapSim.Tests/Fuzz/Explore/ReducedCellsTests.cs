using System.Numerics;
using MapSim.Concurrency;
using MapSim.Concurrency.States;
using MapSim.Fuzz;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Fuzz.Explore;

public sealed class ReducedCellsTests
{
    /// <summary>More of them with MAPSIM_LONG=1: a cell with more states is left out.</summary>
    private static readonly int Most = Environment.GetEnvironmentVariable("MAPSIM_LONG") == "1" ? 500_000 : 9_000;

    public static TheoryData<string> Situations => [.. InterleavingCell.Situations];

    [Theory]
    [MemberData(nameof(Situations))]
    public void Each_cell_that_can_be_explored_in_full_ends_in_the_same_ways_when_reduced(string situation)
    {
        int compared = 0;
        foreach (InterleavingCell cell in InterleavingCell.All.Where(c => c.Situation == situation))
        {
            if (Full(cell.ToProgram()) is { } full)
            {
                var model = new ProgramModel(cell.ToProgram(), isForEnds: true);
                var seen = new HashSet<UInt128>();
                ReducedResult result = ReducedStates.Explore(model, new StateOptions { EndVisitor = (_, _) => seen.Add(model.Stepper.VerdictClass) });
                Assert.True(result.IsAcyclic && result.Found.IsComplete, cell.ToString());
                Assert.True(full.SetEquals(seen), $"{cell}: {full.Count} ends, {seen.Count} reduced");
                compared++;
            }
        }

        Assert.InRange(compared, 4, 24);
    }

    [Fact]
    public void Who_does_not_look_at_the_order_of_operations_loses_ends()
    {
        int wrong = 0;
        foreach (InterleavingCell cell in InterleavingCell.All.Where(c => c.Situation == "no grow"))
        {
            if (Full(cell.ToProgram()) is { } full)
            {
                var model = new ProgramModel(cell.ToProgram(), isForEnds: true);
                var seen = new HashSet<UInt128>();
                ReducedStates.Explore(new Silent(model), new StateOptions { EndVisitor = (_, _) => seen.Add(model.Stepper.VerdictClass) });
                wrong += full.SetEquals(seen) ? 0 : 1;
            }
        }

        Assert.InRange(wrong, 1, 24);
    }

    [Fact]
    public void The_reduced_engine_finds_the_keys_of_the_engine_states_and_its_schedules_replay()
    {
        MapProgram program = new InterleavingCell("doubling", "assign existing", "delete").ToProgram();
        Exploration full = ProgramExplorer.ByStates(program, new ExploreOptions()), reduced = ProgramExplorer.ByReduction(program, new ExploreOptions());
        Assert.Equal(full.Ends.Select(e => e.Key), reduced.Ends.Select(e => e.Key));
        Assert.True(reduced.IsComplete && reduced.States < full.States, $"{reduced.States} of {full.States}");
        Assert.All(full.Ends.Zip(reduced.Ends), pair => Assert.InRange(pair.First.Preemptions, 0, pair.Second.Preemptions));
        Assert.All(reduced.Ends, end => Assert.Equal(end.Key, new ProgramRunner(program.WithSchedule(end.Schedule)).Run().BugKey));
    }

    [Fact]
    public void A_cell_with_too_many_states_is_proved_by_fewer()
    {
        var cell = new InterleavingCell("doubling", "iterate", "iterate");
        InterleavingRow row = InterleavingRow.Of(cell, new ExploreOptions(MostStates: 20_000, MostTraces: 10));
        Assert.False(row.ByStates.IsComplete);
        Assert.True(row.ByReduction!.IsComplete && row.Agree && row.Proof == row.ByReduction);
        Assert.Equal(["clean"], row.Ends.Select(e => e.Key ?? "clean"));
    }

    [Fact]
    public void A_program_with_channels_is_refused() =>
        Assert.Throws<ProgramFormatException>(() => ProgramExplorer.ByReduction(ProgramParser.Parse("mapsim 1\nchan c 1\nsend c 1\n"), new ExploreOptions()));

    /// <summary>The ends of all interleavings, as far as a judge can tell them apart; null if there are too many states.</summary>
    private static HashSet<UInt128>? Full(MapProgram program)
    {
        var model = new ProgramModel(program);
        var ends = new HashSet<UInt128>();
        var seen = new HashSet<UInt128> { model.StateHash };
        var way = new Stack<ulong>([model.Enabled]);
        while (way.Count > 0)
        {
            ulong rest = way.Pop();
            if (rest == 0)
            {
                if (way.Count > 0)
                {
                    model.Undo();
                }

                continue;
            }

            way.Push(rest & (rest - 1));
            model.Step(BitOperations.TrailingZeroCount(rest));
            if (!seen.Add(model.StateHash))
            {
                model.Undo();
                continue;
            }

            if (seen.Count > Most)
            {
                return null;
            }

            if (model.Enabled == 0)
            {
                // What the engine reduced would call it.
                var same = new ProgramStepper(program, isForEnds: true);
                foreach (int mover in model.Stepper.Path().TakeWhile(_ => same.Enabled != 0))
                {
                    same.Step(mover);
                }

                ends.Add(same.VerdictClass);
            }

            way.Push(model.Enabled);
        }

        return ends;
    }

    /// <summary>A program that does not say when operations begin and end.</summary>
    private sealed class Silent(ProgramModel inner) : IModel
    {
        public int Threads => inner.Threads;

        public ulong Enabled => inner.Enabled;

        public ulong Unfinished => inner.Unfinished;

        public int Depth => inner.Depth;

        public UInt128 StateHash => inner.StateHash;

        public string? Failure => inner.Failure;

        public StepInfo Next(int thread) => inner.Next(thread);

        public StepInfo Make(int thread) => inner.Make(thread);

        public void Step(int thread) => inner.Step(thread);

        public void Undo() => inner.Undo();

        public IModel Fork() => throw new NotSupportedException("nobody forks it");
    }
}
