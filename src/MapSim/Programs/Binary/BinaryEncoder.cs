namespace MapSim.Programs;

/// <summary>Writes the binary form.</summary>
public static class BinaryEncoder
{
    /// <summary>The canonical bytes of a program: the first table entry of each op, no zeros at the end of its arguments.</summary>
    public static byte[] Encode(BinaryProgram program)
    {
        var bytes = new List<byte>();
        foreach (BinaryOp op in program.Ops)
        {
            bytes.Add((byte)(0x80 | BinaryOpTable.Entry(op.Code)));
            bytes.AddRange(op.Arguments);
        }

        return [.. bytes];
    }

    /// <summary>
    /// The binary form of a text. What does nothing when it runs is dropped: comments, names, expected results, asserts,
    /// "expect", "order" and "past" lines.
    /// </summary>
    /// <param name="program">A program.</param>
    /// <exception cref="ProgramFormatException">The binary form cannot express a line; the exception says which and why.</exception>
    public static BinaryProgram FromText(MapProgram program) => new TextToBinary(program).Convert();
}

/// <summary>The form in which corpora store programs.</summary>
public static class BinaryForm
{
    /// <summary>Other bytes for the same program, the same for all of its forms: encode(decode(bytes)).</summary>
    /// <param name="bytes">Any bytes.</param>
    /// <param name="mostOps">The op cap.</param>
    public static byte[] Canonical(ReadOnlySpan<byte> bytes, int mostOps = BinaryProgram.DefaultMostOps) =>
        BinaryEncoder.Encode(BinaryDecoder.Decode(bytes, mostOps));
}
