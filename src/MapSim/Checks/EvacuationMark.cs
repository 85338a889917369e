using MapSim.Layout;

namespace MapSim.Checks;

/// <summary>
/// H3.9: nevacuate. While growing it is below the old count, every old bucket below it is evacuated and, where the
/// look-ahead of 1,024 buckets cannot have stopped it short, the bucket at it is not. After a grow it keeps its final
/// value (the old count: 2^B or half of that); before the first grow and after clear it is 0.
/// </summary>
internal static class EvacuationMark
{
    public const string Id = "H3.9";

    public static void Check(MapScan scan, List<Violation> found)
    {
        ulong mark = scan.Nevacuate;
        if (!scan.IsGrowing)
        {
            ulong now = 1UL << scan.B, half = now / 2;
            if (mark != 0 && mark != now && mark != half)
            {
                found.Add(new Violation(Id, scan.View.Address, default, $"nevacuate = {mark} and no grow", $"0, {half} or {now}"));
            }

            return;
        }

        if (mark >= (ulong)scan.OldCount)
        {
            found.Add(new Violation(Id, scan.View.Address, scan.OldBuckets, $"nevacuate = {mark} while growing", $"less than {scan.OldCount}, the old count"));
            return;
        }

        foreach (ref readonly ScannedBucket bucket in scan.Old)
        {
            if (bucket.Depth > 0 || (ulong)bucket.Chain > mark)
            {
                continue;
            }

            bool evacuated = Bmap.IsEvacuated(bucket.Top(0)), below = (ulong)bucket.Chain < mark;
            if (evacuated != below && (below || (ulong)scan.OldCount <= Bmap.EvacuationLookAhead))
            {
                found.Add(new Violation(Id, scan.View.Address, bucket.Address, $"old bucket {bucket.Chain} {(evacuated ? "" : "not ")}evacuated, nevacuate = {mark}", "the first bucket that is not evacuated"));
                return;
            }
        }
    }
}
