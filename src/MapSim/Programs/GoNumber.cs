using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using MapSim.Layout;

namespace MapSim.Programs;

/// <summary>
/// Numbers as Go spells them, to bytes and back. Integers are checked against their type's range; floats know NaN
/// (Go's math.NaN, or NaN(0x...) for any other payload), +Inf, -Inf and -0.
/// </summary>
public static class GoNumber
{
    private const ulong GoNaN64 = 0x7FF8000000000001;
    private const uint GoNaN32 = 0x7FC00000;

    /// <summary>The smallest value of an integer type.</summary>
    public static Int128 Min(GoType type) => type.IsSigned ? -(Int128.One << (type.Size * 8 - 1)) : 0;

    /// <summary>The largest value of an integer type.</summary>
    public static Int128 Max(GoType type) => (Int128.One << (type.Size * 8 - (type.IsSigned ? 1 : 0))) - 1;

    /// <summary>Reads a decimal or hexadecimal (0x) integer.</summary>
    public static bool TryInt(string text, out Int128 value)
    {
        bool negative = text.StartsWith('-');
        string digits = negative || text.StartsWith('+') ? text[1..] : text;
        bool hex = digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        digits = hex ? "0" + digits[2..] : digits;
        value = 0;
        if (digits.Length is 0 or > 30 || (hex && digits.Length == 1) || !char.IsAsciiHexDigit(digits[0])
            || !Int128.TryParse(digits, hex ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out Int128 size))
        {
            return false;
        }

        value = negative ? -size : size;
        return true;
    }

    /// <summary>Writes an integer that is in range.</summary>
    public static void WriteInt(Int128 value, Span<byte> bytes)
    {
        Span<byte> wide = stackalloc byte[16];
        BinaryPrimitives.WriteInt128LittleEndian(wide, value);
        wide[..bytes.Length].CopyTo(bytes);
    }

    /// <summary>An integer as decimal text.</summary>
    public static string IntText(ReadOnlySpan<byte> bytes, bool signed)
    {
        Span<byte> wide = stackalloc byte[16];
        wide.Fill(signed && (bytes[^1] & 0x80) != 0 ? (byte)0xFF : (byte)0);
        bytes.CopyTo(wide);
        return BinaryPrimitives.ReadInt128LittleEndian(wide).ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Reads a float as the bits it has in memory.</summary>
    /// <param name="text">A decimal number, NaN, NaN(0x...), Inf, +Inf or -Inf.</param>
    /// <param name="size">Bytes: 4 or 8.</param>
    /// <param name="bits">The bits.</param>
    public static bool TryFloat(string text, int size, out ulong bits)
    {
        bits = 0;
        switch (text)
        {
            case "NaN":
                bits = size == 8 ? GoNaN64 : GoNaN32;
                return true;
            case "Inf" or "+Inf":
                bits = BitsOf(double.PositiveInfinity, size);
                return true;
            case "-Inf":
                bits = BitsOf(double.NegativeInfinity, size);
                return true;
        }

        if (text.StartsWith("NaN(0x", StringComparison.Ordinal) && text.EndsWith(')'))
        {
            return ulong.TryParse(text.AsSpan(6, text.Length - 7), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out bits)
                && (size == 8 ? double.IsNaN(BitConverter.UInt64BitsToDouble(bits)) : bits <= uint.MaxValue && float.IsNaN(BitConverter.UInt32BitsToSingle((uint)bits)));
        }

        return text.Length > 0 && char.IsAsciiDigit(text[^1]) && (char.IsAsciiDigit(text[0]) || text[0] is '+' or '-' or '.')
            && TryFinite(text, size, out bits);
    }

    /// <summary>A float as text that reads back to the same bits.</summary>
    public static string FloatText(ulong bits, int size)
    {
        double value = size == 8 ? BitConverter.UInt64BitsToDouble(bits) : BitConverter.UInt32BitsToSingle((uint)bits);
        if (double.IsNaN(value))
        {
            return bits == (size == 8 ? GoNaN64 : GoNaN32) ? "NaN"
                : "NaN(0x" + bits.ToString(size == 8 ? "x16" : "x8", CultureInfo.InvariantCulture) + ")";
        }

        return double.IsPositiveInfinity(value) ? "+Inf"
            : double.IsNegativeInfinity(value) ? "-Inf"
            : size == 8 ? Shortest(bits, value)
            : ((float)value).ToString("R", CultureInfo.InvariantCulture);
    }

    /// <summary>Reads a complex number: (1+2i).</summary>
    /// <param name="text">The text with its parentheses.</param>
    /// <param name="size">Bytes of the whole: 8 or 16.</param>
    /// <param name="re">Bits of the real part.</param>
    /// <param name="im">Bits of the imaginary part.</param>
    public static bool TryComplex(string text, int size, out ulong re, out ulong im)
    {
        re = im = 0;
        if (!text.StartsWith('(') || !text.EndsWith("i)", StringComparison.Ordinal))
        {
            return false;
        }

        string body = text[1..^2];
        int split = body.Length - 1;
        while (split > 0 && !(body[split] is '+' or '-' && body[split - 1] is not ('e' or 'E')))
        {
            split--;
        }

        string last = split > 0 ? body[split..] : "";
        last = last.StartsWith("+NaN", StringComparison.Ordinal) ? last[1..] : last;
        return split > 0 && TryFloat(body[..split], size / 2, out re) && TryFloat(last, size / 2, out im);
    }

    /// <summary>A complex number as text.</summary>
    public static string ComplexText(ulong re, ulong im, int size)
    {
        string imaginary = FloatText(im, size / 2);
        var text = new StringBuilder("(").Append(FloatText(re, size / 2));
        return text.Append(imaginary[0] is '+' or '-' ? "" : "+").Append(imaginary).Append("i)").ToString();
    }

    /// <summary>.NET prints two powers of two, 2^-25 and 2^-958, with a digit too few: what it prints is another number.</summary>
    private static string Shortest(ulong bits, double value)
    {
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        bool isPowerOfTwo = (bits & 0xFFFFFFFFFFFFF) == 0;
        return isPowerOfTwo && double.Parse(text, CultureInfo.InvariantCulture) != value ? value.ToString("G17", CultureInfo.InvariantCulture) : text;
    }

    private static bool TryFinite(string text, int size, out ulong bits)
    {
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        bool ok;
        if (size == 8)
        {
            ok = double.TryParse(text, Style, CultureInfo.InvariantCulture, out double wide) && double.IsFinite(wide);
            bits = BitConverter.DoubleToUInt64Bits(wide);
        }
        else
        {
            ok = float.TryParse(text, Style, CultureInfo.InvariantCulture, out float narrow) && float.IsFinite(narrow);
            bits = BitConverter.SingleToUInt32Bits(narrow);
        }

        return ok;
    }

    private static ulong BitsOf(double value, int size) =>
        size == 8 ? BitConverter.DoubleToUInt64Bits(value) : BitConverter.SingleToUInt32Bits((float)value);
}
