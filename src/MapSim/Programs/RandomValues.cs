using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using MapSim.Layout;
using MapSim.Memory;

namespace MapSim.Programs;

/// <summary>What is known of a value just made.</summary>
public sealed class RandomTraits
{
    /// <summary>A text that is the same for equal values.</summary>
    public StringBuilder Text { get; } = new();

    /// <summary>A NaN takes part in its equality.</summary>
    public bool HasNaN { get; set; }

    /// <summary>The first type in it that cannot be hashed.</summary>
    public string? Unhashable { get; set; }
}

/// <summary>Makes random values of any type in a session's memory.</summary>
public sealed class RandomValues
{
    private static readonly string[] BoxedTypes =
    [
        "int", "int", "string", "string", "float64", "uint8", "*T", "[2]string", "struct{ a int8; b float64 }", "[1]*T", "struct{}",
        "complex64", "[1]interface{}", "[]int", "map[string]int", "func()",
    ];

    private readonly MapSession _session;
    private readonly RandomSource _random;
    private readonly Arch _arch;
    private readonly List<Addr> _pointees = [];
    private readonly List<(string Content, Addr Data)> _strings = [];
    private readonly ulong _stride;

    /// <summary>Values for a session.</summary>
    public RandomValues(MapSession session, RandomSource random)
    {
        _session = session;
        _random = random;
        _arch = session.Machine.Arch;
        _stride = random.Pick<ulong>([1, 1, 8, 256, 1UL << 20, 0x9E3779B97F4A7C15]);
    }

    /// <summary>Writes a key-like value: integers and strings from a domain of <paramref name="domain"/> values. Padding is random.</summary>
    public RandomTraits Write(GoType type, Span<byte> to, int domain)
    {
        var traits = new RandomTraits();
        _random.Fill(to);
        Write(type, to, domain, traits);
        return traits;
    }

    /// <summary>Makes an elem; plain memory is random bytes, so that elems tell entries apart.</summary>
    public byte[] Elem(GoType type)
    {
        byte[] bytes = new byte[type.Size];
        _random.Fill(bytes);
        if (!type.IsPlainMemory || type.HasPointers || type.Kind == GoKind.Bool)
        {
            Write(type, bytes, 40, new RandomTraits());
        }

        return bytes;
    }

    private void Write(GoType t, Span<byte> to, int domain, RandomTraits traits)
    {
        switch (t.Kind)
        {
            case GoKind.Bool:
                to[0] = (byte)_random.Below(2);
                traits.Text.Append(to[0] != 0 ? "true" : "false");
                break;
            case GoKind.Int:
                WriteInt(to[..t.Size], domain, traits);
                break;
            case GoKind.Float:
                WriteFloat(to[..t.Size], domain, traits);
                break;
            case GoKind.Complex:
                WriteFloat(to[..(t.Size / 2)], domain, traits);
                traits.Text.Append('+');
                WriteFloat(to[(t.Size / 2)..t.Size], domain, traits);
                traits.Text.Append('i');
                break;
            case GoKind.String:
                WriteString(to, domain, traits);
                break;
            case GoKind.Pointer:
                Word(to, Pointee(_random.Below(Math.Min(domain, 1000) + 1)).Value);
                traits.Text.Append("0x").Append(Word(to).ToString("x", CultureInfo.InvariantCulture));
                break;
            case GoKind.Interface:
                WriteInterface(to, domain, traits);
                break;
            case GoKind.Array:
                WriteArray(t, to, domain, traits);
                break;
            case GoKind.Struct:
                WriteStruct(t, to, domain, traits);
                break;
            default:
                to[..t.Size].Clear();
                break;
        }
    }

    private void WriteInt(Span<byte> to, int domain, RandomTraits traits)
    {
        ulong value = unchecked((ulong)_random.Below(domain) * _stride);
        for (int i = 0; i < to.Length; i++)
        {
            to[i] = (byte)(value >> (8 * i) & 0xFF);
        }

        traits.Text.Append(to.Length < 8 ? value & ((1UL << (8 * to.Length)) - 1) : value);
    }

    private void WriteFloat(Span<byte> to, int domain, RandomTraits traits)
    {
        double value = _random.Below(12) switch
        {
            0 => 0.0,
            1 => -0.0,
            2 or 3 => double.NaN,
            4 => double.NegativeInfinity,
            _ => _random.Below(domain) - domain / 4,
        };
        ulong payload = _random.Next() & 0xFF;
        if (to.Length == 8)
        {
            ulong bits = BitConverter.DoubleToUInt64Bits(value);
            BinaryPrimitives.WriteUInt64LittleEndian(to, double.IsNaN(value) ? bits | payload : bits);
        }
        else
        {
            uint bits = BitConverter.SingleToUInt32Bits((float)value);
            BinaryPrimitives.WriteUInt32LittleEndian(to, double.IsNaN(value) ? bits | (uint)payload : bits);
        }

        traits.HasNaN |= double.IsNaN(value);
        traits.Text.Append(value == 0 ? "0" : value.ToString("R", CultureInfo.InvariantCulture));
    }

    /// <summary>Keeps what a value points to: the program will use it again.</summary>
    public void Keep(GoType type, ReadOnlySpan<byte> value) => _session.KeepPointers(type, value);

    private void WriteString(Span<byte> to, int domain, RandomTraits traits)
    {
        int n = _random.Below(domain + 1);
        string content = n == 0 ? "" : n % 5 == 0 ? "long" + new string('x', 20 + n % 90) + n.ToString(CultureInfo.InvariantCulture) + "tail" : "k" + n.ToString(CultureInfo.InvariantCulture);
        Addr data = default;
        if (content.Length > 0 || _random.Chance(50))
        {
            // The same content may be at several addresses: which one a map keeps is visible.
            int known = _random.Chance(60) ? _strings.FindIndex(s => s.Content == content) : -1;
            data = known >= 0 ? _strings[known].Data : _session.NewObject(Encoding.ASCII.GetBytes(content), Heap.ObjectKind.StringData);
            if (known < 0 && _strings.Count < 64)
            {
                _strings.Add((content, data));
                _session.Keep(data);
            }
        }

        Word(to, data.Value);
        Word(to[_arch.PointerSize..], (ulong)content.Length);
        traits.Text.Append('"').Append(content).Append('"');
    }

    private void WriteInterface(Span<byte> to, int domain, RandomTraits traits)
    {
        if (_random.Below(16) == 0)
        {
            to[..(2 * _arch.PointerSize)].Clear();
            traits.Text.Append("nil");
            return;
        }

        GoType type = GoTypeParser.Parse(_random.Chance(85) ? BoxedTypes[_random.Below(9)] : _random.Pick(BoxedTypes), _arch);
        Word(to, _session.Machine.RuntimeType(type).Value);
        traits.Text.Append(type.Text).Append('(');
        byte[] content = new byte[Math.Max(type.Size, 1)];
        if (type.IsComparable)
        {
            Write(type, content, domain, traits);
        }
        else
        {
            traits.Unhashable ??= type.Text;
        }

        traits.Text.Append(')');
        if (type.IsDirectInterface)
        {
            content.AsSpan(0, _arch.PointerSize).CopyTo(to[_arch.PointerSize..]);
        }
        else
        {
            Word(to[_arch.PointerSize..], _session.NewObject(content, Heap.ObjectKind.Boxed, type).Value);
        }
    }

    private void WriteArray(GoType t, Span<byte> to, int domain, RandomTraits traits)
    {
        // A long array repeats its first element: equal prefixes, and few enough classes for equal keys to occur.
        traits.Text.Append('[');
        for (int i = 0; i < t.Length; i++)
        {
            Span<byte> element = to.Slice(i * t.Elem!.Size, t.Elem.Size);
            if (t.Length > 3 && i > 0 && i < t.Length - 1)
            {
                to[..t.Elem.Size].CopyTo(element);
            }
            else
            {
                Write(t.Elem, element, i == 0 ? domain : Math.Min(domain, 8), traits);
                traits.Text.Append(' ');
            }
        }

        traits.Text.Append(']');
    }

    private void WriteStruct(GoType t, Span<byte> to, int domain, RandomTraits traits)
    {
        traits.Text.Append('{');
        foreach (GoField field in t.Fields)
        {
            if (field.Name == "_")
            {
                continue;
            }

            Write(field.Type, to[field.Offset..], domain, traits);
            traits.Text.Append(' ');
        }

        traits.Text.Append('}');
    }

    private Addr Pointee(int n)
    {
        if (n == 0)
        {
            return default;
        }

        while (_pointees.Count < n)
        {
            _pointees.Add(_session.NewObject([1, 2, 3, 4, 5, 6, 7, 8], Heap.ObjectKind.Pointee));
            _session.Keep(_pointees[^1]);
        }

        return _pointees[n - 1];
    }

    private void Word(Span<byte> to, ulong value)
    {
        if (_arch.PointerSize == 8)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(to, value);
        }
        else
        {
            BinaryPrimitives.WriteUInt32LittleEndian(to, (uint)value);
        }
    }

    private ulong Word(ReadOnlySpan<byte> from) =>
        _arch.PointerSize == 8 ? BinaryPrimitives.ReadUInt64LittleEndian(from) : BinaryPrimitives.ReadUInt32LittleEndian(from);
}
