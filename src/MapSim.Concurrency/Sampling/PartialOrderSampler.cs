using System.Numerics;

namespace MapSim.Concurrency.Sampling;

/// <summary>POS, partial order sampling: every next step has a random priority, which is drawn again only when a step that conflicts with it was made.</summary>
/// <remarks>Yuan, Yang, Gu: Partial Order Aware Concurrency Sampling (CAV 2018). A random walk spends its draws on the order of steps that do not matter to each other; this does not.</remarks>
public sealed class PartialOrderSampler : ISampler
{
    private readonly ulong[] priority = new ulong[64];
    private SampleView view = new(0);
    private ulong candidates;

    /// <inheritdoc/>
    public string Name => "pos";

    /// <inheritdoc/>
    public void Begin(SampleView view)
    {
        this.view = view;
        for (int t = 0; t < view.Threads; t++)
        {
            priority[t] = view.Chance.Next();
        }
    }

    /// <inheritdoc/>
    public int Pick(ulong enabled)
    {
        candidates = enabled;
        return Highest(enabled, priority);
    }

    /// <inheritdoc/>
    public void Made(int thread, in StepInfo step, ulong started)
    {
        for (ulong left = candidates & ~(1UL << thread); left != 0; left &= unchecked(left - 1))
        {
            int t = BitOperations.TrailingZeroCount(left);
            if (view.Next(t).Conflicts(step))
            {
                priority[t] = view.Chance.Next();
            }
        }

        priority[thread] = view.Chance.Next();
    }

    /// <inheritdoc/>
    public void End()
    {
    }

    internal static int Highest(ulong threads, ulong[] priority)
    {
        int best = BitOperations.TrailingZeroCount(threads);
        for (ulong left = threads & unchecked(threads - 1); left != 0; left &= unchecked(left - 1))
        {
            int t = BitOperations.TrailingZeroCount(left);
            best = priority[t] > priority[best] ? t : best;
        }

        return best;
    }
}
