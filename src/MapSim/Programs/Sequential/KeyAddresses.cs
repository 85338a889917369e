using MapSim.Layout;

namespace MapSim.Programs;

/// <summary>Whether the hash of a key can depend on an address: of keys with pointers in them, also in interfaces.</summary>
internal static class KeyAddresses
{
    /// <summary>True if one of the types has such keys.</summary>
    public static bool AreIn(IReadOnlyList<MapType> types)
    {
        bool found = false;
        for (int i = 0; i < types.Count; i++)
        {
            found |= AreIn(types[i].Key);
        }

        return found;
    }

    private static bool AreIn(GoType type) => type.Kind switch
    {
        GoKind.Pointer or GoKind.Interface or GoKind.Unhashable => true,
        GoKind.Array => type.Length > 0 && AreIn(type.Elem!),
        GoKind.Struct => type.HasPointers && type.Fields.Any(f => AreIn(f.Type)),
        _ => false,
    };
}
