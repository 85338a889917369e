namespace MapSim.Hash;

/// <summary>
/// The four memory-hash entry points that every Go map hasher is built from. Seeds and results are <c>uintptr</c>s of
/// the simulated architecture, zero-extended to 64 bits; words and bytes are little-endian.
/// </summary>
/// <remarks>
/// Source: Go <c>runtime/alg.go</c> (the declarations <c>memhash</c>, <c>memhash32</c>, <c>memhash64</c>,
/// <c>strhash</c>). A 4 or 8 byte value does not hash alike through its fixed-size entry point and through
/// <see cref="HashBytes"/>: under AES these are different constructions. The compiler picks the former for plain
/// integer keys; the float rule (<c>f32hash</c>, <c>f64hash</c>) takes the latter.
/// An implementation for a 32-bit architecture throws <see cref="OverflowException"/> for a seed above 32 bits.
/// </remarks>
public interface IMemHash
{
    /// <summary>Hashes a 4-byte value (Go's <c>memhash32</c>).</summary>
    /// <param name="value">The value, as it is loaded from memory.</param>
    /// <param name="seed">The seed: the map's hash0, or the hash of the preceding part of a compound key.</param>
    /// <returns>The hash, a <c>uintptr</c>.</returns>
    ulong Hash32(uint value, ulong seed);

    /// <summary>Hashes an 8-byte value (Go's <c>memhash64</c>).</summary>
    /// <param name="value">The value, as it is loaded from memory.</param>
    /// <param name="seed">The seed: the map's hash0, or the hash of the preceding part of a compound key.</param>
    /// <returns>The hash, a <c>uintptr</c>.</returns>
    ulong Hash64(ulong value, ulong seed);

    /// <summary>Hashes a run of memory (Go's <c>memhash</c>). Reads nothing outside <paramref name="data"/>.</summary>
    /// <param name="data">The bytes; any length, zero included.</param>
    /// <param name="seed">The seed: the map's hash0, or the hash of the preceding part of a compound key.</param>
    /// <returns>The hash, a <c>uintptr</c>.</returns>
    ulong HashBytes(ReadOnlySpan<byte> data, ulong seed);

    /// <summary>Hashes the bytes of a string (Go's <c>strhash</c>).</summary>
    /// <param name="data">The content of the string, not its header.</param>
    /// <param name="seed">The seed: the map's hash0, or the hash of the preceding part of a compound key.</param>
    /// <returns>The hash, a <c>uintptr</c>.</returns>
    ulong HashString(ReadOnlySpan<byte> data, ulong seed);
}
