using MapSim.Layout;

namespace MapSim.Programs;

/// <summary>The one spelling of arrays and structs: an array leaves out zeros at its end, byte arrays are written as bytes"...".</summary>
internal static class ListText
{
    /// <summary>True for arrays whose elements are bytes.</summary>
    public static bool IsBytes(GoType array) => array.Elem is { Kind: GoKind.Int, Size: 1, IsSigned: false };

    /// <summary>An array of bytes.</summary>
    public static string OfBytes(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> content = bytes.TrimEnd((byte)0);
        return content.Length == 0 ? "{}" : "bytes" + GoQuote.Quote(content);
    }

    /// <summary>An array of other things, by the texts of its elements.</summary>
    public static string OfArray(GoType elem, IEnumerable<string> items)
    {
        string zero = Zero(elem);
        List<string> texts = [.. items];
        while (texts.Count > 0 && texts[^1] == zero)
        {
            texts.RemoveAt(texts.Count - 1);
        }

        return Braces(texts);
    }

    /// <summary>Texts in braces.</summary>
    public static string Braces(IEnumerable<string> texts) => "{" + string.Join(", ", texts) + "}";

    /// <summary>The text of a type's zero value.</summary>
    public static string Zero(GoType type) => type.Kind switch
    {
        GoKind.Bool => "false",
        GoKind.Int or GoKind.Float => "0",
        GoKind.Complex => "(0+0i)",
        GoKind.String => "\"\"",
        GoKind.Array => "{}",
        GoKind.Struct => Braces(type.Fields.Select(f => Zero(f.Type))),
        _ => "nil",
    };
}
