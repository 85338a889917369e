using System.Text;

namespace MapSim.Programs;

/// <content>From C# values and back.</content>
public sealed partial record GoValue
{
    private const int LongestDescription = 60;

    /// <summary>nil: a pointer, an interface, a slice, a map or a func.</summary>
    public static GoValue Nil { get; } = Plain("nil");

    /// <summary>True for nil, also in an interface: (*T)(nil).</summary>
    public bool IsNil => Content is { Kind: GoValueKind.Plain, Text: "nil" };

    private GoValue Content => Kind == GoValueKind.Typed ? Items[0] : this;

    /// <summary>A string: the text in UTF-8. <see cref="String"/> takes bytes.</summary>
    public static implicit operator GoValue(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return String(Encoding.UTF8.GetBytes(value));
    }

    /// <summary>A bool.</summary>
    public static implicit operator GoValue(bool value) => Plain(value ? "true" : "false");

    /// <summary>An integer; in an interface an int.</summary>
    public static implicit operator GoValue(byte value) => Int(value);

    /// <inheritdoc cref="op_Implicit(byte)"/>
    public static implicit operator GoValue(sbyte value) => Int(value);

    /// <inheritdoc cref="op_Implicit(byte)"/>
    public static implicit operator GoValue(short value) => Int(value);

    /// <inheritdoc cref="op_Implicit(byte)"/>
    public static implicit operator GoValue(ushort value) => Int(value);

    /// <inheritdoc cref="op_Implicit(byte)"/>
    public static implicit operator GoValue(int value) => Int(value);

    /// <inheritdoc cref="op_Implicit(byte)"/>
    public static implicit operator GoValue(uint value) => Int(value);

    /// <inheritdoc cref="op_Implicit(byte)"/>
    public static implicit operator GoValue(long value) => Int(value);

    /// <inheritdoc cref="op_Implicit(byte)"/>
    public static implicit operator GoValue(ulong value) => Int(value);

    /// <summary>A float; in an interface a float64. <see cref="double.NaN"/> is Go's math.NaN(), other NaNs keep their bits.</summary>
    public static implicit operator GoValue(double value)
    {
        ulong bits = BitConverter.DoubleToUInt64Bits(value);
        string text = bits == BitConverter.DoubleToUInt64Bits(double.NaN) ? "NaN" : GoNumber.FloatText(bits, 8);

        // In an interface the form decides the type, as with Go's constants: 1 would be an int.
        return Plain(text.All(c => char.IsAsciiDigit(c) || c == '-') ? text + ".0" : text);
    }

    /// <summary>An array of bytes; places after the last one are zero.</summary>
    public static GoValue Bytes(ReadOnlySpan<byte> bytes) => new(GoValueKind.Bytes, GoQuote.Quote(bytes), []);

    /// <summary>A pointer to the object with a name, which is made when it is first used.</summary>
    /// <param name="name">Letters, digits and underscores of ASCII.</param>
    public static GoValue Label(string name) => Plain("&" + name);

    /// <summary>The integer, also out of an interface.</summary>
    /// <exception cref="InvalidOperationException">It is none.</exception>
    /// <exception cref="OverflowException">It is too large.</exception>
    public long AsInt64() => (long)Integer();

    /// <summary>The integer, also out of an interface.</summary>
    /// <exception cref="InvalidOperationException">It is none.</exception>
    /// <exception cref="OverflowException">It is negative.</exception>
    public ulong AsUInt64() => (ulong)Integer();

    /// <summary>The number, also out of an interface. A float32 is its shortest decimal form: cast it to float to have its bits.</summary>
    /// <exception cref="InvalidOperationException">It is none.</exception>
    public double AsDouble() =>
        Content is not { Kind: GoValueKind.Plain, Text: var text } ? throw Wrong("a number")
        : GoNumber.TryFloat(text, 8, out ulong bits) ? BitConverter.UInt64BitsToDouble(bits)
        : GoNumber.TryFloat(text, 4, out bits) ? BitConverter.UInt32BitsToSingle((uint)bits)
        : throw Wrong("a number");

    /// <summary>The bool, also out of an interface.</summary>
    /// <exception cref="InvalidOperationException">It is none.</exception>
    public bool AsBoolean() =>
        Content is { Kind: GoValueKind.Plain, Text: "true" or "false" } value ? value.Text == "true" : throw Wrong("a bool");

    /// <summary>The string, also out of an interface. Bytes that are no UTF-8 become U+FFFD: <see cref="AsBytes"/> has them.</summary>
    /// <exception cref="InvalidOperationException">It is none.</exception>
    public string AsString() => Content is { Kind: GoValueKind.String } value ? Encoding.UTF8.GetString(value.Data()) : throw Wrong("a string");

    /// <summary>The bytes of a string or of an array of bytes, also out of an interface. An array ends with its last byte that is not zero.</summary>
    /// <exception cref="InvalidOperationException">It is neither.</exception>
    public byte[] AsBytes() => Content switch
    {
        { Kind: GoValueKind.String or GoValueKind.Bytes } value => value.Data(),
        { Kind: GoValueKind.List, Items.Count: 0 } => [],
        _ => throw Wrong("bytes"),
    };

    /// <summary>As Go writes it: 1, "a", {1, "a"}, int(1).</summary>
    public override string ToString() => ToText();

    /// <summary>For messages: what it is and, unless that is long, the whole value.</summary>
    internal string Described
    {
        get
        {
            string text = ToText();
            return What + (text.Length <= LongestDescription ? text : text[..LongestDescription] + "...");
        }
    }

    private string What => Kind switch
    {
        GoValueKind.String => "the string ",
        GoValueKind.List => "the list ",
        GoValueKind.Typed => "the interface value ",
        GoValueKind.Plain when Text is "true" or "false" => "the bool ",
        GoValueKind.Plain when Text.StartsWith('&') => "the pointer ",
        GoValueKind.Plain when GoNumber.TryInt(Text, out _) => "the integer ",
        GoValueKind.Plain when GoNumber.TryFloat(Text, 8, out _) => "the float ",
        _ => "",
    };

    private Int128 Integer() =>
        Content is { Kind: GoValueKind.Plain, Text: var text } && GoNumber.TryInt(text, out Int128 n) ? n : throw Wrong("an integer");

    private InvalidOperationException Wrong(string expected) => new($"expected {expected}, found {Described}");
}
