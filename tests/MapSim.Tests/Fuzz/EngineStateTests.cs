using MapSim.Fuzz;
using Xunit;

namespace MapSim.Tests.Fuzz;

public class EngineStateTests
{
    [Fact]
    public void Sections_come_back_by_their_names_and_unknown_ones_do_no_harm()
    {
        var state = new EngineState();
        state.Set("b", w => w.Write("two"));
        state.Set("a", w => w.Write(1));
        state.Set("a", w => w.Write(17));
        EngineState again = EngineState.Load(new MemoryStream(state.ToBytes()));
        int a = 0;
        again.Get("a", r => a = r.ReadInt32());
        Assert.Equal((17, "a, b"), (a, string.Join(", ", again.Names)));
        Assert.False(again.TryGet("c", _ => { }));
        Assert.Throws<InvalidDataException>(() => again.Get("c", _ => { }));
        Assert.Throws<InvalidDataException>(() => again.Get("a", r => r.ReadInt64()));
        Assert.Throws<InvalidDataException>(() => again.Get("a", r => r.ReadInt16()));
    }

    [Fact]
    public void A_state_with_any_byte_changed_or_missing_is_refused()
    {
        var state = new EngineState();
        state.Set("section", w => w.Write(new byte[40]));
        byte[] whole = state.ToBytes();
        for (int i = 0; i < whole.Length; i++)
        {
            byte[] damaged = [.. whole];
            damaged[i] ^= 1;
            Assert.Throws<InvalidDataException>(() => EngineState.Load(new MemoryStream(damaged)));
            Assert.Throws<InvalidDataException>(() => EngineState.Load(new MemoryStream(whole[..i])));
        }
    }

    [Fact]
    public void An_engine_that_is_restored_does_what_the_other_one_does()
    {
        var options = new EngineOptions(11, new TargetOptions()) { RunsInTask = 1 };
        var first = new FuzzEngine(options);
        first.Round(2);
        var state = new EngineState();
        first.SaveTo(state);
        var second = new FuzzEngine(options);
        second.RestoreFrom(EngineState.Load(new MemoryStream(state.ToBytes())), [.. first.Queue]);
        Assert.Equal(Summary(first), Summary(second));
        first.Round(1);
        second.Round(2);
        Assert.Equal(Summary(first), Summary(second));
        Assert.InRange(first.Queue.Count, 5, 64);
        Assert.Equal(64, second.Executions);
        var states = new[] { first, second }.Select(e =>
        {
            var s = new EngineState();
            e.SaveTo(s);
            return s.ToBytes();
        }).ToList();
        Assert.Equal(states[0], states[1]);
    }

    [Fact]
    public void A_round_that_is_cut_short_is_the_beginning_of_the_whole_one()
    {
        var options = new EngineOptions(12, new TargetOptions()) { RunsInTask = 2 };
        var whole = new FuzzEngine(options);
        whole.Round(1);
        var part = new FuzzEngine(options);
        int asked = 0, told = 0;
        part.Round(1, isStopped: () => Interlocked.Increment(ref asked) > 21, beforePartial: () =>
        {
            Assert.Equal((0, 0L), (part.Queue.Count, part.Executions));
            told++;
        });
        Assert.Equal((21L, 1), (part.Executions, told));
        Assert.Equal(whole.Queue.Take(part.Queue.Count).Select(e => Convert.ToHexString(e.Input)), part.Queue.Select(e => Convert.ToHexString(e.Input)));
        Assert.InRange(part.Queue.Count, 1, whole.Queue.Count);
    }

    [Fact]
    public void Seeds_are_run_first()
    {
        var other = new FuzzEngine(new EngineOptions(13, new TargetOptions()) { RunsInTask = 1 });
        other.Round(1, 4);
        byte[][] seeds = [.. other.Queue.Select(e => e.Input).Take(3)];
        var engine = new FuzzEngine(new EngineOptions(14, new TargetOptions()) { RunsInTask = 1, Seeds = seeds });
        engine.Round(1, seeds.Length);
        Assert.All(engine.Queue, e => Assert.Equal(("seed", -1), (e.Mutation, e.Parent)));
        Assert.Equal(Convert.ToHexString(seeds[0]), Convert.ToHexString(engine.Queue[0].Input));
    }

    private static string Summary(FuzzEngine e) => string.Join('\n',
    [
        $"{e.Executions} {e.Operations} {e.Limits} {e.Rounds} {e.Features.Count}",
        .. e.Queue.Select(q => $"{q.Id} {q.Parent} {q.Mutation} {q.FoundAt} {q.Depth} {Convert.ToHexString(q.Input)} {string.Join(',', q.New)}"),
        .. e.Bugs.Select(b => $"{b.Key} {b.Known} {b.FoundAt} {b.Times} {Convert.ToHexString(b.Input)}"),
        .. Enumerable.Range(0, e.Features.Count).Select(n => $"{e.Features[n]} {e.Features.HitsOf(n)} {e.Features.OwnerOf(n)}"),
    ]);
}
