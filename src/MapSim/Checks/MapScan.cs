using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Checks;

/// <summary>A bucket of a chain, as read by a <see cref="MapScan"/>.</summary>
/// <param name="Address">Where it lies.</param>
/// <param name="Tops">Its eight tophash bytes, slot 0 in the low byte.</param>
/// <param name="Chain">The number of its main bucket.</param>
/// <param name="Depth">0 for the main bucket, 1 for the first overflow bucket...</param>
internal readonly record struct ScannedBucket(Addr Address, ulong Tops, int Chain, int Depth)
{
    /// <summary>The tophash of a slot.</summary>
    public byte Top(int slot) => (byte)(Tops >> (8 * slot) & 0xFF);

    /// <summary>The slots whose tophash is at least a number, a bit each.</summary>
    public uint From(byte least) => Vector128.GreaterThanOrEqual(Vector128.CreateScalar(Tops).AsByte(), Vector128.Create(least)).ExtractMostSignificantBits() & AllSlots;

    /// <summary>The bits of all slots.</summary>
    public const uint AllSlots = (1 << Bmap.Slots) - 1;
}

/// <summary>
/// One reading of a map, without a step: the header's fields and every bucket of every chain of both arrays. The
/// invariants look at this instead of walking the chains themselves. An object is reused from check to check.
/// </summary>
/// <remarks>
/// While it walks it establishes H3.1, without which nothing else can be read: if that is broken the walk ends and
/// <see cref="Broken"/> says why.
/// </remarks>
public sealed class MapScan
{
    private readonly List<ScannedBucket> _present = [];
    private readonly List<ScannedBucket> _old = [];
    private readonly HashSet<ulong> _own = [];
    private HashSet<ulong> _linked = [];

    /// <summary>The live cells.</summary>
    internal EntryScan Entries { get; } = new();

    /// <summary>Room for a list of buckets (H3.17).</summary>
    internal HashSet<ulong> Listed { get; } = [];

    internal Machine Machine { get; private set; } = null!;

    internal MapType Type { get; private set; } = null!;

    internal MapView View { get; private set; }

    internal ulong Count { get; private set; }

    internal byte Flags { get; private set; }

    internal byte B { get; private set; }

    internal Addr Buckets { get; private set; }

    internal Addr OldBuckets { get; private set; }

    internal ulong Nevacuate { get; private set; }

    /// <summary>Main buckets of the old array; 0 if there is none.</summary>
    internal int OldCount { get; private set; }

    /// <summary>Main and spare buckets of the present array; 0 if there is none.</summary>
    internal int ArrayLength { get; set; }

    internal bool IsGrowing => !OldBuckets.IsNil;

    internal bool IsSameSize => (Flags & HmapFlags.SameSizeGrow) != 0;

    /// <summary>The present array's chains, one after the other.</summary>
    internal ReadOnlySpan<ScannedBucket> Present => CollectionsMarshal.AsSpan(_present);

    /// <summary>The old array's chains.</summary>
    internal ReadOnlySpan<ScannedBucket> Old => CollectionsMarshal.AsSpan(_old);

    /// <summary>Overflow buckets in the present array's chains.</summary>
    internal int PresentOverflow { get; set; }

    /// <summary>Overflow buckets in the old array's chains.</summary>
    internal int OldOverflow => _old.Count - OldCount;

    /// <summary>Buckets in the longest chain of either array, as last read.</summary>
    public int LongestChain { get; private set; }

    /// <summary>True if a chain of either array links this overflow bucket.</summary>
    internal bool IsLinked(Addr bucket) => _linked.Contains(bucket.Value);

    /// <summary>Why the map cannot be walked; null if it could.</summary>
    internal Violation? Broken { get; private set; }

    /// <summary>Reads a map that is not nil.</summary>
    internal void Read(Machine m, int type, Addr h)
    {
        _linked = _own;
        _linked.Clear();
        if (!ReadHeader(m, type, h))
        {
            return;
        }

        if (!Buckets.IsNil)
        {
            ArrayLength = WalkArray(Buckets, 1 << B, _present);
            PresentOverflow = _present.Count - (1 << B);
        }

        if (Broken == null && IsGrowing && B == 0 && !IsSameSize)
        {
            Break(h, OldBuckets, "an old array of half a bucket", "B > 0 in a grow to twice the size");
        }
        else if (Broken == null && IsGrowing)
        {
            OldCount = IsSameSize ? 1 << B : 1 << (B - 1);
            WalkArray(OldBuckets, OldCount, _old);
        }
    }

    /// <summary>Reads the header of a map that is not nil, and takes it as one without chains.</summary>
    /// <returns>False if it is broken.</returns>
    internal bool ReadHeader(Machine m, int type, Addr h)
    {
        Machine = m;
        Type = m.Types[type];
        _present.Clear();
        _old.Clear();
        Broken = null;
        PresentOverflow = 0;
        OldCount = 0;
        ArrayLength = 0;
        LongestChain = 0;
        if (!m.Memory.IsLive(h, m.L.HmapSize))
        {
            Break(h, default, "no live memory", "an hmap");
            return false;
        }

        View = new MapView(m.Memory, Type, h);
        ReadOnlySpan<byte> header = m.Memory.Raw(h, m.L.HmapSize);
        Count = Word(header, StructLayouts.Count);
        Flags = header[m.L.Flags];
        B = header[m.L.B];
        Buckets = new Addr(Word(header, m.L.Buckets));
        OldBuckets = new Addr(Word(header, m.L.OldBuckets));
        Nevacuate = Word(header, m.L.Nevacuate);
        if (B > 24)
        {
            Break(h, default, $"B = {B}", "a B that memory has room for");
            return false;
        }

        return true;
    }

    /// <summary>Takes a bucket of a chain that is to be looked at, though others are not: in the order of the chain.</summary>
    internal void Take(in ScannedBucket bucket, bool isOld) => (isOld ? _old : _present).Add(bucket);

    /// <summary>Takes what is known of the arrays where only some chains are read.</summary>
    internal void TakeArrays(int oldCount, int arrayLength, int presentOverflow, HashSet<ulong> linked) =>
        (OldCount, ArrayLength, PresentOverflow, _linked) = (oldCount, arrayLength, presentOverflow, linked);

    /// <summary>The memory that the walk needs: the header, and of each bucket its tophashes and its link.</summary>
    /// <param name="visit">Is told address and size.</param>
    internal void VisitSkeleton(Action<ulong, uint> visit)
    {
        visit(View.Address.Value, (uint)Machine.L.HmapSize);
        foreach (List<ScannedBucket> buckets in (ReadOnlySpan<List<ScannedBucket>>)[_present, _old])
        {
            foreach (ScannedBucket bucket in buckets)
            {
                visit(bucket.Address.Value, Bmap.Slots);
                visit(bucket.Address.Value + (ulong)Type.OverflowOffset, (uint)Machine.PointerSize);
            }
        }
    }

    /// <summary>The bytes that a bucket array has; 0 if it is not live.</summary>
    internal ulong RoomAt(Addr array)
    {
        bool isObject = Machine.Heap.TryFindObject(array, out HeapObject found);
        return Machine.Memory.IsStack(array) ? (ulong)Type.BucketSize : isObject && found.Start == array && found.Info.Live != 0 ? found.Info.Size : 0;
    }

    private ulong Word(ReadOnlySpan<byte> bytes, int at) =>
        Machine.PointerSize == 8 ? BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]) : BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private int WalkArray(Addr array, int count, List<ScannedBucket> into)
    {
        ulong stride = (ulong)Type.BucketSize;
        ulong size = RoomAt(array);
        if (size < (ulong)count * stride)
        {
            Break(View.Address, array, $"room for {size / stride} buckets", $"a live array of at least {count}");
            return 0;
        }

        for (int i = 0; i < count && Broken == null; i++)
        {
            WalkChain(array, size, count, i, into);
        }

        return (int)(size / stride);
    }

    private void WalkChain(Addr array, ulong size, int count, int chain, List<ScannedBucket> into)
    {
        Addr at = array + ((ulong)chain * (ulong)Type.BucketSize);
        for (int depth = 0; ; depth++)
        {
            ReadOnlySpan<byte> bytes = Machine.Memory.Raw(at, Type.BucketSize);
            into.Add(new ScannedBucket(at, BinaryPrimitives.ReadUInt64LittleEndian(bytes), chain, depth));
            ReadOnlySpan<byte> link = bytes[Type.OverflowOffset..];
            var next = new Addr(link.Length == 8 ? BinaryPrimitives.ReadUInt64LittleEndian(link) : BinaryPrimitives.ReadUInt32LittleEndian(link));
            if (next.IsNil)
            {
                LongestChain = Math.Max(LongestChain, depth + 1);
                return;
            }

            if (!IsBucket(next, array, size, count))
            {
                Break(View.Address, at, $"a link to {next}", "nil, a spare bucket of the same array, or a live object of one bucket");
                return;
            }

            if (!_linked.Add(next.Value))
            {
                Break(View.Address, at, $"a second link to {next}", "a chain that ends, and shares no bucket with another");
                return;
            }

            at = next;
        }
    }

    /// <summary>True for what a bucket may link: a spare bucket of its array, or a live object of one bucket.</summary>
    internal bool IsBucket(Addr link, Addr array, ulong size, int count)
    {
        ulong into = link - array, stride = (ulong)Type.BucketSize;
        if (into < size)
        {
            return into >= (ulong)count * stride && into % stride == 0 && into + stride <= size;
        }

        return Machine.Heap.TryFindObject(link, out HeapObject found) && found.Start == link && found.Info.Live != 0
            && found.Info.Size == stride;
    }

    private void Break(Addr h, Addr bucket, string found, string expected) =>
        Broken = new Violation(MapChecks.ChainIsSound, h, bucket, found, expected);
}
