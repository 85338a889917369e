using X86Aes = System.Runtime.Intrinsics.X86.Aes;

namespace MapSim.Hash;

/// <summary>
/// The hash of Go on amd64 with AES instructions: the usual one. The same values in Go 1.19 to 1.23.
/// </summary>
/// <remarks>Source: Go <c>runtime/asm_amd64.s</c> (<c>aeshashbody</c>, <c>memhash32</c>, <c>memhash64</c>).</remarks>
public sealed class AesHash : IMemHash
{
    private readonly AesKeySchedule _keys;
    private readonly bool _hardware;

    /// <summary>Makes the hash of one Go process.</summary>
    /// <param name="keySchedule">The 128 bytes of <c>runtime.aeskeysched</c>.</param>
    /// <param name="useIntrinsics">False takes the plain path even where the host has AES instructions; the values are equal.</param>
    /// <exception cref="ArgumentException"><paramref name="keySchedule"/> is shorter than 128 bytes.</exception>
    public AesHash(ReadOnlySpan<byte> keySchedule, bool useIntrinsics = true)
    {
        _keys = AesKeySchedule.Read(keySchedule, words: 8);
        _hardware = useIntrinsics && IntrinsicsSupported;
    }

    /// <summary>Whether the host has AES instructions that the hashes can use.</summary>
    public static bool IntrinsicsSupported => X86Aes.IsSupported;

    /// <inheritdoc/>
    public ulong Hash32(uint value, ulong seed) => Hash64(value, seed); // the register differs in nothing else

    /// <inheritdoc/>
    public ulong Hash64(ulong value, ulong seed) => _hardware
        ? AesBody<HardwareAesRound>.HashWord(in _keys, value, seed)
        : AesBody<PlainAesRound>.HashWord(in _keys, value, seed);

    /// <inheritdoc/>
    public ulong HashBytes(ReadOnlySpan<byte> data, ulong seed) => _hardware
        ? AesBody<HardwareAesRound>.HashBytes(in _keys, data, seed)
        : AesBody<PlainAesRound>.HashBytes(in _keys, data, seed);

    /// <inheritdoc/>
    public ulong HashString(ReadOnlySpan<byte> data, ulong seed) => HashBytes(data, seed);
}
