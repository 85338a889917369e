using System.Globalization;
using MapSim.Layout;

namespace MapSim.Programs;

/// <summary>Numbers as Go expressions that have exactly the same bits, and numbers with the counter in them.</summary>
/// <param name="need">Told which package, or which part of the common code ("text.go"), an expression needs.</param>
internal sealed class GoScalarSource(Action<string> need)
{
    private const ulong GoNaN64 = 0x7FF8000000000001;

    /// <summary>A number, or a bool.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="text">As the program writes it.</param>
    /// <param name="counter">The Go variable (int64) that $i stands for; null if there is none.</param>
    public string Of(GoType type, string text, string? counter)
    {
        if (counter != null && text.Contains(GoValue.Counter, StringComparison.Ordinal))
        {
            return Counted(type, text, counter);
        }

        switch (type.Kind)
        {
            case GoKind.Int:
                return GoNumber.TryInt(text, out Int128 n) ? n.ToString(CultureInfo.InvariantCulture) : throw Wrong(type, text);
            case GoKind.Float:
                return GoNumber.TryFloat(text, type.Size, out ulong bits) ? Float(bits, type.Size) : throw Wrong(type, text);
            case GoKind.Complex:
                return GoNumber.TryComplex(text, type.Size, out ulong re, out ulong im)
                    ? $"complex({Part(re, type.Size / 2)}, {Part(im, type.Size / 2)})"
                    : throw Wrong(type, text);
            default:
                return text;
        }
    }

    /// <summary>A text with the counter in it as an expression of type string.</summary>
    public string Text(string text, string counter)
    {
        need("text.go");
        return $"simText({string.Join(", ", Pieces(text).Select(p => p == GoValue.Counter ? counter : $"\"{p}\""))})";
    }

    /// <summary>The parts of a text, each counter a part of its own; a part without one is the content of a quoted string.</summary>
    private static IEnumerable<string> Pieces(string text)
    {
        string[] plain = text.Split(GoValue.Counter);
        for (int i = 0; i < plain.Length; i++)
        {
            if (i > 0)
            {
                yield return GoValue.Counter;
            }

            if (plain[i].Length > 0)
            {
                yield return GoQuote.Quote(GoQuote.Unquote($"\"{plain[i]}\""))[1..^1];
            }
        }
    }

    private string Counted(GoType type, string text, string counter)
    {
        // The counter itself is exact in every type that it fits; anything else is what its text says.
        bool alone = text == GoValue.Counter;
        switch (type.Kind)
        {
            case GoKind.Int:
                return alone && type.Text == "int64" ? counter
                    : $"{type.Text}({(alone ? counter : $"{(type.IsSigned ? "simInt" : "simUint")}({Text(text, counter)})")})";
            case GoKind.Float:
                return string.Create(CultureInfo.InvariantCulture, $"float{type.Size * 8}({(alone ? counter : $"simFloat({Text(text, counter)}, {type.Size * 8})")})");
            default:
                throw new FormatException($"expected '$i' in a number, a string or a name, found '{text}'");
        }
    }

    private string Float(ulong bits, int size)
    {
        double value = size == 8 ? BitConverter.UInt64BitsToDouble(bits) : BitConverter.UInt32BitsToSingle((uint)bits);
        if (double.IsFinite(value) && !(value == 0 && double.IsNegative(value)))
        {
            return GoNumber.FloatText(bits, size);
        }

        need("math");
        if (double.IsNaN(value))
        {
            return size == 8 && bits == GoNaN64 ? "math.NaN()"
                : size == 8 ? string.Create(CultureInfo.InvariantCulture, $"math.Float64frombits(0x{bits:x16})")
                : string.Create(CultureInfo.InvariantCulture, $"math.Float32frombits(0x{bits:x8})");
        }

        string wide = value == 0 ? "math.Copysign(0, -1)" : value > 0 ? "math.Inf(1)" : "math.Inf(-1)";
        return size == 8 ? wide : $"float32({wide})";
    }

    private string Part(ulong bits, int size)
    {
        string text = Float(bits, size);
        return text.Contains("math.", StringComparison.Ordinal) ? text : $"float{size * 8}({text})";
    }

    private static FormatException Wrong(GoType type, string text) => new($"expected a value of {type.Text}, found '{text}'");
}
