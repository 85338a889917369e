using MapSim.Programs;

namespace MapSim.Fuzz;

/// <summary>The ops of a binary program while they are made: what an op's arguments are is said once, here.</summary>
internal sealed class OpList
{
    /// <summary>The elem that is the number of the repetition, where there is one.</summary>
    public const int CounterElem = 80;

    /// <summary>The elem that is pointer variable 0, where elems are pointers.</summary>
    public const int PointerElem = 64;

    /// <summary>The key of the op before.</summary>
    public const int LastKey = 64;

    /// <summary>The first of the selectors of keys that the map has, if it has any.</summary>
    public const int PresentKey = 80;

    /// <summary>The first special key or elem: NaN, -0, "", nil, what cannot be hashed.</summary>
    public const int Special = 112;

    private readonly List<BinaryOp> _ops = [];

    /// <summary>How many ops there are.</summary>
    public int Count => _ops.Count;

    /// <summary>The program.</summary>
    public BinaryProgram ToProgram() => new(_ops);

    /// <summary>Adds the header.</summary>
    public void Config(BinaryConfig config) => _ops.Add(config.ToOp());

    /// <summary>Adds an op whose arguments are single bytes.</summary>
    public void Add(BinaryOpCode code, params ReadOnlySpan<byte> arguments) => _ops.Add(new BinaryOp(code, arguments));

    /// <summary>m[key] = elem.</summary>
    public void Assign(int map, int key, int elem) => Add(BinaryOpCode.Assign, (byte)map, (byte)key, (byte)elem);

    /// <summary>Assigns the keys of numbers that follow each other.</summary>
    public void AssignMany(int map, int count, int from, int elem)
    {
        List<byte> bytes = [(byte)map];
        Number(bytes, count - 1);
        Number(bytes, from);
        bytes.Add((byte)elem);
        _ops.Add(new BinaryOp(BinaryOpCode.AssignMany, [.. bytes]));
    }

    /// <summary>Looks the keys of numbers up.</summary>
    public void LookupMany(int map, int count, int from) => Many(BinaryOpCode.LookupMany, map, count, from);

    /// <summary>Deletes the keys of numbers.</summary>
    public void DeleteMany(int map, int count, int from) => Many(BinaryOpCode.DeleteMany, map, count, from);

    /// <summary>Opens a repetition.</summary>
    public void Repeat(int count, int from = 0) => Counts(BinaryOpCode.RepeatBlock, count, from);

    /// <summary>The next op so often.</summary>
    public void Times(int count) => Counts(BinaryOpCode.Times, count, 0);

    /// <summary>The next op only in one turn of the loop, from 1.</summary>
    public void Turn(int turn) => Add(BinaryOpCode.Turn, (byte)(turn - 1));

    /// <summary>Ends the innermost block.</summary>
    public void End() => Add(BinaryOpCode.End);

    private void Many(BinaryOpCode code, int map, int count, int from)
    {
        List<byte> bytes = [(byte)map];
        Number(bytes, count - 1);
        Number(bytes, from);
        _ops.Add(new BinaryOp(code, [.. bytes]));
    }

    private void Counts(BinaryOpCode code, int count, int from)
    {
        List<byte> bytes = [];
        Number(bytes, count - 1);
        Number(bytes, from);
        _ops.Add(new BinaryOp(code, [.. bytes]));
    }

    /// <summary>Six bits a byte, low ones first; bit 6 says that more follow.</summary>
    private static void Number(List<byte> bytes, int value)
    {
        for (; value >= 0x40; value >>= 6)
        {
            bytes.Add((byte)((value & 0x3F) | 0x40));
        }

        bytes.Add((byte)value);
    }
}
