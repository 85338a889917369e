using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MapSim.Hash;

/// <summary>Loads of the hash bodies, none of which reads outside the data.</summary>
internal static class AesLoad
{
    /// <summary>The start value: the seed in the low half, the length modulo 2^16 four times in the high half.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Start(ulong seed, int length) =>
        Vector128.Create(unchecked((ushort)length)).AsUInt64().WithElement(0, seed).AsByte(); // Go keeps 16 bits of the length

    /// <summary>The 16 bytes at <paramref name="offset"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Block(ref byte data, nuint offset) => Vector128.LoadUnsafe(ref data, offset);

    /// <summary>
    /// 1 to 16 bytes, zero-padded at the end: two overlapping loads, of which the second is shifted to where it belongs.
    /// </summary>
    /// <remarks>
    /// Go loads 16 bytes regardless and masks, or shifts if that could cross into an unmapped page; the value is the same.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Padded(ref byte data, nuint length)
    {
        if (length > 8)
        {
            ulong tail = Word(ref data, length - 8) >> (int)(8 * (16 - length));
            return Vector128.Create(Word(ref data, 0), tail).AsByte();
        }

        if (length >= 4)
        {
            ulong tail = (ulong)Half(ref data, length - 4) << (int)(8 * (length - 4));
            return Vector128.CreateScalar(Half(ref data, 0) | tail).AsByte();
        }

        nuint middle = length >> 1, last = length - 1;
        uint bytes = data | (uint)Unsafe.Add(ref data, middle) << (int)(8 * middle) | (uint)Unsafe.Add(ref data, last) << (int)(8 * last);
        return Vector128.CreateScalar((ulong)bytes).AsByte();
    }

    private static ulong Word(ref byte data, nuint offset) => Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref data, offset));

    private static uint Half(ref byte data, nuint offset) => Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref data, offset));
}
