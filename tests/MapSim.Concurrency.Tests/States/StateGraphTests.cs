using System.Globalization;
using System.Numerics;
using MapSim.Concurrency.Litmus;
using MapSim.Concurrency.States;
using MapSim.Concurrency.Tests.Litmus;
using MapSim.Concurrency.Tests.Models;
using Xunit;

namespace MapSim.Concurrency.Tests.States;

public sealed class StateGraphTests
{
    public static TheoryData<string> Known => [.. KnownCounts.All.Where(k => k.States is < 100_000).Select(k => k.Name)];

    [Theory]
    [MemberData(nameof(Known))]
    public void The_interleavings_of_the_graph_are_those_that_are_known(string name)
    {
        KnownCount known = KnownCounts.All.Single(k => k.Name == name);
        StateGraph graph = StateGraph.Build(StateExplorerTests.Model(name));
        Assert.Equal((true, known.States!.Value), (graph.IsComplete, (long)graph.Count - graph.FailedStates));
        Interleavings all = Interleavings.Of(graph)!;
        Assert.Equal(known.Interleavings, all.All.ToString(CultureInfo.InvariantCulture));
        Assert.Equal(known.FailingTraces + known.Deadlocks > 0, all.Bad > 0);
    }

    /// <summary>The table "exact probabilities" of exploration.md section 4; an interleaving ends at its first failure there.</summary>
    [Theory]
    [InlineData("account_bad", "6", 1, 3, "1/3")]
    [InlineData("lazy01_bad", "6", 1, 3, "1/3")]
    [InlineData("deadlock01_bad", "6", 1, 2, "1/3")]
    [InlineData("twostage(1+1)", "72", 1, 64, "1/72")]
    [InlineData("reorder(2+1)", "162", 4, 81, "8/162")]
    public void The_chance_of_a_random_scheduler_is_exact(string name, string interleavings, int over, int under, string uniform)
    {
        StateGraph graph = StateGraph.Build(StateExplorerTests.Model(name));
        Chance chance = Chance.Of(graph)!.Value;
        Assert.Equal((over, under), ((int)chance.Numerator, (int)chance.Denominator));
        Assert.Equal((double)over / under, chance.Value, 1e-12);
        Interleavings all = Interleavings.Of(graph, stopsAtFailure: true)!;
        Assert.Equal(interleavings, all.All.ToString(CultureInfo.InvariantCulture));
        string[] parts = uniform.Split('/');
        Assert.Equal(all.All * int.Parse(parts[0], CultureInfo.InvariantCulture), all.Bad * int.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("reorder(3+1)", 6_573, 0.038086, 0.0086718)]
    [InlineData("reorder(4+1)", 401_000, 0.030208, 0.0010575)]
    [InlineData("reorder(9+1)", 2.07e16, 0.013301, 1.74e-9)]
    [InlineData("deadlock01_bad+s", 91, 0.3125, 0.10989)]
    [InlineData("reorder(2+1)+s", 10_110, 0.024253, 0.045990)]
    [InlineData("reorder(3+1)+s", 6.21e6, 0.0097127, 0.0070936)]
    [InlineData("reorder(4+1)+s", 7.51e9, 0.0033208, 7.53e-4)]
    [InlineData("twostage(1+1)+s", 1_435, 0.018066, 0.010453)]
    public void The_chances_of_larger_programs_are_as_measured(string name, double interleavings, double random, double uniform)
    {
        StateGraph graph = StateGraph.Build(StateExplorerTests.Model(name));
        Interleavings all = Interleavings.Of(graph, stopsAtFailure: true)!;
        Assert.Equal(1, (double)all.All / interleavings, 0.005);
        Assert.Equal(1, Chance.Of(graph)!.Value.Value / random, 0.0005);
        Assert.Equal(1, (double)all.Bad / (double)all.All / uniform, 0.01);
    }

    [Fact]
    public void A_sample_is_a_run_and_every_interleaving_comes_equally_often()
    {
        string text = "litmus two\nvar x, y\nthread a\n" + string.Concat(Enumerable.Repeat("  store x 1\n", 5)) + "thread b\n" + string.Concat(Enumerable.Repeat("  store y 1\n", 5));
        Interleavings all = Interleavings.Of(StateGraph.Build(StateExplorerTests.Parse(text)))!;
        Assert.Equal(252, all.All);
        var seen = new Dictionary<string, int>();
        for (int seed = 0; seed < 25_200; seed++)
        {
            string way = string.Concat(all.Sample((ulong)seed));
            seen[way] = seen.GetValueOrDefault(way) + 1;
        }

        Assert.Equal(252, seen.Count);
        Assert.All(seen.Values, n => Assert.InRange(n, 60, 140));
        // Chi square with 251 degrees of freedom: 337 is passed once in 4,000 times.
        Assert.InRange(seen.Values.Sum(n => (n - 100.0) * (n - 100.0) / 100), 150, 337);
    }

    [Theory]
    [InlineData("account_bad", 0)]
    [InlineData("lazy01_bad", 0)]
    [InlineData("deadlock01_bad", 1)]
    [InlineData("reorder(2+1)", 1)]
    [InlineData("reorder(9+1)", 1)]
    [InlineData("twostage(1+1)", 1)]
    [InlineData("wronglock(1,2)", 1)]
    public void The_fewest_preemptions_are_those_that_are_known(string name, int preemptions)
    {
        FewestPreemptions fewest = FewestPreemptions.Find(StateGraph.Build(StateExplorerTests.Model(name)))!;
        Assert.Equal((preemptions, true), (fewest.Preemptions, fewest.IsProven));
        Assert.Equal(preemptions, Preemptions(StateExplorerTests.Model(name), fewest.Threads));
    }

    [Fact]
    public void SafeStack_fails_after_seven_preemptions_and_68_steps_and_not_before()
    {
        StateGraph graph = StateGraph.Build(StateExplorerTests.Model("SafeStack(3,2)"));
        FewestPreemptions fewest = FewestPreemptions.Find(graph)!;
        Assert.Equal((7, 68, true), (fewest.Preemptions, fewest.Threads.Count, fewest.IsProven));
        int good = 0;
        for (int s = 0; s < graph.Count; s++)
        {
            good += graph.Enabled(s) == 0 && !graph.IsBad(s) ? 1 : 0;
        }

        Assert.Equal((162, 0, true), (good, graph.Deadlocks.Count, graph.HasCycle));
        Assert.Null(Interleavings.Of(graph));
        Assert.Null(Chance.Of(graph));
    }

    [Fact]
    public void On_random_programs_no_way_has_fewer_preemptions()
    {
        int bad = 0;
        for (int number = 0; number < 100; number++)
        {
            StateGraph graph = StateGraph.Build(RandomPrograms.Write(number));
            var best = (Preemptions: int.MaxValue, Steps: int.MaxValue);
            if (Interleavings.Of(graph)!.All > 500)
            {
                continue;
            }

            Walk(RandomPrograms.Write(number), [], ref best);
            FewestPreemptions? fewest = FewestPreemptions.Find(graph);
            Assert.Equal(best, fewest == null ? (int.MaxValue, int.MaxValue) : (fewest.Preemptions, fewest.Threads.Count));
            bad += fewest == null ? 0 : 1;
        }

        Assert.InRange(bad, 5, 100);
    }

    [Fact]
    public void A_graph_that_was_cut_proves_nothing_and_counts_nothing()
    {
        StateGraph graph = StateGraph.Build(StateExplorerTests.Model("reorder(3+1)"), new StateOptions { MostStates = 150 });
        Assert.Equal((150, false), (graph.Count, graph.IsComplete));
        Assert.Null(Interleavings.Of(graph));
        Assert.Null(Chance.Of(graph));
        Assert.False(FewestPreemptions.Find(graph)?.IsProven ?? false);
    }

    [Fact]
    public void A_program_that_is_wrong_at_once_needs_no_step()
    {
        StateGraph graph = StateGraph.Build(StateExplorerTests.Parse("litmus w\nthread t\n  assert 0\n"));
        Assert.Equal((1, 0), (graph.Count, FewestPreemptions.Find(graph)!.Threads.Count));
        Assert.Equal((BigInteger.One, BigInteger.One), (Interleavings.Of(graph)!.Bad, Chance.Of(graph)!.Value.Numerator));
        Assert.Empty(Interleavings.Of(graph)!.Sample(1));
    }

    internal static int Preemptions(LitmusModel model, IReadOnlyList<int> threads)
    {
        int count = 0;
        for (int i = 0; i < threads.Count; i++)
        {
            count += i > 0 && threads[i] != threads[i - 1] && (model.Enabled >> threads[i - 1] & 1) != 0 ? 1 : 0;
            model.Step(threads[i]);
        }

        Assert.True(model.Failure != null || (model.Enabled == 0 && model.Unfinished != 0));
        return count;
    }

    private static void Walk(IModel model, List<int> way, ref (int Preemptions, int Steps) best, int preemptions = 0)
    {
        if (model.Failure != null || (model.Enabled == 0 && model.Unfinished != 0))
        {
            best = (preemptions, way.Count).CompareTo(best) < 0 ? (preemptions, way.Count) : best;
            return;
        }

        for (int t = 0; t < model.Threads; t++)
        {
            if ((model.Enabled >> t & 1) != 0)
            {
                bool isPreemption = way.Count > 0 && way[^1] != t && (model.Enabled >> way[^1] & 1) != 0;
                model.Step(t);
                way.Add(t);
                Walk(model, way, ref best, preemptions + (isPreemption ? 1 : 0));
                way.RemoveAt(way.Count - 1);
                model.Undo();
            }
        }
    }
}
