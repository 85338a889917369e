using System.Buffers.Binary;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Checks;

/// <summary>What an operation did to a map, as far as the growth policy cares.</summary>
public enum MapEffect : byte
{
    /// <summary>Nothing: a lookup, len, the source of a clone, clear or delete on an empty map, an operation that panicked.</summary>
    None,

    /// <summary>An iteration was started or took a step.</summary>
    Iterate,

    /// <summary>An assignment to a key that was absent.</summary>
    Insert,

    /// <summary>An assignment to a key that was there.</summary>
    Update,

    /// <summary>A deletion from a map that was not empty, whether it found the key or not.</summary>
    Delete,

    /// <summary>A clear of a map that was not empty.</summary>
    Clear,
}

/// <summary>The fields of an hmap at a moment: the growth policy compares two of them. All zero for a nil map.</summary>
/// <param name="Count">count.</param>
/// <param name="Flags">flags.</param>
/// <param name="B">B.</param>
/// <param name="Noverflow">noverflow.</param>
/// <param name="Hash0">hash0.</param>
/// <param name="Buckets">buckets.</param>
/// <param name="OldBuckets">oldbuckets.</param>
/// <param name="Nevacuate">nevacuate.</param>
/// <param name="Extra">extra.</param>
/// <param name="Pending">Old buckets not evacuated; counted up to 3 only, since one operation evacuates two.</param>
/// <param name="PendingOverflow">Overflow buckets of those: evacuating them makes at most as many new ones.</param>
public readonly record struct MapHeader(
    ulong Count, byte Flags, byte B, ushort Noverflow, uint Hash0, Addr Buckets, Addr OldBuckets, ulong Nevacuate, Addr Extra,
    int Pending, int PendingOverflow)
{
    /// <summary>True while oldbuckets is not nil.</summary>
    public bool IsGrowing => !OldBuckets.IsNil;

    /// <summary>True if the flag of a same-size grow is set.</summary>
    public bool IsSameSize => (Flags & HmapFlags.SameSizeGrow) != 0;

    /// <summary>Reads the header of a map. Where its chains are not sound (H3.1) what is pending is only a number.</summary>
    public static MapHeader Read(Machine m, int type, Addr map)
    {
        if (map.IsNil)
        {
            return default;
        }

        if (m.Memory.IsLive(map, m.L.HmapSize))
        {
            ReadOnlySpan<byte> bytes = m.Memory.Raw(map, m.L.HmapSize);
            if (Word(bytes, m.PointerSize, m.L.OldBuckets) == 0)
            {
                return Read(bytes, m.L, m.PointerSize, default);
            }
        }

        // A broken chain may lead where nothing is alive; that must not look like a fault of the next step.
        MemoryFault fault = m.Memory.Fault;
        int accesses = m.Memory.Accesses;
        MapHeader header = ReadAny(m, type, map);
        m.Memory.Fault = fault;
        m.Memory.Accesses = accesses;
        return header;
    }

    private static MapHeader ReadAny(Machine m, int type, Addr map)
    {
        MapType t = m.Types[type];
        var view = new MapView(m.Memory, t, map);
        if (m.Memory.IsLive(map, m.L.HmapSize))
        {
            return Read(m.Memory.Raw(map, m.L.HmapSize), m.L, m.PointerSize, view.IsGrowing ? CountPending(view) : default);
        }

        (int pending, int overflow) = view.IsGrowing ? CountPending(view) : default;
        return new MapHeader(
            view.Count, view.Flags, view.B, view.Noverflow, view.Hash0, view.Buckets, view.OldBuckets, view.Nevacuate, view.Extra, pending, overflow);
    }

    private static MapHeader Read(ReadOnlySpan<byte> bytes, StructLayouts l, int word, (int Old, int Overflow) pending) => new(
        Word(bytes, word, StructLayouts.Count), bytes[l.Flags], bytes[l.B], BinaryPrimitives.ReadUInt16LittleEndian(bytes[l.Noverflow..]),
        BinaryPrimitives.ReadUInt32LittleEndian(bytes[l.Hash0..]), new Addr(Word(bytes, word, l.Buckets)), new Addr(Word(bytes, word, l.OldBuckets)),
        Word(bytes, word, l.Nevacuate), new Addr(Word(bytes, word, l.Extra)), pending.Old, pending.Overflow);

    private static ulong Word(ReadOnlySpan<byte> bytes, int word, int at) =>
        word == 8 ? BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]) : BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static (int Pending, int Overflow) CountPending(MapView view)
    {
        int pending = 0, overflow = 0;
        for (ulong i = view.Nevacuate; i < view.OldBucketCount && pending < 3; i++)
        {
            BucketView bucket = view.Bucket(view.OldBuckets, i);
            if (bucket.IsEvacuated)
            {
                continue;
            }

            pending++;
            overflow += CountChain(view, bucket.Overflow);
        }

        return (pending, overflow);
    }

    /// <summary>A broken chain may be a circle: the count ends where one must have been gone round (Brent).</summary>
    private static int CountChain(MapView view, Addr first)
    {
        (int count, int mark) = (0, 1);
        Addr seen = default;
        for (Addr next = first; !next.IsNil && next != seen; next = view.BucketAt(next).Overflow)
        {
            if (++count == mark)
            {
                (seen, mark) = (next, 2 * mark);
            }
        }

        return count;
    }
}
