using MapSim.Checks;
using MapSim.Layout;
using MapSim.Memory;

namespace MapSim.Programs;

/// <summary>
/// Watches where an iteration stands, to recognise four defects of the real runtime by their cause. Three need an
/// iteration that stands in the middle of an old bucket (checkBucket set) while the map goes on to another grow.
/// </summary>
/// <param name="session">The session.</param>
/// <param name="iterator">The hiter.</param>
public sealed class RangeCursor(MapSession session, Addr iterator)
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

    /// <summary>Must be told before each step, with the map's header.</summary>
    public void BeforeStep(MapHeader header)
    {
        SeedChanged |= _seed is { } seed && seed != header.Hash0;
        Addr at = session.ReadPointer(iterator + session.Machine.L.ItBptr);
        if (at.IsNil || !HasCheck)
        {
            return;
        }

        GainedFilter |= _enteredInSameSize && !header.IsSameSize;
        LostFilter |= !_enteredInSameSize && header.IsSameSize;
        MapType type = session.TypeOf(0);
        ReadOnlySpan<byte> bytes = session.Machine.Memory.Raw(at, type.BucketSize);
        LostBucket |= type.BucketHasPointers && Bmap.IsEvacuated(bytes[0]) && !bytes[Bmap.DataOffset..].ContainsAnyExcept((byte)0);
    }

    /// <summary>Must be told after each step that yielded, with the map's header.</summary>
    public void AfterStep(MapHeader header)
    {
        _seed ??= header.Hash0;
        ulong bucket = session.ReadPointer(iterator + session.Machine.L.ItBucket).Value;
        if (bucket != _bucket)
        {
            _bucket = bucket;
            _enteredInSameSize = header.IsSameSize;
        }
    }

    private bool HasCheck => session.ReadPointer(iterator + session.Machine.L.ItCheckBucket).Value != session.Machine.Arch.MaxUintptr;
}
