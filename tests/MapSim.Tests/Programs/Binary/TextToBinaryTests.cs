using System.Text.RegularExpressions;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Programs.Binary;

public sealed class TextToBinaryTests
{
    [Fact]
    public void A_text_is_written_with_selectors_where_the_pool_has_its_values_and_with_literals_elsewhere()
    {
        BinaryProgram program = BinaryEncoder.FromText(ProgramParser.Parse("mapsim 1\n# why: an example\nseed 3\nmap m map[string]int64\nassign m \"k5\" 7\nassign m \"hello\" 1000000\nlookup m \"k5\" = 7\n"));
        Assert.Equal("Config 3 0 0 0 0 0 0 0 3\nAssign 0 5 7\nAssignLiteral 0 127 5 104 101 108 108 111 64 82 104 7\nLookup 0 5", program.ToString());
        Assert.Equal(
            "mapsim 1\nseed 3\nmap m0 map[string]int64\nassign m0 \"k5\" 7\nassign m0 \"hello\" 1000000\nlookup m0 \"k5\"\n",
            ProgramPrinter.Print(BinaryResolver.Resolve(program)));
    }

    [Fact]
    public void A_text_with_everything_is_the_same_again_but_for_names()
    {
        const string Text = """
            mapsim 1
            go 1.22
            collector
            map m map[uint64]*T make(20)
            map other map[string]int nil
            var total
            mutex mu
            waitgroup wg
            once o
            chan c 2
            goroutine reader
              lock mu
              lookup m 2 -> p
              read p recover
              unlock mu
              done wg recover
            end
            add wg 1 recover
            spawn reader
            assign m 2 &q
            repeat 5..20
              assign m $i nil
              turn 3..5 delete m $i
            end
            clone other copy
            range e m
              turn 4 delete m key(e)
              do o
                gc
              end
              turn 6 break
            end
            select
            case send c -5
              add total 1
            default
            end
            join reader
            schedule main*12 reader*3 gc.1
            """;
        string found = ProgramPrinter.Print(BinaryResolver.Resolve(BinaryEncoder.FromText(ProgramParser.Parse(Text))));
        string expected = string.Join('\n', Text.Split('\n').Select(l => l.Trim()).Prepend("")) + "\n";
        (string From, string To)[] names =
        [
            ("map m ", "map m0 "), ("map other map[string]int nil", "map m1 map[string]int nil\nmap m2 map[string]int nil"), (" m ", " m0 "), ("clone other copy", "clone m1 m2"),
            (" reader", " w1"), ("&q", "&x1000000"), ("range e m", "range r0 m0"), ("key(e)", "key(r0)"), (" p\n", " p7\n"), ("read p ", "read p7 "),
            ("lock mu", "lock mu0"), ("once o\n", "once o0\n"), ("do o\n", "do o0\n"), ("mutex mu", "mutex mu0"), (" wg", " wg0"), (" total", " x0"), ("chan c ", "chan ch2 "), ("send c ", "send ch2 "),
        ];
        foreach ((string from, string to) in names)
        {
            expected = expected.Replace(from, to, StringComparison.Ordinal);
        }

        Assert.Equal(expected.TrimStart('\n'), found);
    }

    [Fact]
    public void Example_programs_end_the_same_in_both_forms()
    {
        int converted = 0;
        foreach (string file in Directory.EnumerateFiles(Repository.Path("corpus/examples"), "*.mapsim").Order(StringComparer.Ordinal))
        {
            MapProgram text = ProgramParser.Parse(File.ReadAllText(file));
            BinaryProgram binary;
            try
            {
                binary = BinaryEncoder.FromText(text);
            }
            catch (ProgramFormatException e)
            {
                TestContext.Current.SendDiagnosticMessage(e.At(Path.GetFileName(file)));
                continue;
            }

            converted++;
            Assert.Equal(Results(text), Results(BinaryResolver.Resolve(BinaryDecoder.Decode(BinaryEncoder.Encode(binary)))));
        }

        TestContext.Current.SendDiagnosticMessage($"{converted} examples converted");
        Assert.InRange(converted, 5, int.MaxValue);
    }

    /// <summary>What the operations gave, names of pointers and results of asserts apart.</summary>
    private static List<string> Results(MapProgram program)
    {
        var results = new List<string>();
        new ProgramRunner(program) { Observer = r => results.Add(r.Text.StartsWith("assert", StringComparison.Ordinal) ? "" : Regex.Replace(r.Result, @"&\w+", "&")) }.Run();
        results.RemoveAll(r => r.Length == 0);
        return results;
    }

    [Theory]
    [InlineData("map m map[int32]int64\nclear m", "2:1: expected a map type that the binary form knows (BinaryTypes.Maps) for the binary form, found 'map m map[int32]int64'")]
    [InlineData("limit 5\nmap m map[int]int", "2:1: expected a setting that the op Config can say for the binary form, found 'limit 5'")]
    [InlineData("map m map[int]int make(61)", "2:1: expected a hint up to 60, or one of those above for the binary form, found 'map m map[int]int make(61)'")]
    [InlineData("map m map[string]string\nrepeat 3 assign m \"x$i\" \"y\"", "3:1: expected $i only as the binary form uses it ('\"k$i\"') for the binary form, found 'repeat 3 assign m \"x$i\" \"y\"'")]
    [InlineData("map m map[int]int\nselect\nend", "4:1: expected a select with a case for the binary form, found 'end'")]
    [InlineData("map m map[int]int\nrange i m\nrange j m\nlookup m key(i)\nend\nend", "5:1: expected the key of the innermost loop for the binary form, found 'lookup m key(i)'")]
    [InlineData("map m map[int]int\nrange r m\niter i m\nend\nnext i", "6:1: expected a line like 'iter i7 m0' for the binary form, found 'next i'")]
    [InlineData("map m map[int]int\nrepeat 5000 clear m", "3:1: expected at most 4096 times from at most 1048575 for the binary form, found 'repeat 5000 clear m'")]
    [InlineData("map m map[any]int\nlookup m [3]int{1}", "3:1: expected a type that the binary form knows")]
    [InlineData("var x = 5\nmap m map[int]int", "2:1: expected at most 8 of a kind")]
    [InlineData("", "1:1: expected a map for the binary form")]
    public void What_the_binary_form_cannot_express_is_said_with_its_line(string lines, string message)
    {
        MapProgram program = ProgramParser.Parse("mapsim 1\n" + lines + "\n");
        string found = Assert.Throws<ProgramFormatException>(() => BinaryEncoder.FromText(program)).At("");
        Assert.StartsWith(message, found.TrimStart(':'), StringComparison.Ordinal);
    }
}
