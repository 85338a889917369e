using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Checks;

/// <summary>H4.7: a new map has the smallest B for which its hint (a clone: the number of its entries) is not over the load limit, and is not growing to another size.</summary>
internal static class InitialSize
{
    public const string Id = "H4.7";

    public static void Check(Machine m, Addr map, ulong hint, MapHeader header, List<Violation> found)
    {
        byte b = 0;
        while (Bmap.OverLoadFactor(hint, b, m.Version, m.PointerSize))
        {
            b++;
        }

        if (header.B != b)
        {
            found.Add(new Violation(Id, map, default, $"B = {header.B} for {hint} entries", $"B = {b}"));
        }
    }
}
