using System.Globalization;

namespace MapSim.Fuzz;

/// <summary>What the tools of AFL++ tell a target by environment variables.</summary>
/// <param name="MapId">The segment with the coverage map (__AFL_SHM_ID); null if this process is not run by AFL.</param>
/// <param name="InputId">The segment in which inputs come (__AFL_SHM_FUZZ_ID); null if they come as files.</param>
/// <param name="MapSize">How many bytes of the map are used.</param>
public sealed record AflEnvironment(int? MapId, int? InputId, int MapSize)
{
    /// <summary>AFL's own default (MAP_SIZE in config.h).</summary>
    public const int DefaultMapSize = 1 << 16;

    /// <summary>Longest input (MAX_FILE in config.h): the segment of inputs has room for it and its length.</summary>
    public const int MostInput = 1 << 20;

    private const int LargestMap = 1 << 20;

    /// <summary>Reads the variables.</summary>
    /// <param name="variable">The value of a variable, or null.</param>
    public static AflEnvironment Read(Func<string, string?> variable)
    {
        // AFL_MAP_SIZE says how much room there is. AFL names 8 MiB where it does not know better: more than pays.
        int size = Number(variable("AFL_MAP_SIZE")) is { } n and > 63 ? Math.Min(n, LargestMap) : DefaultMapSize;
        return new AflEnvironment(Number(variable("__AFL_SHM_ID")), Number(variable("__AFL_SHM_FUZZ_ID")), size);
    }

    private static int? Number(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int n) ? n : null;
}
