namespace MapSim.Checks;

/// <summary>H3.20: a map without a bucket array (buckets nil: nothing inserted yet) is B 0, empty, and has no extra.</summary>
internal static class NoArrayNoContent
{
    public const string Id = "H3.20";

    public static void Check(MapScan scan, List<Violation> found)
    {
        if (scan.Buckets.IsNil && (scan.B != 0 || scan.Count != 0 || !scan.View.Extra.IsNil))
        {
            found.Add(new Violation(Id, scan.View.Address, default, $"buckets nil, B = {scan.B}, count = {scan.Count}, extra = {scan.View.Extra}", "zeros and nil before the first insert"));
        }
    }
}
