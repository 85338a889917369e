using MapSim.Concurrency.Litmus;
using MapSim.Concurrency.States;
using MapSim.Concurrency.Tests.Litmus;
using MapSim.Concurrency.Tests.Models;
using Xunit;

namespace MapSim.Concurrency.Tests.States;

public sealed class StateExplorerTests
{
    /// <summary>More of them with MAPSIM_LONG=1.</summary>
    private static readonly int RandomCount = Environment.GetEnvironmentVariable("MAPSIM_LONG") == "1" ? 3000 : 250;

    public static TheoryData<string> Known => [.. KnownCounts.All.Where(k => k.States is < 1_000_000).Select(k => k.Name)];

    [Theory]
    [MemberData(nameof(Known))]
    public void The_known_states_are_counted_exactly_by_any_number_of_workers(string name)
    {
        KnownCount known = KnownCounts.All.Single(k => k.Name == name);
        StateResult result = StateExplorer.Explore(Model(name), new StateOptions());
        Assert.Equal((true, known.States, known.FailingTraces > 0, known.Deadlocks > 0), (result.IsComplete, result.States, result.Failures.Count > 0, result.Deadlocks > 0));
        int workers = known.States % 2 == 0 ? 3 : 2;
        Assert.Equal(Totals(result), Totals(ParallelStates.Explore(Model(name), workers, new StateOptions())));
    }

    [Fact]
    public void The_explorer_agrees_with_plain_recursion_on_random_programs()
    {
        for (int number = 0; number < 100; number++)
        {
            var count = new StateCount(RandomPrograms.Write(number));
            StateResult result = StateExplorer.Explore(RandomPrograms.Write(number), new StateOptions());
            Assert.Equal((count.States, count.Transitions, count.Deadlocks), (result.States, result.Transitions, result.Deadlocks));
            Assert.Equal(count.Failures, result.Failures);
            Assert.Equal(Totals(result), Totals(ParallelStates.Explore(RandomPrograms.Write(number), 3, new StateOptions())));
        }
    }

    [Fact]
    public void With_own_places_left_alone_the_ends_and_failures_are_the_same()
    {
        long all = 0;
        long fewer = 0;
        for (int number = 0; number < RandomCount; number++)
        {
            StateResult full = StateExplorer.Explore(RandomPrograms.Write(number), new StateOptions());
            StateResult reduced = StateExplorer.Explore(RandomPrograms.Write(number), new StateOptions { FindsShared = true });
            var (ends, endsToo) = ((full.IsComplete, full.Ends, full.Deadlocks, full.IsBad), (reduced.IsComplete, reduced.Ends, reduced.Deadlocks, reduced.IsBad));
            Assert.True(ends == endsToo, $"program {number}: {ends} and {endsToo}\n{RandomPrograms.Write(number)}");
            all += full.States;
            fewer += reduced.States;
        }

        Assert.True(fewer < all, $"expected fewer than {all} states, found {fewer}");
    }

    [Fact]
    public void With_own_places_left_alone_loops_do_not_hide_failures()
    {
        for (int number = 0; number < 2 * RandomCount; number++)
        {
            string text = LoopingPrograms.Text(number);
            StateResult full = StateExplorer.Explore(Parse(text), new StateOptions());
            StateResult reduced = StateExplorer.Explore(Parse(text), new StateOptions { FindsShared = true });
            Assert.True(Ends(full) == Ends(reduced), $"program {number}: {Ends(full)} and {Ends(reduced)}\n{text}");
        }
    }

    [Theory]
    [InlineData("indexer(12)cas", 460)]
    [InlineData("filesystem(14)", 131)]
    public void Programs_that_share_little_have_few_states_when_own_places_are_left_alone(string name, int most)
    {
        StateResult result = StateExplorer.Explore(Model(name), new StateOptions { FindsShared = true });
        Assert.True(result.IsComplete);
        Assert.InRange(result.States, 1, most);
    }

    [Fact]
    public void The_first_bad_way_leads_to_a_failure()
    {
        foreach (string name in new[] { "account_bad", "lazy01_bad", "deadlock01_bad", "reorder(3+1)", "twostage(2+1)", "wronglock(1,2)" })
        {
            StateResult result = StateExplorer.Explore(Model(name), new StateOptions { StopsAtFirst = true });
            Assert.False(result.IsComplete);
            LitmusModel model = Model(name);
            Assert.All(result.FirstBad!, t => model.Step(t));
            Assert.True(model.Failure != null || (model.Enabled == 0 && model.Unfinished != 0));
        }
    }

    [Fact]
    public void A_limit_cuts_and_says_so()
    {
        Assert.False(StateExplorer.Explore(Model("big0"), new StateOptions { MostStates = 6222 }).IsComplete);
        Assert.True(StateExplorer.Explore(Model("big0"), new StateOptions { MostStates = 6223 }).IsComplete);
        StateResult bySteps = StateExplorer.Explore(Model("big0"), new StateOptions { MostSteps = 100 });
        Assert.Equal((false, 100L), (bySteps.IsComplete, bySteps.Steps));
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.False(StateExplorer.Explore(Model("lastzero(8)"), new StateOptions { Cancel = cancelled.Token }).IsComplete);
        Assert.False(ParallelStates.Explore(Model("lastzero(8)"), 2, new StateOptions { Cancel = cancelled.Token }).IsComplete);
        Assert.False(ParallelStates.Explore(Model("lastzero(8)"), 2, new StateOptions { MostStates = 10_000 }).IsComplete);
    }

    [Fact]
    public void The_model_stands_where_it_stood_afterwards()
    {
        LitmusModel model = Model("big0");
        model.Step(2);
        UInt128 before = model.StateHash;
        StateExplorer.Explore(model, new StateOptions { MostStates = 50 });
        StateExplorer.Explore(model, new StateOptions { FindsShared = true });
        ParallelStates.Explore(model, 2, new StateOptions());
        StateGraph.Build(model, new StateOptions { MostStates = 70 });
        Assert.Equal((before, 1), (model.StateHash, model.Depth));
    }

    [Fact]
    public void Progress_is_told_on_the_way()
    {
        var told = new List<StateProgress>();
        StateExplorer.Explore(Model("lastzero(8)"), new StateOptions { Progress = told.Add });
        Assert.True(told.Count > 10);
        Assert.Equal(told.Select(p => p.Steps).Order(), told.Select(p => p.Steps));
        Assert.All(told, p => Assert.InRange(p.Depth, 0, 26));
    }

    [Fact]
    public void An_error_in_a_worker_is_told_and_nobody_waits_for_ever() =>
        Assert.Throws<InvalidOperationException>(() => ParallelStates.Explore(new BreakingModel(Model("big0"), 20), 3, new StateOptions()));

    internal static LitmusModel Model(string name) => Parse(Programs.Text(name));

    internal static LitmusModel Parse(string text) => new(LitmusProgram.Parse(text));

    private static (long, long, long, long, long, string) Totals(StateResult r) =>
        (r.States, r.FailingStates, r.Transitions, r.Ends, r.Deadlocks, string.Join('|', r.Failures));

    /// <summary>Which failures come together depends on the order in which threads fail; which there are does not.</summary>
    private static (bool, long, long, string) Ends(StateResult r) =>
        (r.IsComplete, r.Ends, r.Deadlocks, string.Join('|', r.Failures.SelectMany(f => f.Split("; ")).Distinct().Order(StringComparer.Ordinal)));

    /// <summary>Throws at a depth.</summary>
    private sealed class BreakingModel(IModel inner, int depth) : IModel
    {
        public int Threads => inner.Threads;

        public ulong Enabled => inner.Enabled;

        public ulong Unfinished => inner.Unfinished;

        public int Depth => inner.Depth;

        public UInt128 StateHash => inner.StateHash;

        public string? Failure => inner.Depth < depth ? inner.Failure : throw new InvalidOperationException("broken on purpose");

        public StepInfo Next(int thread) => inner.Next(thread);

        public void Step(int thread) => inner.Step(thread);

        public void Undo() => inner.Undo();

        public IModel Fork() => new BreakingModel(inner.Fork(), depth);
    }
}
