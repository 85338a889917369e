using MapSim.Memory;

namespace MapSim.Programs;

/// <summary>A stream of random numbers that is a function of its seed alone (splitmix64).</summary>
/// <param name="seed">The seed.</param>
public sealed class RandomSource(ulong seed)
{
    private ulong _state = seed;

    /// <summary>The next 64 bits.</summary>
    public ulong Next()
    {
        _state = unchecked(_state + 0x9E3779B97F4A7C15);
        return Fingerprint.Mix(_state);
    }

    /// <summary>A number from 0 to <paramref name="limit"/> - 1.</summary>
    public int Below(int limit) => (int)(Next() % (ulong)limit);

    /// <summary>True in <paramref name="percent"/> of 100 cases.</summary>
    public bool Chance(int percent) => Below(100) < percent;

    /// <summary>One of the items.</summary>
    public T Pick<T>(IReadOnlyList<T> items) => items[Below(items.Count)];

    /// <summary>Fills a buffer.</summary>
    public void Fill(Span<byte> bytes)
    {
        foreach (ref byte b in bytes)
        {
            b = (byte)(Next() & 0xFF);
        }
    }
}
