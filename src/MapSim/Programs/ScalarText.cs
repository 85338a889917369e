using System.Buffers.Binary;
using MapSim.Layout;

namespace MapSim.Programs;

/// <summary>bool, integers, floats and complex numbers: text to bytes and bytes to text. The text of a value is unique.</summary>
internal static class ScalarText
{
    /// <summary>Writes the bytes of a value.</summary>
    /// <exception cref="FormatException">The text is no value of the type.</exception>
    public static void Write(GoType type, string text, Span<byte> to)
    {
        ulong im = 0;
        bool ok = true;
        switch (type.Kind)
        {
            case GoKind.Bool when text is "true" or "false":
                to[0] = text == "true" ? (byte)1 : (byte)0;
                break;
            case GoKind.Int when GoNumber.TryInt(text, out Int128 n) && n >= GoNumber.Min(type) && n <= GoNumber.Max(type):
                GoNumber.WriteInt(n, to);
                break;
            case GoKind.Float when GoNumber.TryFloat(text, type.Size, out ulong bits):
                WriteBits(bits, to);
                break;
            case GoKind.Complex when GoNumber.TryComplex(text, type.Size, out ulong re, out im):
                WriteBits(re, to[..(type.Size / 2)]);
                WriteBits(im, to[(type.Size / 2)..]);
                break;
            default:
                ok = false;
                break;
        }

        if (!ok)
        {
            throw new FormatException($"expected a value of type {type.Text}, found '{text}'");
        }
    }

    /// <summary>The text of a value.</summary>
    public static string Read(GoType type, ReadOnlySpan<byte> bytes) => type.Kind switch
    {
        GoKind.Bool => bytes[0] != 0 ? "true" : "false",
        GoKind.Int => GoNumber.IntText(bytes, type.IsSigned),
        GoKind.Float => GoNumber.FloatText(Bits(bytes), type.Size),
        _ => GoNumber.ComplexText(Bits(bytes[..(type.Size / 2)]), Bits(bytes[(type.Size / 2)..]), type.Size),
    };

    private static ulong Bits(ReadOnlySpan<byte> bytes) =>
        bytes.Length == 8 ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    private static void WriteBits(ulong bits, Span<byte> to)
    {
        if (to.Length == 8)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(to, bits);
        }
        else
        {
            BinaryPrimitives.WriteUInt32LittleEndian(to, (uint)bits);
        }
    }
}
