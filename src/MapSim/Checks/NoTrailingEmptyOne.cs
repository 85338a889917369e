using MapSim.Layout;

namespace MapSim.Checks;

/// <summary>
/// H3.7: a cell with tophash 1 (emptyOne) has a live cell somewhere behind it in its chain: the deletion that leaves
/// only empty cells behind turns the trailing 1s into 0s.
/// </summary>
internal static class NoTrailingEmptyOne
{
    public const string Id = "H3.7";

    public static void Check(MapScan scan, List<Violation> found)
    {
        if (!Check(scan, scan.Present, found))
        {
            Check(scan, scan.Old, found);
        }
    }

    private static bool Check(MapScan scan, ReadOnlySpan<ScannedBucket> buckets, List<Violation> found)
    {
        bool live = false;
        for (int i = buckets.Length - 1; i >= 0; i--)
        {
            ref readonly ScannedBucket bucket = ref buckets[i];
            live &= i + 1 < buckets.Length && buckets[i + 1].Depth > 0;
            uint used = bucket.From(Bmap.EmptyOne), more = bucket.From(Bmap.EmptyOne + 1);
            if (live || used >> 1 < more || used == 0)
            {
                // The last slot that is not emptyRest is not emptyOne, or there is an entry behind the bucket.
                live |= more != 0;
                continue;
            }

            for (int slot = Bmap.Slots - 1; slot >= 0; slot--)
            {
                byte top = bucket.Top(slot);
                if (top == Bmap.EmptyOne && !live)
                {
                    found.Add(new Violation(Id, scan.View.Address, bucket.Address, $"slot {slot}: emptyOne with no entry behind it", "emptyRest"));
                    return true;
                }

                live |= top > Bmap.EmptyOne;
            }
        }

        return false;
    }
}
