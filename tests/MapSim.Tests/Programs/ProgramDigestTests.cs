using MapSim.Memory;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Programs;

public sealed class ProgramDigestTests
{
    private const string Text = """
        mapsim 1
        seed 3
        map m map[string]*T
        repeat 40 assign m "k$i" &p$i
        delete m "k5"
        iter i m
        repeat 9 next i
        """;

    [Fact]
    public void The_digest_is_the_same_on_every_machine() =>
        Assert.Equal("448ee29a85c227e5bc5b345c65758d1a", Digest(Text).ToString());

    [Fact]
    public void Random_programs_run_to_the_same_digest_again_and_step_by_step() =>
        ProgramRoundTripTests.ForAllSeeds(seed =>
        {
            MapProgram program = RandomPrograms.Make(seed);
            RunResult first = new ProgramRunner(program).Run();
            Assert.Equal(first.Digest, new ProgramRunner(ProgramParser.Parse(ProgramPrinter.Print(program))).Run().Digest);
            var tracked = new ProgramRunner(program);
            tracked.Session.Machine.SetTracking(true);
            RunResult second = tracked.Run();
            Assert.Equal((first.Digest, first.Steps, first.VerdictText), (second.Digest, second.Steps, second.VerdictText));
        }, runs: 60);

    [Fact]
    public void Any_difference_in_results_or_bytes_is_in_the_digest()
    {
        string[] variants =
        [
            Text,
            Text.Replace("k5", "k6", StringComparison.Ordinal),
            Text.Replace("repeat 9", "repeat 8", StringComparison.Ordinal),
            Text.Replace("seed 3", "seed 4", StringComparison.Ordinal),
            Text + "\ndelete m \"absent\"",
            Text + "\nassign m \"k7\" &p7",
        ];
        Assert.Equal(variants.Length, variants.Select(Digest).Distinct().Count());
    }

    [Fact]
    public void Addresses_are_not_in_the_digest()
    {
        var runner = new ProgramRunner(ProgramParser.Parse(Text));
        for (int i = 0; i < 100; i++)
        {
            runner.Session.NewObject(new byte[8 * i + 1], MapSim.Heap.ObjectKind.Other, i % 2 == 0);
        }

        Assert.Equal(Digest(Text), runner.Run().Digest);
    }

    private static Fingerprint Digest(string text) => new ProgramRunner(ProgramParser.Parse(text)).Run().Digest;
}
