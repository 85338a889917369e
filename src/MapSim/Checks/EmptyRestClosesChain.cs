using System.Numerics;
using MapSim.Layout;

namespace MapSim.Checks;

/// <summary>
/// H3.6: after a cell with tophash 0 (emptyRest) every later cell of the chain, overflow buckets included, has 0 too:
/// searches stop there. Evacuated chains have no 0 at all (H3.8).
/// </summary>
internal static class EmptyRestClosesChain
{
    public const string Id = "H3.6";

    public static void Check(MapScan scan, List<Violation> found)
    {
        if (!Check(scan, scan.Present, found))
        {
            Check(scan, scan.Old, found);
        }
    }

    private static bool Check(MapScan scan, ReadOnlySpan<ScannedBucket> buckets, List<Violation> found)
    {
        bool closed = false;
        foreach (ref readonly ScannedBucket bucket in buckets)
        {
            closed &= bucket.Depth > 0;
            if (bucket.Tops == 0)
            {
                closed = true;
                continue;
            }

            // Its emptyRests are the last of its slots.
            uint rest = ~bucket.From(Bmap.EmptyOne) & ScannedBucket.AllSlots;
            if (!closed && (rest == 0 || rest >> BitOperations.TrailingZeroCount(rest) == ScannedBucket.AllSlots >> BitOperations.TrailingZeroCount(rest)))
            {
                closed = rest != 0;
                continue;
            }

            for (int slot = 0; slot < Bmap.Slots; slot++)
            {
                byte top = bucket.Top(slot);
                if (closed && top != Bmap.EmptyRest)
                {
                    found.Add(new Violation(Id, scan.View.Address, bucket.Address, $"slot {slot}: tophash 0x{top:x2} behind an emptyRest", "emptyRest"));
                    return true;
                }

                closed |= top == Bmap.EmptyRest;
            }
        }

        return false;
    }
}
