using MapSim.Programs;

namespace MapSim.Fuzz;

/// <summary>
/// Makes the next input of a task: an entry of the corpus that shows something rare, or something the task has just found,
/// is changed op by op (four times in five) or byte by byte; one in some twenty begins with nothing but scenes.
/// </summary>
internal sealed class InputMutator
{
    private const int LongestProgram = 200, SwarmLength = 16;
    private readonly RandomSource _random;
    private readonly FuzzEngine _engine;
    private readonly ParentChoice _parents;
    private readonly OpMutations _mutations;
    private readonly DeepPrograms _deep;
    private int _made;

    /// <summary>Begins.</summary>
    /// <param name="random">The task's random numbers.</param>
    /// <param name="engine">The corpus; only read.</param>
    public InputMutator(RandomSource random, FuzzEngine engine)
    {
        _random = random;
        _engine = engine;
        _parents = new ParentChoice(random, engine);
        _mutations = new OpMutations(random);
        _deep = new DeepPrograms(random, engine.Options.HasGoroutines);
    }

    /// <summary>The next input.</summary>
    /// <param name="found">What the task itself found.</param>
    public (int Parent, BinaryProgram Program, string Mutation) Next(IReadOnlyList<FoundInput> found)
    {
        if (_made++ % SwarmLength == SwarmLength - 1)
        {
            _mutations.NewSwarm();
        }

        bool isDeep = _random.Below(1000) < _engine.Options.DeepPerThousand;
        if ((_engine.Queue.Count == 0 && found.Count == 0) || _random.Chance(5))
        {
            return (-1, _deep.Adapt(FreshPrograms.Make(_random, _engine.Options.Target.Releases), isDeep), "scenes");
        }

        bool isOwn = found.Count > 0 && (_engine.Queue.Count == 0 || _random.Chance(25));
        FoundInput? own = isOwn ? found[^(1 + _random.Below(Math.Min(4, found.Count)))] : null;
        QueueEntry? entry = isOwn ? null : _parents.Choose();
        BinaryProgram parent = own?.Program ?? Decode(entry!);
        (BinaryProgram program, string mutation) = _random.Chance(80) ? ChangeOps(parent) : ChangeBytes(parent);
        return (own?.Parent ?? entry!.Id, _deep.Adapt(program, isDeep), own == null ? mutation : own.Mutation + "," + mutation);
    }

    private static BinaryProgram Decode(QueueEntry entry) => BinaryDecoder.Decode(entry.Input, TargetInput.MostOps);

    private (BinaryProgram Program, string Mutation) ChangeOps(BinaryProgram parent)
    {
        List<BinaryOp> ops = Normal(parent);
        string name = "";
        int changes = 1;
        while (changes < 6 && _random.Chance(45))
        {
            changes++;
        }

        for (int i = 0; i < changes; i++)
        {
            string change = _mutations.Change(ops, () => _engine.Queue.Count == 0 ? ops : Decode(_parents.Choose()).Ops);
            name += name.Length == 0 ? change : "+" + change;
        }

        if (ops.Count > LongestProgram)
        {
            ops.RemoveRange(LongestProgram, ops.Count - LongestProgram);
        }

        return (new BinaryProgram(ops), name);
    }

    private (BinaryProgram Program, string Mutation) ChangeBytes(BinaryProgram parent)
    {
        List<byte> bytes = [.. BinaryEncoder.Encode(parent)];
        int changes = 1 + _random.Below(3);
        for (int i = 0; i < changes && bytes.Count > 0; i++)
        {
            int at = _random.Below(bytes.Count);
            switch (_random.Below(5))
            {
                case 0: bytes[at] ^= (byte)(1 << _random.Below(8)); break;
                case 1: bytes[at] = (byte)_random.Below(256); break;
                case 2: bytes.Insert(at, (byte)_random.Below(256)); break;
                case 3: bytes.RemoveRange(at, Math.Min(bytes.Count - at, 1 + _random.Below(8))); break;
                default: bytes.InsertRange(at, bytes.GetRange(at, Math.Min(bytes.Count - at, 1 + _random.Below(8)))); break;
            }
        }

        return (BinaryDecoder.Decode([.. bytes], LongestProgram), "bytes");
    }

    /// <summary>The ops with the Config first: one if there is none.</summary>
    private static List<BinaryOp> Normal(BinaryProgram program)
    {
        List<BinaryOp> ops = [.. program.Ops];
        if (ops.Count > 0 && ops[0].Code == BinaryOpCode.Config)
        {
            return ops;
        }

        BinaryConfig config = BinaryConfig.Of(program);
        ops.RemoveAll(o => o.Code == BinaryOpCode.Config);
        ops.Insert(0, config.ToOp());
        return ops;
    }
}
