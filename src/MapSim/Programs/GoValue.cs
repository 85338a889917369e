using System.Globalization;
using System.Text;

namespace MapSim.Programs;

/// <summary>The forms in which a program writes values.</summary>
public enum GoValueKind
{
    /// <summary>A number, true, false, nil, a complex number, a label or $i: the text is the value.</summary>
    Plain,

    /// <summary>A quoted string; the text includes the quotes.</summary>
    String,

    /// <summary>The bytes of an array: bytes"..."; the text is the quoted part.</summary>
    Bytes,

    /// <summary>Elements of an array or fields of a struct: {1, 2}.</summary>
    List,

    /// <summary>A value with its type, in an interface: int(5). The text is the type, the only item the value.</summary>
    Typed,

    /// <summary>A pointer variable: the text is its name.</summary>
    Variable,

    /// <summary>A new object that nobody else knows: new, which is the text.</summary>
    New,

    /// <summary>The key that an iteration stands at: key(i). The text is the iterator's name.</summary>
    RangeKey,

    /// <summary>The elem that an iteration stands at: elem(i). The text is the iterator's name.</summary>
    RangeElem,
}

/// <summary>
/// A value as a program writes it. Its meaning depends on the Go type of its place: <see cref="ValueParser"/> checks
/// it against that, <see cref="ValueWriter"/> turns it into bytes.
/// </summary>
/// <param name="Kind">The form.</param>
/// <param name="Text">The text of the form; empty for a list.</param>
/// <param name="Items">The parts of a list or typed value.</param>
public sealed partial record GoValue(GoValueKind Kind, string Text, IReadOnlyList<GoValue> Items)
{
    /// <summary>What stands for the number of the repetition.</summary>
    public const string Counter = "$i";

    /// <summary>What was computed of it before.</summary>
    internal KnownBytes Known;

    /// <summary>A number, true, false, nil, a label or $i.</summary>
    public static GoValue Plain(string text) => new(GoValueKind.Plain, text, []);

    /// <summary>An integer.</summary>
    public static GoValue Int(Int128 value) => Plain(value.ToString(CultureInfo.InvariantCulture));

    /// <summary>A string with these bytes.</summary>
    public static GoValue String(ReadOnlySpan<byte> bytes) => new(GoValueKind.String, GoQuote.Quote(bytes), []);

    /// <summary>True if the value is not written down but taken from a variable or an iteration.</summary>
    public bool IsReference => Kind is GoValueKind.Variable or GoValueKind.RangeKey or GoValueKind.RangeElem;

    /// <summary>True if it depends on the number of a repetition.</summary>
    internal bool UsesCounter
    {
        get
        {
            bool uses = Kind is GoValueKind.Plain or GoValueKind.String or GoValueKind.Bytes && Text.Contains(Counter, StringComparison.Ordinal);
            for (int i = 0; i < Items.Count && !uses; i++)
            {
                uses = Items[i].UsesCounter;
            }

            return uses;
        }
    }

    /// <summary>A list.</summary>
    public static GoValue List(params IReadOnlyList<GoValue> items) => new(GoValueKind.List, "", items);

    /// <summary>A value with its type, for an interface.</summary>
    public static GoValue Typed(string type, GoValue value) => new(GoValueKind.Typed, type, [value]);

    /// <summary>The value as a program writes it, with the counter put in if there is one.</summary>
    public string ToText(long? counter = null)
    {
        string text = Substitute(counter);
        return Kind switch
        {
            GoValueKind.Bytes => "bytes" + text,
            GoValueKind.RangeKey => $"key({text})",
            GoValueKind.RangeElem => $"elem({text})",
            GoValueKind.List => ListText(counter),
            GoValueKind.Typed => TypedText(Text, Items[0].ToText(counter)),
            _ => text,
        };
    }

    /// <summary>The bytes of a string or of bytes"...", with the counter put in.</summary>
    public byte[] Data(long? counter = null) => GoQuote.Unquote(Substitute(counter));

    private string Substitute(long? counter) =>
        counter is { } n ? Text.Replace(Counter, n.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal) : Text;

    /// <summary>A value with its type: T{...} or T(value). As in Go, *T, func() and chan T need parentheses around them.</summary>
    internal static string TypedText(string type, string value)
    {
        bool wrap = type[0] == '*' || type.StartsWith("func", StringComparison.Ordinal) || type.StartsWith("chan", StringComparison.Ordinal);
        return (wrap ? $"({type})" : type) + (value[0] == '{' ? value : $"({value})");
    }

    private string ListText(long? counter)
    {
        var text = new StringBuilder("{");
        text.AppendJoin(", ", Items.Select(i => i.ToText(counter)));
        return text.Append('}').ToString();
    }
}
