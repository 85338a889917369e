using System.Text;
using MapSim.Layout;
using MapSim.Programs;

namespace MapSim.Fuzz;

/// <summary>
/// A corpus file of Go's fuzzer ("go test fuzz v1", testdata/fuzz/FuzzX/name): one value a line, as Go literals. What
/// Go's own internal/fuzz/encoding.go writes and reads, so that programs travel to a Go fuzz target and back.
/// </summary>
/// <param name="values">The arguments of the fuzz target; at least one.</param>
public sealed class GoFuzzFile(IReadOnlyList<GoFuzzValue> values)
{
    internal const string Header = "go test fuzz v1";

    /// <summary>The arguments.</summary>
    public IReadOnlyList<GoFuzzValue> Values => values;

    /// <summary>True if a content is a corpus file of Go's fuzzer, right or wrong: its first line says so.</summary>
    public static bool IsOne(ReadOnlySpan<byte> content) => content.StartsWith("go test fuzz v"u8);

    /// <summary>The file that holds a program: a string if it is a text, else a []byte.</summary>
    public static GoFuzzFile OfProgram(ReadOnlyMemory<byte> program) =>
        new([CorpusName.IsText(program.Span) ? GoFuzzValue.String(program) : GoFuzzValue.Bytes(program)]);

    /// <summary>Reads a file.</summary>
    /// <exception cref="ProgramFormatException">It is wrong; the exception says where.</exception>
    public static GoFuzzFile Parse(ReadOnlySpan<byte> content)
    {
        string[] lines = Utf8Text.Decode(content).Split('\n');
        if (lines[0].TrimEnd('\r') != Header)
        {
            throw new ProgramFormatException(1, 1, $"expected '{Header}', found '{Shown(lines[0])}'");
        }

        var values = new List<GoFuzzValue>();
        for (int i = 1; i < lines.Length; i++)
        {
            if (!string.IsNullOrWhiteSpace(lines[i]))
            {
                values.Add(new GoFuzzLine(i + 1, lines[i]).Value());
            }
        }

        return values.Count > 0 ? new GoFuzzFile(values)
            : throw new ProgramFormatException(lines.Length, 1, "expected a value like []byte(\"X\"), found the end of the file");
    }

    /// <summary>The program that the file holds: its only value, a []byte, or a string that begins with "mapsim 1".</summary>
    /// <exception cref="ProgramFormatException">It holds something else.</exception>
    public ReadOnlyMemory<byte> Program()
    {
        if (values.Count != 1)
        {
            throw new ProgramFormatException(2, 1, FormattableString.Invariant($"expected one value, []byte or string, found {values.Count} values"));
        }

        GoFuzzValue value = values[0];
        return value.Kind == GoFuzzKind.Bytes || (value.Kind == GoFuzzKind.String && CorpusName.IsText(value.Content.Span)) ? value.Content
            : throw new ProgramFormatException(2, 1, $"expected a []byte, or a string that begins with 'mapsim 1', found {Shown(value.ToString())}");
    }

    /// <summary>The file's content, byte for byte as Go writes it.</summary>
    public byte[] ToBytes() => Encoding.UTF8.GetBytes(Header + "\n" + string.Concat(values.Select(v => v + "\n")));

    /// <summary>The name that `go test` gives to a file: its SHA-256, all 64 digits until Go 1.19, the first 16 since. Go reads a file of any name.</summary>
    public static string Name(ReadOnlySpan<byte> content, GoVersion version) =>
        version.Name == GoVersion.Go119.Name ? CorpusName.Hash(content) : CorpusName.Hash(content)[..16];

    private static string Shown(string text) => text.Length <= 40 ? text.TrimEnd('\r') : text[..40] + "...";
}
