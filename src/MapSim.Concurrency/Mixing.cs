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

    /// <summary>The n-th word of the splitmix64 sequence: a constant for a place.</summary>
    public static ulong Word(ulong n) => unchecked(Mix((n + 1) * 0x9e3779b97f4a7c15));
}
