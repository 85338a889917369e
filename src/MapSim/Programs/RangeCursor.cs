using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Programs;

/// <summary>
/// Watches where an iteration stands, to recognise four defects of the real runtime by their cause. Three need an
/// iteration that stands in the middle of an old bucket (checkBucket set) while the map goes on to another grow.
/// </summary>
/// <param name="machine">The machine; what it has in memory is read without a step.</param>
/// <param name="type">The map's type.</param>
/// <param name="map">The map; nothing is seen of a nil one.</param>
/// <param name="iterator">The hiter.</param>
public sealed class RangeCursor(Machine machine, MapType type, Addr map, Addr iterator)
{
    private ulong _bucket = ulong.MaxValue;
    private bool _enteredInSameSize;
    private uint? _seed;

    /// <summary>
    /// The map was emptied and has another seed than at the start. An entry made since may be found both through an
    /// evacuated cell of an older array, by look-up, and in the old array of a later grow of the same size.
    /// </summary>
    public bool SeedChanged { get; private set; }

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

    /// <summary>Must be told before each step but the first.</summary>
    public void BeforeStep()
    {
        if (!IsReadable)
        {
            return;
        }

        SeedChanged |= _seed is { } seed && seed != Header.Hash0;
        Addr at = Pointer(machine.L.ItBptr);
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
        ulong bucket = Pointer(machine.L.ItBucket).Value;
        if (bucket != _bucket)
        {
            _bucket = bucket;
            _enteredInSameSize = Header.IsSameSizeGrow;
        }
    }

    private bool HasCheck => Pointer(machine.L.ItCheckBucket).Value != machine.Arch.MaxUintptr;

    private bool IsReadable => machine.Memory.IsLive(map, machine.L.HmapSize) && machine.Memory.IsLive(iterator, machine.L.HiterSize);

    private MapView Header => new(machine.Memory, type, map);

    private Addr Pointer(int offset) => new(SliceView.WordAt(machine.Memory, type.Arch, iterator + offset));
}
