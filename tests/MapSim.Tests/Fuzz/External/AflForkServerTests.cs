using MapSim.Fuzz;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Fuzz;

public class AflForkServerTests
{
    [Fact]
    public void The_first_word_names_the_size_of_the_map_and_asks_for_shared_inputs()
    {
        Assert.Equal(0xC101FFFFu, AflHello.Word(1 << 16, sharedInputs: true));
        Assert.Equal(0xC001FFFFu, AflHello.Word(1 << 16, sharedInputs: false));
        Assert.True(AflHello.GrantsSharedInputs(0x81000001));
        Assert.False(AflHello.GrantsSharedInputs(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => AflHello.Word((1 << 23) + 1, false));
    }

    [Fact]
    public void Any_input_gets_a_status_and_the_same_map_each_time()
    {
        using var afl = new AflPart(PlantedFault.Option);
        Assert.Equal(AflHello.Word(1 << 16, sharedInputs: true), afl.Hello);
        afl.Grant();
        var random = new RandomSource(7);
        byte[] garbage = new byte[300], large = new byte[1 << 16];
        random.Fill(garbage);
        random.Fill(large);
        byte[] zeros = new byte[1 << 16];
        foreach (byte[] input in new[] { [], [0xFF], garbage, zeros, large, AflSeeds.Input(1, 0), PlantedFault.Killer })
        {
            uint status = afl.Run(input);
            byte[] map = afl.Map;
            Assert.Equal(1, map[0]);
            Assert.Equal(status, afl.Run(input));
            Assert.Equal(map, afl.Map);
            Assert.Equal(new ExternalTarget(new FuzzTarget(PlantedFault.Target), e => Assert.Fail(e.ToString())).Run(input, new byte[1 << 16]), status);
            Assert.Contains(status, new[] { ExternalTarget.CleanStatus, ExternalTarget.FindingStatus });
        }

        Assert.Equal((0, ""), afl.Leave());
    }

    [Fact]
    public void A_finding_ends_by_SIGABRT_and_its_map_shows_nothing_but_the_bug_key()
    {
        using var afl = new AflPart(PlantedFault.Option);
        afl.Grant();
        Assert.Equal(6u, afl.Run(PlantedFault.Killer));
        byte[] map = afl.Map;
        Assert.Equal(2, map.Count(b => b != 0));
        Assert.Equal(0u, afl.Run(AflSeeds.Input(1, 0)));
        Assert.InRange(afl.Map.Count(b => b != 0), 4, 4000);
        Assert.All(afl.Map, b => Assert.InRange(b, 0, 1));

        // Another input with the same key gives the same map, so AFL does not save it.
        Assert.Equal(6u, afl.Run([.. PlantedFault.Killer, 0xB0]));
        Assert.Equal(map, afl.Map);
    }

    [Fact]
    public void The_process_id_is_nobodys_and_a_timeout_changes_nothing()
    {
        using var afl = new AflPart("");
        afl.Grant();
        Assert.Equal(0u, afl.Run(PlantedFault.Killer));
        Assert.Equal(AflForkServer.NobodysId, afl.ChildId);
        byte[] map = afl.Map;
        afl.SayTimedOut();
        Assert.Equal(0u, afl.Run(PlantedFault.Killer));
        Assert.Equal(map, afl.Map);
    }

    [Fact]
    public void Without_shared_inputs_they_are_read_from_the_file()
    {
        using var afl = new AflPart(PlantedFault.Option, sharedInputs: false);
        Assert.Equal(AflHello.Word(1 << 16, sharedInputs: false), afl.Hello);
        Assert.Equal(6u, afl.Run(PlantedFault.Killer));
        Assert.Equal(0u, afl.Run([]));
        Assert.Equal((0, ""), afl.Leave());
    }

    [Fact]
    public void An_AFL_that_knows_no_shared_inputs_is_served_from_the_file()
    {
        using var afl = new AflPart(PlantedFault.Option + " input", sharedInputs: true);
        Assert.Equal(6u, afl.RunOld(PlantedFault.Killer));
        Assert.Equal(0u, afl.RunOld([]));
    }

    [Fact]
    public void A_map_that_is_not_there_is_told_to_AFL()
    {
        using var afl = new AflPart("", mapId: 2_000_000_001);
        Assert.Equal(AflHello.NoSegment, afl.Hello);
        (int code, string error) = afl.Leave();
        Assert.Equal(2, code);
        Assert.Contains("shared memory 2000000001: expected a segment of the engine, found none", error, StringComparison.Ordinal);
    }
}
