using System.Buffers.Binary;
using System.Globalization;
using MapSim.Layout;

namespace MapSim.Programs;

/// <summary>Reads a value that is written out in the arguments of an op. Any arguments give a value of the type.</summary>
/// <param name="arguments">The arguments.</param>
/// <param name="arch">The architecture.</param>
internal sealed class LiteralReader(ArgumentReader arguments, Arch arch)
{
    /// <summary>The letters that the names of pointers can begin with, in the order of their numbers; 0 is nil.</summary>
    public const string LabelLetters = "-pqx";

    /// <summary>The byte in front of a byte of text that is no argument itself.</summary>
    public const int Escape = 0x7F;

    private const int LongestText = 1024;
    private const int Deepest = 8;
    private int _depth;

    /// <summary>Reads a value of a type.</summary>
    public GoValue Read(GoType type)
    {
        switch (type.Kind)
        {
            case GoKind.Bool:
                return (arguments.Byte() & 1) != 0;
            case GoKind.Int:
                return GoValue.Int(Integer(type));
            case GoKind.Float:
                return GoValue.Plain(GoNumber.FloatText(Bits(type.Size), type.Size));
            case GoKind.Complex:
                ulong re = Bits(type.Size / 2);
                return GoValue.Plain(GoNumber.ComplexText(re, Bits(type.Size / 2), type.Size));
            case GoKind.String:
                return GoValue.String(Text(LongestText));
            case GoKind.Pointer:
                return Pointer();
            case GoKind.Interface:
                return Interface();
            case GoKind.Array when ListText.IsBytes(type):
                return GoValue.Bytes(Text(type.Length));
            case GoKind.Array:
                return GoValue.List(List((int)arguments.Below(type.Length), _ => type.Elem!));
            case GoKind.Struct:
                return GoValue.List(List(type.Fields.Count, i => type.Fields[i].Type));
            default:
                return GoValue.Nil;
        }
    }

    private Int128 Integer(GoType type)
    {
        int unused = 64 - 8 * type.Size;
        return type.IsSigned ? arguments.Signed() << unused >> unused : arguments.Number() << unused >> unused;
    }

    /// <summary>The bytes in reverse order: round numbers are short.</summary>
    private ulong Bits(int size)
    {
        ulong reversed = arguments.Number();
        return size == 8 ? BinaryPrimitives.ReverseEndianness(reversed) : BinaryPrimitives.ReverseEndianness((uint)(reversed & uint.MaxValue));
    }

    private byte[] Text(int longest)
    {
        var bytes = new byte[(int)arguments.Below(longest)];
        for (int i = 0; i < bytes.Length; i++)
        {
            int b = arguments.Byte();
            bytes[i] = b == Escape ? (byte)(((arguments.Byte() & 15) << 4) | (arguments.Byte() & 15)) : (byte)b;
        }

        return bytes;
    }

    private GoValue Pointer()
    {
        int letter = arguments.Byte() & 3;
        return letter == 0 ? GoValue.Nil
            : GoValue.Label(LabelLetters[letter] + arguments.Number().ToString(CultureInfo.InvariantCulture));
    }

    private GoValue Interface()
    {
        int number = arguments.Byte();
        if (number == 0 || number >= BinaryTypes.Dynamic.Count || _depth == Deepest)
        {
            return GoValue.Nil;
        }

        GoType type = GoTypeParser.Parse(BinaryTypes.Dynamic[number], arch);
        if (type.Kind == GoKind.Unhashable)
        {
            return GoValue.Typed(type.Text, (arguments.Byte() & 1) != 0 ? GoValue.List() : GoValue.Nil);
        }

        _depth++;
        GoValue value = Read(type);
        _depth--;
        return GoValue.Typed(type.Text, value);
    }

    private GoValue[] List(int count, Func<int, GoType> type)
    {
        var items = new GoValue[count];
        for (int i = 0; i < count; i++)
        {
            items[i] = Read(type(i));
        }

        return items;
    }
}
