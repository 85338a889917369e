// The 64-bit hash of Go without AES instructions (GODEBUG=cpu.aes=off), after wyhash. Go: runtime/hash64.go.
//
//   mix(a, b) = high xor low half of the 128-bit product
//   s = seed ^ key
//   n          what is folded into s first                                   a, b
//   0          the hash is s                                                 none
//   1..3       nothing                                                       three bytes: first, middle, last; 0
//   4..8       nothing                                                       first 4 bytes; last 4 (n = 8: all 8, twice)
//   9..16      nothing                                                       first 8; last 8
//   17..       48 bytes at a time into three sums while more than 48 are     last 16 bytes, as two words
//              left, then 16 at a time while more than 16 are left
//   hash = mix(length multiplier ^ n, mix(a ^ multiplier 1, b ^ s))
//
// The fixed-size entry points give what the general one does for 4 and 8 bytes: here, and only here, they agree.
using System.Runtime.CompilerServices;
using static System.Buffers.Binary.BinaryPrimitives;

namespace MapSim.Hash;

/// <summary>The hash of Go on 64-bit machines without AES instructions.</summary>
/// <remarks>Source: Go <c>runtime/hash64.go</c>, 1.19 (as in 1.21 and 1.22) and 1.23.</remarks>
public sealed class PortableHash : IMemHash
{
    private const ulong LengthMultiplier = 0x1d8e4e27c47d124f; // m5 in every version

    private readonly ulong _key;                    // xored into every seed
    private readonly ulong _first, _second, _third; // the multipliers of the three sums; the first also closes

    /// <summary>Makes the hash of one Go process.</summary>
    /// <param name="hashKey">The four words of <c>runtime.hashkey</c>, taken as they are (Go up to 1.22 forces them odd).</param>
    /// <param name="kind">The generation of Go.</param>
    /// <exception cref="ArgumentException"><paramref name="hashKey"/> does not have four words, or the kind is unknown.</exception>
    public PortableHash(ReadOnlySpan<ulong> hashKey, PortableHashKind kind)
    {
        if (!Enum.IsDefined(kind))
        {
            throw new ArgumentOutOfRangeException(nameof(kind));
        }

        if (hashKey.Length != 4)
        {
            throw new ArgumentException($"the hash key has {hashKey.Length} words, expected 4", nameof(hashKey));
        }

        (_key, _first, _second, _third) = (hashKey[0], hashKey[1], hashKey[2], hashKey[3]);
        if (kind == PortableHashKind.FixedMultipliers)
        {
            _key ^= 0xa0761d6478bd642f;   // m1
            _first = 0xe7037ed1a0b428db;  // m2
            _second = 0x8ebc6af09c88c6e3; // m3
            _third = 0x589965cc75374cc3;  // m4
        }
    }

    /// <inheritdoc/>
    public ulong Hash32(uint value, ulong seed) => Close(value, value, 4, seed ^ _key);

    /// <inheritdoc/>
    public ulong Hash64(ulong value, ulong seed) => Close(value, value, 8, seed ^ _key);

    /// <inheritdoc/>
    public ulong HashBytes(ReadOnlySpan<byte> data, ulong seed)
    {
        seed ^= _key;
        int n = data.Length;
        return n switch
        {
            0 => seed,
            < 4 => Close((ulong)data[0] | (ulong)data[n >> 1] << 8 | (ulong)data[n - 1] << 16, 0, n, seed),
            < 8 => Close(ReadUInt32LittleEndian(data), ReadUInt32LittleEndian(data[(n - 4)..]), n, seed),
            <= 16 => Close(ReadUInt64LittleEndian(data), ReadUInt64LittleEndian(data[(n - 8)..]), n, seed),
            _ => HashLong(data, seed),
        };
    }

    /// <inheritdoc/>
    public ulong HashString(ReadOnlySpan<byte> data, ulong seed) => HashBytes(data, seed);

    private ulong HashLong(ReadOnlySpan<byte> data, ulong seed)
    {
        ReadOnlySpan<byte> rest = data;
        if (rest.Length > 48)
        {
            ulong seed1 = seed, seed2 = seed;
            for (; rest.Length > 48; rest = rest[48..])
            {
                seed = Fold(rest, _first, seed);
                seed1 = Fold(rest[16..], _second, seed1);
                seed2 = Fold(rest[32..], _third, seed2);
            }

            seed ^= seed1 ^ seed2;
        }

        for (; rest.Length > 16; rest = rest[16..])
        {
            seed = Fold(rest, _first, seed);
        }

        ReadOnlySpan<byte> last = data[^16..];
        return Close(ReadUInt64LittleEndian(last), ReadUInt64LittleEndian(last[8..]), data.Length, seed);
    }

    private static ulong Fold(ReadOnlySpan<byte> data, ulong multiplier, ulong sum) =>
        Mix(ReadUInt64LittleEndian(data) ^ multiplier, ReadUInt64LittleEndian(data[8..]) ^ sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong Close(ulong a, ulong b, int length, ulong seed) =>
        Mix(LengthMultiplier ^ (uint)length, Mix(a ^ _first, b ^ seed));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong a, ulong b) => Math.BigMul(a, b, out ulong low) ^ low;
}
