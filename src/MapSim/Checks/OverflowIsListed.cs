using MapSim.Layout;
using MapSim.Memory;

namespace MapSim.Checks;

/// <summary>
/// H3.17: in a map whose buckets hold no pointers the collector does not see overflow words, so extra.overflow lists
/// exactly the overflow buckets of the present array's chains (spare ones too), extra.oldoverflow those of the old
/// array's. A map whose buckets hold pointers has neither list.
/// </summary>
internal static class OverflowIsListed
{
    public const string Id = "H3.17";

    public static void Check(MapScan scan, List<Violation> found)
    {
        Check(scan, "extra.overflow", scan.View.ExtraOverflow, scan.Present, scan.PresentOverflow, found);
        if (scan.IsGrowing)
        {
            Check(scan, "extra.oldoverflow", scan.View.ExtraOldOverflow, scan.Old, scan.OldOverflow, found);
        }
    }

    private static void Check(MapScan scan, string name, Addr header, ReadOnlySpan<ScannedBucket> chains, int linked, List<Violation> found)
    {
        if (found.Count > 0 && found[^1].Id == Id)
        {
            return;
        }

        if (scan.Type.BucketHasPointers || header.IsNil)
        {
            bool right = header.IsNil && (scan.Type.BucketHasPointers || linked == 0);
            if (!right)
            {
                Report(scan, found, default, $"{name} = {header} and {linked} overflow buckets", scan.Type.BucketHasPointers ? "nil: the buckets hold pointers" : "a list of them");
            }

            return;
        }

        SliceView list = scan.View.Slice(header);
        if (!scan.Machine.Memory.IsLive(header, scan.Machine.L.SliceSize) || list.Length != (ulong)linked
            || (linked > 0 && !scan.Machine.Memory.IsLive(list.Array, linked * scan.Machine.PointerSize)))
        {
            Report(scan, found, default, $"{name} with {(scan.Machine.Memory.IsLive(header, scan.Machine.L.SliceSize) ? list.Length : 0)} buckets", $"{linked}, the overflow buckets of the chains");
            return;
        }

        CheckContent(scan, name, list, chains, found);
    }

    /// <summary>As many addresses as linked buckets: if each linked bucket is listed, nothing else is.</summary>
    private static void CheckContent(MapScan scan, string name, SliceView list, ReadOnlySpan<ScannedBucket> chains, List<Violation> found)
    {
        HashSet<ulong> listed = scan.Listed;
        listed.Clear();
        for (ulong i = 0; i < list.Length; i++)
        {
            listed.Add(list[i].Value);
        }

        foreach (ref readonly ScannedBucket bucket in chains)
        {
            if (bucket.Depth > 0 && !listed.Contains(bucket.Address.Value))
            {
                Report(scan, found, bucket.Address, $"an overflow bucket that is not in {name}", "it in the list");
                return;
            }
        }
    }

    private static void Report(MapScan scan, List<Violation> found, Addr bucket, string what, string expected) =>
        found.Add(new Violation(Id, scan.View.Address, bucket, what, expected));
}
