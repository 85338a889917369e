using System.Numerics;

namespace MapSim.Concurrency.Sampling;

/// <summary>How many steps of some kind each thread has still to make, with those of the threads it has still to start, as far as the runs before tell.</summary>
internal sealed class RunLengths
{
    private readonly long[] total = new long[64]; // steps of each thread in all runs that are over
    private readonly long[] runs = new long[64]; // the runs in which it had started
    private readonly int[] made = new int[64]; // its steps in this run
    private readonly double[] whole = new double[64]; // the mean, with those of the threads below it
    private readonly double[] left = new double[64]; // what is left of that

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

    /// <summary>Writes what the runs so far tell.</summary>
    public void Save(BinaryWriter to)
    {
        for (int t = 0; t < runs.Length; t++)
        {
            to.Write(total[t]);
            to.Write(runs[t]);
        }
    }

    /// <summary>Reads what was written.</summary>
    public void Load(BinaryReader from)
    {
        for (int t = 0; t < runs.Length; t++)
        {
            (total[t], runs[t]) = (from.ReadInt64(), from.ReadInt64());
        }
    }

    /// <summary>The run is over.</summary>
    /// <param name="ran">The threads that had started in it.</param>
    public void End(ulong ran)
    {
        for (; ran != 0; ran &= unchecked(ran - 1))
        {
            int t = BitOperations.TrailingZeroCount(ran);
            total[t] += made[t];
            runs[t]++;
        }
    }
}
