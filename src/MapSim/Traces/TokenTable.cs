using System.Buffers.Binary;
using System.Globalization;
using MapSim.Heap;
using MapSim.Layout;
using MapSim.Memory;
using MapSim.Programs;

namespace MapSim.Traces;

/// <summary>
/// Which simulated address stands for which pointer token of a trace. A token seen for the first time in an
/// operation's argument gets fresh memory with the content that the line gives; later it is the same address.
/// </summary>
/// <remarks>
/// Token: the class letter in the top byte of a word, the running number below. S string data, T type, D interface
/// data, P pointer, K indirect key, E indirect elem.
/// </remarks>
internal sealed class TokenTable(MapSession session)
{
    private readonly Dictionary<ulong, Addr> _addresses = [];
    private readonly Dictionary<Addr, ulong> _tokens = [];
    private readonly Dictionary<int, GoType> _types = [];
    private readonly int _word = session.Machine.PointerSize;

    /// <summary>The token of an address, or 0.</summary>
    public ulong TokenOf(Addr address) => _tokens.GetValueOrDefault(address);

    /// <summary>The address of a token; false if it was never seen.</summary>
    public bool TryAddress(ulong token, out Addr address) => _addresses.TryGetValue(token, out address);

    /// <summary>The word that a class letter and a number make.</summary>
    public ulong Token(byte letter, int number) => (ulong)letter << (8 * (_word - 1)) | (uint)number;

    /// <summary>Binds a token to an address (indirect keys and elems, when they appear in a bucket).</summary>
    public void Bind(ulong token, Addr address)
    {
        _addresses[token] = address;
        _tokens[address] = token;
    }

    /// <summary>Learns the name of a T token.</summary>
    /// <exception cref="FormatException">The name is no type this reader knows.</exception>
    public void NameType(int number, string name)
    {
        GoType type = GoTypeParser.Parse(name, session.Machine.Arch);
        _types[number] = type;
        Bind(Token((byte)'T', number), session.Machine.RuntimeType(type));
    }

    /// <summary>Replaces the tokens in the bytes of a value by addresses, making what is new.</summary>
    /// <param name="type">The value's type.</param>
    /// <param name="bytes">The value.</param>
    /// <param name="content">Its canonical content (kc or vc), empty if the line has none.</param>
    public void Materialise(GoType type, Span<byte> bytes, ReadOnlyMemory<byte> content)
    {
        if (type.HasPointers)
        {
            var leaves = new ContentLeaves(content);
            Materialise(type, bytes, leaves);
        }
    }

    /// <summary>Replaces the tokens in recorded bytes by addresses. An unknown token becomes an address nothing has.</summary>
    public void Translate(IReadOnlyList<int> pointerOffsets, Span<byte> bytes)
    {
        foreach (int offset in pointerOffsets)
        {
            ulong token = ReadWord(bytes[offset..]);
            if (token != 0)
            {
                WriteWord(bytes[offset..], _addresses.TryGetValue(token, out Addr address) ? address.Value : token);
            }
        }
    }

    /// <summary>"S12" for an address that a token stands for; else the address.</summary>
    public string Describe(Addr address) => _tokens.TryGetValue(address, out ulong token)
        ? (char)(token >> (8 * (_word - 1))) + (token & 0xFFFFFF).ToString(CultureInfo.InvariantCulture)
        : address.ToString();

    private void Materialise(GoType type, Span<byte> bytes, ContentLeaves leaves)
    {
        switch (type.Kind)
        {
            case GoKind.String:
                Pointer(bytes, leaves, leaves.Next(), ObjectKind.StringData);
                break;
            case GoKind.Interface:
                int leaf = leaves.Next();
                ulong typeToken = ReadWord(bytes);
                Translate([0], bytes);
                if (typeToken != 0)
                {
                    Box(bytes[_word..], leaves, leaf, (int)(typeToken & 0xFFFFFF));
                }

                break;
            case GoKind.Array:
                for (int i = 0; i < (type.HasPointers ? type.Length : 0); i++)
                {
                    Materialise(type.Elem!, bytes.Slice(i * type.Elem!.Size, type.Elem.Size), leaves);
                }

                break;
            case GoKind.Struct:
                foreach (GoField field in type.Fields)
                {
                    Materialise(field.Type, bytes.Slice(field.Offset, field.Type.Size), leaves);
                }

                break;
            default:
                if (type.HasPointers)
                {
                    Pointer(bytes, leaves, leaves.Next(), ObjectKind.Pointee);
                }

                break;
        }
    }

    /// <summary>One pointer word: known, nil, or new memory with a string's bytes (or eight zeros for a pointee).</summary>
    private void Pointer(Span<byte> bytes, ContentLeaves leaves, int leaf, ObjectKind kind)
    {
        ulong token = ReadWord(bytes);
        if (token == 0)
        {
            return;
        }

        if (!_addresses.TryGetValue(token, out Addr address))
        {
            byte[] data = kind == ObjectKind.StringData ? StringBytes(leaves[leaf]) : new byte[8];
            if (kind == ObjectKind.StringData && ReadWord(bytes[_word..]) != (ulong)data.Length)
            {
                throw new FormatException($"a string of {ReadWord(bytes[_word..])} bytes has a content of {data.Length}");
            }

            address = session.NewObject(data, kind);
            session.Keep(address);
            Bind(token, address);
        }

        WriteWord(bytes, address.Value);
    }

    private void Box(Span<byte> bytes, ContentLeaves leaves, int leaf, int typeNumber)
    {
        ulong token = ReadWord(bytes);
        if (token == 0)
        {
            return;
        }

        if (!_addresses.TryGetValue(token, out Addr address))
        {
            GoType type = _types.GetValueOrDefault(typeNumber) ?? throw new FormatException($"type token T{typeNumber} was never named");
            address = session.NewObject(BoxedBytes(type, leaves[leaf]), ObjectKind.Boxed, type);
            session.Keep(address);
            Bind(token, address);
        }

        WriteWord(bytes, address.Value);
    }

    private byte[] BoxedBytes(GoType type, string content)
    {
        try
        {
            return BoxedBytesOf(type, content);
        }
        catch (Exception e) when (e is OverflowException or ArgumentException)
        {
            throw new FormatException($"'{content}' is no {type.Text}");
        }
    }

    private byte[] BoxedBytesOf(GoType type, string content)
    {
        var bytes = new byte[Math.Max(type.Size, 1)];
        string value = content[(content.IndexOf(':', StringComparison.Ordinal) + 1)..];
        switch (type.Kind)
        {
            case GoKind.String:
                byte[] data = StringBytes(content);
                WriteWord(bytes, data.Length == 0 ? 0 : session.NewObject(data, ObjectKind.StringData).Value);
                WriteWord(bytes.AsSpan(_word), (ulong)data.Length);
                break;
            case GoKind.Float:
                ulong bits = Convert.ToUInt64(value, 16);
                if (type.Size == 8)
                {
                    BinaryPrimitives.WriteUInt64LittleEndian(bytes, bits);
                }
                else
                {
                    BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)bits);
                }

                break;
            case GoKind.Int or GoKind.Bool:
                Int128 number = value is "true" ? 1 : value is "false" ? 0 : Int128.Parse(value, CultureInfo.InvariantCulture);
                for (int i = 0; i < type.Size; i++)
                {
                    bytes[i] = (byte)((number >> (8 * i)) & 0xFF);
                }

                break;
            default:
                if (type.IsComparable)
                {
                    throw new FormatException($"interface keys of type {type.Text} are not supported in traces");
                }

                break;
        }

        return bytes;
    }

    private static byte[] StringBytes(string content) => content.StartsWith("str:", StringComparison.Ordinal)
        ? Convert.FromHexString(content.AsSpan(4))
        : throw new FormatException($"expected the content of a new string (str:<hex>), found '{content}'");

    private ulong ReadWord(ReadOnlySpan<byte> bytes) =>
        _word == 8 ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    private void WriteWord(Span<byte> bytes, ulong value)
    {
        if (_word == 8)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        }
        else
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)value);
        }
    }

    /// <summary>The contents of the pointer-holding leaves of a value, in order: "c", or "{c1,c2,...}".</summary>
    private sealed class ContentLeaves
    {
        private readonly ReadOnlyMemory<byte> _content;
        private string[]? _contents;
        private int _next;

        public ContentLeaves(ReadOnlyMemory<byte> content) => _content = content;

        /// <summary>Goes on to the next leaf.</summary>
        public int Next() => _next++;

        /// <summary>The content of a leaf; decoded only when a leaf is new.</summary>
        public string this[int leaf]
        {
            get
            {
                if (_contents == null)
                {
                    string text = System.Text.Encoding.UTF8.GetString(_content.Span);
                    _contents = text is ['{', .., '}'] ? text[1..^1].Split(',') : [text];
                }

                return leaf < _contents.Length ? _contents[leaf] : "";
            }
        }
    }
}
