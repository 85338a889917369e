using System.Numerics;
using Xunit;

namespace MapSim.Concurrency.Tests.Litmus;

/// <summary>Counts states and interleavings by plain recursion with a dictionary: what the engines are compared with. Small programs without cycles only.</summary>
internal sealed class StateCount
{
    private readonly Dictionary<UInt128, BigInteger> _seen = [];

    public StateCount(IModel model) => Interleavings = Visit(model);

    /// <summary>States in which no thread has failed.</summary>
    public int States { get; private set; }

    public int FailingStates { get; private set; }

    public BigInteger Interleavings { get; }

    public long Transitions { get; private set; }

    public SortedSet<string> Failures { get; } = new(StringComparer.Ordinal);

    public int Deadlocks { get; private set; }

    private BigInteger Visit(IModel model)
    {
        UInt128 hash = model.StateHash;
        if (_seen.TryGetValue(hash, out BigInteger count))
        {
            return count;
        }

        if (model.Failure is { } failure)
        {
            Failures.Add(failure);
        }

        States += model.Failed == 0 ? 1 : 0;
        FailingStates += model.Failed == 0 ? 0 : 1;
        ulong enabled = model.Enabled;
        count = enabled == 0 ? 1 : 0;
        Deadlocks += enabled == 0 && model.Unfinished != 0 ? 1 : 0;
        for (int t = 0; t < model.Threads; t++)
        {
            if ((enabled >> t & 1) != 0)
            {
                Transitions++;
                model.Step(t);
                count += Visit(model);
                model.Undo();
                Assert.Equal(hash, model.StateHash);
            }
        }

        _seen.Add(hash, count);
        return count;
    }
}
