using MapSim.Checks;
using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Programs;

/// <summary>What runs by units keep from one to the next.</summary>
/// <param name="Options">The machine.</param>
/// <param name="Pool">Where the arrays of the machine come from; null for new ones.</param>
/// <param name="KeepsBytes">The bytes of values are kept with them.</param>
/// <param name="IsQuiet">Nobody asks for the texts of results, nor for a digest.</param>
internal sealed record UnitParts(MachineOptions Options, SegmentPool? Pool, bool KeepsBytes, bool IsQuiet)
{
    /// <summary>What asks the structural invariants of maps; null for a new one.</summary>
    public StructureWatch? Structure { get; init; }
}

/// <content>
/// A program of one goroutine that is run while it comes to be: unit by unit, where a unit is some lines and whole blocks. Each is
/// a body of its own on the same goroutine, so that a run by units is the run of the whole program.
/// </content>
internal sealed partial class ProgramRun
{
    private readonly Dictionary<(int Owner, int Map), Addr> _lastIterators = [];
    private readonly Dictionary<(int Owner, int Map), Addr> _lastBuckets = [];

    /// <summary>True for a run by units.</summary>
    public bool IsByUnits { get; }

    /// <summary>True if nobody asks for the texts of results, nor for a digest.</summary>
    public bool IsQuiet { get; }

    /// <summary>True if somebody wants the results of operations as text.</summary>
    public bool WantsText => !IsQuiet || Results.Observer != null;

    /// <summary>What asks the structural invariants of maps.</summary>
    public StructureWatch Structure { get; }

    /// <summary>What the oracles read maps with.</summary>
    public MapScan Scan => Structure.Scan;

    /// <summary>Run by units: the goroutine of the program whose lines are done, which are all done by one goroutine of the machine.</summary>
    public int Owner { get; set; }

    /// <summary>Does a unit. Not after the end of the run.</summary>
    /// <returns>False if it has no end, or as many operations are done as were asked for.</returns>
    public bool RunUnit(Instruction[] unit)
    {
        _code[0] = unit;
        ProgramBody.Call(Machine);
        while (!Machine.Run(Settings.Limit))
        {
            // A failure ends a stretch; the body finds it in the next one.
            if (IsStopped || Machine.Current.Failure == Failure.None)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The bucket in which the iteration over a map stands that a goroutine began last, or where it ended; nil for none.</summary>
    public Addr LastBucket(int owner, int map) =>
        _lastIterators.TryGetValue((owner, map), out Addr iterator) ? BucketOf(iterator, MapAt(map)) : _lastBuckets.GetValueOrDefault((owner, map));

    /// <summary>An iteration begins.</summary>
    private void NoteIterator(Instruction i, Addr iterator)
    {
        if (IsByUnits)
        {
            _lastIterators[(Owner, i.Map)] = iterator;
            BeginsIteration(i, iterator);
        }
    }

    /// <summary>The iterator of a range is about to be cleared.</summary>
    public void EndsRange(int map, Addr iterator)
    {
        if (IsByUnits && _lastIterators.GetValueOrDefault((Owner, map)) == iterator)
        {
            _lastIterators.Remove((Owner, map));
            _lastBuckets[(Owner, map)] = BucketOf(iterator, MapAt(map));
        }
    }

    private Addr BucketOf(Addr iterator, Addr map) =>
        PeekPointer(iterator + Machine.L.ItH) != map ? default : PeekPointer(iterator + Machine.L.ItBptr);
}
