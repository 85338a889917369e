using System.Buffers;
using System.Globalization;
using System.Text;

namespace MapSim.Fuzz;

/// <summary>
/// Texts, characters and floats as Go's fmt prints them with %q and %v: what stands in the corpus files of its fuzzer.
/// (MapSim's own files escape more: <see cref="MapSim.Programs.GoQuote"/>.) What is printable is decided by .NET's
/// Unicode tables, which are newer than Go's: a character that came into Unicode between the two stays unescaped here.
/// </summary>
internal static class GoLiteral
{
    /// <summary>strconv.Quote.</summary>
    public static string Quote(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder("\"");
        while (bytes.Length > 0)
        {
            bool valid = Rune.DecodeFromUtf8(bytes, out Rune rune, out int length) == OperationStatus.Done;
            if (valid)
            {
                Append(text, rune, '"');
            }
            else
            {
                // .NET takes several bad bytes at once, Go one.
                length = 1;
                text.Append(CultureInfo.InvariantCulture, $@"\x{bytes[0]:x2}");
            }

            bytes = bytes[length..];
        }

        return text.Append('"').ToString();
    }

    /// <summary>strconv.QuoteRune of a valid rune.</summary>
    public static string Quote(int rune)
    {
        var text = new StringBuilder("'");
        Append(text, new Rune(rune), '\'');
        return text.Append('\'').ToString();
    }

    /// <summary>strconv.FormatFloat(f, 'g', -1, size).</summary>
    /// <param name="text">The shortest digits that read back to the float, in .NET's layout.</param>
    public static string Float(string text)
    {
        if (text.EndsWith("Inf", StringComparison.Ordinal) || text == "NaN")
        {
            return text;
        }

        string sign = text.StartsWith('-') ? "-" : "";
        string[] halves = text[sign.Length..].Split('E');
        string[] parts = halves[0].Split('.');
        string all = parts[0] + (parts.Length > 1 ? parts[1] : ""), digits = all.TrimStart('0');
        if (digits.Length == 0)
        {
            return sign + "0";
        }

        // The exponent of the first digit that is not zero.
        int exponent = parts[0].Length - 1 - (all.Length - digits.Length) + (halves.Length > 1 ? int.Parse(halves[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) : 0);
        digits = digits.TrimEnd('0');
        return sign + (exponent is < -4 or >= 6 ? Scientific(digits, exponent) : Plain(digits, exponent));
    }

    private static string Scientific(string digits, int exponent) => string.Create(
        CultureInfo.InvariantCulture, $"{digits[0]}{(digits.Length > 1 ? "." : "")}{digits[1..]}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");

    private static string Plain(string digits, int exponent) => exponent < 0 ? "0." + new string('0', -exponent - 1) + digits
        : digits.Length <= exponent + 1 ? digits.PadRight(exponent + 1, '0')
        : digits[..(exponent + 1)] + "." + digits[(exponent + 1)..];

    private static void Append(StringBuilder text, Rune rune, char quote)
    {
        string? escape = rune.Value switch
        {
            '\\' => @"\\",
            '\a' => @"\a",
            '\b' => @"\b",
            '\f' => @"\f",
            '\n' => @"\n",
            '\r' => @"\r",
            '\t' => @"\t",
            '\v' => @"\v",
            _ when rune.Value == quote => "\\" + quote,
            _ when IsPrint(rune) => rune.ToString(),
            < ' ' or 0x7F => FormattableString.Invariant($@"\x{rune.Value:x2}"),
            < 0x10000 => FormattableString.Invariant($@"\u{rune.Value:x4}"),
            _ => FormattableString.Invariant($@"\U{rune.Value:x8}"),
        };
        text.Append(escape);
    }

    /// <summary>strconv.IsPrint: letters, marks, numbers, punctuation, symbols and the ASCII space.</summary>
    private static bool IsPrint(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is
        not (UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            or UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
}
