using System.Text.Json;
using MapSim.Faults;
using MapSim.Layout;
using MapSim.Map;
using MapSim.Memory;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Programs.Viewing;

public sealed class TimelineTests
{
    /// <summary>One goroutine, several, iterations, a collector, store buffers, a process that dies, big keys, 32 bits.</summary>
    public static TheoryData<string> Files =>
    [
        "corpus/examples/growth.mapsim", "corpus/examples/iterate-across-grow.mapsim", "corpus/examples/overflow-chain.mapsim", "corpus/examples/clone-while-growing.mapsim",
        "corpus/regression/racing-writers-are-caught.mapsim", "corpus/regression/lost-update-that-no-check-sees.mapsim", "corpus/regression/gc-across-every-phase-of-a-grow.mapsim",
        "corpus/regression/store-buffer-publishes-a-map-under-a-lock.mapsim", "corpus/regression/big-keys-and-elems.mapsim", "corpus/regression/thirty-two-bit-maps.mapsim",
        "corpus/regression/select-gives-one-writer-at-a-time.mapsim", "corpus/discoveries/iter-dangling-after-clear.mapsim", "corpus/regression/range-over-a-map-in-a-goroutine-with-gc.mapsim",
    ];

    [Theory]
    [MemberData(nameof(Files))]
    public void Forward_back_and_jumps_come_to_the_same_states(string file)
    {
        Timeline timeline = Of(file);
        int stride = Math.Max(1, timeline.Count / 60);
        var forward = new Dictionary<int, string>();
        do
        {
            if (timeline.Position % stride == 0)
            {
                forward[timeline.Position] = Text(timeline.State);
            }
        }
        while (timeline.Step());
        Assert.Equal(timeline.Count, timeline.Position);
        Assert.False(timeline.Step());
        string end = Text(timeline.State);
        do
        {
            Assert.True(!forward.TryGetValue(timeline.Position, out string? then) || then == Text(timeline.State), $"step {timeline.Position}");
        }
        while (timeline.Back());
        Assert.False(timeline.Back());
        foreach (int at in forward.Keys.OrderBy(k => k * 7919 % 1009))
        {
            timeline.GoTo(at);
            Assert.Equal(forward[at], Text(timeline.State));
        }

        timeline.GoTo(timeline.Count);
        Assert.Equal(end, Text(timeline.State));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void The_changes_of_steps_reproduce_memory_byte_for_byte(string file)
    {
        Timeline timeline = Of(file);
        Region region = timeline.Memory.RegionOf(new Addr(timeline.Memory.HeapBase))!;
        timeline.GoTo(timeline.Count);
        int size = region.Bytes.HighWater;
        timeline.GoTo(0);
        byte[] image = region.Bytes.Span(0, size).ToArray();
        foreach (TimelineStep step in timeline.Steps)
        {
            foreach (MemoryChange change in step.Changes.Where(c => c.Address - region.Base < (ulong)size))
            {
                Span<byte> there = image.AsSpan((int)(change.Address - region.Base), change.New.Length);
                Assert.True(there.SequenceEqual(change.Old), $"step {step.Number}: {change.Address} held something else before");
                change.New.CopyTo(there);
            }

            timeline.GoTo(step.Number);
            Assert.True(image.AsSpan().SequenceEqual(region.Bytes.Span(0, size)), $"after step {step.Number}");
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Its_end_is_the_end_of_the_run(string file)
    {
        MapProgram program = Read(file);
        var runner = new ProgramRunner(program);
        RunResult result = runner.Run();
        Timeline timeline = Timeline.Of(program);
        timeline.GoTo(timeline.Count);
        Assert.Equal(result.VerdictText, timeline.Result.VerdictText);
        Assert.Equal(result.Operations, timeline.Steps.Sum(s => s.Results.Count));
        Assert.Equal(result.BugKey == null ? 0 : 1, timeline.Steps.Count(s => s.Events.Contains(TimelineEvents.Finding)));
        Assert.Equal([.. runner.Maps.Select(m => m.Address)], timeline.Maps.Select(m => m.Address));
        foreach (MapVariable map in runner.Maps.Where(m => !m.Address.IsNil))
        {
            Assert.Equal(Bytes(runner.Session.Machine.Memory, map, runner.Settings.Version), Bytes(timeline.Memory, map, runner.Settings.Version));
        }
    }

    [Fact]
    public void The_state_of_a_growing_map_has_both_arrays_and_says_how_far_it_is()
    {
        Timeline timeline = Of("corpus/examples/growth.mapsim");
        Assert.True(timeline.Next(TimelineEvents.Grow));
        MapState map = timeline.State.Maps[0];
        Assert.True(map.IsGrowing);
        Assert.Equal("A0", map["oldbuckets"]);
        Assert.Equal(0, map.Evacuated);
        Assert.True(timeline.Next(TimelineEvents.Evacuated));
        Assert.Equal(["A1", "A0"], timeline.State.Maps[0].Arrays.Select(a => a.Name));
        Assert.Equal(1, timeline.State.Maps[0].Evacuated);
        Assert.True(timeline.State.Maps[0].Arrays[1].Buckets[0].IsEvacuated);
        Assert.True(timeline.Next(TimelineEvents.Grown));
        Assert.False(timeline.State.Maps[0].IsGrowing);
        Assert.True(timeline.Next(TimelineEvents.Grow, backwards: true));
        Assert.Throws<ArgumentException>(() => timeline.Next("party"));
    }

    [Fact]
    public void An_iteration_says_what_it_has_yielded_and_what_not()
    {
        Timeline timeline = Timeline.Of(ProgramParser.Parse("mapsim 1\nmap m map[int]int\nrepeat 5 assign m $i $i\nrange i m\nend\nrange j m\nend\nexpect clean\n"));
        for (int n = 1; n <= 5; n++)
        {
            Assert.True(timeline.Next(TimelineEvents.Yield));
            IteratorState it = Assert.Single(timeline.State.Iterators);
            Assert.Equal(n, it.Yielded.Count);
            Assert.Equal(["0", "1", "2", "3", "4"], it.Yielded.Select(y => y.Key).Concat(it.Remaining).Order());
            Assert.Equal("m", it.Map);
        }

        Assert.True(timeline.Next(TimelineEvents.Yield));
        Assert.Single(Assert.Single(timeline.State.Iterators).Yielded);
    }

    [Fact]
    public void The_last_write_of_a_byte_is_found()
    {
        Timeline timeline = Timeline.Of(ProgramParser.Parse("mapsim 1\nmap m map[int]int\nassign m 1 1\nassign m 2 2\nexpect clean\n"));
        Addr count = timeline.Maps[0].Address;
        int second = timeline.LastWriteOf(count, timeline.Count + 1), first = timeline.LastWriteOf(count, second);
        Assert.True(first > 0 && first < second);
        Assert.Equal(0, timeline.LastWriteOf(count, first));
        Assert.Equal(2, Assert.Single(timeline.Steps[second - 1].Changes).New[0]);
        timeline.GoTo(second - 1);
        Assert.Equal("1", timeline.State.Maps[0]["count"]);
    }

    [Fact]
    public void A_fault_is_seen_where_the_oracle_saw_it()
    {
        MapProgram program = ProgramParser.Parse("mapsim 1\nmap m map[int]int\nassign m 1 1\ndelete m 2\nlen m\nassign m 3 3\nexpect clean\n");
        Timeline timeline = Timeline.Of(program, ModelChangesParser.Parse(["delete-count-miss"], []));
        Assert.Equal(VerdictKind.Finding, timeline.Result.Verdict);
        Assert.InRange(timeline.FindingStep, 1, timeline.Count - 1);
        Assert.Equal(4, timeline.Steps[timeline.FindingStep - 1].Line);
        Assert.Equal(0, Timeline.Of(program).FindingStep);
    }

    [Fact]
    public void A_long_program_is_cut_where_the_caller_says()
    {
        Timeline timeline = Timeline.Of(ProgramParser.Parse("mapsim 1\nmap m map[int]int\nrepeat 1000 assign m $i $i\n"), mostSteps: 500);
        Assert.InRange(timeline.Count, 400, 500);
        Assert.Equal(VerdictKind.StepLimit, timeline.Result.Verdict);
    }

    private static Timeline Of(string file) => Timeline.Of(Read(file));

    private static MapProgram Read(string file) => ProgramParser.Parse(File.ReadAllText(Repository.Path(file)));

    private static string Text(TimelineState state) => JsonSerializer.Serialize(state with { Maps = [.. state.Maps.Select(m => m with { Type = null! })] })
        + string.Join(' ', state.Collector.Objects.Select(o => $"{o.Object.Name}:{o.Colour}"));

    private static string Bytes(SimMemory memory, MapVariable map, GoVersion version)
    {
        var view = new MapView(memory, map.Type, map.Address);
        var names = new BucketNames(memory, map.Type, b => MakeBucketArray.BucketCount(map.Type, b, version)).Visit(view);
        return string.Concat(MapRegions.Of(map.Name, view, names).Select(r => HexDump.Of(r)));
    }
}
