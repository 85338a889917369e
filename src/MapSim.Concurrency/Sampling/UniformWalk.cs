using System.Numerics;

namespace MapSim.Concurrency.Sampling;

/// <summary>URW, uniform random walk: picks a thread with a chance in proportion to the steps it has still to make, so that every interleaving is equally likely.</summary>
/// <remarks>
/// Zhao, Wolff, Mathur, Roychoudhury: Selectively Uniform Concurrency Testing (ASPLOS 2025). A thread's steps include those of
/// the threads it has still to start. The numbers are the means of the runs before, the first run is a random walk; the result is
/// exactly uniform if every run has the same numbers and no thread ever waits.
/// </remarks>
public sealed class UniformWalk : ISampler
{
    private readonly RunLengths lengths = new();
    private readonly Family family = new();
    private Chance chance = new();
    private ulong ran;

    /// <inheritdoc/>
    public string Name => "urw";

    /// <inheritdoc/>
    public void Begin(SampleView view)
    {
        chance = view.Chance;
        ran = view.Started;
        lengths.Begin(view.Threads, family);
    }

    /// <inheritdoc/>
    public int Pick(ulong enabled) => Weighted(enabled, lengths, 1, chance);

    /// <inheritdoc/>
    public void Made(int thread, in StepInfo step, ulong started)
    {
        lengths.Made(thread);
        if (started != 0)
        {
            family.Started(thread, started);
            lengths.Started(thread, started);
            ran |= started;
        }
    }

    /// <inheritdoc/>
    public void Save(BinaryWriter to)
    {
        family.Save(to);
        lengths.Save(to);
    }

    /// <inheritdoc/>
    public void Load(BinaryReader from)
    {
        family.Load(from);
        lengths.Load(from);
    }

    /// <inheritdoc/>
    public void End() => lengths.End(ran);

    /// <summary>One of some threads, each with a chance in proportion to what it has still to do.</summary>
    /// <param name="threads">The threads, at least one.</param>
    /// <param name="lengths">What they have to do.</param>
    /// <param name="least">The least weight of a thread.</param>
    /// <param name="chance">Random numbers.</param>
    internal static int Weighted(ulong threads, RunLengths lengths, double least, Chance chance)
    {
        if ((threads & unchecked(threads - 1)) == 0)
        {
            return BitOperations.TrailingZeroCount(threads);
        }

        double sum = 0;
        for (ulong left = threads; left != 0; left &= unchecked(left - 1))
        {
            sum += Math.Max(least, lengths.Left(BitOperations.TrailingZeroCount(left)));
        }

        if (sum <= 0)
        {
            return chance.One(threads);
        }

        double point = chance.Unit() * sum;
        int t;
        do
        {
            t = BitOperations.TrailingZeroCount(threads);
            point -= Math.Max(least, lengths.Left(t));
            threads &= unchecked(threads - 1);
        }
        while (point >= 0 && threads != 0);
        return t;
    }
}
