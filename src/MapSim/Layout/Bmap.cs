namespace MapSim.Layout;

/// <summary>The bits of hmap.flags.</summary>
public static class HmapFlags
{
    /// <summary>1: an iterator may be using buckets.</summary>
    public const byte Iterator = 1;

    /// <summary>2: an iterator may be using oldbuckets.</summary>
    public const byte OldIterator = 2;

    /// <summary>4: a goroutine is writing to the map (the runtime's own race check).</summary>
    public const byte HashWriting = 4;

    /// <summary>8: the grow in progress keeps the number of buckets.</summary>
    public const byte SameSizeGrow = 8;
}

/// <summary>
/// A bucket: 8 tophash bytes, 8 key slots, 8 elem slots, one overflow pointer as the last word. Here are its
/// constants and the meaning of a tophash byte; sizes that depend on the type are in <see cref="MapType"/>.
/// </summary>
public static class Bmap
{
    /// <summary>Slots in a bucket.</summary>
    public const int Slots = 8;

    /// <summary>Offset of the first key slot.</summary>
    public const int DataOffset = 8;

    /// <summary>tophash 0: empty, and so is every later cell of the chain.</summary>
    public const byte EmptyRest = 0;

    /// <summary>tophash 1: empty.</summary>
    public const byte EmptyOne = 1;

    /// <summary>tophash 2: moved to the first half of the new array.</summary>
    public const byte EvacuatedX = 2;

    /// <summary>tophash 3: moved to the second half of the new array.</summary>
    public const byte EvacuatedY = 3;

    /// <summary>tophash 4: empty, and the bucket is evacuated.</summary>
    public const byte EvacuatedEmpty = 4;

    /// <summary>The smallest tophash of an entry.</summary>
    public const byte MinTopHash = 5;

    /// <summary>Largest key or elem that is stored in the bucket itself, in bytes.</summary>
    public const int MaxInline = 128;

    /// <summary>How many old buckets one call may skip when the evacuation mark moves.</summary>
    public const ulong EvacuationLookAhead = 1024;

    /// <summary>True for the two empty marks.</summary>
    public static bool IsEmpty(byte top) => top <= EmptyOne;

    /// <summary>True if the first tophash says that the bucket is evacuated.</summary>
    public static bool IsEvacuated(byte firstTop) => firstTop is > EmptyOne and < MinTopHash;

    /// <summary>The tophash of a key: the top byte of its hash, kept clear of the marks.</summary>
    /// <param name="hash">The hash.</param>
    /// <param name="pointerSize">Bytes in a word: the hash is that wide.</param>
    public static byte TopHash(ulong hash, int pointerSize)
    {
        byte top = unchecked((byte)(hash >> (pointerSize * 8 - 8)));
        return top < MinTopHash ? (byte)(top + MinTopHash) : top;
    }

    /// <summary>2^b, wrapped as the runtime's masked shift does.</summary>
    public static ulong BucketShift(byte b, int pointerSize) => 1UL << (b & (pointerSize * 8 - 1));

    /// <summary>2^b - 1.</summary>
    public static ulong BucketMask(byte b, int pointerSize) => BucketShift(b, pointerSize) - 1;

    /// <summary>True if <paramref name="count"/> entries are too many for 2^b buckets.</summary>
    public static bool OverLoadFactor(ulong count, byte b, GoVersion version, int pointerSize) =>
        count > Slots && count > unchecked(version.LoadFactorNum * (BucketShift(b, pointerSize) / 2));

    /// <summary>True if there are about as many overflow buckets as buckets.</summary>
    public static bool TooManyOverflowBuckets(ushort noverflow, byte b) => noverflow >= 1u << Math.Min(b, (byte)15);
}
