using System.Globalization;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Programs;

/// <summary>The fields of a map's header as "assert" names them. Reads without a step.</summary>
internal static class HeaderField
{
    private const int LongestChain = 1 << 16;

    /// <summary>The value of a field as text.</summary>
    /// <param name="m">The machine.</param>
    /// <param name="type">The map's type.</param>
    /// <param name="map">The hmap; a nil map has zeros and nils.</param>
    /// <param name="field">One of the names that the parser knows, or chain(N).</param>
    public static string Read(Machine m, MapType type, Addr map, string field)
    {
        if (map.IsNil)
        {
            return field switch
            {
                "growing" => "no",
                "overflow" or "oldoverflow" or "nextoverflow" => "nil",
                _ => "0",
            };
        }

        var view = new MapView(m.Memory, type, map);
        bool hasExtra = !view.Extra.IsNil;
        return field switch
        {
            "count" => Text(view.Count),
            "B" => Text(view.B),
            "flags" => Text(view.Flags),
            "noverflow" => Text(view.Noverflow),
            "nevacuate" => Text(view.Nevacuate),
            "growing" => view.OldBuckets.IsNil ? "no" : (view.Flags & HmapFlags.SameSizeGrow) != 0 ? "same" : "double",
            "overflow" => hasExtra ? List(view, view.ExtraOverflow) : "nil",
            "oldoverflow" => hasExtra ? List(view, view.ExtraOldOverflow) : "nil",
            "nextoverflow" => !hasExtra || view.NextOverflow.IsNil ? "nil" : "spare",
            _ => Text(Chain(m, view, GoNumber.TryInt(field["chain(".Length..^1], out Int128 bucket) ? (ulong)bucket : ulong.MaxValue)),
        };
    }

    private static ulong Chain(Machine m, MapView view, ulong bucket)
    {
        if (view.Buckets.IsNil || bucket >= 1UL << view.B)
        {
            return 0;
        }

        ulong length = 0;
        Addr at = view.Buckets + bucket * (ulong)view.Type.BucketSize;
        while (m.Memory.IsLive(at, view.Type.BucketSize) && length < LongestChain)
        {
            length++;
            at = view.BucketAt(at).Overflow;
        }

        return length;
    }

    private static string List(MapView view, Addr header) => header.IsNil ? "nil" : Text(view.Slice(header).Length);

    private static string Text(ulong n) => n.ToString(CultureInfo.InvariantCulture);
}
