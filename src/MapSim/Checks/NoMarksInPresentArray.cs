using MapSim.Layout;

namespace MapSim.Checks;

/// <summary>H3.10: no cell of the present array's chains has an evacuation mark.</summary>
internal static class NoMarksInPresentArray
{
    public const string Id = "H3.10";

    public static void Check(MapScan scan, List<Violation> found)
    {
        foreach (ref readonly ScannedBucket bucket in scan.Present)
        {
            if (bucket.From(Bmap.EvacuatedX) == bucket.From(Bmap.MinTopHash))
            {
                continue;
            }

            for (int slot = 0; slot < Bmap.Slots; slot++)
            {
                if (Bmap.IsEvacuated(bucket.Top(slot)))
                {
                    found.Add(new Violation(Id, scan.View.Address, bucket.Address, $"slot {slot}: evacuation mark {bucket.Top(slot)}", "none in the present array"));
                    return;
                }
            }
        }
    }
}
