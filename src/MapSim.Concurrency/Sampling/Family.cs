using System.Numerics;

namespace MapSim.Concurrency.Sampling;

/// <summary>Which thread starts which, as seen in the runs so far.</summary>
internal sealed class Family
{
    private readonly int[] parent = new int[64];

    public Family() => Array.Fill(parent, -1);

    /// <summary>Notes that a thread has started others.</summary>
    public void Started(int thread, ulong children)
    {
        for (; children != 0; children &= unchecked(children - 1))
        {
            parent[BitOperations.TrailingZeroCount(children)] = thread;
        }
    }

    /// <summary>Writes what was seen.</summary>
    public void Save(BinaryWriter to) => Array.ForEach(parent, to.Write);

    /// <summary>Reads what was written.</summary>
    public void Load(BinaryReader from)
    {
        for (int t = 0; t < parent.Length; t++)
        {
            parent[t] = from.ReadInt32();
        }
    }

    /// <summary>Adds to the amount of every thread those of all the threads below it.</summary>
    /// <param name="threads">Number of threads.</param>
    /// <param name="amounts">An amount for each thread.</param>
    public void AddUp(int threads, double[] amounts)
    {
        Span<double> own = stackalloc double[64];
        amounts.AsSpan(0, threads).CopyTo(own);
        for (int t = 0; t < threads; t++)
        {
            // Parents of different runs may form a circle; no chain is longer than the number of threads.
            int above = parent[t];
            for (int i = 0; i < threads && above >= 0 && above != t; i++)
            {
                amounts[above] += own[t];
                above = parent[above];
            }
        }
    }
}
