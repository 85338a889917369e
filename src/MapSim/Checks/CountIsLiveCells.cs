using System.Numerics;
using MapSim.Layout;

namespace MapSim.Checks;

/// <summary>
/// H3.2: count is the number of live cells: those of the present array's chains and of the old buckets that are not
/// evacuated.
/// </summary>
internal static class CountIsLiveCells
{
    public const string Id = "H3.2";

    public static void Check(MapScan scan, List<Violation> found)
    {
        ulong live = Live(scan.Present) + Live(scan.Old);
        if (live != scan.Count)
        {
            found.Add(new Violation(Id, scan.View.Address, default, $"count = {scan.Count}", $"{live}, the number of live cells"));
        }
    }

    /// <summary>An evacuated bucket has marks only (H3.8), so it adds nothing.</summary>
    private static ulong Live(ReadOnlySpan<ScannedBucket> buckets)
    {
        ulong live = 0;
        foreach (ref readonly ScannedBucket bucket in buckets)
        {
            live += (ulong)BitOperations.PopCount(bucket.From(Bmap.MinTopHash));
        }

        return live;
    }
}
