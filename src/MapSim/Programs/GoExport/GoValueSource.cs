using System.Globalization;
using MapSim.Layout;

namespace MapSim.Programs;

/// <summary>Values as Go expressions, every form of them.</summary>
/// <param name="arch">The program's architecture.</param>
/// <param name="types">Types as Go source.</param>
/// <param name="scalars">Numbers as Go source.</param>
/// <param name="objects">What labels name.</param>
/// <param name="need">Told which part of the common code is needed.</param>
internal sealed class GoValueSource(Arch arch, GoTypeSource types, GoScalarSource scalars, GoObjects objects, Action<string> need)
{
    private readonly HashSet<int> _byteArrays = [];

    /// <summary>The value as an expression that can stand where its type is known.</summary>
    /// <param name="type">The type of its place.</param>
    /// <param name="value">The value; null for the zero value.</param>
    /// <param name="counter">The Go variable that $i stands for; null outside repetitions.</param>
    /// <exception cref="FormatException">Go has no such value.</exception>
    public string Of(GoType type, GoValue? value, string? counter)
    {
        if (value == null)
        {
            return types.Zero(type);
        }

        switch (type.Kind)
        {
            case GoKind.String:
                return String(value, counter);
            case GoKind.Pointer:
                return value.Kind == GoValueKind.New ? objects.New(type) : value.Text == "nil" ? "nil" : objects.Pointer(type, value.Text, counter);
            case GoKind.Interface:
                return value.Kind == GoValueKind.Typed ? Typed(GoTypeParser.Parse(value.Text, arch), value.Items[0], counter) : "nil";
            case GoKind.Array when value.Kind == GoValueKind.Bytes:
                _byteArrays.Add(type.Length);
                return string.Create(CultureInfo.InvariantCulture, $"simBytes{type.Length}({String(value, counter)})");
            case GoKind.Array:
                return types.Of(type) + "{" + string.Join(", ", value.Items.Select(i => Of(type.Elem!, i, counter))) + "}";
            case GoKind.Struct:
                return Struct(type, value, counter);
            case GoKind.Unhashable:
                return value.Kind == GoValueKind.List ? Empty(type) : "nil";
            default:
                return scalars.Of(type, value.ToText(), counter);
        }
    }

    /// <summary>The functions that arrays of bytes are made with.</summary>
    public string Declarations()
    {
        var source = new GoSource();
        foreach (int length in _byteArrays.Order())
        {
            source.Open(string.Create(CultureInfo.InvariantCulture, $"func simBytes{length}(text string) (a [{length}]uint8) {{"));
            source.Line("copy(a[:], text)");
            source.Line("return");
            source.Close();
            source.Line();
        }

        return source.ToString();
    }

    private string String(GoValue value, string? counter) =>
        counter != null && value.Text.Contains(GoValue.Counter, StringComparison.Ordinal)
            ? scalars.Text(value.Text[1..^1], counter)
            : GoQuote.Quote(value.Data());

    /// <summary>Blank fields cannot be written, and nothing can read them: they are left out.</summary>
    private string Struct(GoType type, GoValue value, string? counter)
    {
        var fields = new List<string>();
        for (int i = 0; i < value.Items.Count; i++)
        {
            if (type.Fields[i].Name != "_")
            {
                fields.Add($"{type.Fields[i].Name}: {Of(type.Fields[i].Type, value.Items[i], counter)}");
            }
        }

        return types.Of(type) + "{" + string.Join(", ", fields) + "}";
    }

    private string Typed(GoType type, GoValue value, string? counter)
    {
        string text = Of(type, value, counter);
        switch (type.Kind)
        {
            case GoKind.Int or GoKind.Float when !text.StartsWith(type.Text + "(", StringComparison.Ordinal):
                return $"{type.Text}({text})";
            case GoKind.Pointer or GoKind.Unhashable when text == "nil":
                string spelled = types.Of(type);
                return spelled[0] is '[' or 'm' ? $"{spelled}(nil)" : $"({spelled})(nil)";
            default:
                return text;
        }
    }

    private string Empty(GoType type)
    {
        string text = types.Of(type);
        if (!text.StartsWith("func", StringComparison.Ordinal))
        {
            return text + "{}";
        }

        need("hint.go");
        return "simFunc";
    }
}
