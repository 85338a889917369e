namespace MapSim.Concurrency;

/// <summary>Turns numbers into well-spread bits: the same on every machine and in every run.</summary>
internal static class Mixing
{
    /// <summary>The finalizer of splitmix64: a bijection of 64 bits in which every bit of the input moves every bit of the output.</summary>
    public static ulong Mix(ulong x)
    {
        unchecked
        {
            x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
            x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
            return x ^ (x >> 31);
        }
    }

    /// <summary>A hash of a run of words: two lanes side by side, each a bijection of every word, so that runs of one length that differ in one word never have the same.</summary>
    /// <param name="words">The words.</param>
    /// <param name="seed">What else the hash is of.</param>
    public static UInt128 Block(ReadOnlySpan<ulong> words, UInt128 seed)
    {
        unchecked
        {
            ulong a = (ulong)seed ^ ((ulong)words.Length * 0x9e3779b97f4a7c15), b = (ulong)(seed >> 64);
            foreach (ulong word in words)
            {
                a = (a ^ word) * 0xbf58476d1ce4e5b9;
                b = (b + word) * 0x94d049bb133111eb;
                a ^= a >> 32;
                b ^= b >> 29;
            }

            return new UInt128(Mix(b), Mix(a ^ (b << 32 | b >> 32)));
        }
    }

    /// <summary>The n-th word of the splitmix64 sequence: a constant for a place.</summary>
    public static ulong Word(ulong n) => unchecked(Mix((n + 1) * 0x9e3779b97f4a7c15));
}
