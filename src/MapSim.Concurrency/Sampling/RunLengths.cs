using System.Numerics;

namespace MapSim.Concurrency.Sampling;

/// <summary>How many steps of some kind each thread has still to make, with those of the threads it has still to start, as far as the runs before tell.</summary>
internal sealed class RunLengths
{
    private readonly long[] total = new long[64];
    private readonly long[] runs = new long[64];
    private readonly int[] made = new int[64];
    private readonly double[] whole = new double[64];
    private readonly double[] left = new double[64];

    /// <summary>True if no run has ended yet.</summary>
    public bool IsEmpty { get; private set; } = true;

    /// <summary>A run begins.</summary>
    /// <param name="threads">Number of threads.</param>
    /// <param name="family">Who starts whom.</param>
    public void Begin(int threads, Family family)
    {
        Array.Clear(made);
        for (int t = 0; t < threads; t++)
        {
            whole[t] = runs[t] == 0 ? 0 : (double)total[t] / runs[t];
        }

        family.AddUp(threads, whole);
        whole.CopyTo(left, 0);
    }

    /// <summary>What a thread and those it has still to start have still to do.</summary>
    public double Left(int thread) => left[thread];

    /// <summary>A thread made a step of the kind.</summary>
    public void Made(int thread)
    {
        made[thread]++;
        left[thread] = Math.Max(0, left[thread] - 1);
    }

    /// <summary>A thread started others, which now count for themselves.</summary>
    public void Started(int thread, ulong children)
    {
        for (; children != 0; children &= unchecked(children - 1))
        {
            left[thread] = Math.Max(0, left[thread] - whole[BitOperations.TrailingZeroCount(children)]);
        }
    }

    /// <summary>The run is over.</summary>
    /// <param name="ran">The threads that had started in it.</param>
    public void End(ulong ran)
    {
        IsEmpty = false;
        for (; ran != 0; ran &= unchecked(ran - 1))
        {
            int t = BitOperations.TrailingZeroCount(ran);
            total[t] += made[t];
            runs[t]++;
        }
    }
}
