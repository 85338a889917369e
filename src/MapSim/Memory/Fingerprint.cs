using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MapSim.Memory;

/// <summary>
/// A 128-bit hash of simulated state. Parts are combined with <see cref="Xor"/>, so that a part can be taken out
/// again by combining it a second time (Zobrist hashing); the value never depends on HashCode or on the machine.
/// </summary>
/// <param name="Low">The low 64 bits.</param>
/// <param name="High">The high 64 bits.</param>
public readonly record struct Fingerprint(ulong Low, ulong High)
{
    /// <summary>The fingerprint of "<paramref name="value"/> stands at <paramref name="place"/>"; zero values weigh nothing.</summary>
    public static Fingerprint Of(ulong place, ulong value) => value == 0
        ? default
        : unchecked(new Fingerprint(
            Mix(place * 0x9E3779B97F4A7C15 ^ Mix(value + 0x632BE59BD9B4E019)),
            Mix(place * 0xC2B2AE3D27D4EB4F + Mix(value ^ 0xD6E8FEB86659FD93))));

    /// <summary>Adds a part, or takes it out if it is in already.</summary>
    public Fingerprint Xor(Fingerprint part) => new(Low ^ part.Low, High ^ part.High);

    /// <summary>The fingerprint of a run of bytes that begins at <paramref name="place"/>.</summary>
    public static Fingerprint OfBytes(ulong place, ReadOnlySpan<byte> bytes)
    {
        ulong low = place, high = ~place;
        while (bytes.Length >= 8)
        {
            ulong word = System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            low = Mix(low ^ word);
            high = unchecked(Mix(high + word) + low);
            bytes = bytes[8..];
        }

        ulong tail = (ulong)bytes.Length << 56;
        for (int i = 0; i < bytes.Length; i++)
        {
            tail |= (ulong)bytes[i] << (8 * i);
        }

        return new Fingerprint(Mix(low ^ tail), unchecked(Mix(high + tail) + low));
    }

    /// <summary>
    /// The fingerprint of a long run of bytes that begins at <paramref name="place"/>: another number than <see cref="OfBytes"/>
    /// gives, and much sooner, because four words are scrambled side by side. For states, which are hashed at every step of an exploration.
    /// </summary>
    public static Fingerprint OfBlock(ulong place, ReadOnlySpan<byte> bytes)
    {
        BlockWords words = BeginBlock(place);
        ref ulong first = ref Unsafe.As<byte, ulong>(ref MemoryMarshal.GetReference(bytes));
        int at = 0;
        for (; at + BlockLine <= bytes.Length; at += BlockLine)
        {
            words.Add(ref Unsafe.AddByteOffset(ref first, at));
        }

        return EndBlock(place, bytes, words, at);
    }

    /// <summary>Bytes that <see cref="OfBlock"/> takes at a time.</summary>
    internal const int BlockLine = 32;

    /// <summary>The words that <see cref="OfBlock"/> scrambles, before the first line.</summary>
    internal static BlockWords BeginBlock(ulong place) =>
        unchecked(new BlockWords { A = place * BlockWords.One, B = place * BlockWords.Two, C = place * BlockWords.Three, D = place * BlockWords.Four });

    /// <summary>What <see cref="OfBlock"/> gives, after the last whole line.</summary>
    /// <param name="place">Where the bytes begin.</param>
    /// <param name="bytes">All bytes.</param>
    /// <param name="words">The words now.</param>
    /// <param name="done">Bytes in whole lines.</param>
    internal static Fingerprint EndBlock(ulong place, ReadOnlySpan<byte> bytes, in BlockWords words, int done)
    {
        Fingerprint tail = OfBytes(place ^ (ulong)bytes.Length, bytes[done..]);
        (ulong a, ulong b, ulong c, ulong d) = (words.A, words.B, words.C, words.D);
        return unchecked(new Fingerprint(Mix(Mix(Mix(a) ^ b) ^ Mix(c + Mix(d))) ^ tail.Low, Mix(Mix(Mix(d) + c) ^ Mix(b + Mix(a ^ BlockWords.Two))) ^ tail.High));
    }

    /// <summary>A bijective scrambling of 64 bits (the finaliser of splitmix64).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Mix(ulong x)
    {
        unchecked
        {
            x ^= x >> 30;
            x *= 0xBF58476D1CE4E5B9;
            x ^= x >> 27;
            x *= 0x94D049BB133111EB;
            return x ^ (x >> 31);
        }
    }

    /// <summary>32 hexadecimal digits.</summary>
    public override string ToString() =>
        High.ToString("x16", CultureInfo.InvariantCulture) + Low.ToString("x16", CultureInfo.InvariantCulture);
}

/// <summary>The four words of <see cref="Fingerprint.OfBlock"/>, scrambled side by side.</summary>
internal struct BlockWords
{
    public const ulong One = 0x9E3779B97F4A7C15, Two = 0xC2B2AE3D27D4EB4F, Three = 0xD6E8FEB86659FD93, Four = 0xA0761D6478BD642F;

    public ulong A, B, C, D;

    /// <summary>Takes in a line: each word is a bijection of what it was, so no difference is lost on the way.</summary>
    /// <param name="line">The first of its four words.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(ref ulong line)
    {
        unchecked
        {
            ulong a = (A ^ line) * One, b = (B ^ Unsafe.Add(ref line, 1)) * Two, c = (C ^ Unsafe.Add(ref line, 2)) * Three, d = (D ^ Unsafe.Add(ref line, 3)) * Four;
            (A, B, C, D) = (a ^ (a >> 32), b ^ (b >> 29), c ^ (c >> 32), d ^ (d >> 29));
        }
    }
}
