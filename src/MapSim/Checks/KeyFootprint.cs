using MapSim.Layout;
using MapSim.Machines;
using MapSim.Map;
using MapSim.Memory;

namespace MapSim.Checks;

/// <summary>
/// The bytes outside a bucket on which the hash of a key depends: what an indirect key slot, strings and interfaces point to.
/// As long as they and the slot are the same, so are the hash of the key and what it equals.
/// </summary>
internal static class KeyFootprint
{
    /// <summary>True if keys of such a map have bytes outside the bucket.</summary>
    public static bool ReachesOut(MapType t) => t.IndirectKey || ReachesOut(t.Key);

    /// <summary>The bytes.</summary>
    /// <param name="m">The machine.</param>
    /// <param name="t">The map's type.</param>
    /// <param name="key">Where the key lies; it can be read (H3.19).</param>
    public static byte[] Of(Machine m, MapType t, Addr key)
    {
        var bytes = new List<byte>();
        ReadOnlySpan<byte> none = default;
        Walk(m, t, key, bytes, ref none);
        return [.. bytes];
    }

    /// <summary>True if the bytes are still the same.</summary>
    public static bool IsSame(Machine m, MapType t, Addr key, byte[]? known)
    {
        ReadOnlySpan<byte> rest = known;
        return known != null && Walk(m, t, key, null, ref rest) && rest.IsEmpty;
    }

    private static bool ReachesOut(GoType t) => t.Kind switch
    {
        GoKind.String or GoKind.Interface => true,
        GoKind.Array => t.Length > 0 && ReachesOut(t.Elem!),
        GoKind.Struct => t.HasPointers && t.Fields.Any(f => ReachesOut(f.Type)),
        _ => false,
    };

    private static bool Walk(Machine m, MapType t, Addr key, List<byte>? into, ref ReadOnlySpan<byte> rest) =>
        (!t.IndirectKey || Piece(m.Memory.Raw(key, t.Key.Size), into, ref rest)) && Beyond(m, t.Key, key, into, ref rest);

    /// <summary>What a value points to; its own bytes are known to be the same.</summary>
    private static bool Beyond(Machine m, GoType t, Addr p, List<byte>? into, ref ReadOnlySpan<byte> rest)
    {
        switch (t.Kind)
        {
            case GoKind.String:
                return Piece(KeyHash.StringAt(m, p), into, ref rest);
            case GoKind.Interface:
                return !KeyHash.TryDynamic(m, p, out GoType? type, out Addr value)
                    || ((type!.IsDirectInterface || Piece(m.Memory.Raw(value, type.Size), into, ref rest)) && Beyond(m, type, value, into, ref rest));
            case GoKind.Array:
                for (int i = 0; i < t.Length && t.HasPointers; i++)
                {
                    if (!Beyond(m, t.Elem!, p + (i * t.Elem!.Size), into, ref rest))
                    {
                        return false;
                    }
                }

                return true;
            case GoKind.Struct:
                for (int i = 0; i < t.Fields.Count && t.HasPointers; i++)
                {
                    if (!Beyond(m, t.Fields[i].Type, p + t.Fields[i].Offset, into, ref rest))
                    {
                        return false;
                    }
                }

                return true;
            default:
                return true;
        }
    }

    /// <summary>Collects some bytes, or holds them against those that were collected.</summary>
    private static bool Piece(ReadOnlySpan<byte> bytes, List<byte>? into, ref ReadOnlySpan<byte> rest)
    {
        if (into != null)
        {
            into.AddRange(bytes);
            return true;
        }

        bool same = rest.StartsWith(bytes);
        rest = same ? rest[bytes.Length..] : rest;
        return same;
    }
}
