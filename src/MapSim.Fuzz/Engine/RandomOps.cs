using MapSim.Programs;

namespace MapSim.Fuzz;

/// <summary>
/// Single random ops, as a swarm of ops has them: each profile knows only some kinds of ops and some keys, so that programs
/// come far in something (deletes keep maps from growing, clears keep chains from building).
/// </summary>
internal sealed class RandomOps
{
    private static readonly BinaryOpCode[] Kinds =
    [
        BinaryOpCode.Assign, BinaryOpCode.Assign, BinaryOpCode.AssignMany, BinaryOpCode.AssignMany, BinaryOpCode.Lookup, BinaryOpCode.Delete, BinaryOpCode.Delete,
        BinaryOpCode.DeleteMany, BinaryOpCode.Iter, BinaryOpCode.Iter, BinaryOpCode.Next, BinaryOpCode.Next, BinaryOpCode.Times, BinaryOpCode.Range,
        BinaryOpCode.AssignHere, BinaryOpCode.DeleteHere, BinaryOpCode.LookupHere, BinaryOpCode.RepeatBlock, BinaryOpCode.End, BinaryOpCode.End,
        BinaryOpCode.Clear, BinaryOpCode.Clone, BinaryOpCode.Len, BinaryOpCode.LookupMany, BinaryOpCode.AssignLiteral, BinaryOpCode.LookupInto,
        BinaryOpCode.Turn, BinaryOpCode.Break, BinaryOpCode.Continue, BinaryOpCode.New, BinaryOpCode.Drop, BinaryOpCode.Map, BinaryOpCode.AssignPanic,
    ];

    private static readonly byte[] Counts = [0, 1, 2, 5, 6, 7, 8, 8, 9, 12, 13, 16, 25, 26, 31];
    private readonly RandomSource _random;
    private readonly Swarm<BinaryOpCode> _kinds;
    private readonly int _hot;
    private readonly int _hotWidth;
    private readonly bool _oneMap;
    private readonly int _keyStyle;

    /// <summary>Draws a profile.</summary>
    public RandomOps(RandomSource random)
    {
        _random = random;
        _kinds = new Swarm<BinaryOpCode>(random, Kinds);
        _hot = random.Below(64);
        _hotWidth = 1 << random.Below(6);
        _oneMap = random.Chance(75);
        _keyStyle = random.Below(4);
    }

    /// <summary>An op.</summary>
    public BinaryOp Next()
    {
        BinaryOpCode code = _kinds.Pick(_random);
        Span<byte> arguments = stackalloc byte[8];
        int at = 0;
        foreach (OpArgument argument in OpArguments.Of(code))
        {
            arguments[at++] = Argument(argument);
        }

        return new BinaryOp(code, arguments[..at]);
    }

    /// <summary>A byte for an argument.</summary>
    public byte Argument(OpArgument argument) => argument switch
    {
        OpArgument.Map => (byte)(_oneMap || _random.Chance(70) ? 0 : _random.Below(3)),
        OpArgument.Key => Key(),
        OpArgument.Elem => (byte)(_random.Chance(60) ? 80 : _random.Below(128)),
        OpArgument.Iterator => (byte)_random.Below(_random.Chance(80) ? 2 : 4),
        OpArgument.Count => _random.Pick(Counts),
        OpArgument.From => (byte)(_random.Chance(60) ? _random.Below(16) : _random.Below(64)),
        OpArgument.Turn => (byte)_random.Below(6),
        _ => (byte)_random.Below(128),
    };

    /// <summary>A selector of a key: some of a few hot ones, some of any, some that depend on the state of the map.</summary>
    private byte Key()
    {
        int n = _random.Below(100);
        return (byte)(_keyStyle switch
        {
            0 when n < 80 => (_hot + _random.Below(_hotWidth)) & 63,
            1 when n < 70 => 96 + _random.Below(16),
            2 when n < 50 => 80 + _random.Below(16),
            _ => n < 50 ? (_hot + _random.Below(_hotWidth)) & 63 : n < 65 ? _random.Below(64) : n < 75 ? 64 + _random.Below(16) : n < 85 ? 80 + _random.Below(16) : n < 93 ? 96 + _random.Below(16) : 112 + _random.Below(16),
        });
    }
}
