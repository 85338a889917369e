using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MapSim.Memory;

/// <summary>
/// Hashes one run of bytes again and again, as <see cref="Fingerprint.OfBlock"/> does, beginning where it differs from the time before:
/// a stack changes at its top.
/// </summary>
/// <remarks>What stood there the last time is kept, with the four words that <see cref="Fingerprint.OfBlock"/> scrambles as they were before each line of 32 bytes.</remarks>
/// <param name="place">Where the bytes begin.</param>
internal sealed class BlockHasher(ulong place)
{
    private byte[] _bytes = [];
    private BlockWords[] _before = [Fingerprint.BeginBlock(place)];
    private int _lines;

    /// <summary>The same as <see cref="Fingerprint.OfBlock"/>.</summary>
    /// <param name="bytes">The bytes.</param>
    public Fingerprint Hash(ReadOnlySpan<byte> bytes)
    {
        int lines = bytes.Length / Fingerprint.BlockLine;
        int line = bytes.CommonPrefixLength(_bytes.AsSpan(0, _lines * Fingerprint.BlockLine)) / Fingerprint.BlockLine;
        if (line < lines)
        {
            if (lines >= _before.Length)
            {
                Array.Resize(ref _bytes, 2 * lines * Fingerprint.BlockLine);
                Array.Resize(ref _before, (2 * lines) + 1);
            }

            bytes[(line * Fingerprint.BlockLine)..(lines * Fingerprint.BlockLine)].CopyTo(_bytes.AsSpan(line * Fingerprint.BlockLine));
            ref ulong words = ref Unsafe.As<byte, ulong>(ref MemoryMarshal.GetReference(bytes));
            BlockWords now = _before[line];
            for (; line < lines; line++)
            {
                now.Add(ref Unsafe.Add(ref words, 4 * line));
                _before[line + 1] = now;
            }

            _lines = lines;
        }

        return Fingerprint.EndBlock(place, bytes, _before[lines], lines * Fingerprint.BlockLine);
    }
}
