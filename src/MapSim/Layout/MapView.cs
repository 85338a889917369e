using System.Buffers.Binary;
using MapSim.Memory;

namespace MapSim.Layout;

/// <summary>
/// A map as it lies in memory, read without a step: for dumps, checks and trace verification. Nothing is cached;
/// every property reads the bytes. Addresses that are not live read as zeros and leave a fault in the memory, so
/// callers that look at broken states ask <see cref="SimMemory.IsLive"/> first.
/// </summary>
/// <param name="memory">The memory.</param>
/// <param name="type">The map's type.</param>
/// <param name="h">The hmap; not nil.</param>
public readonly struct MapView(SimMemory memory, MapType type, Addr h)
{
    private readonly StructLayouts _l = StructLayouts.Of(type.Arch);

    /// <summary>The memory it reads.</summary>
    public SimMemory Memory => memory;

    /// <summary>The map's type.</summary>
    public MapType Type => type;

    /// <summary>The hmap's address.</summary>
    public Addr Address => h;

    /// <summary>hmap.count.</summary>
    public ulong Count => Word(h + StructLayouts.Count);

    /// <summary>hmap.flags.</summary>
    public byte Flags => memory.Raw(h + _l.Flags, 1)[0];

    /// <summary>hmap.B.</summary>
    public byte B => memory.Raw(h + _l.B, 1)[0];

    /// <summary>hmap.noverflow.</summary>
    public ushort Noverflow => BinaryPrimitives.ReadUInt16LittleEndian(memory.Raw(h + _l.Noverflow, 2));

    /// <summary>hmap.hash0.</summary>
    public uint Hash0 => BinaryPrimitives.ReadUInt32LittleEndian(memory.Raw(h + _l.Hash0, 4));

    /// <summary>hmap.buckets.</summary>
    public Addr Buckets => Pointer(h + _l.Buckets);

    /// <summary>hmap.oldbuckets.</summary>
    public Addr OldBuckets => Pointer(h + _l.OldBuckets);

    /// <summary>hmap.nevacuate.</summary>
    public ulong Nevacuate => Word(h + _l.Nevacuate);

    /// <summary>hmap.extra.</summary>
    public Addr Extra => Pointer(h + _l.Extra);

    /// <summary>extra.overflow; nil if there is no extra.</summary>
    public Addr ExtraOverflow => Extra is { IsNil: false } extra ? Pointer(extra + StructLayouts.Overflow) : default;

    /// <summary>extra.oldoverflow; nil if there is no extra.</summary>
    public Addr ExtraOldOverflow => Extra is { IsNil: false } extra ? Pointer(extra + _l.OldOverflow) : default;

    /// <summary>extra.nextOverflow; nil if there is no extra.</summary>
    public Addr NextOverflow => Extra is { IsNil: false } extra ? Pointer(extra + _l.NextOverflow) : default;

    /// <summary>True while oldbuckets is not nil.</summary>
    public bool IsGrowing => !OldBuckets.IsNil;

    /// <summary>True if the flag of a same-size grow is set.</summary>
    public bool IsSameSizeGrow => (Flags & HmapFlags.SameSizeGrow) != 0;

    /// <summary>2^B.</summary>
    public ulong BucketCount => Bmap.BucketShift(B, type.Arch.PointerSize);

    /// <summary>Main buckets of the old array, while growing.</summary>
    public ulong OldBucketCount => IsSameSizeGrow ? BucketCount : BucketCount / 2;

    /// <summary>Main bucket <paramref name="index"/> of an array.</summary>
    public BucketView Bucket(Addr array, ulong index) => new(memory, type, array + (index * (ulong)type.BucketSize));

    /// <summary>The bucket at an address.</summary>
    public BucketView BucketAt(Addr address) => new(memory, type, address);

    /// <summary>The slice of bucket pointers whose header is at an address (extra.overflow and the like).</summary>
    public SliceView Slice(Addr header) => new(memory, type.Arch, header);

    private ulong Word(Addr at) => SliceView.WordAt(memory, type.Arch, at);

    private Addr Pointer(Addr at) => new(Word(at));
}

/// <summary>One bucket, read without a step.</summary>
/// <param name="memory">The memory.</param>
/// <param name="type">The map's type.</param>
/// <param name="address">The bucket.</param>
public readonly struct BucketView(SimMemory memory, MapType type, Addr address)
{
    /// <summary>The bucket's address.</summary>
    public Addr Address => address;

    /// <summary>All its bytes.</summary>
    public ReadOnlySpan<byte> Bytes => memory.Raw(address, type.BucketSize);

    /// <summary>The tophash of slot <paramref name="i"/>.</summary>
    public byte Top(int i) => memory.Raw(address + i, 1)[0];

    /// <summary>Address of key slot <paramref name="i"/>.</summary>
    public Addr KeySlot(int i) => address + (Bmap.DataOffset + i * type.KeySlot);

    /// <summary>Address of elem slot <paramref name="i"/>.</summary>
    public Addr ElemSlot(int i) => address + (type.ElemsOffset + i * type.ElemSlot);

    /// <summary>Where the key of slot <paramref name="i"/> lies: in the slot, or where an indirect slot points.</summary>
    public Addr Key(int i) => type.IndirectKey ? new Addr(SliceView.WordAt(memory, type.Arch, KeySlot(i))) : KeySlot(i);

    /// <summary>Where the elem of slot <paramref name="i"/> lies.</summary>
    public Addr Elem(int i) => type.IndirectElem ? new Addr(SliceView.WordAt(memory, type.Arch, ElemSlot(i))) : ElemSlot(i);

    /// <summary>The overflow pointer.</summary>
    public Addr Overflow => new(SliceView.WordAt(memory, type.Arch, address + type.OverflowOffset));

    /// <summary>True if the first tophash marks the bucket as evacuated.</summary>
    public bool IsEvacuated => Bmap.IsEvacuated(Top(0));
}

/// <summary>A slice of pointers, read without a step.</summary>
/// <param name="memory">The memory.</param>
/// <param name="arch">The architecture.</param>
/// <param name="header">The slice header; not nil.</param>
public readonly struct SliceView(SimMemory memory, Arch arch, Addr header)
{
    /// <summary>The header's address.</summary>
    public Addr Address => header;

    /// <summary>The array.</summary>
    public Addr Array => new(WordAt(memory, arch, header));

    /// <summary>The length.</summary>
    public ulong Length => WordAt(memory, arch, header + arch.PointerSize);

    /// <summary>The capacity.</summary>
    public ulong Capacity => WordAt(memory, arch, header + 2 * arch.PointerSize);

    /// <summary>Element <paramref name="i"/>.</summary>
    public Addr this[ulong i] => new(WordAt(memory, arch, Array + (i * (ulong)arch.PointerSize)));

    internal static ulong WordAt(SimMemory memory, Arch arch, Addr at)
    {
        ReadOnlySpan<byte> bytes = memory.Raw(at, arch.PointerSize);
        return arch.PointerSize == 8 ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }
}
