namespace MapSim.Programs;

/// <summary>Reads the arguments of an op from left to right; missing ones are 0.</summary>
internal sealed class ArgumentReader
{
    private BinaryOp _op;
    private int _at;

    /// <summary>Begins with the first argument of an op.</summary>
    public ArgumentReader(BinaryOp op) => _op = op;

    /// <summary>Begins with the first argument of another op.</summary>
    public ArgumentReader Of(BinaryOp op)
    {
        (_op, _at) = (op, 0);
        return this;
    }

    /// <summary>How many bytes were read, missing ones included.</summary>
    public int Position => _at;

    /// <summary>The arguments that are left.</summary>
    public ReadOnlySpan<byte> Rest => _at < _op.Arguments.Length ? _op.Arguments[_at..] : default;

    /// <summary>Leaves bytes out.</summary>
    public void Skip(int count) => _at += count;

    /// <summary>The next byte, 0 to 127.</summary>
    public int Byte() => _op[_at++];

    /// <summary>A number of up to 64 bits: 6 bits a byte, low ones first; bit 6 says that more follow.</summary>
    public ulong Number()
    {
        ulong value = 0;
        for (int shift = 0; shift < 66; shift += 6)
        {
            int group = Byte();
            value |= unchecked((ulong)(group & 0x3F) << shift);
            if ((group & 0x40) == 0)
            {
                break;
            }
        }

        return value;
    }

    /// <summary>A number with a sign: even ones stand for 0, 1, 2 ..., odd ones for -1, -2 ...</summary>
    public long Signed()
    {
        ulong n = Number();
        return unchecked((long)(n >> 1) ^ -(long)(n & 1));
    }

    /// <summary>A number that is at most <paramref name="most"/>: a larger one is reduced to its remainder.</summary>
    public long Below(long most) => (long)(Number() % (ulong)(most + 1));
}

/// <summary>Collects the arguments of an op: the reverse of <see cref="ArgumentReader"/>.</summary>
internal sealed class ArgumentWriter
{
    private readonly List<byte> _bytes = [];

    /// <summary>Adds a byte, 0 to 127.</summary>
    public ArgumentWriter Byte(int value)
    {
        _bytes.Add((byte)value);
        return this;
    }

    /// <summary>Adds a number.</summary>
    public ArgumentWriter Number(ulong value)
    {
        for (; value >= 0x40; value >>= 6)
        {
            Byte((int)(value & 0x3F) | 0x40);
        }

        return Byte((int)value);
    }

    /// <summary>Adds a number with a sign.</summary>
    public ArgumentWriter Signed(long value) => Number(unchecked((ulong)(value << 1) ^ (ulong)(value >> 63)));

    /// <summary>The op with these arguments.</summary>
    public BinaryOp Op(BinaryOpCode code) => new(code, [.. _bytes]);
}
