namespace MapSim.Checks;

/// <summary>
/// H3.21: a map with B = 0 has no overflow bucket and is not growing: its ninth entry doubles it. The clone of such a
/// map copies the one bucket byte for byte and relies on this.
/// </summary>
internal static class OneBucketHasNoChain
{
    public const string Id = "H3.21";

    public static void Check(MapScan scan, List<Violation> found)
    {
        if (scan.B == 0 && (scan.PresentOverflow > 0 || scan.IsGrowing))
        {
            found.Add(new Violation(Id, scan.View.Address, scan.Buckets, scan.IsGrowing ? "B = 0 and oldbuckets" : "B = 0 and an overflow bucket", "one bucket and nothing else"));
        }
    }
}
