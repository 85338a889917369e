using MapSim.Programs;

namespace MapSim.Fuzz;

/// <summary>The types that an argument of a Go fuzz target may have. uint8 is Byte, int32 is Rune: Go does not tell them apart.</summary>
public enum GoFuzzKind
{
    /// <summary>[]byte.</summary>
    Bytes,

    /// <summary>string: any bytes.</summary>
    String,

    /// <summary>bool: 0 or 1.</summary>
    Bool,

    /// <summary>byte, uint8.</summary>
    Byte,

    /// <summary>rune, int32.</summary>
    Rune,

    /// <summary>int, of 64 bits here.</summary>
    Int,

    /// <summary>int8.</summary>
    Int8,

    /// <summary>int16.</summary>
    Int16,

    /// <summary>int64.</summary>
    Int64,

    /// <summary>uint, of 64 bits here.</summary>
    Uint,

    /// <summary>uint16.</summary>
    Uint16,

    /// <summary>uint32.</summary>
    Uint32,

    /// <summary>uint64.</summary>
    Uint64,

    /// <summary>float32, as its bits.</summary>
    Float32,

    /// <summary>float64, as its bits.</summary>
    Float64,
}

/// <summary>
/// One argument in a corpus file of Go's fuzzer. Floats are held as bits, so that every NaN keeps its payload.
/// </summary>
public sealed class GoFuzzValue
{
    private GoFuzzValue(GoFuzzKind kind, Int128 number, ReadOnlyMemory<byte> content) => (Kind, Number, Content) = (kind, number, content);

    /// <summary>The type.</summary>
    public GoFuzzKind Kind { get; }

    /// <summary>An integer's value, a float's bits, 0 or 1 of a bool; 0 for bytes and strings.</summary>
    public Int128 Number { get; }

    /// <summary>The bytes of a []byte or a string; empty for the others.</summary>
    public ReadOnlyMemory<byte> Content { get; }

    /// <summary>A []byte.</summary>
    public static GoFuzzValue Bytes(ReadOnlyMemory<byte> content) => new(GoFuzzKind.Bytes, 0, content);

    /// <summary>A string.</summary>
    /// <param name="content">Its bytes; they need not be UTF-8.</param>
    public static GoFuzzValue String(ReadOnlyMemory<byte> content) => new(GoFuzzKind.String, 0, content);

    /// <summary>A bool, an integer, or a float by its bits.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The type has no such value.</exception>
    public static GoFuzzValue Of(GoFuzzKind kind, Int128 number) => kind > GoFuzzKind.String && number >= Min(kind) && number <= Max(kind)
        ? new GoFuzzValue(kind, number, default)
        : throw new ArgumentOutOfRangeException(nameof(number), $"expected a value of {kind}, found {number}");

    /// <summary>The smallest number of a type.</summary>
    internal static Int128 Min(GoFuzzKind kind) => IsSigned(kind) ? -(Int128.One << (Bits(kind) - 1)) : 0;

    /// <summary>The largest number of a type.</summary>
    internal static Int128 Max(GoFuzzKind kind) => (Int128.One << (Bits(kind) - (IsSigned(kind) ? 1 : 0))) - 1;

    /// <summary>The line that Go writes for it, without the line's end.</summary>
    public override string ToString() => Kind switch
    {
        GoFuzzKind.Bytes => $"[]byte({GoLiteral.Quote(Content.Span)})",
        GoFuzzKind.String => $"string({GoLiteral.Quote(Content.Span)})",
        GoFuzzKind.Bool => Number == 0 ? "bool(false)" : "bool(true)",
        GoFuzzKind.Byte => $"byte({GoLiteral.Quote((int)Number)})",
        // Go writes a number where there is no such character.
        GoFuzzKind.Rune => System.Text.Rune.IsValid((int)Number) ? $"rune({GoLiteral.Quote((int)Number)})" : FormattableString.Invariant($"int32({Number})"),
        GoFuzzKind.Float32 => Float(4),
        GoFuzzKind.Float64 => Float(8),
        _ => FormattableString.Invariant($"{Kind.ToString().ToLowerInvariant()}({Number})"),
    };

    private static bool IsSigned(GoFuzzKind kind) => kind is GoFuzzKind.Rune or GoFuzzKind.Int or GoFuzzKind.Int8 or GoFuzzKind.Int16 or GoFuzzKind.Int64;

    private static int Bits(GoFuzzKind kind) => kind switch
    {
        GoFuzzKind.Bool => 1,
        GoFuzzKind.Byte or GoFuzzKind.Int8 => 8,
        GoFuzzKind.Int16 or GoFuzzKind.Uint16 => 16,
        GoFuzzKind.Rune or GoFuzzKind.Uint32 or GoFuzzKind.Float32 => 32,
        _ => 64,
    };

    private string Float(int size)
    {
        string text = GoNumber.FloatText((ulong)Number, size);
        return text.StartsWith("NaN(", StringComparison.Ordinal)
            ? FormattableString.Invariant($"math.Float{size * 8}frombits(0x{(ulong)Number:x})")
            : FormattableString.Invariant($"float{size * 8}({GoLiteral.Float(text)})");
    }
}
