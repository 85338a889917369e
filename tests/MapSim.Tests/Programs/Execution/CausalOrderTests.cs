using MapSim.Memory;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Programs.Execution;

public sealed class CausalOrderTests
{
    private const string Racy = """
        mapsim 1
        map m map[int]int make(8)
        map other map[int]int make(8)
        goroutine w
          assign m 1 1
        end
        goroutine bystander
          repeat 3 assign other $i 1
        end
        assign m 2 2

        """;

    [Theory]
    [InlineData(ScheduleMode.Causal, false)]
    [InlineData(ScheduleMode.HappensBefore, true)]
    public void The_order_of_conflicting_steps_gives_the_verdict_without_the_schedule(ScheduleMode mode, bool decisive)
    {
        int found = 0;
        for (int seed = 0; seed < 30; seed++)
        {
            RanProgram run = RanProgram.Of(Racy + $"schedule random {seed}\n", records: true);
            if (run.Result.Verdict != VerdictKind.Fatal)
            {
                continue;
            }

            found++;
            string order = Lines(run, decisive);
            Assert.NotEmpty(order);
            Assert.Equal(run.End, RanProgram.Of(Racy + order, mode).End);

            string edited = Racy.Replace("assign m 2 2\n", "assign m 2 2\nassign other 9 9\n", StringComparison.Ordinal)
                .Replace("repeat 3", "clear other\n  repeat 3", StringComparison.Ordinal);
            Assert.NotEqual(Racy, edited);
            Assert.Equal(run.End, RanProgram.Of(edited + order, mode).End);
        }

        Assert.InRange(found, 5, 30);
    }

    [Fact]
    public void Only_the_past_of_the_last_step_is_in_it()
    {
        RanProgram run = RanProgram.Of(Racy + "schedule bystander*20 w*6\n", records: true);
        Assert.Equal("Fatal fatal/concurrent-map-writes/assign", run.End);
        Assert.DoesNotContain(CausalOrder.Of(run.Runner.Steps, decisive: true), o => o.First.Goroutine == "bystander" || o.Second.Goroutine == "bystander");
    }

    [Fact]
    public void What_other_lines_imply_has_no_line()
    {
        RecordedStep[] steps =
        [
            Step(1, 0, "A", AccessKind.Store, 8), Step(2, 0, "B", AccessKind.Store, 16), Step(3, 1, "C", AccessKind.Load, 16), Step(4, 1, "D", AccessKind.Load, 8),
            Step(5, 2, "E", AccessKind.Load, 8), Step(6, 0, "F", AccessKind.Store, 99), Step(7, 1, "G", AccessKind.Store, 8),
        ];
        Assert.Equal(["order g0.1.B < g1.1.C", "order g0.1.A < g2.1.E", "order g2.1.E < g1.1.G"], CausalOrder.Of(steps, decisive: true).Select(o => o.ToText()));
        Assert.Equal(["past g0.1.A < g2.1.E"], CausalOrder.Of(steps.AsSpan(0, 5).ToArray(), decisive: false).Select(o => o.ToText()));
        Assert.Empty(CausalOrder.Of([], decisive: true));
    }

    [Fact]
    public void Peeking_for_the_order_changes_no_name()
    {
        const string Text = """
            map m map[string]*T
            goroutine w
              assign m "w" nil
              new q
              assign m "x" q
            end
            new p
            repeat 5 assign m "k$i" p
            new p
            assign m "z" p
            join w

            """;
        RanProgram run = RanProgram.Of(Text, records: true);
        Assert.Equal("Clean ", run.End);
        RanProgram ordered = RanProgram.Of(Text + Lines(run, decisive: false), ScheduleMode.Causal);
        Assert.Equal(run.Results.Order(), ordered.Results.Order());
        Assert.Equal(run.Result.Digest, ordered.Result.Digest);
    }

    private static string Lines(RanProgram run, bool decisive) => string.Concat(CausalOrder.Of(run.Runner.Steps, decisive).Select(o => o.ToText() + "\n"));

    private static RecordedStep Step(ulong number, int g, string label, AccessKind kind, ulong at) =>
        new(number, g, new StepPoint($"g{g}", 1, label), new Access(kind, new Addr(at), 8), 1);
}
