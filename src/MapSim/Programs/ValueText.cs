using MapSim.Layout;

namespace MapSim.Programs;

/// <summary>The one spelling of a value that a program writes: what <see cref="ValueReader"/> would read if it were in memory.</summary>
public static class ValueText
{
    /// <summary>The value in that spelling.</summary>
    /// <param name="type">The type of its place.</param>
    /// <param name="value">The value; it fits the type.</param>
    /// <param name="counter">What $i is; null outside repetitions.</param>
    /// <param name="arch">The architecture.</param>
    public static string Of(GoType type, GoValue value, long? counter, Arch arch)
    {
        switch (type.Kind)
        {
            case GoKind.String:
                return GoQuote.Quote(value.Data(counter));
            case GoKind.Pointer or GoKind.Unhashable:
                return value.ToText(counter);
            case GoKind.Interface:
                return value.Kind == GoValueKind.Typed
                    ? GoValue.TypedText(value.Text, Of(GoTypeParser.Parse(value.Text, arch), value.Items[0], counter, arch))
                    : "nil";
            case GoKind.Array when value.Kind == GoValueKind.Bytes:
                return ListText.OfBytes(value.Data(counter));
            case GoKind.Array when ListText.IsBytes(type):
                return ListText.OfBytes([.. value.Items.Select(i => Byte(i.ToText(counter)))]);
            case GoKind.Array:
                return ListText.OfArray(type.Elem!, value.Items.Select(i => Of(type.Elem!, i, counter, arch)));
            case GoKind.Struct:
                return ListText.Braces(type.Fields.Select((f, i) => i < value.Items.Count ? Of(f.Type, value.Items[i], counter, arch) : ListText.Zero(f.Type)));
            default:
                var bytes = new byte[type.Size];
                ScalarText.Write(type, value.ToText(counter), bytes);
                return ScalarText.Read(type, bytes);
        }
    }

    private static byte Byte(string text) => GoNumber.TryInt(text, out Int128 n) ? (byte)n : throw new FormatException($"expected a byte, found '{text}'");
}
