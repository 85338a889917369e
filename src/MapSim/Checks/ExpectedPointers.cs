using MapSim.Layout;

namespace MapSim.Checks;

/// <summary>
/// Which words of a value are pointers, worked out from the shape of its type alone (kind, fields, elements), slot by
/// slot for buckets: a second opinion on <see cref="GoType.PointerOffsets"/> and on the pointer maps made from it.
/// </summary>
internal static class ExpectedPointers
{
    /// <summary>The offsets of a type's pointer words.</summary>
    public static List<int> Of(GoType type, int word)
    {
        var offsets = new List<int>();
        Add(type, 0, word, offsets);
        return offsets;
    }

    /// <summary>The offsets of a bucket's pointer words; none if neither keys nor elems hold pointers, for then the overflow word is a uintptr.</summary>
    public static List<int> OfBucket(MapType t)
    {
        int word = t.Arch.PointerSize;
        var offsets = new List<int>();
        AddSlots(t.Key, Bmap.DataOffset, word, offsets);
        AddSlots(t.Elem, Bmap.DataOffset + Bmap.Slots * SlotSize(t.Key, word), word, offsets);
        if (offsets.Count > 0)
        {
            offsets.Add(Bmap.DataOffset + Bmap.Slots * (SlotSize(t.Key, word) + SlotSize(t.Elem, word)));
        }

        return offsets;
    }

    private static int SlotSize(GoType type, int word) => type.Size > Bmap.MaxInline ? word : type.Size;

    private static void AddSlots(GoType type, int start, int word, List<int> offsets)
    {
        for (int slot = 0; slot < Bmap.Slots; slot++)
        {
            int at = start + slot * SlotSize(type, word);
            if (type.Size > Bmap.MaxInline)
            {
                offsets.Add(at);
            }
            else
            {
                Add(type, at, word, offsets);
            }
        }
    }

    private static void Add(GoType type, int at, int word, List<int> offsets)
    {
        switch (type.Kind)
        {
            case GoKind.String or GoKind.Pointer or GoKind.Unhashable:
                offsets.Add(at);
                break;
            case GoKind.Interface:
                offsets.Add(at);
                offsets.Add(at + word);
                break;
            case GoKind.Array:
                for (int i = 0; i < type.Length; i++)
                {
                    Add(type.Elem!, at + i * type.Elem!.Size, word, offsets);
                }

                break;
            case GoKind.Struct:
                foreach (GoField field in type.Fields)
                {
                    Add(field.Type, at + field.Offset, word, offsets);
                }

                break;
        }
    }
}
