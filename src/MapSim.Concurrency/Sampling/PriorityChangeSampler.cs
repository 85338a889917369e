namespace MapSim.Concurrency.Sampling;

/// <summary>PCT, probabilistic concurrency testing: threads run by fixed random priorities, and at a few random moments the one that runs falls behind all others.</summary>
/// <remarks>
/// Burckhardt, Kothari, Musuvathi, Nagarakatti: A Randomized Scheduler with Probabilistic Guarantees of Finding Bugs (ASPLOS 2010).
/// Finds a bug of depth d among n threads and k steps with a chance of at least 1 / (n k^(d-1)). k is the longest run so far.
/// Steps that had no choice are not counted. A thread that runs alone for too long falls behind as well, or a spinning thread would never end.
/// </remarks>
/// <param name="depth">d: one more than the moments at which priorities change; at least 1.</param>
/// <param name="patience">Steps that one thread may make in a row while others could.</param>
public sealed class PriorityChangeSampler(int depth = 3, int patience = 1000) : ISampler
{
    private readonly ulong[] priority = new ulong[64];
    private readonly int[] changes = new int[depth - 1];
    private int longest = 1;
    private int steps;
    private int last;
    private int row;
    private ulong behind;

    /// <inheritdoc/>
    public string Name => "pct";

    /// <inheritdoc/>
    public string Settings => FormattableString.Invariant($"pct of depth {depth} and patience {patience}");

    /// <inheritdoc/>
    public void Begin(SampleView view)
    {
        // Starvation takes priorities below the change points', from the middle of the range downwards.
        const ulong middle = 1UL << 32;
        (steps, row, last, behind) = (0, 0, -1, middle);
        for (int t = 0; t < view.Threads; t++)
        {
            int place = view.Chance.Below(t + 1);
            priority[t] = priority[place];
            priority[place] = middle + (ulong)depth + (ulong)t;
        }

        for (int i = 0; i < changes.Length; i++)
        {
            changes[i] = 1 + view.Chance.Below(longest);
        }
    }

    /// <inheritdoc/>
    public int Pick(ulong enabled)
    {
        int t = PartialOrderSampler.Highest(enabled, priority);
        if ((enabled & unchecked(enabled - 1)) == 0)
        {
            return t;
        }

        steps++;
        for (int i = 0; i < changes.Length; i++)
        {
            if (changes[i] == steps)
            {
                priority[t] = (1UL << 32) + (ulong)(depth - 1 - i);
                t = PartialOrderSampler.Highest(enabled, priority);
            }
        }

        row = t == last ? row + 1 : 1;
        if (row > patience)
        {
            priority[t] = --behind;
            t = PartialOrderSampler.Highest(enabled, priority);
            row = 1;
        }

        last = t;
        return t;
    }

    /// <inheritdoc/>
    public void Made(int thread, in StepInfo step, ulong started)
    {
    }

    /// <inheritdoc/>
    public void Save(BinaryWriter to) => to.Write(longest);

    /// <inheritdoc/>
    public void Load(BinaryReader from) => longest = from.ReadInt32();

    /// <inheritdoc/>
    public void End() => longest = Math.Max(longest, steps);
}
