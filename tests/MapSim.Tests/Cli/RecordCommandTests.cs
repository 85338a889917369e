using Xunit;

namespace MapSim.Tests.Cli;

public sealed class RecordCommandTests : IDisposable
{
    private const string NoGo = "there is no Go toolchain of Debian (/usr/lib/go-1.19 to go-1.23) on this machine: apt-get install golang-1.19-go";
    private readonly string _folder = Directory.CreateTempSubdirectory("mapsim-test-").FullName;

    public static bool HasGo => new[] { "1.19", "1.21", "1.22", "1.23" }.Any(v => File.Exists($"/usr/lib/go-{v}/bin/go"));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory(Skip = NoGo, SkipUnless = nameof(HasGo))]
    [InlineData("map[string]int64", "mixed")]
    [InlineData("map[struct{ a interface{}; b [2]string }][3]float32", "midgrow")]
    public void A_trace_recorded_now_is_reproduced(string type, string profile)
    {
        string trace = Path.Combine(_folder, "t.jsonl.gz");
        (int code, _, string error) = MapsimProcess.Run("record", "--type", type, "--profile", profile, "--seed", "7", "--ops", "600", "-o", trace);
        Assert.True(code == 0, error);
        (code, string output, error) = MapsimProcess.Run("verify", trace);
        Assert.True(code == 0, output + error);
        Assert.Contains("600", output, StringComparison.Ordinal);
    }

    [Fact(Skip = NoGo, SkipUnless = nameof(HasGo))]
    public void What_cannot_be_recorded_is_refused_and_leaves_no_file()
    {
        string trace = Path.Combine(_folder, "t.jsonl.gz");
        (int code, _, string error) = MapsimProcess.Run("record", "--profile", "nonsense", "-o", trace);
        Assert.Equal(2, code);
        Assert.Contains("nonsense", error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
    }

    [Theory]
    [InlineData("map[[]int]int", "comparable key type")]
    [InlineData("map[string", "column")]
    public void A_type_that_is_no_map_type_is_refused_before_anything_is_built(string type, string message)
    {
        (int code, _, string error) = MapsimProcess.Run("record", "--type", type, "-o", Path.Combine(_folder, "t.jsonl"));
        Assert.Equal(2, code);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_toolchain_that_is_not_there_is_refused()
    {
        (int code, _, string error) = MapsimProcess.Run("record", "--go", "/nowhere/go", "-o", Path.Combine(_folder, "t.jsonl"));
        Assert.Equal(2, code);
        Assert.Contains("/nowhere/go", error, StringComparison.Ordinal);
    }
}
