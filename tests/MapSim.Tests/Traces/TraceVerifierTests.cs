using System.IO.Compression;
using System.Text;
using MapSim.Traces;
using Xunit;

namespace MapSim.Tests.Traces;

public class TraceVerifierTests
{
    private static string Folder => Repository.Path("tests", "data", "go-traces");

    public static TheoryData<string> Recorded() => [.. Directory.EnumerateFiles(Folder, "*.jsonl.gz").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Recorded))]
    public void A_recorded_trace_of_real_Go_is_reproduced_byte_for_byte(string file)
    {
        VerifyResult result = Verify(file, File.ReadAllBytes(Path.Combine(Folder, file)));
        Assert.True(result.Mismatch == null, $"{result.Mismatch}");
        Assert.InRange(result.Counts.Operations, 90, 100_000);
        Assert.InRange(result.Counts.Buckets, 10, long.MaxValue);
    }

    [Theory]
    [InlineData("1.19-strstr-midgrow.jsonl.gz")]
    [InlineData("1.23-ifint-mixed.jsonl.gz")]
    [InlineData("1.23-f64i64-midgrow.jsonl.gz")]
    public void Recorded_hashes_alone_are_enough(string file)
    {
        using FileStream stream = File.OpenRead(Path.Combine(Folder, file));
        VerifyResult result = TraceVerifier.Verify(file, stream, new VerifyOptions(RecordedHashes: true));
        Assert.Null(result.Mismatch);
        Assert.Equal(0, result.Counts.Hashes);
    }

    [Fact]
    public void A_trace_of_an_architecture_whose_hash_is_not_modelled_is_replayed_with_its_recorded_hashes()
    {
        string text = Unzip("1.23-strstr-midgrow.jsonl.gz").Replace("\"arch\":\"amd64\"", "\"arch\":\"arm64\"", StringComparison.Ordinal);
        VerifyResult result = Verify("t.jsonl", Encoding.UTF8.GetBytes(text));
        Assert.Null(result.Mismatch);
        Assert.Equal((0L, 2000L, "arm64"), (result.Counts.Hashes, result.Counts.Operations, result.Header.Arch.Name));
    }

    [Fact]
    public void The_nil_dereference_of_an_iterator_that_outlives_two_same_size_grows_is_reproduced()
    {
        VerifyResult result = Verify("1.23-bigint-churn-nil-key.jsonl.gz", File.ReadAllBytes(Path.Combine(Folder, "1.23-bigint-churn-nil-key.jsonl.gz")));
        Assert.Null(result.Mismatch);
        Assert.Equal(1, result.Counts.Panics);
    }

    /// <summary>Every kind of field of a trace, changed by a little: verify must say that field.</summary>
    [Theory]
    [InlineData("\"count\":7,", "\"count\":8,", "h.count")]
    [InlineData("\"flags\":3,", "\"flags\":1,", "h.flags")]
    [InlineData("\"B\":4,\"noverflow\":0", "\"B\":5,\"noverflow\":0", "h.B")]
    [InlineData("\"nevacuate\":3", "\"nevacuate\":4", "h.nevacuate")]
    [InlineData("\"ok\":true", "\"ok\":false", "ok")]
    [InlineData("\"rand\":[]", "\"rand\":[\"1\"]", "random draws")]
    [InlineData("\"wrapped\":true", "\"wrapped\":false", "iterator")]
    [InlineData("\"nextOverflow\":\"A6:33\"", "\"nextOverflow\":\"A6:32\"", "extra.nextOverflow")]
    [InlineData("[\"A5\",16,17]", "[\"A5\",16,18]", "new memory")]
    [InlineData("\"mem\":{\"A0:5\":[\"e7", "\"mem\":{\"A0:5\":[\"e8", "A0:5 byte 0 (tophash[0])")]
    [InlineData("\"hash\":\"e", "\"hash\":\"f", "hash")]
    public void A_trace_changed_in_one_place_is_told_at_that_place(string old, string changed, string where)
    {
        string text = Unzip("1.19-strstr-mixed.jsonl.gz");
        int at = text.IndexOf(old, text.IndexOf('\n', StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.True(at > 0, $"the trace has no {old}");
        string broken = text[..at] + changed + text[(at + old.Length)..];
        TraceMismatch? m = Verify("t.jsonl", Encoding.UTF8.GetBytes(broken)).Mismatch;
        Assert.NotNull(m);
        Assert.Contains(where, m.Where, StringComparison.Ordinal);
        Assert.Equal(text[..at].Count(c => c == '\n') + 1, m.Line);
        Assert.NotEqual(m.Expected, m.Found);
        Assert.Contains($"operation {m.Operation}", m.Dump, StringComparison.Ordinal);
    }

    [Fact]
    public void A_truncated_trace_is_refused_with_its_line()
    {
        string text = Unzip("1.19-strstr-mixed.jsonl.gz");
        TraceFormatException e = Refused("t.jsonl", Encoding.UTF8.GetBytes(text[..20_000]));
        Assert.Equal(text[..20_000].Count(c => c == '\n') + 1, e.Line);
        Assert.Contains("truncated", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_compressed_trace_cut_between_two_lines_is_refused_too()
    {
        using var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(Encoding.UTF8.GetBytes(string.Join('\n', Unzip("1.19-strstr-mixed.jsonl.gz").Split('\n')[..30]) + "\n"));
            gzip.Flush();
        }

        byte[] whole = zipped.ToArray();
        Assert.Null(Verify("t.jsonl.gz", whole).Mismatch);
        Assert.Contains("cut", Refused("t.jsonl.gz", whole[..^8]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_header_without_operations_is_refused()
    {
        string header = Unzip("1.19-strstr-mixed.jsonl.gz").Split('\n')[0] + "\n";
        Assert.Contains("no operations", Refused("t.jsonl", Encoding.UTF8.GetBytes(header)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 1, "empty file")]
    [InlineData("hello\n", 1, "expected a trace header")]
    [InlineData("{\"go\":\"go1.24.1\",\"arch\":\"amd64\"}\n", 1, "1.24")]
    [InlineData("{}\n", 1, "expected the field")]
    public void What_is_no_trace_is_refused(string text, int line, string message)
    {
        TraceFormatException e = Refused("t.jsonl", Encoding.UTF8.GetBytes(text));
        Assert.Equal(line, e.Line);
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"n\":1,", "\"n\":2,", "lines are missing")]
    [InlineData("\"op\":\"iterinit\"", "\"op\":\"jump\"", "expected an operation")]
    [InlineData("\"keysize\":16", "\"keysize\":8", "keysize")]
    [InlineData("\"buckets\":\"A0:0\"", "\"buckets\":\"Q\"", "name of a place")]
    public void A_corrupt_field_is_refused_with_what_was_expected(string old, string changed, string message)
    {
        string text = Unzip("1.19-strstr-mixed.jsonl.gz").Replace(old, changed, StringComparison.Ordinal);
        Assert.Contains(message, Refused("t.jsonl", Encoding.UTF8.GetBytes(text)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1.19-strstr-mixed.jsonl.gz")]
    [InlineData("1.23-ifint-tiny.jsonl.gz")]
    [InlineData("1.23-bigint-iter.jsonl.gz")]
    public void Whatever_is_broken_in_a_trace_ends_in_a_difference_or_a_refusal_never_in_an_internal_error(string file)
    {
        byte[] whole = Encoding.UTF8.GetBytes(string.Join('\n', Unzip(file).Split('\n')[..60]) + "\n");
        int refused = 0, differ = 0;
        for (uint i = 0; i < 400; i++)
        {
            byte[] bytes = [.. whole];
            uint r = unchecked(i * 2654435761u + 12345);
            int at = (int)(r % (uint)bytes.Length);
            byte[] changed = (i % 4) switch
            {
                0 => [.. bytes[..at], "0123456789abcdefx,\":{}[]n-"u8[(int)(r >> 8) % 26], .. bytes[(at + 1)..]],
                1 => [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + 1 + (int)(r % 7))..]],
                2 => [.. bytes[..at], .. "9999999999"u8, .. bytes[at..]],
                _ => [.. bytes[..at], .. bytes[Math.Max(0, at - 20)..]],
            };
            try
            {
                differ += Verify("t.jsonl", changed).Mismatch != null ? 1 : 0;
            }
            catch (TraceFormatException e)
            {
                Assert.InRange(e.Line, 1, 62);
                refused++;
            }
        }

        Assert.InRange(refused, 100, 400);
        Assert.InRange(differ, 10, 400);
    }

    private static VerifyResult Verify(string file, byte[] bytes)
    {
        using var stream = new MemoryStream(bytes);
        return TraceVerifier.Verify(file, stream);
    }

    private static TraceFormatException Refused(string file, byte[] bytes) => Assert.Throws<TraceFormatException>(() => Verify(file, bytes));

    private static string Unzip(string file)
    {
        using var gzip = new GZipStream(File.OpenRead(Path.Combine(Folder, file)), CompressionMode.Decompress);
        using var reader = new StreamReader(gzip);
        return reader.ReadToEnd();
    }
}
