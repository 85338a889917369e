using System.IO.Compression;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Programs;

public sealed class ProgramTokenTests
{
    private const string Text = "mapsim 1\n# why: ä, \u4e16 and \U0001F5FA.\nmap m map[string]int\nassign m \"a\" 1\nassign m \"b\" 1\nlookup m \"a\" = 1";

    [Fact]
    public void A_program_is_one_word_that_a_chat_or_a_shell_leaves_alone()
    {
        string word = ProgramToken.Encode(ProgramParser.Parse(Text));
        Assert.Matches("^b64:H4sI[A-Za-z0-9_-]+$", word);
        Assert.Equal(Text, ProgramPrinter.Print(ProgramToken.Decode(word)));
    }

    [Fact]
    public void The_same_program_is_the_same_word_on_every_machine() => Assert.Equal(
        "b64:H4sIAAAAAAAA_8tNLCjOzFUw5AIyFHIVgGR0Zl5JLBAr5GXmcCUWF2em5wElDIFKAP9kHEUsAAAA",
        ProgramToken.Encode(ProgramParser.Parse("mapsim 1\nmap m map[int]int nil\nassign m 1 1\n")));

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Both_alphabets_with_and_without_padding_are_read_packed_or_not(bool isStandard, bool isPadded)
    {
        byte[] text = Encoding.UTF8.GetBytes(Text);
        foreach (byte[] bytes in new[] { text, Framework(text), FixedDeflate.GZip(text), [.. text, .. "\n# \u00ff\u00fe?~"u8] })
        {
            string word = Convert.ToBase64String(bytes);
            word = isStandard ? word : word.Replace('+', '-').Replace('/', '_');
            word = isPadded ? word : word.TrimEnd('=');
            Assert.StartsWith(Text, ProgramPrinter.Print(ProgramToken.Decode("b64:" + word)), StringComparison.Ordinal);
            Assert.StartsWith(Text, ProgramPrinter.Print(ProgramToken.Decode("b64:" + string.Join("\r\n ", word.Chunk(20).Select(c => new string(c))) + "\n")), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_is_packed_is_unpacked_by_the_framework()
    {
        Prop.ForAll<byte[]>(bytes => Unpack(FixedDeflate.GZip(bytes)).SequenceEqual(bytes)).QuickCheckThrowOnFailure();
        var random = new Random(7);
        foreach (int length in new[] { 0, 1, 2, 3, 257, 258, 259, 300, 32767, 32768, 33100, 100_000 })
        {
            byte[] same = new byte[length], few = new byte[length], any = new byte[length], farApart = new byte[length];
            random.NextBytes(any);
            for (int i = 0; i < length; i++)
            {
                few[i] = (byte)random.Next(3);
                farApart[i] = i < 300 || i % 32768 < 300 ? (byte)(i % 32768 * 7 & 255) : any[i];
            }

            Assert.All(new[] { same, few, any, farApart }, bytes => Assert.Equal(bytes, Unpack(FixedDeflate.GZip(bytes))));
        }
    }

    [Fact]
    public void A_committed_program_packs_to_less_than_its_text_in_base64()
    {
        string text = File.ReadAllText(Repository.Path("corpus", "discoveries", "iter-duplicate-same-size-grow.mapsim"));
        Assert.InRange(ProgramToken.Encode(ProgramParser.Parse(text)).Length, 100, text.Length);
    }

    [Theory]
    [InlineData("b64:", "expected 'mapsim 1', found the end of the line")]
    [InlineData("b64:abc%", "expected base64 (letters, digits, '-' and '_' or '+' and '/'), found '%' as character 8")]
    [InlineData("b64:abcde", "expected base64, found one character too few or too many")]
    [InlineData("b64:H4sIAAAA", "expected gzip data up to its end, found them cut off")]
    [InlineData("b64:H4sIAAAAAAAA_____w", "expected gzip data, found broken ones (was the end of the word lost?)")]
    [InlineData("b64:_w", "expected a text in UTF-8, found other bytes")]
    public void A_broken_word_is_told_as_such(string word, string message)
    {
        Exception e = Assert.ThrowsAny<Exception>(() => ProgramToken.Decode(word));
        Assert.True(e is FormatException or ProgramFormatException, e.ToString());
        Assert.Equal(message, e.Message);
    }

    [Fact]
    public void A_word_that_lost_its_end_is_never_read_as_a_shorter_program()
    {
        string word = ProgramToken.Encode(ProgramParser.Parse(Text));
        Assert.All(Enumerable.Range(8, word.Length - 9), n => Assert.ThrowsAny<Exception>(() => ProgramToken.Decode(word[..n])));
    }

    private static byte[] Framework(byte[] bytes)
    {
        using var to = new MemoryStream();
        using (var gzip = new GZipStream(to, CompressionLevel.SmallestSize))
        {
            gzip.Write(bytes);
        }

        return to.ToArray();
    }

    private static byte[] Unpack(byte[] bytes)
    {
        using var gzip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
        using var to = new MemoryStream();
        gzip.CopyTo(to);
        return to.ToArray();
    }
}
