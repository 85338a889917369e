using MapSim.Concurrency.Litmus;
using MapSim.Concurrency.States;
using Xunit;

namespace MapSim.Concurrency.Tests.States;

public sealed class LassosTests
{
    private const string Wait = "litmus wait\nvar flag\nthread waiter\nagain:\n  r = load flag\n  if r == 0 goto again\n";

    [Fact]
    public void A_thread_that_waits_for_a_flag_spins_and_a_fair_scheduler_ends_it()
    {
        Lasso lasso = Assert.Single(Find(Wait + "thread setter\n  store flag 1\n"));
        Assert.Equal((LassoKind.Spin, 1UL, 0, 1), (lasso.Kind, lasso.Moving, lasso.State, lasso.States));
        Assert.Empty(lasso.Threads);
    }

    [Fact]
    public void A_thread_that_waits_for_what_never_comes_is_a_livelock_as_well()
    {
        IReadOnlyList<Lasso> lassos = Find(Wait + "thread setter\n  store flag 0\n");
        Assert.Equal([LassoKind.Spin, LassoKind.Livelock], lassos.Select(l => l.Kind));
        Assert.Equal([1], lassos[1].Threads);
    }

    [Fact]
    public void Two_threads_that_step_aside_for_each_other_may_do_so_for_ever()
    {
        // Each says that it wants, and takes that back when the other one wants, too.
        const string polite = "thread {0}\nagain:\n  store {1} 1\n  r = load {2}\n  if r == 0 goto go\n  store {1} 0\n  goto again\ngo:\n  store {1} 2\n";
        string text = "litmus polite\nvar x, y\n" + string.Format(null, polite, "a", "x", "y") + string.Format(null, polite, "b", "y", "x");
        Lasso livelock = Assert.Single(Find(text), l => l.Kind == LassoKind.Livelock && l.Moving == 3);
        LitmusModel model = StateExplorerTests.Parse(text);
        Assert.All(livelock.Threads, model.Step);
        Assert.Equal(3UL, model.Unfinished);
    }

    [Fact]
    public void A_program_without_loops_has_no_lasso() => Assert.Empty(Find(Litmus.Programs.Text("big0")));

    [Fact]
    public void A_retry_that_only_others_can_cause_is_no_spin()
    {
        // A compare-and-swap fails only if the other thread was in between.
        const string thread = "thread {0}\nagain:\n  r = load x\n  ok = cas x r r + 1\n  if !ok goto again\n";
        Assert.Empty(Find("litmus retry\nvar x\n" + string.Format(null, thread, "a") + string.Format(null, thread, "b")));
    }

    [Fact]
    public void Spins_of_random_programs_are_those_that_walking_alone_finds()
    {
        int spins = 0;
        for (int number = 0; number < 500; number++)
        {
            string text = LoopingPrograms.Text(number);
            StateGraph graph = StateGraph.Build(StateExplorerTests.Parse(text));
            IReadOnlyList<Lasso> found = Lassos.Find(graph);
            for (int thread = 0; thread < graph.Threads; thread++)
            {
                bool expected = Enumerable.Range(0, graph.Count).Any(s => ComesBack(graph, s, thread));
                Assert.Equal(expected, found.Any(l => l.Kind == LassoKind.Spin && l.Moving == 1UL << thread));
                spins += expected ? 1 : 0;
            }

            foreach (Lasso lasso in found)
            {
                LitmusModel model = StateExplorerTests.Parse(text);
                Assert.All(lasso.Threads, model.Step);
                Assert.NotEqual(0UL, model.Enabled & lasso.Moving);
            }
        }

        Assert.InRange(spins, 50, 1500);
    }

    private static bool ComesBack(StateGraph graph, int state, int thread)
    {
        var seen = new HashSet<int>();
        int at = state;
        while (seen.Add(at) && (graph.Enabled(at) >> thread & 1) != 0)
        {
            at = graph.Next(at, thread);
            if (at == state)
            {
                return true;
            }
        }

        return false;
    }

    private static IReadOnlyList<Lasso> Find(string text) => Lassos.Find(StateGraph.Build(StateExplorerTests.Parse(text)));
}
