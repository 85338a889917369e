namespace MapSim.Checks;

/// <summary>
/// H3.12: for B below 16 noverflow is the number of overflow buckets in the present array's chains, spare ones
/// included (modulo 2^16): it begins at 0 with each array, and no bucket is ever unlinked. From 16 on it is a lottery.
/// </summary>
internal static class NoverflowCounts
{
    public const string Id = "H3.12";

    public static void Check(MapScan scan, List<Violation> found)
    {
        ushort noverflow = scan.View.Noverflow;
        int linked = scan.PresentOverflow;
        if (scan.B < 16 ? noverflow != (linked & 0xFFFF) : noverflow > linked)
        {
            found.Add(new Violation(Id, scan.View.Address, default, $"noverflow = {noverflow}", $"{(scan.B < 16 ? "" : "at most ")}{linked}, the overflow buckets of the present array"));
        }
    }
}
