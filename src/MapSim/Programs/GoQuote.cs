using System.Globalization;
using System.Text;

namespace MapSim.Programs;

/// <summary>
/// Go's quoted strings: any bytes as text. Every byte that is no printable ASCII character is written as an escape,
/// so that a text has one spelling; a dollar sign before an i is too, as $i stands for the counter.
/// </summary>
public static class GoQuote
{
    /// <summary>The bytes in Go's double quotes.</summary>
    public static string Quote(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder("\"");
        for (int i = 0; i < bytes.Length; i++)
        {
            byte b = bytes[i];
            bool counter = b == '$' && i + 1 < bytes.Length && bytes[i + 1] == 'i';
            switch (b)
            {
                case (byte)'"': text.Append("\\\""); break;
                case (byte)'\\': text.Append(@"\\"); break;
                case (byte)'\n': text.Append(@"\n"); break;
                case (byte)'\t': text.Append(@"\t"); break;
                case (byte)'\r': text.Append(@"\r"); break;
                case >= 0x20 and < 0x7F when !counter: text.Append((char)b); break;
                default: text.Append(CultureInfo.InvariantCulture, $@"\x{b:x2}"); break;
            }
        }

        return text.Append('"').ToString();
    }

    /// <summary>The bytes of a quoted string.</summary>
    /// <exception cref="FormatException">It is no quoted string; the message says what is wrong.</exception>
    public static byte[] Unquote(ReadOnlySpan<char> quoted)
    {
        int length = Scan(quoted, out int bad);
        return length == quoted.Length ? Decode(quoted[1..^1])
            : throw new FormatException(bad >= 0 ? $"expected an escape of Go, found '{Shown(quoted[bad..])}'" : "expected a quoted string");
    }

    /// <summary>The text of a quoted string.</summary>
    public static string Text(string quoted) => Encoding.UTF8.GetString(Unquote(quoted));

    /// <summary>How long the quoted string is that a text begins with; 0 if there is none, or it is broken.</summary>
    /// <param name="text">The text.</param>
    /// <param name="bad">Where an unknown escape begins; -1 if none does.</param>
    public static int Scan(ReadOnlySpan<char> text, out int bad)
    {
        bad = -1;
        if (text.Length == 0 || text[0] != '"')
        {
            return 0;
        }

        for (int at = 1; at < text.Length; at++)
        {
            if (text[at] == '"')
            {
                return at + 1;
            }

            if (text[at] != '\\')
            {
                continue;
            }

            int escape = EscapeLength(text[at..], out _, out _);
            if (escape == 0)
            {
                bad = at;
                return 0;
            }

            at += escape - 1;
        }

        return 0;
    }

    private static byte[] Decode(ReadOnlySpan<char> text)
    {
        var bytes = new List<byte>();
        while (text.Length > 0)
        {
            int escape = text.IndexOf('\\');
            ReadOnlySpan<char> plain = escape < 0 ? text : text[..escape];
            bytes.AddRange(Encoding.UTF8.GetBytes(plain.ToString()));
            text = text[plain.Length..];
            if (text.Length > 0)
            {
                text = text[EscapeLength(text, out int value, out bool isRune)..];
                if (isRune)
                {
                    bytes.AddRange(Encoding.UTF8.GetBytes(char.ConvertFromUtf32(value)));
                }
                else
                {
                    bytes.Add((byte)value);
                }
            }
        }

        return [.. bytes];
    }

    private static int EscapeLength(ReadOnlySpan<char> text, out int value, out bool isRune)
    {
        char c = text.Length > 1 ? text[1] : '\0';
        isRune = c is 'u' or 'U';
        value = c switch { 'a' => 7, 'b' => 8, 't' => 9, 'n' => 10, 'v' => 11, 'f' => 12, 'r' => 13, '\\' => '\\', '"' => '"', _ => -1 };
        if (value >= 0)
        {
            return 2;
        }

        int digits = c switch { 'x' => 2, 'u' => 4, 'U' => 8, >= '0' and <= '3' => 3, _ => 0 };
        int from = c is 'x' or 'u' or 'U' ? 2 : 1;
        if (digits == 0 || text.Length < from + digits || !TryDigits(text.Slice(from, digits), from == 2 ? 16 : 8, out value))
        {
            return 0;
        }

        return isRune && !Rune.IsValid(value) ? 0 : from + digits;
    }

    private static bool TryDigits(ReadOnlySpan<char> digits, int radix, out int value)
    {
        long sum = 0;
        foreach (char c in digits)
        {
            int digit = char.IsAsciiHexDigit(c) ? Convert.ToInt32(c.ToString(), 16) : radix;
            if (digit >= radix)
            {
                value = 0;
                return false;
            }

            sum = sum * radix + digit;
        }

        value = sum <= 0x10FFFF ? (int)sum : 0xD800;
        return true;
    }

    private static string Shown(ReadOnlySpan<char> text) => text[..Math.Min(text.Length, 4)].ToString();
}
