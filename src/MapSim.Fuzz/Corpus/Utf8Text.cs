using System.Buffers;
using System.Text;
using MapSim.Programs;

namespace MapSim.Fuzz;

/// <summary>Bytes that must be UTF-8.</summary>
internal static class Utf8Text
{
    /// <summary>The text.</summary>
    /// <exception cref="ProgramFormatException">A byte is wrong; the exception says where it is.</exception>
    public static string Decode(ReadOnlySpan<byte> content)
    {
        int bad = 0;
        while (bad < content.Length && Rune.DecodeFromUtf8(content[bad..], out _, out int length) == OperationStatus.Done)
        {
            bad += length;
        }

        string text = Encoding.UTF8.GetString(content[..bad]);
        return bad == content.Length ? text : throw new ProgramFormatException(
            text.Count(c => c == '\n') + 1, text.Length - text.LastIndexOf('\n'), FormattableString.Invariant($"expected UTF-8, found the byte 0x{content[bad]:x2}"));
    }
}
