using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using MapSim.Fuzz;
using MapSim.Layout;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Fuzz;

/// <summary>
/// The files in data/go-fuzz were written by real Go 1.19.8 (64 digits) and 1.23 (16 digits): `go test -run=NONE -fuzz=FuzzX
/// -fuzzminimizetime=0x` on targets with arguments of every type, which fail as soon as Go has changed the last one.
/// </summary>
public sealed class GoFuzzFileTests
{
    public static TheoryData<string> Files =>
        [.. Directory.GetFiles(Data(), "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(Data(), f)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_file_of_real_Go_is_written_again_byte_for_byte_and_named_as_Go_named_it(string name)
    {
        byte[] content = File.ReadAllBytes(Data(name));
        Assert.Equal(Encoding.UTF8.GetString(content), Encoding.UTF8.GetString(GoFuzzFile.Parse(content).ToBytes()));
        GoVersion version = Path.GetFileName(name).Length == 64 ? GoVersion.Go119 : GoVersion.Go123;
        Assert.Equal(Path.GetFileName(name), GoFuzzFile.Name(content, version));
    }

    [Fact]
    public void The_values_of_real_Go_are_read_as_what_they_are()
    {
        IReadOnlyList<GoFuzzValue> numbers = Read("FuzzNumbers"), floats = Read("FuzzFloats"), texts = Read("FuzzTexts");
        Assert.Equal(
            "Bool 0, Byte 0, Byte 39, Byte 255, Byte 97, Int -5, Int8 -128, Int16 -32768, Int64 -9223372036854775808, Uint 7, Uint16 65476, Uint32 14, "
            + "Uint64 18446744073709551615, Rune 97, Rune 128493, Rune -1, Rune 55296, Rune 39, Rune 160",
            string.Join(", ", numbers.Select(v => FormattableString.Invariant($"{v.Kind} {v.Number}"))));
        Assert.Equal(
            [125000, 1e20, 1.1111111111111111e+20, 2.05761315e+07, -52.9999, 1e-05, -0.0, double.PositiveInfinity, double.NegativeInfinity],
            floats.Take(9).Select(v => BitConverter.UInt64BitsToDouble((ulong)v.Number)));
        Assert.Equal(
            "8000000000000000 7ff8000000000001 7ff8000000000abc 7fefffffffffffff 1 7fc00000 ffc00001 7f800001",
            string.Join(' ', new[] { 6, 9, 10, 11, 12, 17, 18, 20 }.Select(i => ((ulong)floats[i].Number).ToString("x", CultureInfo.InvariantCulture))));
        Assert.Equal("*\\\xec\x80\"''`\\\a\b\f\n`\\\0\x01\f\n\r\t\v", Encoding.Latin1.GetString(texts[2].Content.Span));
        Assert.Equal([0xED, 0xA0, 0x80, 0xEE], texts[4].Content.Span[19..23].ToArray());
    }

    [Fact]
    public void Every_value_is_read_back_as_it_was() =>
        Prop.ForAll(Value().NonEmptyListOf().ToArbitrary(), values =>
        {
            byte[] written = new GoFuzzFile([.. values]).ToBytes();
            GoFuzzFile read = GoFuzzFile.Parse(written);
            Assert.Equal(values.Select(Shown), read.Values.Select(Shown));
            Assert.Equal(written, read.ToBytes());
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Fact]
    public void Every_character_is_read_back_as_it_was()
    {
        for (int rune = -2; rune <= 0x110000; rune++)
        {
            GoFuzzValue value = GoFuzzValue.Of(GoFuzzKind.Rune, rune);
            Assert.Equal(rune, new GoFuzzLine(2, value.ToString()).Value().Number);
        }
    }

    [Theory]
    [InlineData(" uint32 ( 0x1_0 , ) // comment", GoFuzzKind.Uint32, "16")]
    [InlineData("int(- 0b101)", GoFuzzKind.Int, "-5")]
    [InlineData("int64(0o17)", GoFuzzKind.Int64, "15")]
    [InlineData("uint8(017)", GoFuzzKind.Byte, "15")]
    [InlineData("byte(200)", GoFuzzKind.Byte, "200")]
    [InlineData("rune(-1)", GoFuzzKind.Rune, "-1")]
    [InlineData("rune('\\U0001f600')", GoFuzzKind.Rune, "128512")]
    [InlineData("rune('\"')", GoFuzzKind.Rune, "34")]
    [InlineData("byte('\\377')", GoFuzzKind.Byte, "255")]
    [InlineData("byte('\\xff')\r", GoFuzzKind.Byte, "255")]
    [InlineData("float64(1)", GoFuzzKind.Float64, "4607182418800017408")]
    [InlineData("float32(.5)", GoFuzzKind.Float32, "1056964608")]
    [InlineData("float64(2.e+0)", GoFuzzKind.Float64, "4611686018427387904")]
    [InlineData("math.Float32frombits(0xffffffff)", GoFuzzKind.Float32, "4294967295")]
    [InlineData("math . Float64frombits( 7 )", GoFuzzKind.Float64, "7")]
    [InlineData("bool(true)", GoFuzzKind.Bool, "1")]
    public void Go_takes_other_spellings_and_so_do_we(string line, GoFuzzKind kind, string number)
    {
        GoFuzzValue value = GoFuzzFile.Parse(Encoding.UTF8.GetBytes("go test fuzz v1\r\n\n" + line)).Values.Single();
        Assert.Equal((kind, number), (value.Kind, value.Number.ToString(CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void A_raw_string_is_what_stands_in_it() =>
        Assert.Equal("a\\n\"b"u8.ToArray(), GoFuzzFile.Parse("go test fuzz v1\n[]byte(`a\\n\"b`)"u8).Values.Single().Content.ToArray());

    [Theory]
    [InlineData("", "1:1: expected 'go test fuzz v1', found ''")]
    [InlineData("go test fuzz v2\nint(1)\n", "1:1: expected 'go test fuzz v1', found 'go test fuzz v2'")]
    [InlineData("go test fuzz v1\n", "2:1: expected a value like []byte(\"X\"), found the end of the file")]
    [InlineData("go test fuzz v1\nint(1)\nint7(1)\n", "3:1: expected a type ([]byte, string, bool, byte, rune, int..., uint..., float32, float64, math.Float64frombits), found 'int7(1)' (did you mean 'int'?)")]
    [InlineData("go test fuzz v1\nint(1", "2:6: expected ')', found the end of the line")]
    [InlineData("go test fuzz v1\nint 1)", "2:5: expected '(', found '1)'")]
    [InlineData("go test fuzz v1\nint()", "2:5: expected a literal, found ')'")]
    [InlineData("go test fuzz v1\nint(+1)", "2:5: expected a literal, found '+1)'")]
    [InlineData("go test fuzz v1\nint(1) 2", "2:8: expected the end of the line, found '2'")]
    [InlineData("go test fuzz v1\n  int8(128)", "2:8: expected an integer from -128 to 127, found '128)'")]
    [InlineData("go test fuzz v1\nuint(-1)", "2:6: expected an integer from 0 to 18446744073709551615, found '-1)'")]
    [InlineData("go test fuzz v1\nint(08)", "2:5: expected an integer from -9223372036854775808 to 9223372036854775807, found '08)'")]
    [InlineData("go test fuzz v1\nint(1__0)", "2:5: expected an integer from -9223372036854775808 to 9223372036854775807, found '1__0)'")]
    [InlineData("go test fuzz v1\nint('a')", "2:5: expected an integer from -9223372036854775808 to 9223372036854775807, found ''a')'")]
    [InlineData("go test fuzz v1\nbyte('\\u0100')", "2:6: expected a byte as a character or a number, found ''\\u0100')'")]
    [InlineData("go test fuzz v1\nrune('ab')", "2:6: expected a rune as a character or a number, found ''ab')'")]
    [InlineData("go test fuzz v1\nrune('')", "2:6: expected a rune as a character or a number, found ''')'")]
    [InlineData("go test fuzz v1\nrune('a)", "2:6: expected a literal that ends with ', found ''a)'")]
    [InlineData("go test fuzz v1\nbool(1)", "2:6: expected true or false, found '1)'")]
    [InlineData("go test fuzz v1\nfloat64(1e400)", "2:9: expected a number that a float64 can hold, found '1e400)'")]
    [InlineData("go test fuzz v1\nfloat32(Inf)", "2:9: expected a number that a float32 can hold, found 'Inf)'")]
    [InlineData("go test fuzz v1\nfloat32(-NaN)", "2:9: expected a literal, found '-NaN)'")]
    [InlineData("go test fuzz v1\nfloat64(NaN(0x7ff8000000000abc))", "2:12: expected ')', found '(0x7ff8000000000abc))'")]
    [InlineData("go test fuzz v1\nmath.Float32frombits(0x100000000)", "2:22: expected the bits as an integer from 0 to 4294967295, found '0x100000000)'")]
    [InlineData("go test fuzz v1\nmath.Pi(1)", "2:1: expected a type ([]byte, string, bool, byte, rune, int..., uint..., float32, float64, math.Float64frombits), found 'math.Pi(1)'")]
    [InlineData("go test fuzz v1\nstring(\"a)", "2:8: expected a literal that ends with \", found '\"a)'")]
    [InlineData("go test fuzz v1\nstring(\"ab\\q\")", "2:11: expected an escape of Go, found '\\q\")'")]
    [InlineData("go test fuzz v1\n[]byte(5)", "2:8: expected a string in quotes, found '5)'")]
    [InlineData("go test fuzz v1\n[4]byte(\"a\")", "2:2: expected ']', found '4]byte(\"a\")'")]
    [InlineData("go test fuzz v1\n\"a\"", "2:1: expected a value like []byte(\"X\"), found '\"a\"'")]
    public void A_wrong_file_is_told_with_its_place(string content, string message) =>
        Assert.Equal(message, Assert.Throws<ProgramFormatException>(() => GoFuzzFile.Parse(Encoding.UTF8.GetBytes(content))).At("")[1..]);

    [Fact]
    public void Bytes_that_are_no_UTF_8_are_told_with_their_place() =>
        Assert.Equal("f:2:9: expected UTF-8, found the byte 0xff", Assert.Throws<ProgramFormatException>(
            () => GoFuzzFile.Parse([.. "go test fuzz v1\nstring(\""u8, 0xFF, .. "\")"u8])).At("f"));

    [Fact]
    public void A_program_travels_to_Go_and_back()
    {
        Assert.Equal("go test fuzz v1\nstring(\"mapsim 1\\n\")\n", Encoding.UTF8.GetString(GoFuzzFile.OfProgram("mapsim 1\n"u8.ToArray()).ToBytes()));
        Assert.Equal("go test fuzz v1\n[]byte(\"\\x00ÿ\\xff\")\n", Encoding.UTF8.GetString(GoFuzzFile.OfProgram(new byte[] { 0, 0xC3, 0xBF, 0xFF }).ToBytes()));
        Prop.ForAll(Bytes().ToArbitrary(), b => GoFuzzFile.Parse(GoFuzzFile.OfProgram(b).ToBytes()).Program().Span.SequenceEqual(b)).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("string(\"no program\")", "expected a []byte, or a string that begins with 'mapsim 1', found string(\"no program\")")]
    [InlineData("int(5)", "expected a []byte, or a string that begins with 'mapsim 1', found int(5)")]
    [InlineData("[]byte(\"a\")\nint(5)", "expected one value, []byte or string, found 2 values")]
    public void A_file_without_a_program_is_refused(string lines, string message) =>
        Assert.Equal("f:2:1: " + message, Assert.Throws<ProgramFormatException>(() => GoFuzzFile.Parse(Encoding.UTF8.GetBytes("go test fuzz v1\n" + lines)).Program()).At("f"));

    private static string Data(params string[] parts) => Path.Combine([AppContext.BaseDirectory, "data", "go-fuzz", .. parts]);

    private static IReadOnlyList<GoFuzzValue> Read(string target) => GoFuzzFile.Parse(File.ReadAllBytes(Directory.GetFiles(Data(target)).Single())).Values;

    private static string Shown(GoFuzzValue value) => FormattableString.Invariant($"{value.Kind} {value.Number} {Convert.ToHexString(value.Content.Span)}");

    /// <summary>Random bytes are seldom long UTF-8, so texts are mixed in.</summary>
    private static Gen<byte[]> Bytes() => Gen.OneOf(
        ArbMap.Default.GeneratorFor<byte[]>(),
        Gen.Elements("é", "€", "😀", "\u00a0", "\u2028", "\ufffd", "\"", "\\", "`", "'", "$i", "\n", "\0", "\ue000").ListOf().Select(p => Encoding.UTF8.GetBytes(string.Concat(p))));

    private static Gen<GoFuzzValue> Value() => Gen.OneOf(
        Bytes().Select(b => GoFuzzValue.Bytes(b)),
        Bytes().Select(b => GoFuzzValue.String(b)),
        from kind in Gen.Elements(Enum.GetValues<GoFuzzKind>().Where(k => k > GoFuzzKind.String))
        from bits in ArbMap.Default.GeneratorFor<ulong>()
        from spread in Gen.Choose(0, 63)
        from low in Gen.Elements(true, false)
        select Number(kind, low ? bits >> spread : bits << spread));

    private static GoFuzzValue Number(GoFuzzKind kind, ulong bits)
    {
        Int128 range = GoFuzzValue.Max(kind) - GoFuzzValue.Min(kind) + 1;
        return GoFuzzValue.Of(kind, GoFuzzValue.Min(kind) + (bits % range));
    }
}
