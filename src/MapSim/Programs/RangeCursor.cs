using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Programs;

/// <summary>
/// Watches where an iteration stands, to recognise five defects of the real runtime by their cause. Three need an
/// iteration that stands in the middle of an old bucket (checkBucket set) while the map goes on to another grow, two need
/// a map that was emptied.
/// </summary>
/// <param name="machine">The machine; what it has in memory is read without a step.</param>
/// <param name="type">The map's type.</param>
/// <param name="map">The map; nothing is seen of a nil one.</param>
/// <param name="iterator">The hiter.</param>
public sealed class RangeCursor(Machine machine, MapType type, Addr map, Addr iterator)
{
    private const int LongestChain = 10_000;

    /// <summary>No map here has more buckets: an iterator that says so was overwritten.</summary>
    private const byte LargestB = 24;

    private ulong _bucket = ulong.MaxValue;
    private bool _enteredInSameSize;
    private uint? _seed;
    private bool _isCleared;

    /// <summary>
    /// The map was emptied, has another seed than at the start, and the iteration reads a second array beside its own: it
    /// stands in an old bucket, or a later grow of the same size is going on. An entry made since may be found through
    /// both, at least once by look-up from an evacuated cell.
    /// </summary>
    public bool SeedChanged { get; private set; }

    /// <summary>
    /// It stood in a spare overflow bucket of its array when the map was cleared. The bucket belongs to another chain now,
    /// or is the last spare one, whose link is the array itself. The iteration goes on along that link, and comes to the
    /// same entries again when it reaches their chain.
    /// </summary>
    public bool BucketRelinked { get; private set; }

    /// <summary>
    /// It entered the bucket in a grow to twice the size and went on in one of the same size: entries of the other half
    /// are then not skipped, so they may come twice.
    /// </summary>
    public bool LostFilter { get; private set; }

    /// <summary>
    /// It entered the bucket in a grow of the same size and went on without one: NaN entries are then skipped by a rule
    /// made for grows to twice the size.
    /// </summary>
    public bool GainedFilter { get; private set; }

    /// <summary>
    /// Its bucket was evacuated and cleared under it: oldIterator was not set, since the iteration is older than the
    /// previous grow. The cleared entries are missed, or the zero key comes twice, or an indirect key crashes.
    /// </summary>
    public bool LostBucket { get; private set; }

    /// <summary>Must be told when the map is cleared. (The seed does not tell: it may be forced to one value.)</summary>
    public void MapCleared() => _isCleared = true;

    /// <summary>Must be told before each step but the first.</summary>
    public void BeforeStep()
    {
        if (!IsReadable)
        {
            return;
        }

        Addr at = Pointer(machine.L.ItBptr);
        SeedChanged |= _seed is { } seed && seed != Header.Hash0 && (IsInLaterGrow || (!at.IsNil && HasCheck));
        BucketRelinked |= _isCleared && !at.IsNil && IsRelinked(at);
        if (at.IsNil || !HasCheck)
        {
            return;
        }

        GainedFilter |= _enteredInSameSize && !Header.IsSameSizeGrow;
        LostFilter |= !_enteredInSameSize && Header.IsSameSizeGrow;
        if (type.BucketHasPointers && machine.Memory.IsLive(at, type.BucketSize))
        {
            ReadOnlySpan<byte> bytes = machine.Memory.Raw(at, type.BucketSize);
            LostBucket |= Bmap.IsEvacuated(bytes[0]) && !bytes[Bmap.DataOffset..].ContainsAnyExcept((byte)0);
        }
    }

    /// <summary>Must be told after each step that yielded.</summary>
    public void AfterStep()
    {
        if (!IsReadable)
        {
            return;
        }

        _seed ??= Header.Hash0;
        _isCleared = false;
        ulong bucket = Pointer(machine.L.ItBucket).Value;
        if (bucket != _bucket)
        {
            _bucket = bucket;
            _enteredInSameSize = Header.IsSameSizeGrow;
        }
    }

    /// <summary>True in a grow of the iteration's size whose old array is not the iteration's own: it reads that one, too.</summary>
    private bool IsInLaterGrow => Header.IsGrowing && IteratorB == Header.B && Pointer(machine.L.ItBuckets) is var own && own != Header.OldBuckets && own != Header.Buckets;

    /// <summary>True if an overflow bucket of the iteration's own array leads to the first bucket, or hangs behind another one than it walks.</summary>
    private bool IsRelinked(Addr bucket)
    {
        Addr own = Pointer(machine.L.ItBuckets);
        ulong buckets = Bmap.BucketShift(IteratorB, type.Arch.PointerSize);
        ulong size = (ulong)type.BucketSize;
        if (IteratorB > LargestB || bucket.Value < own.Value + (buckets * size) || !machine.Memory.IsLive(own, (int)((buckets + 1) * size)) || !machine.Memory.IsLive(bucket, type.BucketSize))
        {
            return false;
        }

        if (Header.BucketAt(bucket).Overflow == own)
        {
            return true;
        }

        ulong walked = (Pointer(machine.L.ItBucket).Value + buckets - 1) % buckets;
        for (ulong i = 0; i < buckets; i++)
        {
            if (i != walked && IsBehind(bucket, Header.Bucket(own, i)))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsBehind(Addr bucket, BucketView first)
    {
        Addr next = first.Overflow;
        for (int i = 0; i < LongestChain && next != bucket && !next.IsNil && machine.Memory.IsLive(next, type.BucketSize); i++)
        {
            next = Header.BucketAt(next).Overflow;
        }

        return next == bucket;
    }

    private byte IteratorB => machine.Memory.Raw(iterator + machine.L.ItB, 1)[0];

    private bool HasCheck => Pointer(machine.L.ItCheckBucket).Value != machine.Arch.MaxUintptr;

    private bool IsReadable => machine.Memory.IsLive(map, machine.L.HmapSize) && machine.Memory.IsLive(iterator, machine.L.HiterSize);

    private MapView Header => new(machine.Memory, type, map);

    private Addr Pointer(int offset) => new(SliceView.WordAt(machine.Memory, type.Arch, iterator + offset));
}
