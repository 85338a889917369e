using MapSim.Concurrency.Litmus;
using MapSim.Concurrency.Sampling;
using MapSim.Concurrency.Tests.Models;
using Xunit;

namespace MapSim.Concurrency.Tests.Sampling;

public sealed class RandomWalkTests
{
    private const int Runs = 30_000;

    /// <summary>The table of exploration.md section 4.</summary>
    public static TheoryData<string, double> Exact => new()
    {
        { "account_bad", 1 / 3.0 },
        { "account_bad+s", 0.17562 },
        { "lazy01_bad", 1 / 3.0 },
        { "lazy01_bad+s", 0.17097 },
        { "deadlock01_bad", 0.5 },
        { "deadlock01_bad+s", 0.3125 },
        { "twostage(1+1)", 1 / 64.0 },
        { "twostage(1+1)+s", 0.018066 },
        { "reorder(2+1)", 0.049383 },
        { "reorder(2+1)+s", 0.024253 },
        { "reorder(3+1)", 0.038086 },
        { "reorder(3+1)+s", 0.0097127 },
        { "reorder(4+1)", 0.030208 },
        { "reorder(4+1)+s", 0.0033208 },
        { "reorder(9+1)", 0.013301 },
    };

    [Theory]
    [MemberData(nameof(Exact))]
    public void The_walk_finds_a_bug_as_often_as_it_should(string name, double chance)
    {
        LitmusModel model = new(LitmusProgram.Parse(StartedPrograms.Text(name)));
        SampleReport report = SampleRun.Explore(model, new RandomWalk(), new SampleOptions { Seed = 7, Schedules = Runs });
        // 99.9 % of the samples of a binomial distribution lie within 3.29 standard deviations.
        double width = 3.29 * Math.Sqrt(Runs * chance * (1 - chance));
        Assert.InRange(report.Failing + report.Deadlocks, Runs * chance - width, Runs * chance + width);
    }

    [Theory]
    [MemberData(nameof(Exact))]
    public void The_chance_that_is_published_is_the_one_of_our_program(string name, double chance) =>
        Assert.InRange(new ExactChance().Of(new LitmusModel(LitmusProgram.Parse(StartedPrograms.Text(name)))), chance * 0.9999, chance * 1.0001);
}
