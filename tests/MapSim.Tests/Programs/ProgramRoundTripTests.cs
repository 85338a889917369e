using System.Text;
using FsCheck;
using FsCheck.Fluent;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Programs;

public sealed class ProgramRoundTripTests
{
    [Fact]
    public void A_program_made_in_code_is_read_back_as_it_was() =>
        ForAllSeeds(seed =>
        {
            MapProgram program = RandomPrograms.Make(seed);
            MapProgram read = ProgramParser.Parse(ProgramPrinter.Print(program));
            Assert.Equal(program.EndsWithNewline, read.EndsWithNewline);
            Assert.Equal(program.Lines.Count, read.Lines.Count);
            foreach ((ProgramLine expected, ProgramLine found) in program.Lines.Zip(read.Lines))
            {
                Assert.Equal(expected.Comment, found.Comment);
                Assert.Equivalent(expected.Statement, found.Statement, strict: true);
            }
        });

    [Fact]
    public void A_text_is_printed_as_it_was_read_however_it_is_laid_out() =>
        ForAllSeeds(seed =>
        {
            string text = Disorder(ProgramPrinter.Print(RandomPrograms.Make(seed)), seed);
            Assert.Equal(text, ProgramPrinter.Print(ProgramParser.Parse(text)));
        });

    [Fact]
    public void The_canonical_spelling_says_the_same_and_is_its_own_canonical_spelling() =>
        ForAllSeeds(seed =>
        {
            string canonical = ProgramPrinter.Print(RandomPrograms.Make(seed));
            string found = ProgramPrinter.PrintCanonical(ProgramParser.Parse(Disorder(canonical, seed)));
            Assert.Equal(canonical, found);
        });

    [Fact]
    public void Shorter_spellings_have_a_canonical_one()
    {
        MapProgram program = ProgramParser.Parse("mapsim 1\n map  m map[any]int8 small\nrepeat 0..3 assign m  \"a\" +5#c\nlookup m 0.5=absent\n");
        Assert.Equal(
            "mapsim 1\nmap m map[interface {}]int8\nrepeat 3 assign m string(\"a\") +5  #c\nlookup m float64(0.5) = absent\n",
            ProgramPrinter.PrintCanonical(program));
    }

    internal static void ForAllSeeds(Action<int> property, int runs = 150) =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), property).Check(Config.QuickThrowOnFailure.WithMaxTest(runs));

    /// <summary>Indents lines, lengthens the blanks in front of comments, ends some lines with blanks or a carriage return.</summary>
    private static string Disorder(string text, int seed)
    {
        var random = new RandomPrograms(seed ^ 0x5555);
        string[] lines = text.Split('\n');
        var result = new StringBuilder();
        for (int i = 0; i < lines.Length; i++)
        {
            bool last = i == lines.Length - 1;
            string indent = i == 0 || last ? "" : new string(random.Next(2) == 0 ? ' ' : '\t', random.Next(3));
            string end = last ? "" : (random.Next(3) == 0 && !lines[i].Contains('#', StringComparison.Ordinal) ? "  \t" : "") + (random.Next(4) == 0 ? "\r" : "");
            result.Append(indent).Append(lines[i]).Append(end).Append(last ? "" : "\n");
        }

        return result.ToString();
    }
}
