using System.Buffers.Binary;
using MapSim.Layout;
using MapSim.Memory;

namespace MapSim.Inspect;

/// <summary>A bucket as it was found.</summary>
/// <param name="Address">Where it lies.</param>
/// <param name="Chain">The number of its main bucket.</param>
/// <param name="Depth">0 for the main bucket, 1 for the first overflow bucket...</param>
/// <param name="Bytes">Its bytes; empty if they are missing.</param>
public sealed record DecodedBucket(Addr Address, int Chain, int Depth, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>The tophash of a slot.</summary>
    public byte Top(int slot) => Bytes.Span[slot];

    /// <summary>True if the first tophash marks it as evacuated.</summary>
    public bool IsEvacuated => Bytes.Length > 0 && Bmap.IsEvacuated(Top(0));

    /// <summary>The bytes of a key slot.</summary>
    public ReadOnlySpan<byte> KeySlot(MapType t, int slot) => Bytes.Span.Slice(Bmap.DataOffset + slot * t.KeySlot, t.KeySlot);

    /// <summary>The bytes of an elem slot.</summary>
    public ReadOnlySpan<byte> ElemSlot(MapType t, int slot) => Bytes.Span.Slice(t.ElemsOffset + slot * t.ElemSlot, t.ElemSlot);

    /// <summary>The overflow word.</summary>
    public Addr Overflow(MapType t) => DecodedMap.Pointer(Bytes.Span[t.OverflowOffset..], t.Arch);
}

/// <summary>An array of buckets as it was found.</summary>
/// <param name="IsOld">It is oldbuckets.</param>
/// <param name="Start">Address of bucket 0.</param>
/// <param name="Main">Main buckets.</param>
/// <param name="Total">Main buckets and spares.</param>
/// <param name="Buckets">The chains, one after the other; a chain ends early where a link cannot be followed.</param>
/// <param name="Spares">The spare buckets' bytes, linked or not; empty if there are none, or they are missing.</param>
public sealed record DecodedArray(bool IsOld, Addr Start, int Main, int Total, IReadOnlyList<DecodedBucket> Buckets, ReadOnlyMemory<byte> Spares)
{
    /// <summary>True if there are spare buckets whose bytes are missing.</summary>
    public bool SparesAreMissing => Total > Main && Spares.Length == 0;

    /// <summary>Old buckets that are evacuated.</summary>
    public int Evacuated => Buckets.Count(b => b.Depth == 0 && b.IsEvacuated);
}

/// <summary>A list of overflow buckets (extra.overflow, extra.oldoverflow) as it was found.</summary>
/// <param name="Header">Where the slice header lies; nil if there is no list.</param>
/// <param name="Array">The array.</param>
/// <param name="Length">Its length.</param>
/// <param name="Capacity">Its capacity.</param>
/// <param name="Items">The addresses; empty if they are missing.</param>
public sealed record DecodedList(Addr Header, Addr Array, ulong Length, ulong Capacity, IReadOnlyList<Addr> Items);

/// <summary>
/// A map of a process as its saved memory shows it: every field and bucket that could be read, and what is missing or
/// cannot be right. It holds copies of the bytes.
/// </summary>
public sealed class DecodedMap
{
    internal DecodedMap(Addr address, MapType type, GoVersion version) => (Address, Type, Version) = (address, type, version);

    /// <summary>The hmap's address.</summary>
    public Addr Address { get; }

    /// <summary>The type it was read as.</summary>
    public MapType Type { get; }

    /// <summary>The release whose rules it was read by.</summary>
    public GoVersion Version { get; }

    /// <summary>The bytes of the hmap; empty if they are missing.</summary>
    public ReadOnlyMemory<byte> Header { get; internal set; }

    /// <summary>True if the hmap could be read: the fields below mean something.</summary>
    public bool HasHeader => Header.Length > 0;

    /// <summary>hmap.count.</summary>
    public ulong Count => Word(StructLayouts.Count);

    /// <summary>hmap.flags.</summary>
    public byte Flags => Header.Span[L.Flags];

    /// <summary>hmap.B.</summary>
    public byte B => Header.Span[L.B];

    /// <summary>hmap.noverflow.</summary>
    public ushort Noverflow => BinaryPrimitives.ReadUInt16LittleEndian(Header.Span[L.Noverflow..]);

    /// <summary>hmap.hash0.</summary>
    public uint Hash0 => BinaryPrimitives.ReadUInt32LittleEndian(Header.Span[L.Hash0..]);

    /// <summary>hmap.buckets.</summary>
    public Addr Buckets => new(Word(L.Buckets));

    /// <summary>hmap.oldbuckets.</summary>
    public Addr OldBuckets => new(Word(L.OldBuckets));

    /// <summary>hmap.nevacuate.</summary>
    public ulong Nevacuate => Word(L.Nevacuate);

    /// <summary>hmap.extra.</summary>
    public Addr Extra => new(Word(L.Extra));

    /// <summary>True while oldbuckets is not nil.</summary>
    public bool IsGrowing => !OldBuckets.IsNil;

    /// <summary>True if the flag of a same-size grow is set.</summary>
    public bool IsSameSize => (Flags & HmapFlags.SameSizeGrow) != 0;

    /// <summary>The bytes of mapextra; empty if there is none, or they are missing.</summary>
    public ReadOnlyMemory<byte> ExtraBytes { get; internal set; }

    /// <summary>extra.nextOverflow.</summary>
    public Addr NextOverflow => ExtraBytes.Length > 0 ? Pointer(ExtraBytes.Span[L.NextOverflow..], Type.Arch) : default;

    /// <summary>extra.overflow; null if nil or missing.</summary>
    public DecodedList? Overflow { get; internal set; }

    /// <summary>extra.oldoverflow; null if nil or missing.</summary>
    public DecodedList? OldOverflow { get; internal set; }

    /// <summary>The present array; null if nil, missing or impossible.</summary>
    public DecodedArray? Present { get; internal set; }

    /// <summary>The old array; null if nil, missing or impossible.</summary>
    public DecodedArray? Old { get; internal set; }

    /// <summary>Entries found: live cells of the present array and of old buckets that are not evacuated.</summary>
    public int Live => Cells(Present) + Cells(Old);

    /// <summary>What is missing or cannot be right, in the order of reading.</summary>
    public IReadOnlyList<Misfit> Misfits => Problems;

    internal List<Misfit> Problems { get; } = [];

    /// <summary>True if bytes without which the invariants cannot be judged are missing.</summary>
    public bool IsMissingMemory => Problems.Any(p => p.Kind == MisfitKind.Missing);

    /// <summary>The offsets of the fields.</summary>
    public StructLayouts L => StructLayouts.Of(Type.Arch);

    internal static Addr Pointer(ReadOnlySpan<byte> bytes, Arch arch) =>
        new(arch.PointerSize == 8 ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes));

    private static int Cells(DecodedArray? array) =>
        array?.Buckets.Sum(b => b.Bytes.Length == 0 ? 0 : Enumerable.Range(0, Bmap.Slots).Count(i => b.Top(i) >= Bmap.MinTopHash)) ?? 0;

    private ulong Word(int at) => Pointer(Header.Span[at..], Type.Arch).Value;
}
