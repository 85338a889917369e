namespace MapSim.Layout;

/// <summary>
/// Byte offsets of the runtime's own structs, taken from the DWARF of real toolchains (go-map.md section 2.1);
/// the same in every modelled release.
/// </summary>
/// <remarks>
/// <code>
/// hmap      count 0 | flags 8 | B 9 | noverflow 10 | hash0 12 | buckets 16 | oldbuckets 24 | nevacuate 32 | extra 40 | (48)
/// mapextra  overflow 0 | oldoverflow 8 | nextOverflow 16 | (24)
/// slice     array 0 | len 8 | cap 16 | (24)
/// hiter     key 0 | elem 8 | t 16 | h 24 | buckets 32 | bptr 40 | overflow 48 | oldoverflow 56 | startBucket 64
///           | offset 72 | wrapped 73 | B 74 | i 75 | bucket 80 | checkBucket 88 | (96)
/// </code>
/// On 386 every word is 4 bytes wide and hmap is 28 bytes, mapextra and slice 12, hiter 48.
/// </remarks>
public sealed class StructLayouts
{
    private StructLayouts(int w)
    {
        Word = w;
        Flags = w;
        B = w + 1;
        Noverflow = w + 2;
        Hash0 = w + 4;
        Buckets = w + 8;
        OldBuckets = Buckets + w;
        Nevacuate = OldBuckets + w;
        Extra = Nevacuate + w;
        HmapSize = Extra + w;
        OldOverflow = w;
        NextOverflow = 2 * w;
        MapExtraSize = 3 * w;
        SliceLen = w;
        SliceCap = 2 * w;
        SliceSize = 3 * w;
        ItElem = w;
        ItType = 2 * w;
        ItH = 3 * w;
        ItBuckets = 4 * w;
        ItBptr = 5 * w;
        ItOverflow = 6 * w;
        ItOldOverflow = 7 * w;
        ItStartBucket = 8 * w;
        ItOffset = 9 * w;
        ItWrapped = ItOffset + 1;
        ItB = ItOffset + 2;
        ItI = ItOffset + 3;
        ItBucket = w == 8 ? 80 : 40;
        ItCheckBucket = ItBucket + w;
        HiterSize = ItCheckBucket + w;
        ItSeed = w == 8 ? ItI + 1 : HiterSize;
    }

    /// <summary>The layouts of 64-bit architectures.</summary>
    public static StructLayouts Wide { get; } = new(8);

    /// <summary>The layouts of 386.</summary>
    public static StructLayouts Narrow { get; } = new(4);

    /// <summary>Bytes in a word.</summary>
    public int Word { get; }

    /// <summary>Offset of hmap.count (int): live entries.</summary>
    public static int Count => 0;

    /// <summary>Offset of hmap.flags (uint8): see <see cref="HmapFlags"/>.</summary>
    public int Flags { get; }

    /// <summary>Offset of hmap.B (uint8): log2 of the number of buckets.</summary>
    public int B { get; }

    /// <summary>Offset of hmap.noverflow (uint16): approximate number of overflow buckets.</summary>
    public int Noverflow { get; }

    /// <summary>Offset of hmap.hash0 (uint32): the hash seed.</summary>
    public int Hash0 { get; }

    /// <summary>Offset of hmap.buckets (pointer): 2^B buckets; nil before the first insert.</summary>
    public int Buckets { get; }

    /// <summary>Offset of hmap.oldbuckets (pointer): the previous array while growing, else nil.</summary>
    public int OldBuckets { get; }

    /// <summary>Offset of hmap.nevacuate (uintptr): old buckets below this one are evacuated.</summary>
    public int Nevacuate { get; }

    /// <summary>Offset of hmap.extra (pointer to mapextra, or nil).</summary>
    public int Extra { get; }

    /// <summary>Bytes in hmap.</summary>
    public int HmapSize { get; }

    /// <summary>Offset of mapextra.overflow (pointer to a slice of bucket pointers).</summary>
    public static int Overflow => 0;

    /// <summary>Offset of mapextra.oldoverflow.</summary>
    public int OldOverflow { get; }

    /// <summary>Offset of mapextra.nextOverflow: the first free spare bucket, or nil.</summary>
    public int NextOverflow { get; }

    /// <summary>Bytes in mapextra.</summary>
    public int MapExtraSize { get; }

    /// <summary>Offset of a slice header's array pointer.</summary>
    public static int SliceArray => 0;

    /// <summary>Offset of a slice header's length.</summary>
    public int SliceLen { get; }

    /// <summary>Offset of a slice header's capacity.</summary>
    public int SliceCap { get; }

    /// <summary>Bytes in a slice header.</summary>
    public int SliceSize { get; }

    /// <summary>Offset of hiter.key (pointer; nil at the end).</summary>
    public static int ItKey => 0;

    /// <summary>Offset of hiter.elem (pointer).</summary>
    public int ItElem { get; }

    /// <summary>Offset of hiter.t (pointer to the map type).</summary>
    public int ItType { get; }

    /// <summary>Offset of hiter.h (pointer to hmap; nil for an iterator over an empty map).</summary>
    public int ItH { get; }

    /// <summary>Offset of hiter.buckets: the array at the start of the iteration.</summary>
    public int ItBuckets { get; }

    /// <summary>Offset of hiter.bptr: the current bucket.</summary>
    public int ItBptr { get; }

    /// <summary>Offset of hiter.overflow: keeps overflow buckets alive.</summary>
    public int ItOverflow { get; }

    /// <summary>Offset of hiter.oldoverflow: keeps old overflow buckets alive.</summary>
    public int ItOldOverflow { get; }

    /// <summary>Offset of hiter.startBucket (uintptr).</summary>
    public int ItStartBucket { get; }

    /// <summary>Offset of hiter.offset (uint8): the slot every bucket is begun at.</summary>
    public int ItOffset { get; }

    /// <summary>Offset of hiter.wrapped (bool): the counter has passed the last bucket.</summary>
    public int ItWrapped { get; }

    /// <summary>Offset of hiter.B (uint8): B at the start.</summary>
    public int ItB { get; }

    /// <summary>Offset of hiter.i (uint8): slots of the current bucket already visited.</summary>
    public int ItI { get; }

    /// <summary>Offset of hiter.bucket (uintptr): the next bucket number.</summary>
    public int ItBucket { get; }

    /// <summary>Offset of hiter.checkBucket (uintptr): the bucket an entry must belong to, or all ones.</summary>
    public int ItCheckBucket { get; }

    /// <summary>Bytes in hiter.</summary>
    public int HiterSize { get; }

    /// <summary>Where the repair iter-ends-with-seed keeps the map's hash0 (uint32): in bytes that Go leaves unused, or on 386, where there are none, behind hiter.</summary>
    public int ItSeed { get; }

    /// <summary>Bytes in hiter with <see cref="ItSeed"/>.</summary>
    public int HiterSpace => Math.Max(HiterSize, ItSeed + 4);

    /// <summary>The layouts of an architecture.</summary>
    public static StructLayouts Of(Arch arch) => arch.PointerSize == 8 ? Wide : Narrow;
}
