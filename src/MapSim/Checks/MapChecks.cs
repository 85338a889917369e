using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Checks;

/// <summary>
/// The structural invariants of a map between two operations (docs/INVARIANTS.md, H3): each is a file of its own,
/// reads a <see cref="MapScan"/> and reports at most its first violation. None of them makes a step, draws a random
/// number or changes memory.
/// </summary>
/// <remarks>
/// They do not check that operations give the right results (the naive model does), nor the state in the middle of an
/// operation, nor what iterators hold.
/// </remarks>
public static class MapChecks
{
    internal const string ChainIsSound = "H3.1";

    private static readonly (string Id, Action<MapScan, List<Violation>> Check)[] Structure =
    [
        (CountIsLiveCells.Id, CountIsLiveCells.Check),
        (EmptyRestClosesChain.Id, EmptyRestClosesChain.Check),
        (NoTrailingEmptyOne.Id, NoTrailingEmptyOne.Check),
        (EvacuationIsWhole.Id, EvacuationIsWhole.Check),
        (EvacuationMark.Id, EvacuationMark.Check),
        (NoMarksInPresentArray.Id, NoMarksInPresentArray.Check),
        (DestinationsWaitEmpty.Id, DestinationsWaitEmpty.Check),
        (NoverflowCounts.Id, NoverflowCounts.Check),
        (GrowStateAgrees.Id, GrowStateAgrees.Check),
        (NobodyWrites.Id, NobodyWrites.Check),
        (IteratorFlags.Id, IteratorFlags.Check),
        (SparesAreValid.Id, SparesAreValid.Check),
        (OverflowIsListed.Id, OverflowIsListed.Check),
        (EmptyCellHoldsNothing.Id, EmptyCellHoldsNothing.Check),
        (NoArrayNoContent.Id, NoArrayNoContent.Check),
        (OneBucketHasNoChain.Id, OneBucketHasNoChain.Check),
        (OldBucketIsCleared.Id, OldBucketIsCleared.Check),
    ];

    private static readonly (string Id, Action<MapScan, EntryScan, List<Violation>> Check)[] OfEntries =
    [
        (EntryInItsBucket.Id, EntryInItsBucket.Check),
        (TopHashOfKey.Id, TopHashOfKey.Check),
        (NoDuplicateKey.Id, NoDuplicateKey.Check),
        (EntryReadable.Id, EntryReadable.Check),
    ];

    /// <summary>The numbers of all H3 invariants.</summary>
    public static IReadOnlyList<string> Ids { get; } = [ChainIsSound, .. Structure.Select(c => c.Id), .. OfEntries.Select(c => c.Id)];

    /// <summary>Checks every invariant of a map. Nothing is found in a nil map.</summary>
    /// <param name="m">The machine.</param>
    /// <param name="type">The map type's number.</param>
    /// <param name="map">The hmap.</param>
    /// <returns>At most one violation of each invariant; if H3.1 is broken only that.</returns>
    public static IReadOnlyList<Violation> Check(Machine m, int type, Addr map)
    {
        var found = new List<Violation>();
        Check(new MapScan(), m, type, map, found);
        return found;
    }

    /// <summary>As <see cref="Check(Machine, int, Addr)"/>, for checks after each operation: reuses a scan and a list.</summary>
    public static void Check(MapScan scan, Machine m, int type, Addr map, List<Violation> found)
    {
        if (map.IsNil)
        {
            return;
        }

        // A corrupt state may be read where nothing is alive; that must not look like a fault of the next step.
        MemoryFault fault = m.Memory.Fault;
        int accesses = m.Memory.Accesses;
        scan.Read(m, type, map);
        if (scan.Broken is { } broken)
        {
            found.Add(broken);
        }
        else
        {
            scan.Entries.Read(scan);
            foreach ((_, Action<MapScan, List<Violation>> check) in Structure)
            {
                check(scan, found);
            }

            foreach ((_, Action<MapScan, EntryScan, List<Violation>> check) in OfEntries)
            {
                check(scan, scan.Entries, found);
            }
        }

        m.Memory.Fault = fault;
        m.Memory.Accesses = accesses;
    }
}
