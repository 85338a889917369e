using MapSim.Heap;
using MapSim.Layout;
using MapSim.Memory;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Programs.Execution;

/// <summary>G10 in programs: what only dead entries hold is gone when gc has ended, and nothing else is asked for.</summary>
public sealed class GarbageWatchTests
{
    // Large enough that the structure (H3.18) is not looked at after the delete.
    private const string Filled = "hash identity\ncollector\nmap m map[uint64]*T make(200)\nrepeat 150 assign m $i &p\nnew x\nassign m 7 x\ndrop x\n";

    [Theory]
    [InlineData("map[uint64]*T", "new x\nassign m 7 x\ndrop x\n", "leak/pointee/gc", "pointee N0")]
    [InlineData("map[uint64]string", "assign m 7 \"seven\"\n", "leak/string-data/gc", "string data S0")]
    [InlineData("map[uint64]interface{}", "assign m 7 int(1000)\n", "leak/boxed-value/gc", "boxed value D0")]
    public void A_pointer_that_delete_left_in_its_cell_is_found_by_the_next_gc_and_named(string type, string entry, string key, string name)
    {
        byte[] kept = [];
        RanProgram run = RanProgram.Of(
            $"hash identity\ncollector\nmap m {type} make(200)\nrepeat 150 assign m $i {(type.EndsWith('g') ? "\"\"" : "nil")}\n{entry}delete m 7\ngc\n",
            after: (runner, o) =>
            {
                MapView map = View(runner);
                Addr slot = map.Bucket(map.Buckets, 7).ElemSlot(0);
                int size = runner.Session.TypeOf(0).Elem.Size;
                if (o.Text.StartsWith("assign m 7", StringComparison.Ordinal))
                {
                    kept = runner.Session.Machine.Memory.Raw(slot, size).ToArray();
                }
                else if (o.Text.StartsWith("delete", StringComparison.Ordinal))
                {
                    runner.Session.Machine.Memory.Poke(slot, kept);
                }
            });
        Assert.Equal(key, run.Result.BugKey ?? "");
        Assert.Contains(name + " at", run.Result.Message, StringComparison.Ordinal);
        Assert.Contains("bucket 7, elem slot 0", run.Result.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("delete m 7\ngc")]
    [InlineData("assign m 7 nil\ngc")]
    [InlineData("clear m\ngc")]
    [InlineData("delete m 7\nrange i m\nturn 1 gc\nend")]
    public void What_is_let_go_of_rightly_is_gone(string rest)
    {
        RanProgram run = RanProgram.Of(Filled + rest + "\n");
        Assert.Equal("Clean ", run.End);
        Assert.Single(run.Runner.Session.Machine.Heap.LiveObjects(), o => o.Kind == ObjectKind.Pointee);
    }

    [Theory]
    [InlineData("lookup m 7 -> q\ndelete m 7\ngc\nread q")]
    [InlineData("clone m c\ndelete m 7\ngc\nlookup c 7 -> q\nread q")]
    [InlineData("range i m\nturn 1 delete m 7\nturn 1 gc\nturn 2 break\nend\ngc")]
    [InlineData("iter i m\nrepeat 150..250 assign m $i nil\nrepeat 150 delete m $i\ngc\nnext i\ngc")]
    [InlineData("repeat 150..220 assign m $i nil\ndelete m 7\ngc")]
    public void What_a_variable_a_clone_an_iteration_or_a_grow_may_hold_is_not_asked_for(string rest) =>
        Assert.Equal("Clean ", RanProgram.Of(Filled + rest + "\n").End);

    [Fact]
    public void Nothing_is_asked_of_a_map_whose_content_is_unknown()
    {
        // Two writers at a time: whether the entry is there is not for the model to say.
        const string Text = "hash identity\ncollector\nmap m map[uint64]*T make(20)\ngoroutine w\nassign m 1 &p\nend\nnew x\nassign m 7 x\ndrop x\nassign m 2 nil\ngc\n";
        for (int steps = 20; steps < 60; steps++)
        {
            string? key = RanProgram.Of($"{Text}schedule main*{steps} w*3 main*3\n", ScheduleMode.Prefix).Result.BugKey;
            Assert.False(key?.StartsWith("leak/", StringComparison.Ordinal) ?? false, key);
        }
    }

    private static MapView View(ProgramRunner runner) => new(runner.Session.Machine.Memory, runner.Maps[0].Type, runner.Maps[0].Address);
}
