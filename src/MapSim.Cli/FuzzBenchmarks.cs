using MapSim.Programs;

namespace MapSim.Cli;

/// <summary>
/// How many programs of 60 ops a fuzzer can run in a second with all sequential oracles: bytes to verdict, on one core.
/// </summary>
/// <remarks>
/// The mix: <see cref="Programs"/> programs of <see cref="BinaryGenerator"/>, seed 5; a Config with any type, release, hash and
/// seed, a small map or a hint up to 28, nothing forced; 59 ops in the shares of the op table, without those of several goroutines
/// and those that stand for more than one operation (Many, Times, repeat, range). In the first row all keys are of the pool, in
/// the second 37 of 100 are relational selectors. A panic that no line recovers ends a program early: they do some 30 operations
/// in the mean.
/// </remarks>
internal static class FuzzBenchmarks
{
    private const int Programs = 300, Ops = 60;

    /// <summary>Both rows.</summary>
    public static IEnumerable<Rate> Executions(double seconds)
    {
        yield return Benchmarks.Measure("fuzz executions, 60-op programs, sequential oracles", "programs/s", seconds, Runs(0));
        yield return Benchmarks.Measure("the same, 37 % of the keys relational", "programs/s", seconds, Runs(37));
    }

    private static Func<long> Runs(int relational)
    {
        var random = new RandomSource(5);
        byte[][] programs = [.. Enumerable.Range(0, Programs).Select(_ => BinaryEncoder.Encode(Make(random, relational)))];
        var target = new SequentialTarget();
        return () =>
        {
            foreach (byte[] program in programs)
            {
                target.Run(BinaryDecoder.Decode(program));
            }

            return Programs;
        };
    }

    private static BinaryProgram Make(RandomSource random, int relational)
    {
        var ops = new List<BinaryOp>();
        while (ops.Count < Ops)
        {
            BinaryProgram more = BinaryGenerator.Make(random, 2 * Ops, relational);
            if (ops.Count == 0)
            {
                BinaryConfig any = BinaryConfig.Of(more);
                ops.Add(new BinaryConfig(any.Type, any.Origin & 31, 0, any.Release, any.Hash, Seed: any.Seed).ToOp());
            }

            ops.AddRange(more.Ops.Where(o => IsOne(o.Code) && SequentialTarget.CanRun(new BinaryProgram(o))));
        }

        return new BinaryProgram(ops[..Ops]);
    }

    private static bool IsOne(BinaryOpCode code) => code is not (BinaryOpCode.Config or BinaryOpCode.Map or BinaryOpCode.AssignMany or BinaryOpCode.LookupMany
        or BinaryOpCode.DeleteMany or BinaryOpCode.Times or BinaryOpCode.RepeatBlock or BinaryOpCode.Range);
}
