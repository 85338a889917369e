using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Programs;

/// <summary>
/// What a map key means in Go, read from the bytes it has in memory and from what they point to: a text that is the
/// same exactly for keys that are ==, whether the key equals itself, and whether it can be hashed at all.
/// </summary>
/// <remarks>
/// It follows the language's text (Comparison operators), type by type: strings by content, interfaces by dynamic type
/// and content, +0 and -0 alike, padding and blank fields not at all. It shares nothing with the simulated runtime's own
/// hash and equality, which it is there to check. It makes no step and leaves no fault in the memory.
/// </remarks>
/// <param name="Canonical">Each character is a byte. Two keys of one type are equal if this is, and both are reflexive.</param>
/// <param name="IsReflexive">False if a NaN is in it: it does not equal itself.</param>
/// <param name="Unhashable">The dynamic type for which hashing it panics, as Go spells it; null if it does not.</param>
/// <param name="IsReadable">False if it points to bytes that are not live, or to no type: no program made such a key.</param>
public sealed record KeyIdentity(string Canonical, bool IsReflexive, string? Unhashable, bool IsReadable)
{
    /// <summary>The longest string that is read; a longer one is not believed.</summary>
    private const ulong LongestString = 1 << 28;

    /// <summary>Reads a key.</summary>
    /// <param name="machine">The machine in whose memory strings and boxed values lie.</param>
    /// <param name="type">The key's type.</param>
    /// <param name="key">The key's bytes.</param>
    public static KeyIdentity Of(Machine machine, GoType type, ReadOnlySpan<byte> key)
    {
        if (type.Kind is GoKind.Bool or GoKind.Int or GoKind.Pointer)
        {
            return new KeyIdentity(TextOf(key[..type.Size]), IsReflexive: true, null, IsReadable: true);
        }

        var reader = new Reader(machine, stackalloc char[256]);
        reader.Add(type, key);
        return new KeyIdentity(reader.Text, !reader.HasNaN, reader.Unhashable, !reader.IsBroken);
    }

    /// <summary>Go's == on two keys of one type.</summary>
    public static bool AreEqual(KeyIdentity a, KeyIdentity b) =>
        a.IsReflexive && b.IsReflexive && string.Equals(a.Canonical, b.Canonical, StringComparison.Ordinal);

    /// <summary>Bytes as a text of as many characters, to look them up.</summary>
    internal static string TextOf(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    private static ReadOnlySpan<byte> HexDigits => "0123456789abcdef"u8;

    private ref struct Reader(Machine machine, Span<char> room)
    {
        private Span<char> _text = room;
        private int _length;

        public readonly string Text => new(_text[.._length]);

        public bool HasNaN { get; private set; }

        public bool IsBroken { get; private set; }

        public string? Unhashable { get; private set; }

        public void Add(GoType type, ReadOnlySpan<byte> value)
        {
            switch (type.Kind)
            {
                case GoKind.Float:
                    AddFloat(value[..type.Size]);
                    break;
                case GoKind.Complex:
                    AddFloat(value[..(type.Size / 2)]);
                    AddFloat(value[(type.Size / 2)..type.Size]);
                    break;
                case GoKind.String:
                    AddString(new Addr(Word(value)), Word(value[machine.PointerSize..]));
                    break;
                case GoKind.Interface:
                    AddInterface(new Addr(Word(value)), value.Slice(machine.PointerSize, machine.PointerSize));
                    break;
                case GoKind.Array:
                    for (int i = 0; i < type.Length; i++)
                    {
                        Add(type.Elem!, value.Slice(i * type.Elem!.Size, type.Elem.Size));
                    }

                    break;
                case GoKind.Struct:
                    for (int i = 0; i < type.Fields.Count; i++)
                    {
                        GoField field = type.Fields[i];
                        if (field.Name != "_")
                        {
                            Add(field.Type, value.Slice(field.Offset, field.Type.Size));
                        }
                    }

                    break;
                case GoKind.Unhashable:
                    Unhashable ??= type.Text;
                    break;
                default:
                    Bytes(value[..type.Size]);
                    break;
            }
        }

        /// <summary>A NaN has every exponent bit set and some bit of the fraction; both zeros have nothing but perhaps the sign.</summary>
        private void AddFloat(ReadOnlySpan<byte> value)
        {
            bool isWide = value.Length == 8;
            ulong bits = isWide ? BinaryPrimitives.ReadUInt64LittleEndian(value) : BinaryPrimitives.ReadUInt32LittleEndian(value);
            ulong sign = isWide ? 0x8000_0000_0000_0000UL : 0x8000_0000UL;
            ulong infinity = isWide ? 0x7FF0_0000_0000_0000UL : 0x7F80_0000UL;
            ulong magnitude = bits & ~sign;
            HasNaN |= magnitude > infinity;
            Number(magnitude == 0 ? 0 : bits);
        }

        private void AddString(Addr data, ulong length)
        {
            Number(length);
            if (length == 0)
            {
                return;
            }

            if (length > LongestString || !machine.Memory.IsLive(data, (int)length))
            {
                IsBroken = true;
                return;
            }

            Bytes(machine.Memory.Raw(data, (int)length));
        }

        private void AddInterface(Addr descriptor, ReadOnlySpan<byte> data)
        {
            if (descriptor.IsNil)
            {
                Append("nil;");
                return;
            }

            if (machine.RuntimeTypeAt(descriptor) is not { } type || machine.RuntimeType(type) != descriptor)
            {
                IsBroken = true;
                return;
            }

            Append(type.Text);
            Append(";");
            if (!type.IsComparable)
            {
                Unhashable ??= type.Text;
            }
            else if (type.IsDirectInterface)
            {
                Add(type, data);
            }
            else if (type.Size == 0)
            {
                Add(type, default);
            }
            else if (machine.Memory.IsLive(new Addr(Word(data)), type.Size))
            {
                Add(type, machine.Memory.Raw(new Addr(Word(data)), type.Size));
            }
            else
            {
                IsBroken = true;
            }
        }

        private void Number(ulong value)
        {
            Reserve(17);
            for (int digits = (67 - BitOperations.LeadingZeroCount(value | 1)) / 4; digits > 0; digits--)
            {
                _text[_length++] = (char)HexDigits[(int)(value >> (4 * digits - 4) & 15)];
            }

            _text[_length++] = ',';
        }

        private void Append(ReadOnlySpan<char> text)
        {
            Reserve(text.Length);
            text.CopyTo(_text[_length..]);
            _length += text.Length;
        }

        private void Bytes(ReadOnlySpan<byte> bytes)
        {
            Reserve(bytes.Length);
            _length += Encoding.Latin1.GetChars(bytes, _text[_length..]);
        }

        private void Reserve(int more)
        {
            if (_text.Length - _length < more)
            {
                var larger = new char[Math.Max(2 * _text.Length, checked(_length + more))];
                _text[.._length].CopyTo(larger);
                _text = larger;
            }
        }

        private readonly ulong Word(ReadOnlySpan<byte> value) => machine.PointerSize == 8
            ? BinaryPrimitives.ReadUInt64LittleEndian(value)
            : BinaryPrimitives.ReadUInt32LittleEndian(value);
    }
}
