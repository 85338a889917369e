using MapSim.Memory;

namespace MapSim.Checks;

/// <summary>
/// H3.13: without oldbuckets there is neither the sameSizeGrow flag nor extra.oldoverflow; with them they are another
/// array than buckets.
/// </summary>
internal static class GrowStateAgrees
{
    public const string Id = "H3.13";

    public static void Check(MapScan scan, List<Violation> found)
    {
        Addr map = scan.View.Address;
        if (scan.IsGrowing)
        {
            if (scan.OldBuckets == scan.Buckets || scan.Buckets.IsNil)
            {
                found.Add(new Violation(Id, map, scan.OldBuckets, $"buckets = {scan.Buckets}, oldbuckets = {scan.OldBuckets}", "two arrays"));
            }
        }
        else if (scan.IsSameSize)
        {
            found.Add(new Violation(Id, map, default, "the flag sameSizeGrow and no oldbuckets", "the flag only while growing"));
        }
        else if (!scan.View.ExtraOldOverflow.IsNil)
        {
            found.Add(new Violation(Id, map, default, $"extra.oldoverflow = {scan.View.ExtraOldOverflow} and no oldbuckets", "nil while not growing"));
        }
    }
}
