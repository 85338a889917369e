// The 386 AES hash. Go: runtime/asm_386.s (aeshashbody, memhash32, memhash64); the same values in 1.19 to 1.23.
//
// Up to 64 bytes as on amd64 (see AesBody), with a 32-bit seed and the low 32 bits of the result. Beyond that there
// are four lanes, not eight, and the lane seeds come in differently:
//
//   n          lanes  blocks of the lanes                                    value (low 32 bits of)
//   65..         4    last 64, then a round with the lane seed as the key;   xor of the lanes' SSS
//                     for each leading 64 bytes a round with the block as
//                     the key, then S
//
// The fixed-size entry points place the operands differently, too: memhash32 has the seed in dword 0 and the value in
// dword 1, memhash64 the value in dwords 0 and 1 and the seed in dword 2.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MapSim.Hash;

internal static class AesBody386<TRound> where TRound : IAesRound
{
    public static uint Hash32(in AesKeySchedule keys, uint value, uint seed) =>
        Rounds(in keys, Vector128.Create(seed, value, 0, 0));

    public static uint Hash64(in AesKeySchedule keys, ulong value, uint seed) =>
        Rounds(in keys, Vector128.Create(value, seed).AsUInt32());

    public static uint HashBytes(in AesKeySchedule keys, ReadOnlySpan<byte> data, uint seed)
    {
        ref byte p = ref MemoryMarshal.GetReference(data);
        var n = (nuint)data.Length;
        Vector128<byte> start = AesLoad.Start(seed, data.Length);
        Vector128<byte> seed0 = Self(start ^ keys.Word(0));
        if (n <= 16)
        {
            return Low(n == 0 ? Self(seed0) : Finish(seed0 ^ AesLoad.Padded(ref p, n)));
        }

        Vector128<byte> seed1 = Self(start ^ keys.Word(1));
        if (n <= 32)
        {
            return Low(Finish(seed0 ^ AesLoad.Block(ref p, 0)) ^ Finish(seed1 ^ AesLoad.Block(ref p, n - 16)));
        }

        Vector128<byte> seed2 = Self(start ^ keys.Word(2)), seed3 = Self(start ^ keys.Word(3));
        return Low(n <= 64 ? Short(seed0, seed1, seed2, seed3, ref p, n) : Long(seed0, seed1, seed2, seed3, ref p, n));
    }

    private static Vector128<byte> Short(
        Vector128<byte> seed0, Vector128<byte> seed1, Vector128<byte> seed2, Vector128<byte> seed3, ref byte p, nuint n)
    {
        Vector128<byte> first = Finish(seed0 ^ AesLoad.Block(ref p, 0)) ^ Finish(seed1 ^ AesLoad.Block(ref p, 16));
        Vector128<byte> last = Finish(seed2 ^ AesLoad.Block(ref p, n - 32)) ^ Finish(seed3 ^ AesLoad.Block(ref p, n - 16));
        return first ^ last;
    }

    private static Vector128<byte> Long(
        Vector128<byte> seed0, Vector128<byte> seed1, Vector128<byte> seed2, Vector128<byte> seed3, ref byte p, nuint n)
    {
        Vector128<byte> a = TRound.Encrypt(AesLoad.Block(ref p, n - 64), seed0);
        Vector128<byte> b = TRound.Encrypt(AesLoad.Block(ref p, n - 48), seed1);
        Vector128<byte> c = TRound.Encrypt(AesLoad.Block(ref p, n - 32), seed2);
        Vector128<byte> d = TRound.Encrypt(AesLoad.Block(ref p, n - 16), seed3);
        for (nuint at = 0; at + 64 < n; at += 64) // leading blocks: all that start more than 64 bytes before the end
        {
            a = Self(TRound.Encrypt(a, AesLoad.Block(ref p, at)));
            b = Self(TRound.Encrypt(b, AesLoad.Block(ref p, at + 16)));
            c = Self(TRound.Encrypt(c, AesLoad.Block(ref p, at + 32)));
            d = Self(TRound.Encrypt(d, AesLoad.Block(ref p, at + 48)));
        }

        return Finish(a) ^ Finish(b) ^ Finish(c) ^ Finish(d);
    }

    private static uint Rounds(in AesKeySchedule keys, Vector128<uint> start)
    {
        Vector128<byte> x = TRound.Encrypt(start.AsByte(), keys.Word(0));
        x = TRound.Encrypt(x, keys.Word(1));
        x = TRound.Encrypt(x, keys.Word(2));
        return Low(x);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Self(Vector128<byte> x) => TRound.Encrypt(x, x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Finish(Vector128<byte> x) => Self(Self(Self(x)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Low(Vector128<byte> x) => x.AsUInt32().ToScalar();
}
