using System.Numerics;

namespace MapSim.Concurrency.Sampling;

/// <summary>Another sampler, except that no enabled thread waits longer than its patience: for programs that spin.</summary>
/// <param name="inner">Picks while nobody waited too long.</param>
/// <param name="patience">Steps of others that a thread waits at most while it is enabled; 0 is round robin.</param>
public sealed class FairSampler(ISampler inner, int patience = 100) : ISampler
{
    private readonly long[] since = new long[64];
    private long steps;

    /// <inheritdoc/>
    public string Name => "fair-" + inner.Name;

    /// <inheritdoc/>
    public string Settings => FormattableString.Invariant($"fair of patience {patience} over {inner.Settings}");

    /// <inheritdoc/>
    public void Begin(SampleView view)
    {
        Array.Clear(since);
        steps = 0;
        inner.Begin(view);
    }

    /// <inheritdoc/>
    public int Pick(ulong enabled)
    {
        int longest = BitOperations.TrailingZeroCount(enabled);
        for (ulong left = enabled; left != 0; left &= unchecked(left - 1))
        {
            int t = BitOperations.TrailingZeroCount(left);
            longest = since[t] < since[longest] ? t : longest;
        }

        return steps - since[longest] >= patience ? longest : inner.Pick(enabled);
    }

    /// <inheritdoc/>
    public void Made(int thread, in StepInfo step, ulong started)
    {
        since[thread] = ++steps;
        for (; started != 0; started &= unchecked(started - 1))
        {
            since[BitOperations.TrailingZeroCount(started)] = steps;
        }

        inner.Made(thread, step, started);
    }

    /// <inheritdoc/>
    public void Save(BinaryWriter to) => inner.Save(to);

    /// <inheritdoc/>
    public void Load(BinaryReader from) => inner.Load(from);

    /// <inheritdoc/>
    public void End() => inner.End();
}
