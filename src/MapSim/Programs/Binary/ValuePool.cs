using System.Globalization;
using System.Text;
using MapSim.Layout;

namespace MapSim.Programs;

/// <summary>
/// The values that the binary form knows by number: for each type 64 that are interesting for it (they can be hashed and
/// equal themselves), and up to 15 specials (NaN, -0, "", nil, what cannot be hashed). A function of the type alone, and
/// part of the format: a test pins them.
/// </summary>
public static class ValuePool
{
    /// <summary>Values without the specials.</summary>
    public const int Count = 64;

    /// <summary>Most specials that a selector can name.</summary>
    public const int MostSpecials = 15;

    private static readonly string[] BoxedTypes =
        ["int", "string", "float64", "uint8", "*T", "[2]string", "struct{ a int8; b float64 }", "int64"];

    private static readonly int[] HashLengths = [3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 64, 65, 100, 129];

    /// <summary>A value of a type.</summary>
    /// <param name="type">The type.</param>
    /// <param name="n">Which one, 0 to 63.</param>
    public static GoValue Value(GoType type, int n) => type.Kind switch
    {
        GoKind.Bool => n % 2 != 0,
        GoKind.Int => GoValue.Int(Integer(type, n)),
        GoKind.Float => Float(type.Size, Number(n)),
        GoKind.Complex => Complex(type.Size, Number(n), Number(n / 8)),
        GoKind.String => GoValue.String(Text(n)),
        GoKind.Pointer => GoValue.Label(string.Create(CultureInfo.InvariantCulture, $"p{n}")),
        GoKind.Interface => Boxed(type, BoxedTypes[n % 8], n / 8),
        GoKind.Array => Array(type, n),
        GoKind.Struct => GoValue.List([.. type.Fields.Select((f, i) => Value(f.Type, type.Fields.Count == 1 ? n : i % 2 == 0 ? n % 8 : n / 8))]),
        _ => GoValue.Nil,
    };

    /// <summary>The zero value of a type.</summary>
    public static GoValue Zero(GoType type) => type.Kind switch
    {
        GoKind.Bool => false,
        GoKind.Int or GoKind.Float => GoValue.Int(0),
        GoKind.Complex => GoValue.Plain("(0+0i)"),
        GoKind.String => GoValue.String([]),
        GoKind.Array => GoValue.List(),
        GoKind.Struct => GoValue.List([.. type.Fields.Select(f => Zero(f.Type))]),
        _ => GoValue.Nil,
    };

    /// <summary>A value of a type that means trouble.</summary>
    /// <param name="type">The type.</param>
    /// <param name="n">Which one; numbers from <see cref="MostSpecials"/> on, or above the last one, begin anew.</param>
    public static GoValue Special(GoType type, int n)
    {
        IReadOnlyList<GoValue> all = Specials(type);
        return all[n % Math.Min(all.Count, MostSpecials)];
    }

    /// <summary>The specials of a type; at least one.</summary>
    public static IReadOnlyList<GoValue> Specials(GoType type) => type.Kind switch
    {
        GoKind.Bool => [false],
        GoKind.Int => [GoValue.Int(GoNumber.Min(type)), GoValue.Int(GoNumber.Max(type)), GoValue.Int(0), GoValue.Int(type.IsSigned ? -1 : 1)],
        GoKind.Float => [.. FloatTexts(type.Size).Select(GoValue.Plain)],
        GoKind.Complex => [.. ComplexTexts(type.Size).Select(GoValue.Plain)],
        GoKind.String => [GoValue.String([]), GoValue.String([0]), GoValue.String(new byte[129]), GoValue.String([0xFF])],
        GoKind.Interface => [GoValue.Nil, .. InterfaceSpecials(type)],
        GoKind.Array => [Zero(type), .. ArraySpecials(type)],
        GoKind.Struct => [Zero(type), .. type.Fields.SelectMany((f, i) => Specials(f.Type).Take(4).Select(s => With(type, i, s)))],
        _ => [GoValue.Nil],
    };

    /// <summary>Small numbers; equal low bits; differences only in the top byte; scattered ones; the ends.</summary>
    private static Int128 Integer(GoType type, int n)
    {
        int bits = 8 * type.Size;
        ulong value = unchecked(n switch
        {
            < 16 => (ulong)n,
            _ when bits == 8 => (ulong)(16 + (n - 16) * 5),
            < 24 => (ulong)(n - 15) << 3,
            < 32 => (ulong)(n - 23) << (bits - 8),
            < 40 => ((ulong)(n - 31) << (bits - 8)) | 1,
            < 48 => ((ulong)(n - 39) << 6) | 1,
            < 56 => (ulong)n * 0x9E3779B97F4A7C15 >> (64 - bits),
            < 60 => (ulong)(55 - n),
            60 => ulong.MaxValue >> 1 >> (64 - bits),
            61 => 1UL << (bits - 1),
            62 => 1UL << (bits / 2),
            _ => (1UL << (bits / 2)) + 1,
        });
        value = bits == 64 ? value : value & ((1UL << bits) - 1);
        return type.IsSigned && value >> (bits - 1) != 0 ? (Int128)value - (Int128.One << bits) : value;
    }

    private static double Number(int n) => n switch
    {
        < 16 => n,
        < 32 => 15 - n,
        < 40 => (n - 31) / 8.0,
        < 48 => Math.ScaleB(1, (n - 39) * 8),
        48 => double.PositiveInfinity,
        49 => double.NegativeInfinity,
        50 => 3e38,
        51 => Math.ScaleB(1, -149),
        < 58 => Math.ScaleB(1, (51 - n) * 4),
        _ => Math.ScaleB(n, 20) + 1,
    };

    private static ulong Bits(int size, double number) =>
        size == 8 ? BitConverter.DoubleToUInt64Bits(number) : BitConverter.SingleToUInt32Bits((float)number);

    private static GoValue Float(int size, double number) => GoValue.Plain(GoNumber.FloatText(Bits(size, number), size));

    private static GoValue Complex(int size, double re, double im) =>
        GoValue.Plain(GoNumber.ComplexText(Bits(size / 2, re), Bits(size / 2, im), size));

    private static string[] FloatTexts(int size) => size == 8
        ? ["NaN", "-0", "0", "NaN(0x7ff8000000000002)", "NaN(0xfff8000000000001)", "NaN(0x7ff0000000000001)", "+Inf", "-Inf", "5E-324"]
        : ["NaN", "-0", "0", "NaN(0x7fc00001)", "NaN(0xffc00000)", "NaN(0x7f800001)", "+Inf", "-Inf", "1E-45"];

    private static string[] ComplexTexts(int size) =>
        ["(NaN+0i)", "(0+NaNi)", "(-0+0i)", "(0-0i)", "(0+0i)", "(+Inf+NaNi)", size == 16 ? "(NaN(0x7ff8000000000002)-Infi)" : "(NaN(0x7fc00001)-Infi)"];

    /// <summary>Short ones; equal but for the last or first byte; lengths around what the hash functions treat alike; differences in the middle; no text.</summary>
    private static byte[] Text(int n) => n switch
    {
        < 16 => Ascii("k", n, ""),
        < 24 => Ascii("prefix-", n - 16, ""),
        < 32 => Ascii("", n - 24, "-suffix"),
        < 48 => Ascii(new string('x', HashLengths[n - 32] - 1), n % 10, ""),
        < 56 => [0xFF, 0xFE, (byte)(n - 48)],
        < 60 => Ascii("long" + new string('y', 16), n - 56, new string('y', 16) + "tail"),
        _ => [(byte)'a', .. new byte[n - 60]],
    };

    private static byte[] Ascii(string before, int number, string after) =>
        Encoding.ASCII.GetBytes(before + number.ToString(CultureInfo.InvariantCulture) + after);

    private static GoValue Boxed(GoType place, string type, int n) => GoValue.Typed(type, Value(GoTypeParser.Parse(type, ArchOf(place)), n));

    /// <summary>An interface has two words.</summary>
    private static Arch ArchOf(GoType place) => place.Size == 8 ? Arch.I386 : Arch.Amd64;

    private static GoValue[] InterfaceSpecials(GoType type) =>
    [
        GoValue.Typed("[]int", GoValue.List()),
        GoValue.Typed("map[string]int", GoValue.List()),
        GoValue.Typed("func()", GoValue.Nil),
        GoValue.Typed("float64", GoValue.Plain("NaN")),
        GoValue.Typed("float64", GoValue.Plain("-0")),
        GoValue.Typed("string", GoValue.String([])),
        GoValue.Typed("[1]interface {}", GoValue.List(GoValue.Typed("[]int", GoValue.Nil))),
        GoValue.Typed("struct{}", GoValue.List()),
        GoValue.Typed("*T", GoValue.Nil),
        Boxed(type, "complex64", 9),
        GoValue.Typed("[1]*T", GoValue.List(GoValue.Label("p1"))),
    ];

    /// <summary>Bytes differ in the first or in the last place, so do other elements.</summary>
    private static GoValue Array(GoType type, int n)
    {
        if (type.Length == 0)
        {
            return GoValue.List();
        }

        int last = type.Length - 1, front = ListText.IsBytes(type) ? 48 : type.Length == 1 ? Count : 32;
        return n < front ? GoValue.List(Value(type.Elem!, n)) : At(type, last, Value(type.Elem!, n - front + 1));
    }

    private static IEnumerable<GoValue> ArraySpecials(GoType type)
    {
        if (type.Length == 0 || ListText.IsBytes(type))
        {
            return [];
        }

        GoValue[] specials = [.. Specials(type.Elem!).Take(7)];
        return [.. specials.Select(s => GoValue.List(s)), .. specials.Select(s => At(type, type.Length - 1, s))];
    }

    private static GoValue At(GoType array, int place, GoValue value)
    {
        if (ListText.IsBytes(array))
        {
            var bytes = new byte[place + 1];
            bytes[place] = (byte)value.AsInt64();
            return GoValue.Bytes(bytes);
        }

        return GoValue.List([.. Enumerable.Repeat(Zero(array.Elem!), place), value]);
    }

    private static GoValue With(GoType type, int field, GoValue value) =>
        GoValue.List([.. type.Fields.Select((f, i) => i == field ? value : Zero(f.Type))]);
}
