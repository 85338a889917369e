using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using MapSim.Layout;
using MapSim.Memory;
using MapSim.Programs;

namespace MapSim.Traces;

/// <summary>Compares the bytes of one bucket with its image in a trace line, and binds the K and E tokens that appear.</summary>
internal sealed class BucketComparer(TraceComparer comparer, MapSession session, TokenTable tokens, TraceRegions regions)
{
    private static readonly int[] WholeWord = [0];
    private readonly MapType _type = session.TypeOf(0);
    private readonly byte[] _expected = new byte[session.TypeOf(0).BucketSize];
    private readonly IReadOnlyList<int> _keyPointers = session.TypeOf(0).IndirectKey ? WholeWord : session.TypeOf(0).Key.PointerOffsets;
    private readonly IReadOnlyList<int> _elemPointers = session.TypeOf(0).IndirectElem ? WholeWord : session.TypeOf(0).Elem.PointerOffsets;
    private int _keys;
    private int _elems;

    /// <summary>Compares a bucket.</summary>
    /// <param name="line">The trace line.</param>
    /// <param name="image">Its image there.</param>
    /// <param name="found">The bucket's bytes.</param>
    /// <param name="before">What it was when last seen, for the dump.</param>
    public void Compare(TraceLine line, BucketBytes image, ReadOnlySpan<byte> found, ReadOnlySpan<byte> before)
    {
        Decode(line, image);
        if (_type.IndirectKey)
        {
            BindPointers(line, found[Bmap.DataOffset..], _type.KeySlot, (byte)'K', _type.Key, ref _keys);
        }

        if (_type.IndirectElem)
        {
            BindPointers(line, found[_type.ElemsOffset..], _type.ElemSlot, (byte)'E', _type.Elem, ref _elems);
        }

        for (int i = 0; i < Bmap.Slots; i++)
        {
            tokens.Translate(_keyPointers, _expected.AsSpan(Bmap.DataOffset + i * _type.KeySlot, _type.KeySlot));
            tokens.Translate(_elemPointers, _expected.AsSpan(_type.ElemsOffset + i * _type.ElemSlot, _type.ElemSlot));
        }

        if (!found.SequenceEqual(_expected))
        {
            int at = found.CommonPrefixLength(_expected);
            comparer.Differ(
                $"{image.Name} byte {at} ({Field(at)})", ByteText(_expected, at), ByteText(found, at), Dump(image.Name, _expected, found));
        }
    }

    /// <summary>Both versions of a bucket as text, the bytes that differ marked.</summary>
    public string Dump(PlaceName name, ReadOnlySpan<byte> expected, ReadOnlySpan<byte> found)
    {
        var text = new StringBuilder();
        for (int at = 0; at < _type.BucketSize; at += 16)
        {
            int n = Math.Min(16, _type.BucketSize - at);
            bool same = expected.Slice(at, n).SequenceEqual(found.Slice(at, n));
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{name}+{at:x3} {(same ? ' ' : '!')} ")
                .Append(Hex(expected.Slice(at, n))).Append("  |  ").Append(Hex(found.Slice(at, n))).Append("  ").AppendLine(Field(at));
        }

        return $"bucket {name}: expected (real Go) | found (simulated)\n{text}";
    }

    private void Decode(TraceLine line, BucketBytes image)
    {
        Part(image.Tops, 0, Bmap.Slots, "tophash");
        Part(image.Keys, Bmap.DataOffset, Bmap.Slots * _type.KeySlot, "keys");
        Part(image.Elems, _type.ElemsOffset, Bmap.Slots * _type.ElemSlot, "elems");
        ulong link = regions.TryAddress(image.Link, out Addr to) ? to.Value : ulong.MaxValue;
        Span<byte> word = _expected.AsSpan(_type.OverflowOffset);
        if (_type.Arch.PointerSize == 8)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(word, link);
        }
        else
        {
            BinaryPrimitives.WriteUInt32LittleEndian(word, unchecked((uint)link));
        }

        void Part(Slice hex, int at, int length, string what)
        {
            if (hex.Length != 2 * length
                || Convert.FromHexString(hex.Of(line.Bytes), _expected.AsSpan(at, length), out _, out _) != OperationStatus.Done)
            {
                throw new FormatException($"bucket {image.Name}: expected {length} bytes of {what} in hex, found {hex.Length / 2}");
            }
        }
    }

    /// <summary>New pointers to indirect keys or elems get the next numbers, in slot order, and must have the content the line gives.</summary>
    private void BindPointers(TraceLine line, ReadOnlySpan<byte> slots, int slotSize, byte letter, GoType type, ref int count)
    {
        for (int i = 0; i < Bmap.Slots; i++)
        {
            ReadOnlySpan<byte> slot = slots.Slice(i * slotSize, slotSize);
            var address = new Addr(slotSize == 8 ? BinaryPrimitives.ReadUInt64LittleEndian(slot) : BinaryPrimitives.ReadUInt32LittleEndian(slot));
            if (address.IsNil || tokens.TokenOf(address) != 0)
            {
                continue;
            }

            count++;
            tokens.Bind(tokens.Token(letter, count), address);
            foreach ((PlaceName token, Slice content) in line.Heap)
            {
                if (token.Class == letter && token.Number == count)
                {
                    comparer.CompareValue(line, token.ToString(), content, type, address);
                }
            }
        }
    }

    private string Field(int at) => at switch
    {
        < Bmap.DataOffset => $"tophash[{at}]",
        _ when at < _type.ElemsOffset => $"keys[{(at - Bmap.DataOffset) / Math.Max(1, _type.KeySlot)}]",
        _ when at < _type.OverflowOffset => $"elems[{(at - _type.ElemsOffset) / Math.Max(1, _type.ElemSlot)}]",
        _ => "overflow",
    };

    private static string ByteText(ReadOnlySpan<byte> bytes, int at) => at < bytes.Length ? $"0x{bytes[at]:x2}" : "nothing";

    private static string Hex(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        for (int i = 0; i < 16; i++)
        {
            text.Append(i < bytes.Length ? bytes[i].ToString("x2", System.Globalization.CultureInfo.InvariantCulture) : "  ");
            text.Append(i == 7 ? "  " : " ");
        }

        return text.ToString().TrimEnd();
    }
}
