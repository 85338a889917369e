using System.Buffers.Binary;

namespace MapSim.Programs;

/// <summary>
/// Compresses a short text into the gzip format (RFC 1952) with one block of fixed Huffman codes (RFC 1951, 3.2.6). The
/// framework's own compressor gives other bytes on other machines; this one gives the same everywhere.
/// </summary>
internal sealed class FixedDeflate
{
    private const int MinMatch = 3, MaxMatch = 258, Window = 32768, MostTries = 256, HashBits = 15;
    private const int EndOfBlock = 256;

    private static readonly int[] LengthStarts =
        [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];

    private static readonly int[] DistanceStarts =
        [1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577];

    // Header: deflate, no flags, no time, no compression level, unknown system; so that nothing depends on when and where.
    private readonly List<byte> _bytes = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    private uint _bits;
    private int _count;

    private FixedDeflate()
    {
    }

    /// <summary>The bytes of a gzip file with this content.</summary>
    public static byte[] GZip(ReadOnlySpan<byte> content)
    {
        var to = new FixedDeflate();
        to.Write(0b011, 3); // the last block; fixed codes
        to.Compress(content);
        to.Symbol(EndOfBlock);
        to.Write(0, -to._count & 7);
        Span<byte> trailer = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(trailer, Crc32(content));
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[4..], (uint)content.Length);
        return [.. to._bytes, .. trailer];
    }

    /// <summary>At each place the longest earlier occurrence of what follows, the nearest of equals.</summary>
    private void Compress(ReadOnlySpan<byte> text)
    {
        var heads = new int[1 << HashBits];
        Array.Fill(heads, -1);
        var previous = new int[text.Length];
        int at = 0;
        while (at < text.Length)
        {
            (int length, int distance) = LongestMatch(text, at, heads, previous);
            if (length < MinMatch)
            {
                length = 1;
                Symbol(text[at]);
            }
            else
            {
                Match(length, distance);
            }

            for (int end = at + length; at < end; at++)
            {
                if (at + MinMatch <= text.Length)
                {
                    int hash = Hash(text[at..]);
                    (previous[at], heads[hash]) = (heads[hash], at);
                }
            }
        }
    }

    private static (int Length, int Distance) LongestMatch(ReadOnlySpan<byte> text, int at, int[] heads, int[] previous)
    {
        (int best, int distance) = (0, 0);
        if (at + MinMatch > text.Length)
        {
            return (0, 0);
        }

        ReadOnlySpan<byte> rest = text.Slice(at, Math.Min(MaxMatch, text.Length - at));
        int tries = MostTries;
        for (int from = heads[Hash(rest)]; from >= 0 && at - from <= Window && tries > 0; from = previous[from], tries--)
        {
            int length = text.Slice(from, rest.Length).CommonPrefixLength(rest);
            if (length > best)
            {
                (best, distance) = (length, at - from);
            }
        }

        return (best, distance);
    }

    private static int Hash(ReadOnlySpan<byte> three) => ((three[0] << 10) ^ (three[1] << 5) ^ three[2]) & ((1 << HashBits) - 1);

    private void Match(int length, int distance)
    {
        int l = Start(LengthStarts, length), d = Start(DistanceStarts, distance);
        Symbol(EndOfBlock + 1 + l);
        Write((uint)(length - LengthStarts[l]), l < 8 || l == 28 ? 0 : (l / 4) - 1);
        Code((uint)d, 5);
        Write((uint)(distance - DistanceStarts[d]), d < 4 ? 0 : (d / 2) - 1);
    }

    private static int Start(int[] starts, int value)
    {
        int i = Array.BinarySearch(starts, value);
        return i >= 0 ? i : ~i - 1;
    }

    private void Symbol(int symbol)
    {
        (uint code, int bits) = symbol switch
        {
            < 144 => (0x30u + (uint)symbol, 8),
            < 256 => (0x190u + (uint)symbol - 144, 9),
            < 280 => ((uint)symbol - 256, 7),
            _ => (0xC0u + (uint)symbol - 280, 8),
        };
        Code(code, bits);
    }

    /// <summary>A Huffman code: its highest bit comes first.</summary>
    private void Code(uint code, int bits)
    {
        for (int i = bits - 1; i >= 0; i--)
        {
            Write((code >> i) & 1, 1);
        }
    }

    /// <summary>A number: its lowest bit comes first.</summary>
    private void Write(uint value, int bits)
    {
        _bits |= value << _count;
        _count += bits;
        while (_count >= 8)
        {
            _bytes.Add((byte)(_bits & 0xff));
            _bits >>= 8;
            _count -= 8;
        }
    }

    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        uint crc = ~0u;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int i = 0; i < 8; i++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320u);
            }
        }

        return ~crc;
    }
}
