using System.Globalization;

namespace MapSim.Memory;

/// <summary>
/// An address of the simulated process: what a Go pointer holds. 0 is nil. On 32-bit architectures the
/// value fits 32 bits. Arithmetic wraps, as pointer arithmetic in the runtime does.
/// </summary>
/// <param name="Value">The address as the process would print it.</param>
public readonly record struct Addr(ulong Value) : IComparable<Addr>
{
    /// <summary>The nil pointer.</summary>
    public static Addr Nil => default;

    /// <summary>True for nil.</summary>
    public bool IsNil => Value == 0;

    /// <summary>The address <paramref name="offset"/> bytes further on.</summary>
    public static Addr operator +(Addr a, ulong offset) => new(unchecked(a.Value + offset));

    /// <summary>The address <paramref name="offset"/> bytes further on.</summary>
    public static Addr operator +(Addr a, int offset) => new(unchecked(a.Value + (ulong)(long)offset));

    /// <summary>The distance in bytes from <paramref name="b"/> to <paramref name="a"/>.</summary>
    public static ulong operator -(Addr a, Addr b) => unchecked(a.Value - b.Value);

    /// <inheritdoc cref="op_Addition(Addr, ulong)"/>
    public static Addr Add(Addr a, ulong offset) => a + offset;

    /// <inheritdoc cref="op_Subtraction(Addr, Addr)"/>
    public static ulong Subtract(Addr a, Addr b) => a - b;

    /// <inheritdoc/>
    public int CompareTo(Addr other) => Value.CompareTo(other.Value);

    /// <summary>True if <paramref name="a"/> is the lower address.</summary>
    public static bool operator <(Addr a, Addr b) => a.Value < b.Value;

    /// <summary>True if <paramref name="a"/> is the higher address.</summary>
    public static bool operator >(Addr a, Addr b) => a.Value > b.Value;

    /// <summary>True if <paramref name="a"/> is not the higher address.</summary>
    public static bool operator <=(Addr a, Addr b) => a.Value <= b.Value;

    /// <summary>True if <paramref name="a"/> is not the lower address.</summary>
    public static bool operator >=(Addr a, Addr b) => a.Value >= b.Value;

    /// <summary>Hexadecimal with 0x in front; "nil" for nil.</summary>
    public override string ToString() =>
        IsNil ? "nil" : "0x" + Value.ToString("x", CultureInfo.InvariantCulture);
}
