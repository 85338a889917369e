using System.Globalization;

namespace MapSim.Checks;

/// <summary>
/// Map seeds of one program do not repeat (H5): each make, clear, and delete that empties a map draws 32 bits of its own
/// for hash0. Takes the seeds one by one and says when chance cannot be behind a repetition. Two equal ones can happen.
/// </summary>
/// <remarks>
/// That among n seeds some k are equal has a probability of at most C(n, k) * 2^(-32 (k - 1)), the expected number of such
/// sets. The alarm is given when a seed comes for the k-th time, k at least 3, among so few seeds that this is below
/// 1e-12 / 2^(k - 2). As the bound grows with n, it holds for all moments up to then together; summed over k, false
/// alarms have a probability below 1e-12 for a program of any length. Three equal seeds are enough among up to 382,
/// four among up to 26,259.
///
/// What it does not check: whether seeds are spread evenly. A clone's seed is its source's and must not be told.
/// </remarks>
public sealed class RepeatedSeeds
{
    /// <summary>The key of what it finds.</summary>
    public const string BugKey = "statistics/seed/repeats";

    /// <summary>The chance of a false alarm for a program.</summary>
    public const double FalseAlarm = 1e-12;

    private const int Fewest = 3;
    private readonly Dictionary<uint, int> _times = [];
    private long _seeds;
    private bool _isOver;

    /// <summary>True if chance does not bring this about: so many equal ones among so many seeds.</summary>
    /// <param name="times">How many are equal.</param>
    /// <param name="seeds">Among how many.</param>
    public static bool IsAlarm(int times, long seeds)
    {
        if (times < Fewest)
        {
            return false;
        }

        // C(seeds, times) * 2^(-32 (times - 1)) * 2^(times - 2), factor by factor.
        double bound = seeds / 2.0;
        for (int i = 1; i < times; i++)
        {
            bound *= (seeds - i) / (i + 1.0) / (1L << 31);
        }

        return bound < FalseAlarm;
    }

    /// <summary>Takes a seed that was drawn.</summary>
    /// <param name="seed">The map's hash0.</param>
    /// <returns>What is wrong, once; null if nothing is.</returns>
    public string? Add(uint seed)
    {
        if (_isOver)
        {
            return null;
        }

        _seeds++;
        int times = _times[seed] = _times.GetValueOrDefault(seed) + 1;
        _isOver = IsAlarm(times, _seeds);
        return !_isOver ? null : string.Create(
            CultureInfo.InvariantCulture, $"{times} of {_seeds} map seeds are 0x{seed:x8}: each should be 32 random bits of its own");
    }
}
