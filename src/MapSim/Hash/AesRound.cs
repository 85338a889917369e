// One AES encryption round (x86's AESENC) as a type parameter: the two hash bodies are written once and the JIT
// specialises them, so the plain and the hardware path cannot drift apart.
//
// The state is 16 bytes, four columns of four. A round is ShiftRows, SubBytes, MixColumns, then an xor with the round
// key (FIPS 197, section 5.1). Go never runs AES proper: it uses single rounds as a mixer, mostly with the state as
// its own key.
using System.Numerics;
using System.Runtime.Intrinsics;
using X86Aes = System.Runtime.Intrinsics.X86.Aes;

namespace MapSim.Hash;

internal interface IAesRound
{
    static abstract Vector128<byte> Encrypt(Vector128<byte> state, Vector128<byte> key);
}

/// <summary>The round as one instruction; only where <see cref="X86Aes.IsSupported"/>.</summary>
internal readonly struct HardwareAesRound : IAesRound
{
    public static Vector128<byte> Encrypt(Vector128<byte> state, Vector128<byte> key) => X86Aes.Encrypt(state, key);
}

/// <summary>The round by table lookup, the same value on every host.</summary>
internal readonly struct PlainAesRound : IAesRound
{
    // Entry b: what a byte b in row 0 adds to its output column, S-box and MixColumns in one. Row r: rotated 8r bits.
    private static readonly uint[] Column = BuildColumns();

    public static Vector128<byte> Encrypt(Vector128<byte> state, Vector128<byte> key)
    {
        Vector128<uint> s = state.AsUInt32();
        uint c0 = s.GetElement(0), c1 = s.GetElement(1), c2 = s.GetElement(2), c3 = s.GetElement(3);
        Vector128<uint> mixed = Vector128.Create(
            Mix(c0, c1, c2, c3), Mix(c1, c2, c3, c0), Mix(c2, c3, c0, c1), Mix(c3, c0, c1, c2));
        return mixed.AsByte() ^ key;
    }

    // ShiftRows: row r of an output column comes from the column r places to the right.
    private static uint Mix(uint row0, uint row1, uint row2, uint row3) =>
        Column[row0 & 0xff]
        ^ BitOperations.RotateLeft(Column[row1 >> 8 & 0xff], 8)
        ^ BitOperations.RotateLeft(Column[row2 >> 16 & 0xff], 16)
        ^ BitOperations.RotateLeft(Column[row3 >> 24], 24);

    private static uint[] BuildColumns()
    {
        var columns = new uint[256];
        for (uint b = 0; b < 256; b++)
        {
            uint s = Substitute(b), twice = Multiply(s, 2);
            columns[b] = twice | s << 8 | s << 16 | (twice ^ s) << 24;
        }

        return columns;
    }

    // The S-box: the inverse in GF(2^8), which is the 254th power, then the affine map (FIPS 197, section 5.1.1).
    private static uint Substitute(uint b)
    {
        uint inverse = 1;
        for (int i = 0; i < 254; i++)
        {
            inverse = Multiply(inverse, b);
        }

        uint affine = 0x63;
        for (int shift = 0; shift < 5; shift++)
        {
            affine ^= (inverse << shift | inverse >> 8 - shift) & 0xff;
        }

        return affine;
    }

    // The product in GF(2^8) modulo x^8 + x^4 + x^3 + x + 1.
    private static uint Multiply(uint a, uint b)
    {
        uint product = 0;
        for (; b != 0; b >>= 1)
        {
            product ^= (b & 1) != 0 ? a : 0;
            a = (a & 0x80) != 0 ? a << 1 ^ 0x11b : a << 1;
        }

        return product;
    }
}
