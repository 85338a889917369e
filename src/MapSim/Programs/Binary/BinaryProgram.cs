using System.Text;

namespace MapSim.Programs;

/// <summary>An op of the binary form with its argument bytes; immutable.</summary>
/// <remarks>
/// Arguments that are missing count as 0, so zeros at the end are left out, and so are surplus arguments: two ops that
/// mean the same by this rule have the same arguments.
/// </remarks>
public sealed class BinaryOp
{
    private readonly byte[] _arguments;
    private readonly int _from, _length;

    /// <summary>Creates an op.</summary>
    /// <param name="code">What it does.</param>
    /// <param name="arguments">Its arguments; of each byte the low 7 bits count.</param>
    public BinaryOp(BinaryOpCode code, params ReadOnlySpan<byte> arguments)
    {
        Code = code;
        _length = LengthOf(code, arguments);
        _arguments = new byte[_length];
        for (int i = 0; i < _length; i++)
        {
            _arguments[i] = (byte)(arguments[i] & 0x7F);
        }
    }

    /// <summary>Creates an op with arguments that lie in an array, of bytes below 128, which nobody changes any more.</summary>
    internal BinaryOp(BinaryOpCode code, byte[] bytes, int from, int to)
    {
        Code = code;
        (_arguments, _from, _length) = (bytes, from, LengthOf(code, bytes.AsSpan(from..to)));
    }

    /// <summary>What it does.</summary>
    public BinaryOpCode Code { get; }

    /// <summary>Its argument bytes, each 0 to 127, without zeros at the end.</summary>
    public ReadOnlySpan<byte> Arguments => _arguments.AsSpan(_from, _length);

    /// <summary>An argument; 0 if it is missing.</summary>
    public int this[int index] => index < _length ? _arguments[_from + index] : 0;

    /// <summary>True if code and arguments are the same.</summary>
    public bool SameAs(BinaryOp other) => Code == other.Code && Arguments.SequenceEqual(other.Arguments);

    /// <summary>"Assign 0 5 7".</summary>
    public override string ToString() => new StringBuilder(Code.ToString()).Append(_length > 0 ? " " : "").AppendJoin(' ', Arguments.ToArray()).ToString();

    /// <summary>The arguments that count: not the surplus ones, nor zeros at the end.</summary>
    private static int LengthOf(BinaryOpCode code, ReadOnlySpan<byte> arguments)
    {
        int length = Math.Min(arguments.Length, BinaryOpTable.MostArguments(code));
        while (length > 0 && (arguments[length - 1] & 0x7F) == 0)
        {
            length--;
        }

        return length;
    }
}

/// <summary>A program in the binary form: a list of ops; immutable. Every list is a valid program.</summary>
/// <param name="ops">The ops.</param>
public sealed class BinaryProgram(params IReadOnlyList<BinaryOp> ops)
{
    /// <summary>The most ops that <see cref="BinaryDecoder"/> takes unless it is told otherwise.</summary>
    public const int DefaultMostOps = 4096;

    /// <summary>The ops in order.</summary>
    public IReadOnlyList<BinaryOp> Ops => ops;

    /// <summary>True if the ops are the same.</summary>
    public bool SameAs(BinaryProgram other) => ops.Count == other.Ops.Count && !ops.Where((op, i) => !op.SameAs(other.Ops[i])).Any();

    /// <summary>An op a line.</summary>
    public override string ToString() => string.Join('\n', ops);
}
