using System.Globalization;
using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;

namespace MapSim.Checks;

/// <summary>Names, in Go's words, for objects, for the fields in them and for roots: what findings about pointers are told with.</summary>
internal static class PlaceNames
{
    /// <summary>What an object is.</summary>
    public static string Of(ObjectKind kind) => kind switch
    {
        ObjectKind.Hmap => "hmap",
        ObjectKind.MapExtra => "mapextra",
        ObjectKind.BucketArray => "bucket array",
        ObjectKind.OverflowBucket => "overflow bucket",
        ObjectKind.OverflowSlice => "slice of overflow buckets",
        ObjectKind.OverflowArray => "array of overflow buckets",
        ObjectKind.Key => "key",
        ObjectKind.Elem => "elem",
        ObjectKind.Hiter => "hiter",
        ObjectKind.StringData => "string data",
        ObjectKind.Boxed => "boxed value",
        ObjectKind.Pointee => "pointee",
        _ => "object",
    };

    /// <summary>The field at an offset of an object.</summary>
    public static string Field(Machine m, BucketTypes types, HeapObject o, int offset)
    {
        switch (o.Kind)
        {
            case ObjectKind.Hmap or ObjectKind.MapExtra or ObjectKind.OverflowSlice or ObjectKind.Hiter:
                return FieldOf(m.L, o.Kind, offset);
            case ObjectKind.OverflowArray:
                return Text($"overflow list [{offset / m.PointerSize}]");
            case ObjectKind.BucketArray when types.Of(o.Info) is { } t:
                return Text($"bucket {offset / t.BucketSize}, {BucketField(t, offset % t.BucketSize)}");
            case ObjectKind.OverflowBucket when types.Of(o.Info) is { } t:
                return $"overflow bucket, {BucketField(t, offset)}";
            default:
                return Text($"{Of(o.Kind)}, offset {offset}");
        }
    }

    /// <summary>A root: a word of a stack, or a global variable (goroutine -1).</summary>
    public static string Root(Machine m, StackRoot root)
    {
        if (root.Goroutine < 0)
        {
            return $"global at {m.Memory.Globals.Base + root.Number}";
        }

        // Maps and iterators that do not escape are variables whose fields have names.
        Goroutine g = m.Goroutines[root.Goroutine];
        for (int v = 0; v < Goroutine.MostVariables; v++)
        {
            if (root.Place == Text($"variable {v}"))
            {
                int map = g.Variable(v).PointerMap;
                string field = map == m.Heap.PointerMaps.Hmap.Id ? $" ({FieldOf(m.L, ObjectKind.Hmap, root.Number)})"
                    : map == m.Heap.PointerMaps.Hiter.Id ? $" ({FieldOf(m.L, ObjectKind.Hiter, root.Number)})"
                    : "";
                return Text($"goroutine {root.Goroutine}, {root.Place}, offset {root.Number}{field}");
            }
        }

        return Text($"goroutine {root.Goroutine}, {root.Place}, word {root.Number}");
    }

    private static string BucketField(MapType t, int offset) =>
        offset < Bmap.DataOffset ? Text($"tophash {offset}")
        : offset < t.ElemsOffset ? Text($"key slot {(offset - Bmap.DataOffset) / t.KeySlot}")
        : offset < t.OverflowOffset ? Text($"elem slot {(offset - t.ElemsOffset) / t.ElemSlot}")
        : "overflow word";

    private static string FieldOf(StructLayouts l, ObjectKind kind, int offset)
    {
        (int At, string Name)[] fields = kind switch
        {
            ObjectKind.Hmap => [(StructLayouts.Count, "count"), (l.Flags, "flags"), (l.B, "B"), (l.Noverflow, "noverflow"), (l.Hash0, "hash0"),
                (l.Buckets, "buckets"), (l.OldBuckets, "oldbuckets"), (l.Nevacuate, "nevacuate"), (l.Extra, "extra")],
            ObjectKind.MapExtra => [(StructLayouts.Overflow, "overflow"), (l.OldOverflow, "oldoverflow"), (l.NextOverflow, "nextOverflow")],
            ObjectKind.OverflowSlice => [(StructLayouts.SliceArray, "array"), (l.SliceLen, "len"), (l.SliceCap, "cap")],
            _ => [(StructLayouts.ItKey, "key"), (l.ItElem, "elem"), (l.ItType, "t"), (l.ItH, "h"), (l.ItBuckets, "buckets"), (l.ItBptr, "bptr"),
                (l.ItOverflow, "overflow"), (l.ItOldOverflow, "oldoverflow"), (l.ItStartBucket, "startBucket"), (l.ItOffset, "offset"),
                (l.ItWrapped, "wrapped"), (l.ItB, "B"), (l.ItI, "i"), (l.ItBucket, "bucket"), (l.ItCheckBucket, "checkBucket")],
        };
        string owner = kind == ObjectKind.OverflowSlice ? "overflow list" : Of(kind);
        return $"{owner}.{fields.Last(f => f.At <= offset).Name}";
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
