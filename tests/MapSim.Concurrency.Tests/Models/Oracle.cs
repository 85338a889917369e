using System.Numerics;

namespace MapSim.Concurrency.Tests.Models;

/// <summary>Counts Mazurkiewicz traces without any reduction: a search over partial orders, each prefix followed once.</summary>
/// <remarks>It shares nothing with the engines but the hash of a trace. It does not check that the dependence of the steps is right: an engine and it read the same <see cref="StepInfo"/>.</remarks>
internal sealed class Oracle
{
    private readonly HashSet<UInt128> prefixes = [];
    private readonly HashedModel model;
    private readonly int most;

    private Oracle(IModel model, int most) => (this.model, this.most) = (new HashedModel(model), most);

    public HashSet<UInt128> Traces { get; } = [];

    public int Failing { get; private set; }

    public int Deadlocks { get; private set; }

    public int Prefixes => prefixes.Count;

    /// <summary>Counts all; null if there are too many prefixes.</summary>
    public static Oracle? Count(IModel model, int most = int.MaxValue)
    {
        var oracle = new Oracle(model, most);
        oracle.prefixes.Add(oracle.model.Trace);
        return oracle.Visit() ? oracle : null;
    }

    private bool Visit()
    {
        ulong enabled = model.Enabled;
        if (enabled == 0)
        {
            Traces.Add(model.Trace);
            Failing += model.Failure is null ? 0 : 1;
            Deadlocks += model.Unfinished == 0 ? 0 : 1;
            return true;
        }

        for (; enabled != 0; enabled &= enabled - 1)
        {
            model.Step(BitOperations.TrailingZeroCount(enabled));
            bool go = !prefixes.Add(model.Trace) || (prefixes.Count <= most && Visit());
            model.Undo();
            if (!go)
            {
                return false;
            }
        }

        return true;
    }
}
