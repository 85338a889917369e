using System.Buffers.Binary;
using System.Globalization;
using MapSim.Layout;

namespace MapSim.Programs;

/// <summary>Writes a value out as arguments of an op: the reverse of <see cref="LiteralReader"/>.</summary>
/// <param name="arguments">Takes the arguments.</param>
/// <param name="arch">The architecture.</param>
/// <param name="labels">The names of pointers that have no number of their own, in the order of their numbers; new ones are added.</param>
internal sealed class LiteralWriter(ArgumentWriter arguments, Arch arch, List<string> labels)
{
    /// <summary>Writes a value of a type.</summary>
    /// <exception cref="FormatException">The binary form has no such value; the message says what it would have.</exception>
    public void Write(GoType type, GoValue value)
    {
        if (value.Kind is GoValueKind.Plain or GoValueKind.String or GoValueKind.Bytes && value.Text.Contains(GoValue.Counter, StringComparison.Ordinal))
        {
            throw new FormatException($"expected a value without {GoValue.Counter}, or the one that the binary form makes of it, found '{value.ToText()}'");
        }

        switch (type.Kind)
        {
            case GoKind.Bool:
                arguments.Byte(value.AsBoolean() ? 1 : 0);
                break;
            case GoKind.Int when type.IsSigned:
                arguments.Signed(value.AsInt64());
                break;
            case GoKind.Int:
                arguments.Number(value.AsUInt64());
                break;
            case GoKind.Float:
                GoNumber.TryFloat(value.Text, type.Size, out ulong bits);
                Bits(bits, type.Size);
                break;
            case GoKind.Complex:
                GoNumber.TryComplex(value.Text, type.Size, out ulong re, out ulong im);
                Bits(re, type.Size / 2);
                Bits(im, type.Size / 2);
                break;
            case GoKind.String:
                Text(value.Data());
                break;
            case GoKind.Pointer:
                Pointer(value);
                break;
            case GoKind.Interface:
                Interface(value);
                break;
            case GoKind.Array when value.Kind == GoValueKind.Bytes:
                Text(value.Data());
                break;
            case GoKind.Array when ListText.IsBytes(type):
                Text([.. value.Items.Select(i => (byte)i.AsUInt64())]);
                break;
            case GoKind.Array:
                arguments.Number((ulong)value.Items.Count);
                WriteAll(value.Items.Select(i => (type.Elem!, i)));
                break;
            case GoKind.Struct:
                WriteAll(type.Fields.Select((f, i) => (f.Type, i < value.Items.Count ? value.Items[i] : ValuePool.Zero(f.Type))));
                break;
        }
    }

    private void WriteAll(IEnumerable<(GoType Type, GoValue Value)> values)
    {
        foreach ((GoType type, GoValue value) in values)
        {
            Write(type, value);
        }
    }

    private void Bits(ulong bits, int size) =>
        arguments.Number(size == 8 ? BinaryPrimitives.ReverseEndianness(bits) : BinaryPrimitives.ReverseEndianness((uint)bits));

    private void Text(byte[] bytes)
    {
        arguments.Number((ulong)bytes.Length);
        foreach (byte b in bytes)
        {
            if (b < LiteralReader.Escape)
            {
                arguments.Byte(b);
            }
            else
            {
                arguments.Byte(LiteralReader.Escape).Byte(b >> 4).Byte(b & 15);
            }
        }
    }

    private void Pointer(GoValue value)
    {
        if (value.IsNil)
        {
            arguments.Byte(0);
            return;
        }

        string name = value.Text[1..];
        int letter = name.Length > 1 ? LiteralReader.LabelLetters.IndexOf(name[0], StringComparison.Ordinal) : -1;
        bool numbered = letter > 0 && ulong.TryParse(name.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out _) && (name[1] != '0' || name.Length == 2);
        if (!numbered && !labels.Contains(name))
        {
            labels.Add(name);
        }

        // Far from the numbers that resolved programs have.
        ulong number = numbered ? ulong.Parse(name.AsSpan(1), CultureInfo.InvariantCulture) : 1_000_000UL + (ulong)labels.IndexOf(name);
        arguments.Byte(numbered ? letter : LiteralReader.LabelLetters.Length - 1).Number(number);
    }

    private void Interface(GoValue value)
    {
        if (value.Kind != GoValueKind.Typed)
        {
            arguments.Byte(0);
            return;
        }

        GoType type = GoTypeParser.Parse(value.Text, arch);
        int number = BinaryTypes.Dynamic.ToList().IndexOf(type.Text);
        if (number < 0)
        {
            throw new FormatException($"expected a type that the binary form knows ({string.Join(", ", BinaryTypes.Dynamic)}), found '{type.Text}'");
        }

        arguments.Byte(number);
        if (type.Kind == GoKind.Unhashable)
        {
            arguments.Byte(value.Items[0].Kind == GoValueKind.List ? 1 : 0);
            return;
        }

        Write(type, value.Items[0]);
    }
}
