using MapSim.Layout;

namespace MapSim.Checks;

/// <summary>
/// H3.22: if the buckets hold pointers and no old iterator may be reading (flag oldIterator clear), an evacuated old
/// main bucket is zero behind its tophashes, so that it keeps nothing alive. The flag only ever gets set during a
/// grow, so if it is clear now it was clear at each evacuation.
/// </summary>
internal static class OldBucketIsCleared
{
    public const string Id = "H3.22";

    public static void Check(MapScan scan, List<Violation> found)
    {
        if (!scan.Type.BucketHasPointers || (scan.Flags & HmapFlags.OldIterator) != 0)
        {
            return;
        }

        foreach (ref readonly ScannedBucket bucket in scan.Old)
        {
            if (bucket.Depth == 0 && Bmap.IsEvacuated(bucket.Top(0))
                && scan.Machine.Memory.Raw(bucket.Address, scan.Type.BucketSize)[Bmap.DataOffset..].ContainsAnyExcept((byte)0))
            {
                found.Add(new Violation(Id, scan.View.Address, bucket.Address, $"evacuated old bucket {bucket.Chain} with content, and no oldIterator", "zeros behind the tophashes"));
                return;
            }
        }
    }
}
