using MapSim.Layout;

namespace MapSim.Checks;

/// <summary>
/// H3.11: while an old bucket is not evacuated its destinations in the new array are untouched: eight cells of
/// emptyRest and no overflow bucket. Evacuation fills them from slot 0 on without looking.
/// </summary>
internal static class DestinationsWaitEmpty
{
    public const string Id = "H3.11";

    public static void Check(MapScan scan, List<Violation> found)
    {
        if (!scan.IsGrowing)
        {
            return;
        }

        ulong stride = (ulong)scan.Type.BucketSize;
        foreach (ref readonly ScannedBucket bucket in scan.Present)
        {
            if (bucket.Tops == 0 && bucket.Depth == 0)
            {
                continue;
            }

            int old = bucket.Chain & (scan.OldCount - 1);
            BucketView from = scan.View.BucketAt(scan.OldBuckets + ((ulong)old * stride));
            if (!from.IsEvacuated)
            {
                string what = bucket.Depth > 0 ? "an overflow bucket" : "entries";
                found.Add(new Violation(Id, scan.View.Address, bucket.Address, $"{what} in bucket {bucket.Chain}, old bucket {old} not evacuated", "an untouched bucket"));
                return;
            }
        }
    }
}
