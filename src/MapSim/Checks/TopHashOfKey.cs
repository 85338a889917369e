using MapSim.Layout;

namespace MapSim.Checks;

/// <summary>H3.4: the tophash of a live cell is that of its key's hash under the present hash0. NaN is exempt.</summary>
internal static class TopHashOfKey
{
    public const string Id = "H3.4";

    public static void Check(MapScan scan, EntryScan entries, List<Violation> found)
    {
        foreach (ref readonly ScannedEntry e in entries.Entries)
        {
            byte expected = Bmap.TopHash(e.Hash, scan.Machine.PointerSize);
            if (e.HasHash && e.Top != expected)
            {
                found.Add(new Violation(Id, scan.View.Address, e.Bucket, $"slot {e.Slot}: tophash 0x{e.Top:x2}", $"0x{expected:x2}"));
                return;
            }
        }
    }
}
