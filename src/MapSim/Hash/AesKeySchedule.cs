using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MapSim.Hash;

/// <summary>
/// The random words of one Go process (<c>runtime.aeskeysched</c>): eight of 16 bytes on amd64, the first four on 386.
/// Despite the name no AES key is scheduled; the words are drawn independently.
/// </summary>
[InlineArray(8)]
internal struct AesKeySchedule
{
    private Vector128<byte> _word;

    /// <summary>Word i of 0..7. Not checked: an indexer with a variable index costs a call per word here.</summary>
    [UnscopedRef]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly ref readonly Vector128<byte> Word(int i) => ref Unsafe.Add(ref Unsafe.AsRef(in _word), i);

    public static AesKeySchedule Read(ReadOnlySpan<byte> bytes, int words)
    {
        if (bytes.Length < 16 * words)
        {
            throw new ArgumentException($"the key schedule has {bytes.Length} bytes, expected {16 * words}", nameof(bytes));
        }

        AesKeySchedule keys = default;
        for (int i = 0; i < words; i++)
        {
            keys[i] = Vector128.Create(bytes[(16 * i)..]);
        }

        return keys;
    }
}
