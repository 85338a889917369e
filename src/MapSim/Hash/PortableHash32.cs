// The 32-bit hash of Go without AES instructions, after wyhash32. Go: runtime/hash32.go; the same in 1.19 to 1.23.
//
//   mix(a, b) = low and high half of the 64-bit product of (a ^ key 1) and (b ^ key 2)
//   a, b = mix(seed, n ^ key 0); n = 0: the hash is a ^ b
//   while more than 8 bytes are left: a ^= word, b ^= next word, mix
//   the last 4..8 bytes: a ^= their first word, b ^= their last word (they may overlap)
//   the last 1..3 bytes: b ^= three bytes: first, middle, last
//   mix twice more; hash = a ^ b
//
// Key 3 is drawn and never used.
using System.Runtime.CompilerServices;
using static System.Buffers.Binary.BinaryPrimitives;

namespace MapSim.Hash;

/// <summary>The hash of Go on 32-bit machines without AES instructions.</summary>
/// <remarks>
/// Source: Go <c>runtime/hash32.go</c>. Results are 32 bits wide; a seed above 32 bits is a caller's mistake and throws
/// <see cref="OverflowException"/>.
/// </remarks>
public sealed class PortableHash32 : IMemHash
{
    private readonly uint _key0, _key1, _key2;

    /// <summary>Makes the hash of one Go process.</summary>
    /// <param name="hashKey">The four words of <c>runtime.hashkey</c>, each a 32-bit value, taken as they are.</param>
    /// <exception cref="ArgumentException"><paramref name="hashKey"/> does not have four words.</exception>
    /// <exception cref="OverflowException">A word is wider than 32 bits.</exception>
    public PortableHash32(ReadOnlySpan<ulong> hashKey)
    {
        if (hashKey.Length != 4)
        {
            throw new ArgumentException($"the hash key has {hashKey.Length} words, expected 4", nameof(hashKey));
        }

        (_key0, _key1, _key2) = ((uint)hashKey[0], (uint)hashKey[1], (uint)hashKey[2]);
    }

    /// <inheritdoc/>
    public ulong Hash32(uint value, ulong seed)
    {
        (uint a, uint b) = Mix((uint)seed, 4 ^ _key0);
        return Close(a ^ value, b ^ value);
    }

    /// <inheritdoc/>
    public ulong Hash64(ulong value, ulong seed)
    {
        (uint a, uint b) = Mix((uint)seed, 8 ^ _key0);
        return Close(a ^ unchecked((uint)value), b ^ (uint)(value >> 32));
    }

    /// <inheritdoc/>
    public ulong HashBytes(ReadOnlySpan<byte> data, ulong seed)
    {
        (uint a, uint b) = Mix((uint)seed, (uint)data.Length ^ _key0);
        if (data.IsEmpty)
        {
            return a ^ b;
        }

        for (; data.Length > 8; data = data[8..])
        {
            (a, b) = Mix(a ^ ReadUInt32LittleEndian(data), b ^ ReadUInt32LittleEndian(data[4..]));
        }

        int n = data.Length;
        return n >= 4
            ? Close(a ^ ReadUInt32LittleEndian(data), b ^ ReadUInt32LittleEndian(data[(n - 4)..]))
            : Close(a, b ^ (data[0] | (uint)data[n >> 1] << 8 | (uint)data[n - 1] << 16));
    }

    /// <inheritdoc/>
    public ulong HashString(ReadOnlySpan<byte> data, ulong seed) => HashBytes(data, seed);

    private uint Close(uint a, uint b)
    {
        (a, b) = Mix(a, b);
        (a, b) = Mix(a, b);
        return a ^ b;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private (uint Low, uint High) Mix(uint a, uint b)
    {
        ulong product = Math.BigMul(a ^ _key1, b ^ _key2);
        return (unchecked((uint)product), (uint)(product >> 32)); // Go truncates to the low half
    }
}
