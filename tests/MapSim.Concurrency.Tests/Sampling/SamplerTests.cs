using MapSim.Concurrency.Litmus;
using MapSim.Concurrency.Sampling;
using MapSim.Concurrency.States;
using MapSim.Concurrency.Tests.Litmus;
using Xunit;
using Sampler = MapSim.Concurrency.Sampling;

namespace MapSim.Concurrency.Tests.Sampling;

public sealed class SamplerTests
{
    public static TheoryData<string> All => [.. Samplers.Names];

    [Theory]
    [MemberData(nameof(All))]
    public void A_sampler_gives_the_same_runs_for_the_same_seed_and_others_for_another(string name)
    {
        string Text(ulong seed) => string.Concat(Schedules("reorder(3+1)+s", name, seed));
        Assert.Equal(Text(1), Text(1));
        Assert.NotEqual(Text(1), Text(2));
        Assert.StartsWith(name, Samplers.New(name, Model("reorder(3+1)+s")).Name, StringComparison.Ordinal);
        Assert.NotEmpty(Samplers.About(name));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_sampler_finds_the_bug_of_account_and_a_schedule_that_shows_it_again(string name)
    {
        LitmusModel model = Model("account_bad+s");
        SampleReport report = SampleRun.Explore(model, Samplers.New(name, model), new SampleOptions { Schedules = 1000, StopAtFirst = true });
        SampleFailure failure = Assert.Single(report.Failures);
        Assert.Equal((report.Schedules, 0), (report.FirstFailing, model.Depth));
        foreach (int t in failure.Schedule)
        {
            model.Step(t);
        }

        Assert.Equal(failure.Key, model.Failure);
    }

    [Theory]
    [InlineData("rw")]
    [InlineData("pos")]
    [InlineData("urw")]
    [InlineData("exact")]
    [InlineData("greybox")]
    public void A_sampler_comes_to_every_trace_of_a_small_program(string name)
    {
        LitmusModel model = Model("reorder(2+1)");
        SampleReport report = SampleRun.Explore(model, Samplers.New(name, model), new SampleOptions { CountTraces = true });
        Assert.Equal(56, report.Traces);
    }

    [Theory]
    [InlineData("pct")]
    [InlineData("fair")]
    [InlineData("sticky")]
    public void A_program_that_spins_comes_to_its_end(string name)
    {
        string text = new ProgramText("spin", "x").Thread("waits", "again:", "r = load x", "if r == 0 goto again").Thread("sets", "store x 1").ToString();
        LitmusModel model = new(LitmusProgram.Parse(text));
        SampleReport report = SampleRun.Explore(model, Samplers.New(name, model), new SampleOptions { Schedules = 1000 });
        Assert.Equal((1000, 0), (report.Schedules, report.Cut));
    }

    [Fact]
    public void A_run_that_is_too_long_is_cut_and_counts_for_nothing()
    {
        string text = new ProgramText("for ever", "x").Thread("waits", "again:", "r = load x", "goto again").ToString();
        SampleReport report = SampleRun.Explore(new LitmusModel(LitmusProgram.Parse(text)), new RandomWalk(), new SampleOptions { Schedules = 10, Steps = 50, CountTraces = true });
        Assert.Equal((10, 500, 0, 0), (report.Cut, report.Steps, report.Deadlocks, report.Traces));
    }

    [Theory]
    [InlineData("reorder(2+1)+s", 1000)]
    [InlineData("reorder(3+1)+s", 1000)]
    [InlineData("reorder(4+1)+s", 1000)]
    [InlineData("reorder(9+1)+s", 1000)]
    [InlineData("reorder(19+1)+s", 1000)]
    [InlineData("reorder(49+1)+s", 1000)]
    [InlineData("twostage(49+1)+s", 2000)]
    public void The_selective_walk_finds_rare_bugs_soon_with_each_of_twenty_seeds(string name, int most)
    {
        LitmusModel model = Model(name);
        long[] firsts = [.. Enumerable.Range(1, 20).Select(seed =>
            SampleRun.Explore(model, new SelectiveWalk(), new SampleOptions { Seed = (ulong)seed, Schedules = most, StopAtFirst = true }).FirstFailing ?? -1)];
        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: mean {firsts.Average()}, worst {firsts.Max()}");
        Assert.DoesNotContain(-1, firsts);
    }

    [Fact]
    public void A_random_walk_does_not_find_the_bug_of_twostage_20()
    {
        LitmusModel model = Model("twostage(19+1)+s");
        Assert.All(Enumerable.Range(1, 20), seed =>
            Assert.Equal(0, SampleRun.Explore(model, new RandomWalk(), new SampleOptions { Seed = (ulong)seed, Schedules = 1000 }).Failing));
    }

    [Fact]
    public void Exact_chances_need_all_states_and_an_end()
    {
        Assert.Equal("sampler exact: expected a program whose states are all known, found one with more than 20 states",
            Assert.Throws<ExplorationException>(() => Samplers.New("exact", Model("reorder(2+1)"), limits: new StateOptions { MostStates = 20 })).Message);
        string text = new ProgramText("spin", "x").Thread("waits", "again:", "r = load x", "if r == 0 goto again").Thread("sets", "store x 1").ToString();
        Assert.Equal("sampler exact: expected a program that always ends, found one that can come back to a state it was in",
            Assert.Throws<ExplorationException>(() => Samplers.New("exact", new LitmusModel(LitmusProgram.Parse(text)))).Message);
        Assert.Equal("sampler: expected one of surw, pos, pct, urw, rw, sticky, fair, exact, greybox, found 'sur'",
            Assert.Throws<ExplorationException>(() => Samplers.New("sur", Model("reorder(2+1)"))).Message);
    }

    [Fact]
    public void The_numbers_are_those_of_the_authors_of_xoshiro()
    {
        var chance = new Sampler.Chance();
        chance.Start(1, 2, 3, 4);
        Assert.Equal([11520, 0, 1509978240, 1215971899390074240], Enumerable.Range(0, 4).Select(_ => chance.Next()));
    }

    [Fact]
    public void Every_number_below_a_bound_is_equally_likely()
    {
        var chance = new Sampler.Chance();
        chance.Start(5, 0);
        int[] counts = new int[7];
        for (int i = 0; i < 70_000; i++)
        {
            counts[chance.Below(7)]++;
        }

        Assert.All(counts, c => Assert.InRange(c, 9_600, 10_400));
    }

    private static LitmusModel Model(string name) => new(LitmusProgram.Parse(StartedPrograms.Text(name)));

    private static List<string> Schedules(string program, string sampler, ulong seed)
    {
        List<string> all = [];
        LitmusModel model = Model(program);
        SampleRun.Explore(model, Samplers.New(sampler, model), new SampleOptions { Seed = seed, Schedules = 50, Visitor = (_, s) => all.Add(Convert.ToHexString(s)) });
        return all;
    }
}
