using MapSim.Layout;

namespace MapSim.Checks;

/// <summary>
/// H3.8: an old chain is evacuated as a whole: if its first cell has a mark (tophash 2 to 4) every cell has, else none
/// has. Mark 3 (moved to the second half) only in a grow to twice the size.
/// </summary>
internal static class EvacuationIsWhole
{
    public const string Id = "H3.8";

    public static void Check(MapScan scan, List<Violation> found)
    {
        bool evacuated = false;
        byte last = scan.IsSameSize ? Bmap.EvacuatedX : Bmap.EvacuatedY;
        foreach (ref readonly ScannedBucket bucket in scan.Old)
        {
            evacuated = bucket.Depth == 0 ? Bmap.IsEvacuated(bucket.Top(0)) : evacuated;
            for (int slot = 0; slot < Bmap.Slots; slot++)
            {
                byte top = bucket.Top(slot);
                bool isMark = (top >= Bmap.EvacuatedX && top <= last) || top == Bmap.EvacuatedEmpty;
                bool isOther = top is <= Bmap.EmptyOne or >= Bmap.MinTopHash;
                if (evacuated ? !isMark : !isOther)
                {
                    found.Add(new Violation(Id, scan.View.Address, bucket.Address, $"slot {slot}: tophash 0x{top:x2} in old bucket {bucket.Chain}, overflow {bucket.Depth}", evacuated ? $"an evacuation mark (2 to {last}, or 4)" : "no evacuation mark"));
                    return;
                }
            }
        }
    }
}
