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

    private static readonly (string Id, Reads What, Action<MapScan, List<Violation>> Check)[] Structure =
    [
        (CountIsLiveCells.Id, Reads.All, CountIsLiveCells.Check),
        (EmptyRestClosesChain.Id, Reads.Chains, EmptyRestClosesChain.Check),
        (NoTrailingEmptyOne.Id, Reads.Chains, NoTrailingEmptyOne.Check),
        (EvacuationIsWhole.Id, Reads.Chains, EvacuationIsWhole.Check),
        (EvacuationMark.Id, Reads.All, EvacuationMark.Check),
        (NoMarksInPresentArray.Id, Reads.Chains, NoMarksInPresentArray.Check),
        (DestinationsWaitEmpty.Id, Reads.Chains, DestinationsWaitEmpty.Check),
        (NoverflowCounts.Id, Reads.Header, NoverflowCounts.Check),
        (GrowStateAgrees.Id, Reads.Header, GrowStateAgrees.Check),
        (NobodyWrites.Id, Reads.Header, NobodyWrites.Check),
        (IteratorFlags.Id, Reads.Header, IteratorFlags.Check),
        (SparesAreValid.Id, Reads.Header, SparesAreValid.Check),
        (OverflowIsListed.Id, Reads.All, OverflowIsListed.Check),
        (EmptyCellHoldsNothing.Id, Reads.Chains, EmptyCellHoldsNothing.Check),
        (NoArrayNoContent.Id, Reads.Header, NoArrayNoContent.Check),
        (OneBucketHasNoChain.Id, Reads.Header, OneBucketHasNoChain.Check),
        (OldBucketIsCleared.Id, Reads.Chains, OldBucketIsCleared.Check),
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
            foreach ((_, _, Action<MapScan, List<Violation>> check) in Structure)
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

    /// <summary>
    /// Checks the invariants that need not see all chains at once: those of the header, and those of each chain for the chains
    /// that the scan has taken. The others (H3.1, H3.2, H3.5, H3.9, H3.17, H3.19) are the caller's.
    /// </summary>
    internal static void CheckTaken(MapScan scan, List<Violation> found)
    {
        bool hasChains = scan.Present.Length + scan.Old.Length > 0;
        foreach ((_, Reads what, Action<MapScan, List<Violation>> check) in Structure)
        {
            if (what == Reads.Header || (hasChains && what == Reads.Chains))
            {
                check(scan, found);
            }
        }

        EntryInItsBucket.Check(scan, scan.Entries, found);
        TopHashOfKey.Check(scan, scan.Entries, found);
    }

    /// <summary>What an invariant about the structure looks at.</summary>
    private enum Reads
    {
        /// <summary>The header, the spare buckets, how many overflow buckets there are.</summary>
        Header,

        /// <summary>One chain after the other: what it says of one does not depend on the others.</summary>
        Chains,

        /// <summary>All chains at once.</summary>
        All,
    }
}
