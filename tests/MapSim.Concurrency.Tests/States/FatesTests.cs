using System.Numerics;
using MapSim.Concurrency.Litmus;
using MapSim.Concurrency.States;
using MapSim.Concurrency.Tests.Models;
using Xunit;

namespace MapSim.Concurrency.Tests.States;

public sealed class FatesTests
{
    private const string Locks = "litmus locks\nthread one\n  lock a\n  lock b\n  unlock b\n  unlock a\nthread two\n  lock b\n  lock a\n  unlock a\n  unlock b\n";

    [Fact]
    public void The_second_first_lock_seals_a_deadlock()
    {
        StateGraph graph = StateGraph.Build(StateExplorerTests.Parse(Locks));
        Fates fates = Fates.Of(graph)!;
        Assert.Equal([null, "deadlock"], fates.Kinds);
        Assert.Equal(3UL, fates.From(0));
        FewestPreemptions way = FewestPreemptions.Find(graph)!;
        Assert.Equal([0, 1], way.Threads);

        // After "one" took a, the step of "two" decides; another step of "one" would not have.
        Assert.Equal(new CriticalStep(2, 1, 1), CriticalStep.Find(graph, fates, way.Threads, f => (f & Fates.Well) != 0));
        Assert.Null(CriticalStep.Find(graph, fates, [0, 0, 0, 1], f => (f & Fates.Well) != 0));
        Assert.Equal(new CriticalStep(2, 0, 2), CriticalStep.Find(graph, fates, [0, 0, 0], f => (f & 2) != 0));
        Assert.Throws<ArgumentException>(() => CriticalStep.Find(graph, fates, [0, 1, 0], f => f != 0));
    }

    [Fact]
    public void What_is_wrong_from_the_start_has_no_step_that_decides()
    {
        StateGraph graph = StateGraph.Build(StateExplorerTests.Parse("litmus wrong\nvar x\nthread a\n  store x 1\n  r = load x\n  assert r == 2\n"));
        Assert.Equal(new CriticalStep(0, -1, 0), CriticalStep.Find(graph, Fates.Of(graph)!, [0], f => (f & Fates.Well) != 0));
    }

    [Fact]
    public void A_cut_graph_has_no_fates() =>
        Assert.Null(Fates.Of(StateGraph.Build(StateExplorerTests.Parse(Locks), new StateOptions { MostStates = 5 })));

    [Fact]
    public void Fates_of_random_programs_are_what_walking_on_from_a_state_meets()
    {
        (int decided, int kinds, int cyclic) = (0, 0, 0);
        for (int number = 0; number < 200; number++)
        {
            StateGraph graph = StateGraph.Build(number % 2 == 0 ? RandomPrograms.Write(number) : StateExplorerTests.Parse(LoopingPrograms.Text(number)));
            if (graph.Count > 3000)
            {
                continue;
            }

            Fates fates = Fates.Of(graph)!;
            for (int state = 0; state < graph.Count; state += 1 + graph.Count / 50)
            {
                Assert.Equal(Met(graph, fates, state), fates.From(state));
                decided += BitOperations.PopCount(fates.From(state)) == 1 ? 1 : 0;
                kinds = Math.Max(kinds, BitOperations.PopCount(fates.From(state)));
            }

            cyclic += graph.HasCycle ? 1 : 0;
        }

        Assert.True(decided > 100 && kinds > 1 && cyclic > 10, $"{decided} states decided, up to {kinds} ends, {cyclic} graphs with cycles");
    }

    /// <summary>The ends of all states that can be reached.</summary>
    private static ulong Met(StateGraph graph, Fates fates, int from)
    {
        ulong met = 0;
        var seen = new HashSet<int> { from };
        var left = new Stack<int>([from]);
        while (left.TryPop(out int state))
        {
            if (graph.Enabled(state) == 0)
            {
                string? kind = graph.Failure(state) ?? (graph.Deadlocks.Contains(state) ? "deadlock" : null);
                met |= 1UL << fates.Kinds.ToList().IndexOf(kind);
            }

            for (int thread = 0; thread < graph.Threads; thread++)
            {
                if ((graph.Enabled(state) >> thread & 1) != 0 && seen.Add(graph.Next(state, thread)))
                {
                    left.Push(graph.Next(state, thread));
                }
            }
        }

        return met;
    }
}
