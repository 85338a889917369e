using System.Numerics;

namespace MapSim.Concurrency.Tests.Models;

/// <summary>The exact chance that a random walk ends in a failure or a deadlock, by adding up over all states.</summary>
internal sealed class ExactChance
{
    private readonly Dictionary<UInt128, double> known = [];

    public double Of(IModel model)
    {
        if (known.TryGetValue(model.StateHash, out double chance))
        {
            return chance;
        }

        UInt128 state = model.StateHash;
        ulong enabled = model.Enabled;
        if (enabled == 0)
        {
            chance = model.Failure is not null || model.Unfinished != 0 ? 1 : 0;
        }
        else
        {
            for (ulong left = enabled; left != 0; left &= left - 1)
            {
                model.Step(BitOperations.TrailingZeroCount(left));
                chance += Of(model);
                model.Undo();
            }

            chance /= BitOperations.PopCount(enabled);
        }

        known.Add(state, chance);
        return chance;
    }
}
