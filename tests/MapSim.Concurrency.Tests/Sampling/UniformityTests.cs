using System.Text;
using MapSim.Concurrency.Litmus;
using MapSim.Concurrency.Sampling;
using MapSim.Concurrency.Tests.Litmus;
using Xunit;

namespace MapSim.Concurrency.Tests.Sampling;

public sealed class UniformityTests
{
    [Fact]
    public void The_uniform_walk_makes_the_252_interleavings_of_five_and_five_steps_equally_often()
    {
        (int Least, int Most, int Different) cells = Cells(new UniformWalk());
        Assert.Equal(252, cells.Different);
        Assert.InRange(cells.Least, 60, 140);
        Assert.InRange(cells.Most, 60, 140);
    }

    [Fact]
    public void A_plain_random_walk_does_not()
    {
        (int Least, int Most, int Different) cells = Cells(new RandomWalk());
        Assert.True(cells.Least < 60 && cells.Most > 500, $"expected less than 60 and more than 500, found {cells}");
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

    private static (int Least, int Most, int Different) Cells(ISampler sampler)
    {
        string text = new ProgramText("five", "x", "y")
            .Thread("a", [.. Enumerable.Repeat("store x 1", 5)])
            .Thread("b", [.. Enumerable.Repeat("store y 1", 5)])
            .ToString();
        var cells = new Dictionary<int, int>();
        SampleRun.Explore(new LitmusModel(LitmusProgram.Parse(text)), sampler, new SampleOptions { Seed = 3, Schedules = 25_200, Visitor = (_, schedule) =>
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
