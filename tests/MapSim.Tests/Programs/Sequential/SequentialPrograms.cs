using MapSim.Programs;

namespace MapSim.Tests.Programs.Sequential;

/// <summary>Random programs that <see cref="SequentialTarget"/> can run.</summary>
internal static class SequentialPrograms
{
    /// <summary>Ops of <see cref="BinaryGenerator"/>, those of several goroutines left out; any type, origin, release, hash and forced draws.</summary>
    public static BinaryProgram Make(RandomSource random, int ops, int relational)
    {
        var made = new List<BinaryOp>();
        while (made.Count < ops)
        {
            BinaryProgram more = BinaryGenerator.Make(random, 2 * ops, relational);
            made.AddRange(made.Count == 0 ? [Config(random, more).ToOp()] : []);
            made.AddRange(more.Ops.Where(o => o.Code != BinaryOpCode.Config && SequentialTarget.CanRun(new BinaryProgram(o))));
        }

        return new BinaryProgram(made.Take(ops).ToList());
    }

    /// <summary>Random bytes whose Config, if there is one, has one goroutine.</summary>
    public static BinaryProgram OfBytes(RandomSource random, int length)
    {
        var bytes = new byte[length];
        random.Fill(bytes);
        BinaryProgram program = BinaryDecoder.Decode(bytes);
        return new BinaryProgram(
            [.. program.Ops.Where(o => o.Code != BinaryOpCode.Config).Where(o => SequentialTarget.CanRun(new BinaryProgram(o))).Prepend(Config(random, program).ToOp())]);
    }

    private static BinaryConfig Config(RandomSource random, BinaryProgram program)
    {
        BinaryConfig config = BinaryConfig.Of(program);
        return config with { Goroutines = 0, StoreBuffers = 0, Forced = random.Chance(80) ? 0 : config.Forced, Origin = random.Chance(50) ? config.Origin & 31 : config.Origin };
    }
}
