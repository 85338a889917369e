using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Map;
using MapSim.Memory;

namespace MapSim.Checks;

/// <summary>
/// Of which map type the buckets in an object are. The heap does not say; size and pointer map tell. Two types that
/// cannot be told apart by them have their overflow words in the same places, so for walking it is all the same.
/// </summary>
internal sealed class BucketTypes(Machine m)
{
    private const int MostB = 24;
    private readonly Dictionary<(uint Size, ushort Map, byte Kind), MapType?> _known = [];

    /// <summary>The type; null if the object holds no buckets.</summary>
    public MapType? Of(in ObjectInfo info)
    {
        if ((ObjectKind)info.Kind is not (ObjectKind.BucketArray or ObjectKind.OverflowBucket))
        {
            return null;
        }

        (uint, ushort, byte) key = (info.Size, info.PointerMap, info.Kind);
        if (!_known.TryGetValue(key, out MapType? type))
        {
            type = Find(info);
            _known.Add(key, type);
        }

        return type;
    }

    /// <summary>The type of a map, from its present array; null if it has none, or one on a stack.</summary>
    public MapType? OfMap(Addr hmap)
    {
        if (hmap.IsNil || !m.Memory.IsLive(hmap, m.L.HmapSize))
        {
            return null;
        }

        var buckets = new Addr(SliceView.WordAt(m.Memory, m.Arch, hmap + m.L.Buckets));
        return m.Heap.TryFindObject(buckets, out HeapObject found) ? Of(found.Info) : null;
    }

    private MapType? Find(in ObjectInfo info)
    {
        for (int i = 0; i < m.Types.Length; i++)
        {
            MapType t = m.Types[i];
            if (m.PointersOf(i).Bucket.Id == info.PointerMap
                && ((ObjectKind)info.Kind == ObjectKind.OverflowBucket ? info.Size == (uint)t.BucketSize : IsArraySize(t, info.Size)))
            {
                return t;
            }
        }

        return null;
    }

    private bool IsArraySize(MapType t, uint size)
    {
        for (byte b = 0; b <= MostB && ((ulong)t.BucketSize << b) <= size; b++)
        {
            if (MakeBucketArray.BucketCount(t, b, m.Version) * (ulong)t.BucketSize == size)
            {
                return true;
            }
        }

        return false;
    }
}
