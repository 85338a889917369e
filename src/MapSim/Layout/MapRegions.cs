using System.Globalization;
using MapSim.Memory;

namespace MapSim.Layout;

/// <summary>Every piece of memory that a map consists of, with its fields: what <c>mapsim dump</c> shows.</summary>
public static class MapRegions
{
    /// <summary>hmap, mapextra, the lists of overflow buckets, the arrays, then the overflow buckets.</summary>
    /// <param name="name">The map's name, for titles.</param>
    /// <param name="map">The map; its hmap must be readable.</param>
    /// <param name="names">The names of its buckets: it has visited the map.</param>
    public static IReadOnlyList<HexRegion> Of(string name, MapView map, BucketNames names)
    {
        StructLayouts l = StructLayouts.Of(map.Type.Arch);
        var regions = new List<HexRegion> { Hmap(name, map, l) };
        if (!map.Extra.IsNil && map.Memory.IsLive(map.Extra, l.MapExtraSize))
        {
            regions.Add(Region(map, $"{name}: mapextra", map.Extra, l.MapExtraSize,
                Words("extra", l.Word, "overflow", "oldoverflow", "nextOverflow")));
            AddList(regions, name, map, l, "overflow", map.ExtraOverflow);
            AddList(regions, name, map, l, "oldoverflow", map.ExtraOldOverflow);
        }

        foreach (Addr array in (ReadOnlySpan<Addr>)[map.Buckets, map.OldBuckets])
        {
            if (!array.IsNil && names.ArrayAt(array) is { Total: > 0 } found)
            {
                regions.Add(Array(name, map, found));
            }
        }

        foreach (Addr bucket in names.Overflow)
        {
            regions.Add(Region(map, $"{name}: overflow bucket {names.Of(bucket)}", bucket, map.Type.BucketSize, [.. BucketFields(map.Type, 0, names.Of(bucket))]));
        }

        return regions;
    }

    /// <summary>The fields of one bucket that lies at an offset of a region.</summary>
    public static IEnumerable<HexField> BucketFields(MapType type, int offset, string owner)
    {
        foreach ((string name, int at, int size) in ((string, int, int)[])
            [("tophash", 0, 1), ("keys", Bmap.DataOffset, type.KeySlot), ("elems", type.ElemsOffset, type.ElemSlot)])
        {
            for (int i = 0; i < Bmap.Slots && size > 0; i++)
            {
                yield return new HexField(offset + at + i * size, size, owner, name, i);
            }
        }

        yield return new HexField(offset + type.OverflowOffset, type.Arch.PointerSize, owner, "overflow");
    }

    private static HexRegion Hmap(string name, MapView map, StructLayouts l) => Region(map, $"{name}: hmap", map.Address, l.HmapSize,
    [
        new HexField(StructLayouts.Count, l.Word, "hmap", "count"), new HexField(l.Flags, 1, "hmap", "flags"), new HexField(l.B, 1, "hmap", "B"),
        new HexField(l.Noverflow, 2, "hmap", "noverflow"), new HexField(l.Hash0, 4, "hmap", "hash0"),
        new HexField(l.Buckets, l.Word, "hmap", "buckets"), new HexField(l.OldBuckets, l.Word, "hmap", "oldbuckets"),
        new HexField(l.Nevacuate, l.Word, "hmap", "nevacuate"), new HexField(l.Extra, l.Word, "hmap", "extra"),
    ]);

    private static void AddList(List<HexRegion> regions, string name, MapView map, StructLayouts l, string list, Addr header)
    {
        if (header.IsNil || !map.Memory.IsLive(header, l.SliceSize))
        {
            return;
        }

        regions.Add(Region(map, $"{name}: extra.{list}, the slice", header, l.SliceSize, Words(list, l.Word, "array", "len", "cap")));
        SliceView slice = map.Slice(header);
        int length = slice.Capacity < 1 << 24 ? (int)slice.Capacity : 0;
        if (length > 0 && map.Memory.IsLive(slice.Array, length * l.Word))
        {
            HexField[] fields = [.. Enumerable.Range(0, length).Select(i => new HexField(i * l.Word, l.Word, list, "array", i))];
            regions.Add(Region(map, $"{name}: extra.{list}, its array", slice.Array, length * l.Word, fields));
        }
    }

    private static HexRegion Array(string name, MapView map, ArrayRegion array)
    {
        int size = map.Type.BucketSize;
        var fields = new List<HexField>();
        for (int i = 0; i < (int)array.Total; i++)
        {
            fields.AddRange(BucketFields(map.Type, i * size, string.Create(CultureInfo.InvariantCulture, $"{array.Name}:{i}")));
        }

        string title = $"{name}: {(array.Start == map.Buckets ? "buckets" : "oldbuckets")} {array.Name}";
        return Region(map, title, array.Start, (int)array.Total * size, fields);
    }

    private static HexField[] Words(string owner, int word, params ReadOnlySpan<string> names)
    {
        var fields = new HexField[names.Length];
        for (int i = 0; i < names.Length; i++)
        {
            fields[i] = new HexField(i * word, word, owner, names[i]);
        }

        return fields;
    }

    private static HexRegion Region(MapView map, string title, Addr start, int size, IReadOnlyList<HexField> fields) =>
        new(title, start, map.Memory.Raw(start, size).ToArray(), fields);
}
