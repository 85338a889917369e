using System.Numerics;

namespace MapSim.Concurrency.Sampling;

/// <summary>Random numbers that are the same on every machine: xoshiro256**, started by splitmix64 from a seed and the number of a run.</summary>
/// <remarks>Blackman and Vigna, "Scrambled linear pseudorandom number generators" (2021).</remarks>
public sealed class Chance
{
    private ulong a;
    private ulong b;
    private ulong c;
    private ulong d;

    /// <summary>Starts the numbers of a run; each run has its own, whatever the runs before have used.</summary>
    /// <param name="seed">The seed of all runs.</param>
    /// <param name="run">The number of the run.</param>
    public void Start(ulong seed, long run)
    {
        ulong start = Mixing.Mix(unchecked(Mixing.Word(seed) + (ulong)run));
        Start(Mixing.Word(start), Mixing.Word(unchecked(start + 1)), Mixing.Word(unchecked(start + 2)), Mixing.Word(unchecked(start + 3)));
    }

    /// <summary>Starts from a state of the generator; splitmix64 never gives four zeros, which it must not be.</summary>
    internal void Start(ulong first, ulong second, ulong third, ulong fourth) => (a, b, c, d) = (first, second, third, fourth);

    /// <summary>The next 64 bits.</summary>
    public ulong Next()
    {
        unchecked
        {
            ulong result = BitOperations.RotateLeft(b * 5, 7) * 9;
            ulong t = b << 17;
            c ^= a;
            d ^= b;
            b ^= c;
            a ^= d;
            c ^= t;
            d = BitOperations.RotateLeft(d, 45);
            return result;
        }
    }

    /// <summary>A number from 0 to below a bound, each equally likely.</summary>
    /// <param name="bound">At least 1.</param>
    public int Below(int bound)
    {
        // Lemire 2019: the high half of a product; the few low halves that would favour some numbers are drawn again.
        uint n = (uint)bound;
        ulong product = (Next() >> 32) * n;
        if ((uint)(product & uint.MaxValue) < n)
        {
            uint least = unchecked((uint)-(int)n) % n;
            while ((uint)(product & uint.MaxValue) < least)
            {
                product = (Next() >> 32) * n;
            }
        }

        return (int)(product >> 32);
    }

    /// <summary>A number from 0 to below 1, a multiple of 2 to the -53.</summary>
    public double Unit() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>One of some threads, each equally likely.</summary>
    /// <param name="threads">Bit t for thread t, not empty.</param>
    public int One(ulong threads)
    {
        for (int skip = Below(BitOperations.PopCount(threads)); skip > 0; skip--)
        {
            threads &= unchecked(threads - 1);
        }

        return BitOperations.TrailingZeroCount(threads);
    }
}
