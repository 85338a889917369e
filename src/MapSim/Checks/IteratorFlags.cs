using MapSim.Layout;

namespace MapSim.Checks;

/// <summary>
/// H3.15: the flag iterator never stands without oldIterator: an iteration sets both at once, and the start of a grow
/// drops the former.
/// </summary>
internal static class IteratorFlags
{
    public const string Id = "H3.15";

    public static void Check(MapScan scan, List<Violation> found)
    {
        if ((scan.Flags & (HmapFlags.Iterator | HmapFlags.OldIterator)) == HmapFlags.Iterator)
        {
            found.Add(new Violation(Id, scan.View.Address, default, $"flags = {scan.Flags}: iterator without oldIterator", "both, oldIterator alone, or none"));
        }
    }
}
