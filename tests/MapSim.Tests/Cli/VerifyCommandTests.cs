using System.Text.Json;
using Xunit;

namespace MapSim.Tests.Cli;

public sealed class VerifyCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mapsim-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_good_trace_exits_0_with_a_table_and_with_json()
    {
        (int code, string table, _) = MapsimProcess.Run("verify", Trace("1.23-u64u64-tiny"));
        Assert.Equal(0, code);
        Assert.Contains("equal", table, StringComparison.Ordinal);
        (code, string json, _) = MapsimProcess.Run("verify", "--json", Trace("1.23-u64u64-tiny"));
        Assert.Equal(0, code);
        JsonElement root = JsonDocument.Parse(json).RootElement;
        Assert.Equal("mapsim.verify/1", root.GetProperty("schema").GetString());
        Assert.Equal((1, 2000, 0), (root.GetProperty("traces").GetInt32(), root.GetProperty("operations").GetInt32(), root.GetProperty("mismatches").GetArrayLength()));
        Assert.True(root.GetProperty("seconds").GetDouble() > 0);
    }

    [Fact]
    public void A_difference_exits_79_and_names_operation_and_field_with_both_values()
    {
        string broken = Broken("\"count\":3,", "\"count\":4,");
        (int code, string output, _) = MapsimProcess.Run("verify", broken);
        Assert.Equal(79, code);
        Assert.Contains("h.count", output, StringComparison.Ordinal);
        Assert.Contains("expected 4", output, StringComparison.Ordinal);
        Assert.Contains("found    3", output, StringComparison.Ordinal);
        (code, string json, _) = MapsimProcess.Run("verify", "--json", broken);
        Assert.Equal(79, code);
        JsonElement m = JsonDocument.Parse(json).RootElement.GetProperty("mismatches")[0];
        Assert.Equal(("h.count", broken), (m.GetProperty("where").GetString(), m.GetProperty("file").GetString()));
        Assert.True(m.GetProperty("operation").GetInt32() > 0);
    }

    [Fact]
    public void A_corrupt_file_exits_2_with_file_line_and_column_and_the_others_are_still_verified()
    {
        string bad = Path.Combine(_folder, "bad.jsonl");
        File.WriteAllText(bad, "no trace\n");
        (int code, string output, string error) = MapsimProcess.Run("verify", bad, Trace("1.23-u64u64-tiny"));
        Assert.Equal(2, code);
        Assert.Contains($"{bad}:1:2: expected a trace header", error, StringComparison.Ordinal);
        Assert.Contains("2,000", output, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_folder_exits_4_and_bad_usage_2()
    {
        Assert.Equal(4, MapsimProcess.Run("verify", _folder).Code);
        Assert.Equal(2, MapsimProcess.Run("verify").Code);
        Assert.Equal(2, MapsimProcess.Run("verify", "--nonsense", _folder).Code);
        Assert.Equal(2, MapsimProcess.Run("verify", Path.Combine(_folder, "absent.jsonl")).Code);
    }

    private static string Trace(string name) => Repository.Path("tests", "data", "go-traces", name + ".jsonl.gz");

    private string Broken(string old, string changed)
    {
        using var gzip = new System.IO.Compression.GZipStream(File.OpenRead(Trace("1.23-u64u64-tiny")), System.IO.Compression.CompressionMode.Decompress);
        using var reader = new StreamReader(gzip);
        string text = reader.ReadToEnd();
        int at = text.IndexOf(old, StringComparison.Ordinal);
        string path = Path.Combine(_folder, "broken.jsonl");
        File.WriteAllText(path, text[..at] + changed + text[(at + old.Length)..]);
        return path;
    }
}
