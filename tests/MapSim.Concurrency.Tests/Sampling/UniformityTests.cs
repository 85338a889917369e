using System.Text;
using MapSim.Concurrency.Litmus;
using MapSim.Concurrency.Sampling;
using MapSim.Concurrency.Tests.Litmus;
using Xunit;

namespace MapSim.Concurrency.Tests.Sampling;

public sealed class UniformityTests
{
    [Theory]
    [InlineData("urw")]
    [InlineData("exact")]
    public void The_252_interleavings_of_five_and_five_steps_are_made_equally_often(string sampler)
    {
        (int Least, int Most, int Different) cells = Cells(sampler);
        Assert.Equal(252, cells.Different);
        Assert.InRange(cells.Least, 60, 140);
        Assert.InRange(cells.Most, 60, 140);
    }

    [Fact]
    public void A_plain_random_walk_does_not()
    {
        (int Least, int Most, int Different) cells = Cells("rw");
        Assert.True(cells.Least < 60 && cells.Most > 500, $"expected less than 60 and more than 500, found {cells}");
    }

    [Fact]
    public void The_exact_walk_goes_wrong_as_often_as_the_share_of_bad_interleavings_where_threads_wait_and_start_late()
    {
        // exploration.md section 4: uniform fraction of twostage_2 with spawns.
        LitmusModel model = new(LitmusProgram.Parse(StartedPrograms.Text("twostage(1+1)+s")));
        SampleReport report = SampleRun.Explore(model, new ExactWalk(model), new SampleOptions { Schedules = 100_000 });
        double width = 3.29 * Math.Sqrt(100_000 * 0.010453 * (1 - 0.010453));
        Assert.InRange(report.Failing, 1045.3 - width, 1045.3 + width);
    }

    [Fact]
    public void The_selective_walk_makes_all_orders_of_the_shared_accesses_equally_often_whatever_else_the_threads_do()
    {
        // Four writes of x by one thread, two by another that has ten private steps before: 15 orders.
        string text = new ProgramText("orders", "x", "p")
            .Thread("a", [.. Enumerable.Repeat("store x 1", 4)])
            .Thread("b", [.. Enumerable.Repeat("store p 1", 10), "store x 2", "store x 2"])
            .ToString();
        var orders = new Dictionary<string, int>();
        SampleRun.Explore(new LitmusModel(LitmusProgram.Parse(text)), new SelectiveWalk(), new SampleOptions { Schedules = 15_000, Visitor = (_, schedule) =>
        {
            int own = 0;
            var order = new StringBuilder();
            foreach (byte t in schedule)
            {
                order.Append(t == 0 ? "a" : ++own > 10 ? "b" : "");
            }

            orders[order.ToString()] = orders.GetValueOrDefault(order.ToString()) + 1;
        } });
        Assert.Equal(15, orders.Count);
        Assert.InRange(orders.Values.Min(), 880, 1120);
        Assert.InRange(orders.Values.Max(), 880, 1120);
    }

    private static (int Least, int Most, int Different) Cells(string sampler)
    {
        string text = new ProgramText("five", "x", "y")
            .Thread("a", [.. Enumerable.Repeat("store x 1", 5)])
            .Thread("b", [.. Enumerable.Repeat("store y 1", 5)])
            .ToString();
        var cells = new Dictionary<int, int>();
        LitmusModel model = new(LitmusProgram.Parse(text));
        SampleRun.Explore(model, Samplers.New(sampler, model), new SampleOptions { Seed = 3, Schedules = 25_200, Visitor = (_, schedule) =>
        {
            int cell = 0;
            foreach (byte t in schedule)
            {
                cell = (2 * cell) + t;
            }

            cells[cell] = cells.GetValueOrDefault(cell) + 1;
        } });
        return (cells.Values.Min(), cells.Values.Max(), cells.Count);
    }
}
