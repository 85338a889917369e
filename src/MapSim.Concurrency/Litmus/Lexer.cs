namespace MapSim.Concurrency.Litmus;

/// <summary>Cuts one line of a litmus text into words; `#` and what follows is no part of it.</summary>
internal static class Lexer
{
    private static readonly string[] Pairs = ["==", "!=", "<=", ">=", "&&", "||"];

    /// <summary>The words of a line, the last one is the end of the line.</summary>
    /// <exception cref="LitmusException">A character that no word starts with.</exception>
    public static List<Token> Cut(string text, int line)
    {
        var tokens = new List<Token>();
        int at = 0;
        while (true)
        {
            while (at < text.Length && text[at] is ' ' or '\t' or '\r')
            {
                at++;
            }

            if (at == text.Length || text[at] == '#')
            {
                tokens.Add(new Token(TokenKind.End, "", at + 1));
                return tokens;
            }

            int from = at;
            char c = text[at];
            if (IsNameStart(c))
            {
                while (at < text.Length && (IsNameStart(text[at]) || char.IsAsciiDigit(text[at])))
                {
                    at++;
                }

                tokens.Add(new Token(TokenKind.Name, text[from..at], from + 1));
            }
            else if (char.IsAsciiDigit(c))
            {
                while (at < text.Length && char.IsAsciiDigit(text[at]))
                {
                    at++;
                }

                if (at < text.Length && IsNameStart(text[at]))
                {
                    throw new LitmusException(line, at + 1, $"expected a digit or the end of the number, found '{text[at]}'");
                }

                tokens.Add(new Token(TokenKind.Number, text[from..at], from + 1));
            }
            else
            {
                at += Array.Exists(Pairs, p => string.CompareOrdinal(text, from, p, 0, 2) == 0) ? 2 : 1;
                string sign = text[from..at];
                if (sign.Length == 1 && !"=<>+-*/%!()[],:".Contains(c, StringComparison.Ordinal))
                {
                    throw new LitmusException(line, from + 1, $"expected a name, a number or an operator, found '{Printable(text, from)}'");
                }

                tokens.Add(new Token(TokenKind.Sign, sign, from + 1));
            }
        }
    }

    private static bool IsNameStart(char c) => char.IsAsciiLetter(c) || c == '_';

    private static string Printable(string text, int at) =>
        char.IsControl(text[at]) ? $"\\u{(int)text[at]:x4}"
        : char.IsHighSurrogate(text[at]) && at + 1 < text.Length ? text.Substring(at, 2) : text[at].ToString();
}
