using MapSim.Layout;

namespace MapSim.Checks;

/// <summary>H3.14: between operations hashWriting is clear and no unknown flag is set.</summary>
internal static class NobodyWrites
{
    public const string Id = "H3.14";

    public static void Check(MapScan scan, List<Violation> found)
    {
        const int Allowed = HmapFlags.Iterator | HmapFlags.OldIterator | HmapFlags.SameSizeGrow;
        if ((scan.Flags & ~Allowed) != 0)
        {
            found.Add(new Violation(Id, scan.View.Address, default, $"flags = {scan.Flags}", "hashWriting (4) clear between operations, and no unknown flag"));
        }
    }
}
