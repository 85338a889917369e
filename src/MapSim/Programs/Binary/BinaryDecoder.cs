namespace MapSim.Programs;

/// <summary>Reads the binary form. Any bytes are a program.</summary>
public static class BinaryDecoder
{
    /// <summary>Reads a program: a byte from 0x80 on opens an op, the smaller bytes behind it are its arguments.</summary>
    /// <param name="bytes">The bytes; those before the first op are ignored.</param>
    /// <param name="mostOps">What comes after so many ops is ignored.</param>
    /// <returns>The program, without ops of reserved entries.</returns>
    public static BinaryProgram Decode(ReadOnlySpan<byte> bytes, int mostOps = BinaryProgram.DefaultMostOps)
    {
        var ops = new List<BinaryOp>(Math.Min(64, bytes.Length));
        byte[] arguments = bytes.ToArray();
        for (int at = NextOp(bytes, 0); at < bytes.Length && ops.Count < mostOps;)
        {
            int next = NextOp(bytes, at + 1);
            BinaryOpCode code = BinaryOpTable.Op(bytes[at] & 0x7F);
            if (code != BinaryOpCode.Reserved)
            {
                ops.Add(new BinaryOp(code, arguments, at + 1, next));
            }

            at = next;
        }

        return new BinaryProgram(ops);
    }

    private static int NextOp(ReadOnlySpan<byte> bytes, int from)
    {
        while (from < bytes.Length && bytes[from] < 0x80)
        {
            from++;
        }

        return from;
    }
}
