using MapSim.Cli.Commands;
using MapSim.Fuzz;
using Xunit;

namespace MapSim.Tests.Fuzz;

/// <summary>The real afl-fuzz against the real target.</summary>
public class AflFuzzTests
{
    public const string NoAfl = "there is no afl-fuzz on this machine: apt-get install afl++";

    public static bool HasAfl => AflCampaign.Find(AflCampaign.Tool) != null;

    [Fact(Skip = NoAfl, SkipUnless = nameof(HasAfl))]
    public void Afl_fuzz_finds_a_fault_and_the_finding_replays()
    {
        using var folder = new TemporaryFolder();
        (int code, string output, string error) = CorpusProcess.Shell(folder.Path, "mapsim fuzz --engine afl --fault iter-stop-on-emptyrest --for 10s --seed 1 && exit 99; code=$?; mapsim replay findings && exit $code");
        Assert.True(code == 77, output + error);
        Assert.Contains("iter-miss/", output, StringComparison.Ordinal);
        Assert.Contains("mapsim shrink findings/", output, StringComparison.Ordinal);
        Assert.Contains("afl-fuzz -i mapsim-afl-setup/seeds -o mapsim-afl ", error, StringComparison.Ordinal);
        AflStats stats = AflStats.Read(folder.At("mapsim-afl", "default"))!;
        Assert.Equal(100, stats.Stability);
        Assert.InRange(stats.Executions, 50, long.MaxValue);
    }

    [Fact(Skip = NoAfl, SkipUnless = nameof(HasAfl))]
    public void A_hunt_ends_with_the_first_kill_and_says_when_it_was()
    {
        using var folder = new TemporaryFolder();
        AflSeeds.Write(folder.Path, 1);
        TargetOptions options = PlantedFault.Target;
        AflHunt hunt = AflHunt.Run(TargetCommand.Words, options, TimeSpan.FromSeconds(30), folder.Path, seed: 1);
        Assert.NotNull(hunt.BugKey);
        Assert.InRange(hunt.Time!.Value, TimeSpan.Zero, TimeSpan.FromSeconds(60));
        Assert.InRange(hunt.Executions!.Value, 1, Math.Max(hunt.Total, hunt.Executions.Value));
    }

    [Fact]
    public void A_first_input_that_kills_is_the_end_of_the_hunt()
    {
        using var folder = new TemporaryFolder();
        folder.Write("a", []);
        folder.Write("b", PlantedFault.Killer);
        TargetOptions options = PlantedFault.Target;
        Assert.Equal(new AflHunt(TimeSpan.Zero, 2, PlantedFault.BugKey, 2), AflHunt.Run([], options, TimeSpan.FromSeconds(1), folder.Path, 1));
    }

    [Theory]
    [InlineData("--engine x", "--engine: expected own, afl or sharpfuzz, found 'x'")]
    [InlineData("--engine afl --dir x", "--dir: expected no such option with --engine afl, found it")]
    [InlineData("--engine afl --assembly x", "--assembly: expected no such option with --engine afl, found it")]
    [InlineData("--engine sharpfuzz --workers 2", "--workers: expected no such option with --engine sharpfuzz, found it")]
    [InlineData("--engine afl --for 3", "--for: expected a time such as 90s, 10m or 8h, found '3'")]
    [InlineData("--engine afl --go 1.19 --fault no-such-fault", "--fault: ")]
    public void What_an_engine_cannot_do_is_refused(string options, string message)
    {
        using var folder = new TemporaryFolder();
        (int code, _, string error) = CorpusProcess.Shell(folder.Path, "mapsim fuzz " + options);
        Assert.Equal(2, code);
        Assert.StartsWith("mapsim: " + message, error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Without_AFL_the_command_says_what_to_install()
    {
        using var folder = new TemporaryFolder();
        (int code, _, string error) = CorpusProcess.Shell(folder.Path, "d=$(command -v dotnet); ln -s $d dotnet; PATH=$PWD mapsim fuzz --engine afl --for 1s");
        Assert.Equal(2, code);
        Assert.Equal("mapsim: afl-fuzz: expected AFL++ on the PATH, found none (Debian: apt-get install afl++)\n", error);
        Assert.Equal(["dotnet"], Directory.EnumerateFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }
}
