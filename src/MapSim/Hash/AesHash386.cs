namespace MapSim.Hash;

/// <summary>The hash of Go on 386 with AES instructions. The same values in Go 1.19 to 1.23.</summary>
/// <remarks>
/// Source: Go <c>runtime/asm_386.s</c> (<c>aeshashbody</c>, <c>memhash32</c>, <c>memhash64</c>). Results are 32 bits
/// wide; a seed above 32 bits is a caller's mistake and throws <see cref="OverflowException"/>.
/// </remarks>
public sealed class AesHash386 : IMemHash
{
    private readonly AesKeySchedule _keys;
    private readonly bool _hardware;

    /// <summary>Makes the hash of one Go process.</summary>
    /// <param name="keySchedule">
    /// <c>runtime.aeskeysched</c>: 64 bytes on 386. More is accepted, since traces record 128, and ignored.
    /// </param>
    /// <param name="useIntrinsics">False takes the plain path even where the host has AES instructions; the values are equal.</param>
    /// <exception cref="ArgumentException"><paramref name="keySchedule"/> is shorter than 64 bytes.</exception>
    public AesHash386(ReadOnlySpan<byte> keySchedule, bool useIntrinsics = true)
    {
        _keys = AesKeySchedule.Read(keySchedule, words: 4);
        _hardware = useIntrinsics && AesHash.IntrinsicsSupported;
    }

    /// <inheritdoc/>
    public ulong Hash32(uint value, ulong seed) => _hardware
        ? AesBody386<HardwareAesRound>.Hash32(in _keys, value, (uint)seed)
        : AesBody386<PlainAesRound>.Hash32(in _keys, value, (uint)seed);

    /// <inheritdoc/>
    public ulong Hash64(ulong value, ulong seed) => _hardware
        ? AesBody386<HardwareAesRound>.Hash64(in _keys, value, (uint)seed)
        : AesBody386<PlainAesRound>.Hash64(in _keys, value, (uint)seed);

    /// <inheritdoc/>
    public ulong HashBytes(ReadOnlySpan<byte> data, ulong seed) => _hardware
        ? AesBody386<HardwareAesRound>.HashBytes(in _keys, data, (uint)seed)
        : AesBody386<PlainAesRound>.HashBytes(in _keys, data, (uint)seed);

    /// <inheritdoc/>
    public ulong HashString(ReadOnlySpan<byte> data, ulong seed) => HashBytes(data, seed);
}
