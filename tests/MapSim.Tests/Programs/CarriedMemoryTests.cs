using MapSim.Heap;
using MapSim.Layout;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Programs;

/// <summary>Maps with memory of their own in the text of programs.</summary>
public sealed class CarriedMemoryTests
{
    private static readonly string Keys = new('7', 256);
    private static readonly MapType Type = MapType.Parse("map[uint64]uint64");

    [Fact]
    public void A_word_is_read_and_written_back()
    {
        string word = Empty();
        CarriedMemory read = CarriedText.Decode(word, Type);
        Assert.Equal(word, read.Word);
        Assert.Equal(word, new CarriedMemory(read.Objects).Word);
        string text = Program(word) + "assign m 1 2\nlookup m 1 = 2\nlen m = 1\n";
        Assert.Equal(text, ProgramPrinter.PrintCanonical(ProgramParser.Parse(text)));
        Assert.True(new ProgramRunner(ProgramParser.Parse(text)).Run().IsAsExpected);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(40)]
    public void A_word_that_was_cut_off_is_refused_at_its_place(int length)
    {
        string text = Program(Empty()[..length]);
        ProgramFormatException e = Assert.Throws<ProgramFormatException>(() => ProgramParser.Parse(text));
        Assert.Equal((5, 32), (e.Line, e.Column));
        Assert.StartsWith("expected ", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Objects_that_do_not_fit_the_type_are_refused()
    {
        foreach (CarriedObject[] objects in (CarriedObject[][])
            [
                [new CarriedObject(ObjectKind.Hmap, new byte[47])],
                [new CarriedObject(ObjectKind.OverflowBucket, new byte[144])],
                [new CarriedObject(ObjectKind.Hmap, new byte[48]), new CarriedObject(ObjectKind.Hmap, new byte[48])],
                [new CarriedObject(ObjectKind.Hmap, new byte[48]), new CarriedObject(ObjectKind.BucketArray, new byte[145])],
            ])
        {
            string word = new CarriedMemory(objects).Word;
            Assert.Contains("in the map's memory, found", Assert.Throws<FormatException>(() => CarriedText.Decode(word, Type)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Links_out_of_the_objects_are_refused()
    {
        foreach (CarriedLink link in (CarriedLink[])[new(40, 7, 0), new(16, 1, 0), new(16, 0, 1UL << 40)])
        {
            var hmap = new CarriedObject(ObjectKind.Hmap, new byte[48]);
            hmap.Link(link, 8);
            Assert.Contains("links inside the objects", Assert.Throws<FormatException>(() => CarriedText.Decode(new CarriedMemory([hmap]).Word, Type)).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("mapsim 1\nhash aes\nmap m map[uint64]uint64 memory WORD\n", 3, "expected 'hashkeys' in the header")]
    [InlineData("mapsim 1\nhashkeys 77\nmap m map[uint64]uint64 memory WORD\n", 2, "expected 128 bytes of hash keys (hash aes on amd64), found 1")]
    [InlineData("mapsim 1\nhash identity\nhashkeys 77\n", 3, "expected a hash that has keys (aes or portable)")]
    [InlineData("mapsim 1\ncollector\nhashkeys KEYS\nmap m map[uint64]uint64 memory WORD\n", 2, "expected no collector")]
    [InlineData("mapsim 1\nhashkeys 7\n", 2, "as hexadecimal digits, found '7'")]
    [InlineData("mapsim 1\nmap m map[uint64]uint64 memory\n", 2, "expected the map's memory as a word")]
    public void What_does_not_go_together_is_told_with_its_line(string text, int line, string message)
    {
        text = text.Replace("WORD", Empty(), StringComparison.Ordinal).Replace("KEYS", Keys, StringComparison.Ordinal);
        ProgramFormatException e = Assert.Throws<ProgramFormatException>(() => ProgramParser.Parse(text));
        Assert.Equal(line, e.Line);
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Neither_Go_nor_the_binary_form_can_say_it()
    {
        MapProgram program = ProgramParser.Parse(Program(Empty()) + "len m\n");
        ProgramFormatException go = Assert.Throws<ProgramFormatException>(() => GoTestWriter.Write(program, new GoTestOptions("x.mapsim")));
        Assert.Equal(5, go.Line);
        Assert.Contains("which has memory of its own", go.Message, StringComparison.Ordinal);
        ProgramFormatException binary = Assert.Throws<ProgramFormatException>(() => BinaryEncoder.FromText(program));
        Assert.Equal(3, binary.Line);
        Assert.Contains("for the binary form, found 'hashkeys'", binary.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_keys_the_seed_gives_them_as_ever()
    {
        ProgramSettings settings = ProgramSettings.Of(ProgramParser.Parse("mapsim 1\nseed 3\n"));
        Assert.Null(settings.HashKeys);
        Assert.NotEqual(settings.CreateHash().Hash64(1, 2), (settings with { HashKeys = Keys }).CreateHash().Hash64(1, 2));
        Assert.Equal(new MapSim.Hash.AesHash(Convert.FromHexString(Keys)).Hash64(1, 2), (settings with { HashKeys = Keys }).CreateHash().Hash64(1, 2));
    }

    /// <summary>An empty map with one bucket.</summary>
    private static string Empty()
    {
        var hmap = new CarriedObject(ObjectKind.Hmap, new byte[48]);
        hmap.Link(new CarriedLink(16, 1, 0), 8);
        return new CarriedMemory([hmap, new CarriedObject(ObjectKind.BucketArray, new byte[144])]).Word;
    }

    private static string Program(string word) => $"mapsim 1\nhash aes\nhashkeys {Keys}\n\nmap m map[uint64]uint64 memory {word}\n";
}
