// The amd64 AES hash. Go: runtime/asm_amd64.s (aeshashbody, memhash32, memhash64); the same values in 1.19 to 1.23.
//
//   start = seed (64 bits) : length mod 2^16, four times (64 bits)
//   lane i is seeded with S(start ^ word i), where S(x) = AESENC(x, x): a round with the state as its own key
//
//   n          lanes  blocks of the lanes                                    value (low 64 bits of)
//   0            -    none                                                   S(lane seed 0)
//   1..16        1    the data, zero-padded                                  SSS(block ^ seed)
//   17..32       2    first 16 bytes; last 16                                xor of the lanes' SSS(block ^ seed)
//   33..64       4    first 32; last 32                                      likewise
//   65..128      8    first 64; last 64                                      likewise
//   129..        8    last 128, xored with the seeds; then for each leading  xor of the lanes' SSS
//                     128 bytes S and a round with the block as the key
//
// First and last may overlap; in the last row the tail is thus partly hashed twice.
// Lanes never meet before the final xor, so they are computed in two groups of four, not eight at a time as in Go.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MapSim.Hash;

internal static class AesBody<TRound> where TRound : IAesRound
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong HashWord(in AesKeySchedule keys, ulong value, ulong seed)
    {
        Vector128<byte> x = Vector128.Create(seed, value).AsByte();
        x = TRound.Encrypt(x, keys.Word(0));
        x = TRound.Encrypt(x, keys.Word(1));
        x = TRound.Encrypt(x, keys.Word(2));
        return Low(x);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong HashBytes(in AesKeySchedule keys, ReadOnlySpan<byte> data, ulong seed)
    {
        Vector128<byte> start = AesLoad.Start(seed, data.Length);
        if (data.Length > 16)
        {
            return HashLong(in keys, data, start);
        }

        Vector128<byte> x = Self(start ^ keys.Word(0));
        if (data.IsEmpty)
        {
            return Low(Self(x));
        }

        return Low(Finish(x ^ AesLoad.Padded(ref MemoryMarshal.GetReference(data), (nuint)data.Length)));
    }

    private static ulong HashLong(in AesKeySchedule keys, ReadOnlySpan<byte> data, Vector128<byte> start)
    {
        ref byte p = ref MemoryMarshal.GetReference(data);
        var n = (nuint)data.Length;
        if (n <= 32)
        {
            Vector128<byte> first = Self(start ^ keys.Word(0)) ^ AesLoad.Block(ref p, 0);
            Vector128<byte> last = Self(start ^ keys.Word(1)) ^ AesLoad.Block(ref p, n - 16);
            return Low(Finish(first) ^ Finish(last));
        }

        if (n <= 64)
        {
            return Low(Quad(in keys, 0, start, ref p, left: 0, right: n - 32, whole: 0));
        }

        nuint whole = n <= 128 ? 0 : (n - 1) >> 7 << 7; // leading bytes in whole blocks of 128, hashed after the tail
        nuint left = n <= 128 ? 0 : n - 128, right = n - 64;
        return Low(
            Quad(in keys, 0, start, ref p, left, left + 32, whole) ^ Quad(in keys, 4, start, ref p, right, right + 32, whole));
    }

    // Four lanes from `lane` on: two blocks at `left`, two at `right`, then their share of the `whole` leading bytes.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Quad(
        in AesKeySchedule keys, int lane, Vector128<byte> start, ref byte p, nuint left, nuint right, nuint whole)
    {
        Vector128<byte> a = Self(start ^ keys.Word(lane)) ^ AesLoad.Block(ref p, left);
        Vector128<byte> b = Self(start ^ keys.Word(lane + 1)) ^ AesLoad.Block(ref p, left + 16);
        Vector128<byte> c = Self(start ^ keys.Word(lane + 2)) ^ AesLoad.Block(ref p, right);
        Vector128<byte> d = Self(start ^ keys.Word(lane + 3)) ^ AesLoad.Block(ref p, right + 16);
        for (nuint at = 16 * (nuint)lane; at < whole; at += 128)
        {
            a = TRound.Encrypt(Self(a), AesLoad.Block(ref p, at));
            b = TRound.Encrypt(Self(b), AesLoad.Block(ref p, at + 16));
            c = TRound.Encrypt(Self(c), AesLoad.Block(ref p, at + 32));
            d = TRound.Encrypt(Self(d), AesLoad.Block(ref p, at + 48));
        }

        return Finish(a) ^ Finish(b) ^ Finish(c) ^ Finish(d);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Self(Vector128<byte> x) => TRound.Encrypt(x, x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Finish(Vector128<byte> x) => Self(Self(Self(x)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Low(Vector128<byte> x) => x.AsUInt64().ToScalar();
}
