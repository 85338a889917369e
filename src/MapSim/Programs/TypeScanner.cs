using System.Globalization;

namespace MapSim.Programs;

/// <summary>Finds where a Go type ends that stands in the middle of a line. Whether it is one, the type parser says.</summary>
internal static class TypeScanner
{
    /// <summary>The length of the type a text begins with; 0 if none can begin so.</summary>
    public static int Length(ReadOnlySpan<char> text)
    {
        int blanks = text.Length - text.TrimStart(" \t").Length;
        int length = At(text[blanks..]);
        return length == 0 ? 0 : blanks + length;
    }

    /// <summary>The error of the type parser ("type '...', column 5: expected ...") as one of the program's line.</summary>
    public static ProgramFormatException Error(int line, int at, FormatException error)
    {
        const string Mark = "', column ";
        int mark = error.Message.LastIndexOf(Mark, StringComparison.Ordinal), from = mark + Mark.Length, colon = mark < 0 ? -1 : error.Message.IndexOf(": ", from, StringComparison.Ordinal);
        return colon > from && int.TryParse(error.Message.AsSpan(from, colon - from), NumberStyles.None, CultureInfo.InvariantCulture, out int column)
            ? new ProgramFormatException(line, at + column, error.Message[(colon + 2)..])
            : new ProgramFormatException(line, at + 1, error.Message);
    }

    private static int At(ReadOnlySpan<char> text)
    {
        if (text.Length == 0)
        {
            return 0;
        }

        if (text[0] == '*')
        {
            return After(text, 1);
        }

        if (text[0] == '[')
        {
            int close = text.IndexOf(']');
            return close < 0 ? 0 : After(text, close + 1);
        }

        int word = 0;
        while (word < text.Length && (char.IsAsciiLetterOrDigit(text[word]) || text[word] is '_' or '.'))
        {
            word++;
        }

        return text[..word] switch
        {
            "struct" or "interface" => word + Balanced(text[word..], '{', '}'),
            "func" => word + Balanced(text[word..], '(', ')'),
            "chan" => After(text, word),
            "map" => Balanced(text[word..], '[', ']') is var key and > 0 ? After(text, word + key) : word,
            _ => word,
        };
    }

    private static int After(ReadOnlySpan<char> text, int prefix) => Length(text[prefix..]) is var rest and > 0 ? prefix + rest : 0;

    // The length of a bracketed part, blanks in front of it included; 0 if there is none.
    private static int Balanced(ReadOnlySpan<char> text, char open, char close)
    {
        int depth = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (depth == 0 && text[i] is not ' ' && text[i] != open)
            {
                return 0;
            }

            depth += text[i] == open ? 1 : text[i] == close ? -1 : 0;
            if (text[i] == close && depth == 0)
            {
                return i + 1;
            }
        }

        return 0;
    }
}
