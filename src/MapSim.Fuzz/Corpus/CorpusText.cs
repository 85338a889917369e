using System.Text;
using MapSim.Programs;

namespace MapSim.Fuzz;

/// <summary>Text programs as the bytes of corpus entries.</summary>
public static class CorpusText
{
    private const string Why = "# why:";

    /// <summary>Reads a text program.</summary>
    /// <exception cref="ProgramFormatException">It is wrong, or not UTF-8; the exception says where.</exception>
    public static MapProgram Parse(ReadOnlySpan<byte> content) => ProgramParser.Parse(Utf8Text.Decode(content));

    /// <summary>The program with a second line that says why it exists: its own, or the given one.</summary>
    /// <param name="content">A text program.</param>
    /// <param name="why">One line of text; null to keep the program's own.</param>
    /// <returns>The content to store; as it was if nothing had to be changed.</returns>
    /// <exception cref="ProgramFormatException">There is no such line and none is given.</exception>
    public static byte[] WithWhy(ReadOnlySpan<byte> content, string? why)
    {
        List<string> lines = [.. Utf8Text.Decode(content).Split('\n')];
        bool has = lines.Count > 1 && lines[1].StartsWith(Why, StringComparison.Ordinal) && lines[1].Trim().Length > Why.Length;
        if (why == null)
        {
            return has ? content.ToArray()
                : throw new ProgramFormatException(2, 1, $"expected a comment '{Why} ...' (or --why), found {(lines.Count < 2 ? "the end of the file" : $"'{lines[1].TrimEnd()}'")}");
        }

        string line = Why + " " + why;
        if (has)
        {
            lines[1] = line;
        }
        else
        {
            lines.Insert(1, line);
        }

        return Encoding.UTF8.GetBytes(string.Join('\n', lines));
    }
}
