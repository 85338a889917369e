using MapSim.Layout;
using MapSim.Programs;

namespace MapSim.Fuzz;

/// <summary>Changes of programs op by op. Each says its name, for the lineage of an entry; the list is changed in place.</summary>
/// <param name="random">The task's random numbers.</param>
internal sealed class OpMutations(RandomSource random)
{
    private const int LongestBlock = 8;
    private RandomOps _ops = new(random);

    /// <summary>From here on another swarm of ops.</summary>
    public void NewSwarm() => _ops = new RandomOps(random);

    /// <summary>Makes one change.</summary>
    /// <param name="ops">A program, at least a Config.</param>
    /// <param name="other">Gives another entry's ops, for splices.</param>
    /// <returns>The change's name.</returns>
    public string Change(List<BinaryOp> ops, Func<IReadOnlyList<BinaryOp>> other)
    {
        int choice = ops.Count < 2 ? 0 : random.Below(100);
        switch (choice)
        {
            case < 18: return Insert(ops);
            case < 28: return InsertScene(ops);
            case < 38: return Delete(ops);
            case < 44: return Duplicate(ops);
            case < 52: return Ladder(ops);
            case < 58: return Move(ops);
            case < 66: return Splice(ops, other());
            case < 86: return Retarget(ops);
            case < 92: return Reconfigure(ops);
            default: return Repeat(ops);
        }
    }

    private string Insert(List<BinaryOp> ops)
    {
        int at = Place(ops), count = 1 + random.Below(4);
        for (int i = 0; i < count; i++)
        {
            ops.Insert(at + i, _ops.Next());
        }

        return "insert";
    }

    private string InsertScene(List<BinaryOp> ops)
    {
        var list = new OpList();
        new SceneWriter(random, list, ConfigOf(ops)).Write();
        ops.InsertRange(Place(ops), list.ToProgram().Ops);
        return "scene";
    }

    private string Delete(List<BinaryOp> ops)
    {
        (int from, int count) = Range(ops);
        ops.RemoveRange(from, count);
        return "delete";
    }

    private string Duplicate(List<BinaryOp> ops)
    {
        (int from, int count) = Range(ops);
        int at = random.Chance(50) ? from + count : Place(ops);
        ops.InsertRange(at, ops.GetRange(from, count));
        return "duplicate";
    }

    /// <summary>An op again and again, with the next key each time: piles, until a guard flips.</summary>
    private string Ladder(List<BinaryOp> ops)
    {
        int at = 1 + random.Below(ops.Count - 1), count = 2 + random.Below(12), step = random.Chance(70) ? 1 : random.Below(4);
        BinaryOp op = ops[at];
        ReadOnlySpan<OpArgument> meanings = OpArguments.Of(op.Code);
        int key = meanings.IndexOf(OpArgument.Key);
        for (int i = 1; i <= count; i++)
        {
            ops.Insert(at + i, key < 0 || op[key] >= 112 ? op : With(op, key, (byte)((op[key] & ~15) | ((op[key] + (i * step)) & 15))));
        }

        return "ladder";
    }

    private string Move(List<BinaryOp> ops)
    {
        (int from, int count) = Range(ops);
        List<BinaryOp> moved = ops.GetRange(from, count);
        ops.RemoveRange(from, count);
        ops.InsertRange(Place(ops), moved);
        return "move";
    }

    private string Splice(List<BinaryOp> ops, IReadOnlyList<BinaryOp> other)
    {
        if (other.Count < 2)
        {
            return "nothing";
        }

        int from = 1 + random.Below(other.Count - 1);
        int count = random.Chance(50) ? other.Count - from : Math.Min(other.Count - from, 1 + random.Below(24));
        int at = Place(ops);
        BinaryOp[] piece = [.. other.Skip(from).Take(count)];
        if (random.Chance(50))
        {
            ops.RemoveRange(at, ops.Count - at);
        }

        ops.InsertRange(at, piece);
        return "splice";
    }

    /// <summary>Another argument.</summary>
    private string Retarget(List<BinaryOp> ops)
    {
        for (int tries = 0; tries < 4; tries++)
        {
            int at = 1 + random.Below(ops.Count - 1);
            ReadOnlySpan<OpArgument> meanings = OpArguments.Of(ops[at].Code);
            if (meanings.Length == 0)
            {
                continue;
            }

            int which = random.Below(meanings.Length);
            byte value = random.Below(4) switch
            {
                0 => (byte)((ops[at][which] + 1) & 63),
                1 => (byte)((ops[at][which] + 127) & 63),
                _ => _ops.Argument(meanings[which]),
            };
            ops[at] = With(ops[at], which, value);
            break;
        }

        return "retarget";
    }

    /// <summary>Another header: type, hash function, release, what is forced, seed.</summary>
    private string Reconfigure(List<BinaryOp> ops)
    {
        BinaryConfig config = ConfigOf(ops), other = FreshPrograms.Config(random, GoVersion.All);
        config = random.Below(8) switch
        {
            0 => config with { Type = other.Type },
            1 => config with { Origin = other.Origin },
            2 => config with { Hash = other.Hash },
            3 => config with { Release = other.Release },
            4 => config with { Release = (config.Release & ~3) | (other.Release & 3) },
            5 => config with { Forced = config.Forced ^ (1 << random.Below(4)) },
            6 => config with { Seed = other.Seed },
            _ => other,
        };
        ops[0] = config.ToOp();
        return "header";
    }

    /// <summary>An op becomes one of a row of keys, or is done several times.</summary>
    private string Repeat(List<BinaryOp> ops)
    {
        int at = 1 + random.Below(ops.Count - 1);
        ops.Insert(at, new BinaryOp(BinaryOpCode.Times, _ops.Argument(OpArgument.Count)));
        return "times";
    }

    private static BinaryConfig ConfigOf(List<BinaryOp> ops) => BinaryConfig.Of(new BinaryProgram(ops[0]));

    /// <summary>A place for an op, behind the Config.</summary>
    private int Place(List<BinaryOp> ops) => 1 + random.Below(ops.Count);

    private (int From, int Count) Range(List<BinaryOp> ops)
    {
        int from = 1 + random.Below(ops.Count - 1);
        int most = random.Chance(80) ? LongestBlock : ops.Count;
        return (from, 1 + random.Below(Math.Min(most, ops.Count - from)));
    }

    private static BinaryOp With(BinaryOp op, int argument, byte value)
    {
        Span<byte> bytes = stackalloc byte[Math.Max(op.Arguments.Length, argument + 1)];
        op.Arguments.CopyTo(bytes);
        bytes[argument] = value;
        return new BinaryOp(op.Code, bytes);
    }
}
