using MapSim.Faults;
using MapSim.Fuzz;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Fuzz;

public sealed class FuzzTargetTests
{
    private const string ClearUnderIteration = """
        mapsim 1
        hash identity
        seed 4
        map m0 map[float64]int64
        assign m0 NaN 0
        assign m0 NaN 1
        assign m0 NaN 2
        assign m0 NaN 3
        assign m0 NaN 4
        assign m0 NaN 5
        assign m0 NaN 6
        assign m0 NaN 7
        iter i0 m0
        assign m0 NaN 8
        clear m0
        next i0
        """;

    [Fact]
    public void A_known_defect_is_found_and_its_milestone_is_reached()
    {
        var target = new FuzzTarget(new TargetOptions());
        TargetResult result = target.Run(Bytes(ClearUnderIteration));
        Assert.Equal((TargetEnd.Finding, "iter-dead/nan-after-clear"), (result.End, result.BugKey));
        Assert.Contains("an iteration goes on after the map was emptied under it", Reached(target));
    }

    [Fact]
    public void With_the_repair_the_same_input_is_clean()
    {
        var target = new FuzzTarget(new TargetOptions { Repairs = ModelChanges.None.With(Repair.IterEndsWithSeed) });
        Assert.Equal(TargetEnd.Clean, target.Run(Bytes(ClearUnderIteration)).End);
    }

    [Fact]
    public void What_fails_without_the_fault_counts_nothing_with_it()
    {
        var target = new FuzzTarget(new TargetOptions { Faults = ModelChanges.None.With(Fault.IterPrefetch) });
        TargetResult result = target.Run(Bytes(ClearUnderIteration));
        Assert.Equal((TargetEnd.Clean, null), (result.End, result.BugKey));
    }

    [Fact]
    public void The_panic_of_an_elem_kills_what_assigns_before_it()
    {
        const string text = "mapsim 1\nmap m0 map[uint64]uint64\nassign m0 1 panic recover\nlen m0\n";
        Assert.Equal(TargetEnd.Clean, new FuzzTarget(new TargetOptions()).Run(Bytes(text)).End);
        Assert.Equal(TargetEnd.Finding, new FuzzTarget(new TargetOptions { Faults = ModelChanges.None.With(Fault.AssignBeforeRhs) }).Run(Bytes(text)).End);
    }

    [Fact]
    public void Any_bytes_end_in_a_result_and_the_same_bytes_in_the_same_one()
    {
        var random = new RandomSource(11);
        FuzzTarget one = new(new TargetOptions { IsShallow = true }), other = new(new TargetOptions { IsShallow = true });
        for (int i = 0; i < 150; i++)
        {
            byte[] input = new byte[random.Below(i % 10 == 0 ? 4096 : 200)];
            random.Fill(input);
            TargetResult result = one.Run(input);
            uint[] features = one.Features.Items.ToArray();
            Assert.Equal(result, other.Run(input));
            Assert.Equal(features, other.Features.Items.ToArray());
        }

        Assert.Equal(TargetEnd.Clean, one.Run([]).End);
    }

    [Fact]
    public void Deep_inputs_show_conflicting_steps_of_goroutines_and_of_the_collector()
    {
        Assert.Contains(FeatureDomain.Interleaving, Domains("""
            mapsim 1
            map m0 map[uint64]uint64
            goroutine w1
              lookup m0 1
            end
            assign m0 2 1
            assign m0 3 1
            schedule random 7
            """));
        Assert.Contains(FeatureDomain.Collector, Domains("""
            mapsim 1
            collector
            map m0 map[uint64]*T
            goroutine w1
              gc
            end
            new p0
            assign m0 1 p0
            assign m0 2 p0
            assign m0 3 p0
            delete m0 1
            delete m0 2
            schedule random 7
            """));
    }

    [Fact]
    public void A_deadlock_of_one_goroutine_is_no_finding()
    {
        var target = new FuzzTarget(new TargetOptions());
        Assert.Equal(TargetEnd.Clean, target.Run(new BinaryProgram(BinaryConfig.Default.ToOp(), new BinaryOp(BinaryOpCode.Receive, 0))).End);
    }

    [Fact]
    public void A_release_that_is_not_allowed_becomes_the_first_that_is()
    {
        var options = new TargetOptions { Releases = [MapSim.Layout.GoVersion.Go121] };
        BinaryProgram program = TargetInput.Read(BinaryEncoder.Encode(new BinaryProgram(BinaryConfig.Default.ToOp())), options);
        Assert.Equal("1.21", BinaryConfig.Of(program).Version.Name);
        Assert.Equal("1.21", BinaryConfig.Of(TargetInput.Read([], options)).Version.Name);
    }

    [Fact]
    public void Seeds_are_not_forced_where_a_repair_tells_by_them()
    {
        BinaryProgram forced = new(new BinaryConfig(Forced: 3).ToOp());
        Assert.Equal(3, BinaryConfig.Of(TargetInput.Allowed(forced, new TargetOptions())).Forced);
        Assert.Equal(2, BinaryConfig.Of(TargetInput.Allowed(forced, new TargetOptions { Repairs = ModelChanges.None.With(Repair.IterEndsWithSeed) })).Forced);
    }

    [Fact]
    public void A_fatal_error_that_the_program_asks_for_is_no_finding()
    {
        BinaryProgram program = BinaryEncoder.FromText(ProgramParser.Parse("mapsim 1\nmap m0 map[uint64]uint64\nrwmutex rw0\nrunlock rw0\n"));
        Assert.Equal(TargetEnd.Clean, new FuzzTarget(new TargetOptions()).Run(program).End);
    }

    [Theory]
    [InlineData(4, false)]
    [InlineData(9, true)]
    public void A_clear_under_an_iteration_in_a_spare_bucket_is_a_milestone(int steps, bool isReached)
    {
        // All keys in one bucket of sixteen: eight in the main one, the others in a spare one.
        var target = new FuzzTarget(new TargetOptions());
        target.Run(Bytes(FormattableString.Invariant($"""
            mapsim 1
            hash onebucket
            map m0 map[uint64]uint64 make(80)
            repeat 13 assign m0 $i 1
            iter i0 m0
            repeat {steps} next i0
            clear m0

            """)));
        Assert.Equal(isReached, Reached(target).Contains("a clear under an iteration that stands in a spare overflow bucket"));
    }

    private static byte[] Bytes(string text) => BinaryEncoder.Encode(BinaryEncoder.FromText(ProgramParser.Parse(text)));

    private static IEnumerable<FeatureDomain> Domains(string text)
    {
        var target = new FuzzTarget(new TargetOptions());
        target.Run(Bytes(text));
        return target.Features.Items.ToArray().Select(FeatureSet.DomainOf);
    }

    private static IEnumerable<string> Reached(FuzzTarget target)
    {
        uint[] features = target.Features.Items.ToArray();
        return Milestones.All.Where((m, i) => features.Contains(MapFeatures.MilestoneFeature(i, m.Parts))).Select(m => m.Name);
    }
}
