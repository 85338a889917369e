using System.Numerics;
using MapSim.Concurrency.States;
using MapSim.Concurrency.Tests.Models;
using Xunit;

namespace MapSim.Concurrency.Tests.States;

public sealed class ReducedStatesTests
{
    /// <summary>More of them with MAPSIM_LONG=1.</summary>
    private static readonly int RandomCount = Environment.GetEnvironmentVariable("MAPSIM_LONG") == "1" ? 60_000 : 3000;

    [Fact]
    public void Every_final_state_of_a_random_program_is_seen_and_no_other()
    {
        long all = 0;
        long fewer = 0;
        for (int number = 0; number < RandomCount; number++)
        {
            var full = new Finals(RandomPrograms.Write(number));
            (HashSet<UInt128> seen, ReducedResult result) = Reduced(RandomPrograms.Write(number));
            Assert.True(full.States.SetEquals(seen), $"program {number}: {full.States.Count} final states and {seen.Count}\n{RandomPrograms.Write(number)}");
            Assert.True(result.Found.IsComplete && result.IsAcyclic);
            all += full.Seen;
            fewer += result.Found.States + result.Found.FailingStates;
        }

        Assert.True(fewer < all, $"expected fewer than {all} states, found {fewer}");
    }

    [Fact]
    public void Who_looks_only_two_steps_ahead_loses_final_states()
    {
        int wrong = 0;
        for (int number = 0; number < 300; number++)
        {
            var seen = new HashSet<UInt128>();
            ReducedStates.Explore(RandomPrograms.Write(number), new StateOptions { EndVisitor = (m, _) => seen.Add(m.StateHash) }, farthest: 2);
            wrong += new Finals(RandomPrograms.Write(number)).States.SetEquals(seen) ? 0 : 1;
        }

        Assert.InRange(wrong, 1, 300);
    }

    [Fact]
    public void What_no_judge_looks_at_and_nobody_reads_makes_no_new_states_and_hides_no_end()
    {
        long all = 0, fewer = 0;
        for (int number = 0; number < RandomCount; number++)
        {
            HashSet<(UInt128, byte, byte)> full = Judged(RandomPrograms.Write(number), out long states), seen = JudgedAndReduced(RandomPrograms.Write(number), 2, out long reduced);
            Assert.True(full.SetEquals(seen), $"program {number}: {full.Count} ends as far as a judge can tell them apart, and {seen.Count}\n{RandomPrograms.Write(number)}");
            all += states;
            fewer += reduced;
        }

        Assert.True(fewer < all, $"expected fewer than the {all} states of a judge who looks at everything, found {fewer}");
    }

    [Fact]
    public void A_judge_who_does_not_say_where_he_looks_loses_ends()
    {
        int wrong = 0;
        for (int number = 0; number < 300; number++)
        {
            wrong += Judged(RandomPrograms.Write(number), out _).SetEquals(JudgedAndReduced(RandomPrograms.Write(number), 0, out _)) ? 0 : 1;
        }

        Assert.InRange(wrong, 1, 300);
    }

    [Fact]
    public void Loops_hide_no_final_state_and_whatever_may_run_for_ever_is_told()
    {
        int endless = 0;
        for (int number = 0; number < 200; number++)
        {
            string text = LoopingPrograms.Text(number);
            var full = new Finals(StateExplorerTests.Parse(text));
            (HashSet<UInt128> seen, ReducedResult result) = Reduced(StateExplorerTests.Parse(text));
            Assert.True(full.States.SetEquals(seen), $"program {number}: {full.States.Count} final states and {seen.Count}\n{text}");
            bool hasCycle = StateGraph.Build(StateExplorerTests.Parse(text), new StateOptions()).HasCycle;
            Assert.False(hasCycle && result.IsAcyclic, $"program {number} can run for ever\n{text}");
            endless += hasCycle ? 1 : 0;
        }

        Assert.InRange(endless, 10, 190);
    }

    [Fact]
    public void Two_readers_have_the_states_of_one_run()
    {
        string text = new Litmus.ProgramText("readers", ["x"]).Thread("a", ["r = load x", "r = load x", "r = load x"]).Thread("b", ["r = load x", "r = load x", "r = load x"]).ToString();
        Assert.Equal(7, Reduced(StateExplorerTests.Parse(text)).Result.Found.States);
    }

    [Fact]
    public void A_limit_cuts_and_the_model_stands_where_it_stood()
    {
        RandomModel model = RandomPrograms.Write(2);
        UInt128 before = model.StateHash;
        ReducedResult cut = ReducedStates.Explore(model, new StateOptions { MostStates = 3 });
        Assert.False(cut.Found.IsComplete);
        ReducedStates.Explore(model);
        Assert.Equal((before, 0), (model.StateHash, model.Depth));
    }

    private static (HashSet<UInt128> Ends, ReducedResult Result) Reduced(IModel model)
    {
        var ends = new HashSet<UInt128>();
        ReducedResult result = ReducedStates.Explore(model, new StateOptions { EndVisitor = (m, _) => ends.Add(m.StateHash) });
        return (ends, result);
    }

    /// <summary>The ends as a judge of two bytes of memory sees them, and the states that it takes one who looks at everything.</summary>
    private static HashSet<(UInt128 Control, byte First, byte Second)> Judged(RandomModel model, out long states)
    {
        var ends = new HashSet<(UInt128, byte, byte)>();
        ReducedResult result = ReducedStates.Explore(new Closed(model), new StateOptions { EndVisitor = (_, _) => ends.Add((model.ControlHash, model.Byte(0), model.Byte(1))) });
        states = result.Found.States + result.Found.FailingStates;
        return ends;
    }

    private static HashSet<(UInt128 Control, byte First, byte Second)> JudgedAndReduced(RandomModel model, int judged, out long states)
    {
        var ends = new HashSet<(UInt128, byte, byte)>();
        model.Judged = judged;
        ReducedResult result = ReducedStates.Explore(model, new StateOptions { EndVisitor = (_, _) => ends.Add((model.ControlHash, model.Byte(0), model.Byte(1))) });
        states = result.Found.States + result.Found.FailingStates;
        return ends;
    }

    /// <summary>A model that nobody can look into.</summary>
    private sealed class Closed(IModel inner) : IModel
    {
        public int Threads => inner.Threads;

        public ulong Enabled => inner.Enabled;

        public ulong Unfinished => inner.Unfinished;

        public ulong Failed => inner.Failed;

        public int Depth => inner.Depth;

        public UInt128 StateHash => inner.StateHash;

        public string? Failure => inner.Failure;

        public StepInfo Next(int thread) => inner.Next(thread);

        public void Step(int thread) => inner.Step(thread);

        public void Undo() => inner.Undo();

        public IModel Fork() => new Closed(inner.Fork());
    }

    /// <summary>Final states by plain recursion.</summary>
    private sealed class Finals
    {
        private readonly HashSet<UInt128> _seen = [];

        public Finals(IModel model) => Visit(model);

        public HashSet<UInt128> States { get; } = [];

        public int Seen => _seen.Count;

        private void Visit(IModel model)
        {
            if (!_seen.Add(model.StateHash))
            {
                return;
            }

            ulong enabled = model.Enabled;
            if (enabled == 0)
            {
                States.Add(model.StateHash);
            }

            for (; enabled != 0; enabled &= enabled - 1)
            {
                model.Step(BitOperations.TrailingZeroCount(enabled));
                Visit(model);
                model.Undo();
            }
        }
    }
}
