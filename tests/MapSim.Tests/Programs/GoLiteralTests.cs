using MapSim.Layout;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Programs;

public sealed class GoLiteralTests
{
    [Theory]
    [InlineData("int8", "-128", "80")]
    [InlineData("uint16", "0xBEEF", "efbe")]
    [InlineData("int64", "-1", "ffffffffffffffff")]
    [InlineData("uint64", "18446744073709551615", "ffffffffffffffff")]
    [InlineData("float64", "-0", "0000000000000080")]
    [InlineData("float64", "NaN", "010000000000f87f")]
    [InlineData("float64", "NaN(0xfff8000000000abc)", "bc0a00000000f8ff")]
    [InlineData("float32", "NaN", "0000c07f")]
    [InlineData("float32", "0.1", "cdcccc3d")]
    [InlineData("float32", "-Inf", "000080ff")]
    [InlineData("complex64", "(1.5e-3-Infi)", "a69bc43a000080ff")]
    [InlineData("complex128", "(NaN+NaNi)", "010000000000f87f010000000000f87f")]
    [InlineData("bool", "true", "01")]
    public void A_number_has_the_bytes_that_Go_gives_it(string type, string text, string bytes)
    {
        GoType goType = GoTypeParser.Parse(type, Arch.Amd64);
        var found = new byte[goType.Size];
        ScalarBytes(goType, text).CopyTo(found, 0);
        Assert.Equal(bytes, Convert.ToHexStringLower(found));
    }

    [Theory]
    [InlineData("int8", "128")]
    [InlineData("uint8", "-1")]
    [InlineData("uint64", "18446744073709551616")]
    [InlineData("int64", "0x")]
    [InlineData("int64", "1_000")]
    [InlineData("int64", "--1")]
    [InlineData("float64", "1e999")]
    [InlineData("float64", "NaN(0x7ff0000000000000)")]
    [InlineData("float32", "NaN(0x17fc00000)")]
    [InlineData("float64", "one")]
    [InlineData("complex128", "(1)")]
    [InlineData("bool", "True")]
    public void What_is_no_value_of_a_type_is_refused(string type, string text)
    {
        GoType goType = GoTypeParser.Parse(type, Arch.Amd64);
        Assert.Throws<FormatException>(() => ScalarBytes(goType, text));
    }

    [Theory]
    [InlineData("\"a\\x00\\377\\u00e9\\n\\\"\"", new byte[] { 97, 0, 255, 0xC3, 0xA9, 10, 34 })]
    [InlineData("\"\\U0001F600é\"", new byte[] { 0xF0, 0x9F, 0x98, 0x80, 0xC3, 0xA9 })]
    public void Quoted_strings_know_Go_s_escapes(string quoted, byte[] bytes) => Assert.Equal(bytes, GoQuote.Unquote(quoted));

    [Theory]
    [InlineData("\"\\ud800\"")]
    [InlineData("\"\\x4\"")]
    [InlineData("\"\\400\"")]
    [InlineData("\"a\"b")]
    [InlineData("a")]
    [InlineData("\"")]
    public void Broken_strings_are_refused(string quoted) => Assert.Throws<FormatException>(() => GoQuote.Unquote(quoted));

    [Fact]
    public void Every_byte_string_is_quoted_so_that_it_reads_back() =>
        ProgramRoundTripTests.ForAllSeeds(seed =>
        {
            var random = new RandomPrograms(seed);
            byte[] bytes = [.. Enumerable.Range(0, random.Next(20)).Select(_ => (byte)random.Next(256))];
            string quoted = GoQuote.Quote(bytes);
            Assert.Equal(bytes, GoQuote.Unquote(quoted));
            Assert.Equal(quoted.Length, GoQuote.Scan(quoted + " rest", out _));
            Assert.DoesNotContain("$i", quoted, StringComparison.Ordinal);
        });

    [Theory]
    [InlineData("asign", "assign")]
    [InlineData("lokup", "lookup")]
    [InlineData("itre", "iter")]
    [InlineData("x", null)]
    [InlineData("frobnicate", null)]
    public void The_nearest_word_is_suggested_only_if_it_is_near(string found, string? expected) =>
        Assert.Equal(expected, Suggestion.For(found, Operation.Words));

    // Through a machine, as programs do it.
    private static byte[] ScalarBytes(GoType type, string text)
    {
        var session = new MapSession(new ProgramSettings(GoVersion.Go123, Arch.Amd64, "aes", 0, false, 1000).ToOptions(), MapType.Parse("map[int]int", Arch.Amd64));
        return new ValueWriter(session, new ObjectNames()).Bytes(type, GoValue.Plain(text));
    }
}
