using MapSim.Concurrency.Traces;
using Xunit;

namespace MapSim.Concurrency.Tests.Traces;

public sealed class TraceHashTests
{
    private static readonly StepInfo LoadX = new(StepKind.Load, 0, 8);
    private static readonly StepInfo StoreX = new(StepKind.Store, 0, 8);
    private static readonly StepInfo StoreByte = new(StepKind.Store, 3, 1);
    private static readonly StepInfo StoreY = new(StepKind.Store, 8, 8);
    private static readonly StepInfo All = new(StepKind.Everything, 0, 1);

    [Fact]
    public void Steps_that_do_not_conflict_may_change_places()
    {
        Assert.Equal(Hash((0, StoreX), (1, StoreY)), Hash((1, StoreY), (0, StoreX)));
        Assert.Equal(Hash((0, LoadX), (1, LoadX), (2, StoreX)), Hash((1, LoadX), (0, LoadX), (2, StoreX)));
    }

    [Fact]
    public void Steps_that_conflict_may_not()
    {
        Assert.NotEqual(Hash((0, StoreX), (1, LoadX)), Hash((1, LoadX), (0, StoreX)));
        Assert.NotEqual(Hash((0, StoreByte), (1, LoadX)), Hash((1, LoadX), (0, StoreByte)));
        Assert.NotEqual(Hash((0, All), (1, StoreY)), Hash((1, StoreY), (0, All)));
        Assert.NotEqual(Hash((0, StoreX), (1, StoreX)), Hash((1, StoreX), (0, StoreX)));
    }

    [Fact]
    public void What_is_taken_back_leaves_no_mark()
    {
        var random = new Random(3);
        StepInfo[] kinds = [LoadX, StoreX, StoreByte, StoreY, All, new(StepKind.Lock, 1, 1), new(StepKind.Unlock, 1, 1), new(StepKind.Spawn, 2, 1), new(StepKind.Join, 2, 1)];
        var hash = new TraceHash(3);
        Stack<UInt128> values = new();
        for (int i = 0; i < 10_000; i++)
        {
            if (values.Count == 0 || random.Next(2) == 0)
            {
                values.Push(hash.Value);
                hash.Push(random.Next(3), kinds[random.Next(kinds.Length)]);
            }
            else
            {
                hash.Pop();
                Assert.Equal(values.Pop(), hash.Value);
            }
        }
    }

    private static UInt128 Hash(params (int Thread, StepInfo Step)[] steps)
    {
        var hash = new TraceHash(3);
        foreach ((int thread, StepInfo step) in steps)
        {
            hash.Push(thread, step);
        }

        return hash.Value;
    }
}
