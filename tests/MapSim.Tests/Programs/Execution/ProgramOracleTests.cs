using MapSim.Layout;
using MapSim.Memory;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Programs.Execution;

/// <summary>What is made wrong on purpose is found, under exactly its key; what is right is not.</summary>
public sealed class ProgramOracleTests
{
    private const string Small = "hash onebucket\nmap m map[int]int make(8)\nassign m 1 1\nassign m 2 2\nlookup m 1\nlen m\nrange i m\nend\ndelete m 2\n";

    [Theory]
    [InlineData(2, "tophash", "structure/H3.4/assign")]
    [InlineData(2, "count", "structure/H3.2/assign")]
    [InlineData(3, "count", "growth/H4.5/lookup")]
    [InlineData(1, "hash0", "growth/H4.6/assign")]
    [InlineData(2, "elem", "lookup-wrong/stale-elem")]
    [InlineData(3, "elem", "iter-stale/plain")]
    [InlineData(2, "key", "lookup-wrong/missing")]
    public void A_byte_changed_behind_the_program_s_back_is_found(int after, string what, string key)
    {
        RanProgram run = RanProgram.Of(Small, after: (runner, o) =>
        {
            MapView map = View(runner);
            BucketView bucket = map.BucketAt(map.Buckets);
            int length = runner.Session.Machine.PointerSize;
            if (o.Number == after)
            {
                Addr at = what switch
                {
                    "count" => map.Address,
                    "hash0" => map.Address + runner.Session.Machine.L.Hash0,
                    "elem" => bucket.ElemSlot(0),
                    "tophash" => map.Buckets,
                    _ => bucket.KeySlot(0),
                };
                runner.Session.Machine.Memory.Poke(at, BitConverter.GetBytes(7UL).AsSpan(0, what switch { "hash0" => 4, "tophash" => 1, _ => length }));
            }
        });
        Assert.Equal(key, run.Result.BugKey ?? "");
    }

    [Fact]
    public void A_pointer_to_freed_memory_in_a_map_is_the_collector_s_finding_and_reading_it_a_use_after_free()
    {
        const string Text = "collector\nmap m map[int]*T make(8)\nmap n map[int]*T make(8)\nnew p\nassign m 1 p\nassign n 1 nil\ndelete m 1\ndrop p\ngc\nlookup n 1 -> q\nread q\n";
        Addr made = default;
        RanProgram run = RanProgram.Of(Text, after: (runner, o) =>
        {
            MapView map = View(runner, o.Number <= 2 ? 0 : 1);
            Addr slot = map.BucketAt(map.Buckets).ElemSlot(0);
            if (o.Number == 2)
            {
                made = new Addr(BitConverter.ToUInt64(runner.Session.Machine.Memory.Raw(slot, 8)));
            }
            else if (o.Text == "gc")
            {
                runner.Session.Machine.Memory.Poke(slot, BitConverter.GetBytes(made.Value));
            }
        });
        Assert.Equal("gc", run.Result.BugKey!.Split('/')[0]);
        Assert.Equal(("read", VerdictKind.Finding), (run.Operations[^1].Text[..4], run.Result.Verdict));
        Assert.StartsWith("undefined: ", run.Operations[^1].Result, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mutex mu", "lock mu\nassign m 1 1\nunlock mu", "lock mu\nassign m 2 2\nunlock mu")]
    [InlineData("rwmutex rw", "lock rw\nassign m 1 1\nunlock rw", "rlock rw\nlookup m 1\nrunlock rw")]
    [InlineData("rwmutex rw", "rlock rw\nrange i m\nend\nrunlock rw", "lock rw\ndelete m 1\nunlock rw")]
    [InlineData("waitgroup wg", "assign m 1 1\ndone wg", "add wg 1\nspawn w\nwait wg\nassign m 2 2")]
    [InlineData("once o", "do o\nassign m 1 1\nend", "do o\nassign m 1 1\nend\nlookup m 1 = 1")]
    [InlineData("chan c", "assign m 1 1\nsend c 1", "receive c\nassign m 2 2")]
    [InlineData("chan c", "receive c\nassign m 1 1", "assign m 2 2\nsend c 1")]
    [InlineData("chan c", "receive c\nassign m 1 1", "assign m 2 2\nclose c")]
    [InlineData("chan c", "assign m 1 1\nreceive c", "send c 1\nassign m 2 2")]
    [InlineData("chan c 1", "assign m 1 1\nsend c 1", "receive c\nassign m 2 2")]
    [InlineData("chan c 1", "assign m 1 1\nclose c", "receive c = closed\nassign m 2 2")]
    [InlineData("chan c 1", "send c 1\nassign m 1 1\nreceive c", "send c 2\nassign m 2 2\nreceive c")]
    [InlineData("chan c", "assign m 1 1\nselect\ncase send c 1\nend", "select\ncase receive c\nassign m 2 2\nend")]
    [InlineData("var x", "assign m 1 1", "spawn w\njoin w\nassign m 2 2")]
    [InlineData("var x", "len m\nlookup m 1\nrange i m\nend", "len m\nlookup m 1\nrange i m\nend")]
    public void What_is_synchronised_has_no_race_in_any_order(string declaration, string other, string main)
    {
        string body = main.Contains("spawn w\n", StringComparison.Ordinal) ? main : $"spawn w\n{main}";
        for (int seed = 0; seed < 25; seed++)
        {
            RanProgram run = RanProgram.Of($"race\nmap m map[int]int\n{declaration}\ngoroutine w\n{other}\nend\nassign m 5 5\n{body}\nschedule random {seed}\n");
            Assert.True(run.End == "Clean ", run.Result.VerdictText);
        }
    }

    [Theory]
    [InlineData("assign m 1 1", "assign m 2 2", "race/assign-map-write/assign-map-write")]
    [InlineData("assign m 1 1", "lookup m 2", "race/assign-map-write/lookup-map-read")]
    [InlineData("chan c 2\nassign m 1 1\nsend c 1", "assign m 2 2\nreceive c", "race/assign-map-write/assign-map-write")]
    [InlineData("rwmutex rw\nrlock rw\nassign m 1 1\nrunlock rw", "rlock rw\nassign m 2 2\nrunlock rw", "race/assign-map-write/assign-map-write")]
    public void What_is_not_is_a_race_even_if_nothing_else_goes_wrong(string other, string main, string key)
    {
        string declaration = other.StartsWith("chan", StringComparison.Ordinal) || other.StartsWith("rwmutex", StringComparison.Ordinal) ? other[..(other.IndexOf('\n', StringComparison.Ordinal) + 1)] : "";
        Assert.Equal("Finding " + key, RanProgram.Of($"race\nmap m map[int]int\n{declaration}goroutine w\n{other[declaration.Length..]}\nend\n{main}\n").End);
    }

    [Fact]
    public void Operations_that_overlap_are_not_judged_by_the_model_of_one_after_the_other()
    {
        const string Text = """
            map m map[int]int
            goroutine w
              repeat 20 assign m $i 2
            end
            goroutine r
              repeat 30 lookup m $i
              len m
              clone m c
              lookup c 1
              range i m
              end
            end
            repeat 6 assign m $i 1
            range i m
            end
            iter t m
            next t

            """;
        var ends = new HashSet<VerdictKind>();
        for (int seed = 0; seed < 60; seed++)
        {
            RanProgram run = RanProgram.Of(Text + $"schedule random {seed}\n");
            Assert.True(run.Result.Finding == null, run.Result.VerdictText);
            ends.Add(run.Result.Verdict);
        }

        Assert.Contains(VerdictKind.Fatal, ends);
    }

    [Fact]
    public void Readers_and_iterations_side_by_side_are_no_finding()
    {
        for (int seed = 0; seed < 40; seed++)
        {
            RanProgram run = RanProgram.Of($"""
                map m map[int]int make(8)
                goroutine r
                  repeat 9 lookup m $i
                  len m = 0
                end
                repeat 3
                  range i m
                  end
                end
                iter t m
                schedule random {seed}
                """);
            Assert.True(run.End == "Clean ", run.Result.VerdictText);
        }
    }

    [Fact]
    public void Stores_that_wait_in_a_buffer_are_no_finding()
    {
        const string Text = "storebuffers 8\nmap m map[int]int\nmutex mu\ngoroutine w\nrepeat 9\nlock mu\nassign m $i 1\nunlock mu\nend\nend\n"
            + "repeat 20\nlock mu\nassign m $i $i\nlookup m $i = $i\nunlock mu\nend\nlock mu\niter t m\nrepeat 5 next t\nrange i m\nend\nunlock mu\n";
        for (int seed = 0; seed < 20; seed++)
        {
            RanProgram run = RanProgram.Of(Text + $"schedule random {seed}\n");
            Assert.True(run.End == "Clean ", run.Result.VerdictText);
        }
    }

    private static MapView View(ProgramRunner runner, int map = 0) => new(runner.Session.Machine.Memory, runner.Maps[map].Type, runner.Maps[map].Address);
}
