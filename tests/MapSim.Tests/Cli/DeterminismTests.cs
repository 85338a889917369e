using System.Text.Json;
using Xunit;

namespace MapSim.Tests.Cli;

public class DeterminismTests
{
    private static readonly Dictionary<string, string>[] Environments =
    [
        [],
        new() { ["LC_ALL"] = "tr_TR.UTF-8", ["LANG"] = "tr_TR.UTF-8", ["TZ"] = "Asia/Kathmandu", ["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "0" },
        new() { ["DOTNET_TieredCompilation"] = "0", ["DOTNET_gcServer"] = "1", ["DOTNET_GCgen0size"] = "100000" },
        new() { ["DOTNET_EnableHWIntrinsic"] = "0", ["DOTNET_TieredPGO"] = "0" },
    ];

    [Theory]
    [InlineData("corpus/examples/iterate-across-grow.mapsim")]
    public void The_same_program_gives_the_same_digest_in_any_process(string program)
    {
        var seen = Environments.Select(e => MapsimProcess.RunIn(e, "run", "--json", program)).ToList();
        Assert.All(seen, s => Assert.Equal(0, s.Code));
        string digest = Digest(seen[0].Output);
        Assert.Equal(32, digest.Length);
        Assert.All(seen, s => Assert.Equal(digest, Digest(s.Output)));
    }

    [Fact]
    public void The_same_campaign_gives_the_same_digest_in_any_process_and_with_any_number_of_workers()
    {
        var outputs = Environments.Select(e => MapsimProcess.RunIn(e, "soak", "--execs", "12", "--seed", "9", "--json")).ToList();
        Assert.All(outputs, o => Assert.Equal(0, o.Code));
        var digests = outputs.Select(o => JsonDocument.Parse(o.Output).RootElement.GetProperty("digest").GetString()).Distinct().ToList();
        Assert.Single(digests);
        Assert.False(string.IsNullOrEmpty(digests[0]));
    }

    [Fact]
    public void The_same_map_has_the_same_hexdump_in_any_process()
    {
        var dumps = Environments.Select(e => MapsimProcess.RunIn(e, "dump", "corpus/examples/growth.mapsim").Output).Distinct().ToList();
        Assert.Single(dumps);
        Assert.InRange(dumps[0].Length, 1000, int.MaxValue);
    }

    private static string Digest(string json) => JsonDocument.Parse(json).RootElement.GetProperty("files")[0].GetProperty("digest").GetString()!;
}
