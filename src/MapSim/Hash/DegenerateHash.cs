using System.Buffers.Binary;

namespace MapSim.Hash;

/// <summary>Deliberately bad hash functions, no Go process has them: the adversarial regimes of tests and campaigns.</summary>
/// <remarks>See <see cref="DegenerateHashKind"/>. The mixing, where there is any, is that of splitmix64 (Steele, Lea, Flood 2014).</remarks>
public sealed class DegenerateHash : IMemHash
{
    private readonly DegenerateHashKind _kind;
    private readonly bool _wide; // uintptr has 64 bits

    /// <summary>Makes the hash.</summary>
    /// <param name="kind">What is bad about it.</param>
    /// <param name="pointerSize">The size of a <c>uintptr</c> in bytes, 4 or 8; on 4 all results fit 32 bits.</param>
    /// <exception cref="ArgumentOutOfRangeException">Neither 4 nor 8, or an unknown kind.</exception>
    public DegenerateHash(DegenerateHashKind kind, int pointerSize)
    {
        if (!Enum.IsDefined(kind))
        {
            throw new ArgumentOutOfRangeException(nameof(kind));
        }

        if (pointerSize is not (4 or 8))
        {
            throw new ArgumentOutOfRangeException(nameof(pointerSize), pointerSize, "expected 4 or 8");
        }

        (_kind, _wide) = (kind, pointerSize == 8);
    }

    /// <inheritdoc/>
    public ulong Hash32(uint value, ulong seed) => Hash64(value, seed);

    /// <inheritdoc/>
    public ulong Hash64(ulong value, ulong seed) => _kind == DegenerateHashKind.Identity
        ? Fit(value)
        : Spoil(Mix(value ^ Mix(seed)));

    /// <inheritdoc/>
    /// <remarks>Identity: the little-endian words of the data (the last zero-extended), xored. So one word is its own hash.</remarks>
    public ulong HashBytes(ReadOnlySpan<byte> data, ulong seed)
    {
        bool identity = _kind == DegenerateHashKind.Identity;
        ulong hash = identity ? 0 : Mix(seed ^ (uint)data.Length);
        for (; !data.IsEmpty; data = data[Math.Min(8, data.Length)..])
        {
            ulong word = FirstWord(data);
            hash = identity ? hash ^ word : Mix(hash ^ word);
        }

        return identity ? Fit(hash) : Spoil(hash);
    }

    /// <inheritdoc/>
    public ulong HashString(ReadOnlySpan<byte> data, ulong seed) => HashBytes(data, seed);

    // The one place that knows what is bad about each kind.
    private ulong Spoil(ulong mixed)
    {
        ulong hash = Fit(mixed);
        return _kind switch
        {
            DegenerateHashKind.LowBits => hash & (_wide ? 0xffff_ffff_0000_0000 : 0xffff_0000),
            DegenerateHashKind.OneBucket => 0,
            _ => _wide ? hash & ulong.MaxValue >> 8 | 0x7fUL << 56 : hash & uint.MaxValue >> 8 | 0x7fUL << 24,
        };
    }

    // On 32 bits the two halves are folded, so that both matter; for Identity this is also the xor of two words.
    private ulong Fit(ulong hash) => _wide ? hash : (hash ^ hash >> 32) & uint.MaxValue;

    private static ulong FirstWord(ReadOnlySpan<byte> data)
    {
        if (data.Length >= 8)
        {
            return BinaryPrimitives.ReadUInt64LittleEndian(data);
        }

        ulong word = 0;
        for (int i = data.Length - 1; i >= 0; i--)
        {
            word = word << 8 | data[i];
        }

        return word;
    }

    private static ulong Mix(ulong x)
    {
        unchecked // modulo 2^64
        {
            x += 0x9e3779b97f4a7c15;
            x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
            x = (x ^ x >> 27) * 0x94d049bb133111eb;
            return x ^ x >> 31;
        }
    }
}
