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
public static unsafe class MapChecks
{
    internal const string ChainIsSound = "H3.1";

    private static readonly Invariant[] Structure =
    [
        new(CountIsLiveCells.Id, Reads.All, &CountIsLiveCells.Check),
        new(EmptyRestClosesChain.Id, Reads.Chains, &EmptyRestClosesChain.Check),
        new(NoTrailingEmptyOne.Id, Reads.Chains, &NoTrailingEmptyOne.Check),
        new(EvacuationIsWhole.Id, Reads.Chains, &EvacuationIsWhole.Check),
        new(EvacuationMark.Id, Reads.All, &EvacuationMark.Check),
        new(NoMarksInPresentArray.Id, Reads.Chains, &NoMarksInPresentArray.Check),
        new(DestinationsWaitEmpty.Id, Reads.Chains, &DestinationsWaitEmpty.Check),
        new(NoverflowCounts.Id, Reads.Header, &NoverflowCounts.Check),
        new(GrowStateAgrees.Id, Reads.Header, &GrowStateAgrees.Check),
        new(NobodyWrites.Id, Reads.Header, &NobodyWrites.Check),
        new(IteratorFlags.Id, Reads.Header, &IteratorFlags.Check),
        new(SparesAreValid.Id, Reads.Header, &SparesAreValid.Check),
        new(OverflowIsListed.Id, Reads.All, &OverflowIsListed.Check),
        new(EmptyCellHoldsNothing.Id, Reads.Chains, &EmptyCellHoldsNothing.Check),
        new(NoArrayNoContent.Id, Reads.Header, &NoArrayNoContent.Check),
        new(OneBucketHasNoChain.Id, Reads.Header, &OneBucketHasNoChain.Check),
        new(OldBucketIsCleared.Id, Reads.Chains, &OldBucketIsCleared.Check),
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

    /// <summary>True of an invariant that looks at no more than the header, the tophashes and the links, as do all that are checked before it: whether it is the first to be broken depends on them alone.</summary>
    internal static bool NeedsOnlySkeleton(string id) => id is CountIsLiveCells.Id or EmptyRestClosesChain.Id or NoTrailingEmptyOne.Id or EvacuationIsWhole.Id
        or EvacuationMark.Id or NoMarksInPresentArray.Id or DestinationsWaitEmpty.Id or NoverflowCounts.Id;

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
            foreach (ref readonly Invariant invariant in Structure.AsSpan())
            {
                invariant.Check(scan, found);
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
        foreach (ref readonly Invariant invariant in Structure.AsSpan())
        {
            if (invariant.What == Reads.Header || (hasChains && invariant.What == Reads.Chains))
            {
                invariant.Check(scan, found);
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

    private readonly struct Invariant(string id, Reads what, delegate*<MapScan, List<Violation>, void> check)
    {
        public readonly string Id = id;
        public readonly Reads What = what;
        public readonly delegate*<MapScan, List<Violation>, void> Check = check;
    }
}
