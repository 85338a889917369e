using MapSim.Programs;

namespace MapSim.Fuzz;

/// <summary>
/// Decides whether a program is deep: has a collector, several goroutines or store buffers. Such programs are run by their
/// text, which takes some fifty times as long, so an engine makes few of them; from all others those parts are taken out.
/// </summary>
/// <param name="random">The task's random numbers.</param>
/// <param name="hasGoroutines">Whether a program may have several goroutines.</param>
internal sealed class DeepPrograms(RandomSource random, bool hasGoroutines)
{
    private const int LongestDeep = 40;

    /// <summary>The program, deep or not.</summary>
    public BinaryProgram Adapt(BinaryProgram program, bool isDeep)
    {
        if (!isDeep)
        {
            return Shallow(program);
        }

        BinaryConfig config = BinaryConfig.Of(program);
        bool wasDeep = IsDeep(config);

        IEnumerable<BinaryOp> ops = program.Ops.Take(LongestDeep);
        if (!hasGoroutines)
        {
            config = config with { Goroutines = 4 | (config.Goroutines & 0x18), StoreBuffers = 0 };
            return With(program, config, [.. ops.Where(o => o.Code == BinaryOpCode.Gc || !IsShared(o)).SelectMany(o => Around(o, config))]);
        }

        if (!wasDeep)
        {
            int kind = random.Below(4);
            config = config with { Goroutines = kind switch { 0 => 4, 1 => 1, 2 => 1 + 4, _ => 2 + 4 }, StoreBuffers = kind > 0 && random.Chance(15) ? 1 + random.Below(8) : 0 };
        }

        return With(program, config, [.. ops.SelectMany(o => Around(o, config))]);
    }

    /// <summary>The program without collector, further goroutines, store buffers, and ops about what goroutines share besides maps.</summary>
    public static BinaryProgram Shallow(BinaryProgram program)
    {
        BinaryConfig config = BinaryConfig.Of(program);
        return !IsDeep(config) && !program.Ops.Any(IsShared) ? program
            : With(program, config with { Goroutines = 0, StoreBuffers = 0, Procs = 0 }, program.Ops.Where(o => !IsShared(o)));
    }

    private static bool IsDeep(BinaryConfig config) => config.Others > 0 || config.HasCollector || config.StoreBuffers > 0 || (config.Goroutines & 32) != 0;

    /// <summary>An op, with others between: whose turn it is, a collection, a piece of the schedule.</summary>
    private IEnumerable<BinaryOp> Around(BinaryOp op, BinaryConfig config)
    {
        if (config.Others > 0 && random.Chance(15))
        {
            yield return new BinaryOp(BinaryOpCode.Goroutine, (byte)random.Below(config.Others + 1));
        }

        if (config.HasCollector && random.Chance(8))
        {
            yield return new BinaryOp(BinaryOpCode.Gc);
        }

        if (config.Others > 0 && random.Chance(12))
        {
            yield return random.Chance(50) ? new BinaryOp(BinaryOpCode.RandomSchedule, (byte)random.Below(64))
                : new BinaryOp(BinaryOpCode.Yield, (byte)random.Below(4), (byte)random.Below(32));
        }

        yield return op;
    }

    private static BinaryProgram With(BinaryProgram program, BinaryConfig config, IEnumerable<BinaryOp> ops)
    {
        int has = program.Ops.Any(o => o.Code == BinaryOpCode.Config) ? 1 : 0;
        List<BinaryOp> list = [.. ops];
        int at = list.FindIndex(o => o.Code == BinaryOpCode.Config);
        if (has == 1 && at >= 0)
        {
            list[at] = config.ToOp();
        }
        else
        {
            list.Insert(0, config.ToOp());
        }

        return new BinaryProgram(list);
    }

    /// <summary>True for ops about other goroutines, and about what goroutines share besides maps.</summary>
    private static bool IsShared(BinaryOp op) => op.Code is >= BinaryOpCode.Gc and <= BinaryOpCode.Default;
}
