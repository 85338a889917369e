using MapSim.Faults;
using MapSim.Layout;
using MapSim.Memory;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Programs.Execution;

/// <summary>G5 in programs, and what it and G10 have to say of programs in which nothing is wrong: nothing.</summary>
public sealed class CollectorOracleTests
{
    private const string Chained = "hash onebucket\ncollector\nmap m map[uint8]uint8 make(9)\nrepeat 9 assign m $i 0\n";

    [Fact]
    public void An_overflow_bucket_that_its_list_lost_is_found_at_the_end_of_the_operation()
    {
        RanProgram run = RanProgram.Of(Chained + "assign m 1 1\n", after: (runner, o) =>
        {
            if (o.Number == 9)
            {
                MapView map = View(runner);
                runner.Session.Machine.Memory.Poke(map.Slice(map.ExtraOverflow).Array, new byte[8]);
            }
        });
        Assert.Equal("chain/not-listed/assign", run.Result.BugKey ?? "");
    }

    [Fact]
    public void An_overflow_bucket_that_was_freed_under_its_map_is_found_at_the_end_of_the_program()
    {
        RanProgram run = RanProgram.Of(Chained + "len m\n", after: (runner, o) =>
        {
            if (o.Number == 10)
            {
                // Off its list first, or G3 sees the list's pointer.
                MapView map = View(runner);
                runner.Session.Machine.Memory.Poke(map.Slice(map.ExtraOverflow).Array, new byte[8]);
                runner.Session.Machine.Heap.Free(map.Bucket(map.Buckets, 0).Overflow);
            }
        });
        Assert.Equal("chain/freed/end", run.Result.BugKey ?? "");
    }

    [Fact]
    public void A_chain_that_leads_nowhere_is_left_to_the_structure()
    {
        RanProgram run = RanProgram.Of(Chained + "assign m 1 1\n", after: (runner, o) =>
        {
            if (o.Number == 9)
            {
                MapView map = View(runner);
                Addr link = map.Bucket(map.Buckets, 0).Overflow + (runner.Maps[0].Type.BucketSize - 8);
                runner.Session.Machine.Memory.Poke(link, BitConverter.GetBytes(map.Buckets.Value));
            }
        });
        Assert.Equal("structure/H3.1/assign", run.Result.BugKey ?? "");
    }

    [Theory]
    [InlineData(Fault.OvfPromoteForgotten, "structure/H3.17/assign")]
    [InlineData(Fault.OvfNoscanNotRecorded, "chain/not-listed/assign")]
    public void Without_a_collector_a_lost_list_is_only_a_matter_of_structure(Fault fault, string withCollector)
    {
        const string Text = "mapsim 1\nhash onebucket\ncollector\nmap m map[uint8]uint8 make(9)\nrepeat 14 assign m $i 0\n";
        Assert.Equal(withCollector, KeyOf(Text, fault));
        Assert.Equal("structure/H3.17/assign", KeyOf(Text.Replace("collector\n", "", StringComparison.Ordinal), fault));
    }

    [Fact]
    public void Chains_and_garbage_of_random_programs_are_in_order()
    {
        int collections = 0;
        for (int seed = 1; seed <= 200; seed++)
        {
            Having having = Having.Collector | (seed % 2 == 0 ? Having.Goroutines : Having.Nothing) | (seed % 6 == 0 ? Having.StoreBuffers : Having.Nothing);
            RanProgram run = RanProgram.Of(WithCollections(RandomConcurrentPrograms.Make(seed, having)));
            collections += run.Operations.Count(o => o.Text == "gc");
            string key = run.Result.BugKey ?? "";
            Assert.False(key.StartsWith("chain/", StringComparison.Ordinal) || key.StartsWith("leak/", StringComparison.Ordinal), $"seed {seed}: {run.Result.VerdictText}");
        }

        Assert.True(collections > 150, $"{collections} collections");
    }

    /// <summary>A gc in front of each of main's operations outside of blocks that may leave garbage or show it.</summary>
    private static string WithCollections(string text) => string.Join('\n', text.Split('\n').Select(
        l => l.Split(' ')[0] is "assign" or "delete" or "clear" or "lookup" or "drop" or "clone" ? "gc\n" + l : l));

    private static string? KeyOf(string text, Fault fault) =>
        new ProgramRunner(ProgramParser.Parse(text), changes: ModelChanges.None.With(fault)).Run().BugKey;

    private static MapView View(ProgramRunner runner) => new(runner.Session.Machine.Memory, runner.Maps[0].Type, runner.Maps[0].Address);
}
