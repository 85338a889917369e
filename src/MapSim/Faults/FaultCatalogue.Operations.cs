namespace MapSim.Faults;

/// <content>Assignment, deletion, clearing, growing.</content>
public static partial class FaultCatalogue
{
    private static IEnumerable<FaultInfo> Assign =>
    [
        F(Fault.AssignNoAgain, "assign-no-again", "hypothetical (cf. cornelk/hashmap#46)",
            "mapassign does not look for its bucket again after it has started a grow",
            "The insert that starts a grow puts its entry into the old array, past an evacuation: a lookup misses it.", "H2 H3", FaultMode.Fuzz, 1),
        F(Fault.AssignHoleWithoutScan, "assign-hole-without-scan", "hypothetical",
            "mapassign inserts at the first empty cell without looking at the cells behind it",
            "After a delete in front of it a key is inserted a second time: two entries for one key.", "H3 H2 H4", FaultMode.Fuzz, 1),
        F(Fault.AssignStopAtEmptyone, "assign-stop-at-emptyone", "emptyRest (Go 1.12)",
            "a search takes a deleted cell (emptyOne) for the end of the chain (emptyRest)",
            "A key behind a deleted one is not found.", "H2 H3", FaultMode.Fuzz, 1),
        F(Fault.AssignLinkAtHead, "assign-link-at-head", "hypothetical",
            "mapassign links a new overflow bucket to the chain's first bucket and not to its last",
            "The third bucket of a chain cuts off the second: its entries are gone.", "H2 H3 G5", FaultMode.Fuzz, 2),
        F(Fault.AssignBeforeRhs, "assign-before-rhs", "golang/go#22881",
            "m[k] = v calls mapassign before it evaluates v",
            "If v panics, an entry is left behind that nobody assigned.", "H4 H2", FaultMode.Fuzz, 1),
        F(Fault.AssignNoKeyupdate, "assign-no-keyupdate", "TestNegativeZero; the comment in mapassign_faststr",
            "mapassign keeps the old key where the new one is equal but not identical, and the old string bytes",
            "m[-0] = v leaves the key +0; a string key keeps the bytes of the first string alive.", "H1 H2", FaultMode.Fuzz, 1),
    ];

    private static IEnumerable<FaultInfo> Delete =>
    [
        F(Fault.DeleteNoValueClear, "delete-no-value-clear", "golang/go#25936",
            "mapdelete leaves the elem in the cell",
            "m[k] op= v on a new key begins with the elem of a deleted one.", "H2 H3", FaultMode.Fuzz, 1),
        F(Fault.DeleteKeepsPointers, "delete-keeps-pointers", "runtime/map.go 1.23:794",
            "mapdelete clears neither keys nor elems that are or hold pointers",
            "What a deleted entry pointed to stays alive for as long as the bucket does.", "G10 H3", FaultMode.Leak, 1),
        F(Fault.DeleteEmptyrestOverreach, "delete-emptyrest-overreach", "the emptyRest loop, 1.23:813",
            "mapdelete marks cells emptyRest although something lives behind them",
            "Entries behind the deleted one, in the same bucket or in an overflow bucket, are not found any more.", "H2 H3", FaultMode.Fuzz, 2),
        F(Fault.DeleteSkipGrowwork, "delete-skip-growwork", "hypothetical",
            "mapdelete does not evacuate its bucket first",
            "A key that is still in the old array is not deleted, and comes back when the grow ends.", "H2 H4", FaultMode.Fuzz, 2),
        F(Fault.DeleteCountMiss, "delete-count-miss", "hypothetical",
            "mapdelete counts down although the key is not there",
            "len is too small after the delete of an absent key.", "H2 H3", FaultMode.Fuzz, 1),
        F(Fault.EmptySkipsKeycheck, "empty-skips-keycheck", "golang/go#23734",
            "lookup and delete on an empty map do not look whether the key can be hashed",
            "m[k] with a slice in k does not panic while m is empty.", "H2", FaultMode.Fuzz, 1),
        F(Fault.ReseedNonempty, "reseed-nonempty", "golang/go#25237",
            "mapdelete changes the seed while an entry is left",
            "The last entry but one is deleted, and the last one is not found any more.", "H2 H3", FaultMode.Fuzz, 1),
    ];

    private static IEnumerable<FaultInfo> Clear =>
    [
        F(Fault.ClearNoMarkOld, "clear-no-mark-old", "golang/go#59411",
            "mapclear does not mark the cells of its arrays empty",
            "An iteration over an array that the map drops goes on to yield entries that were cleared.", "H1", FaultMode.Fuzz, 2) with { Versions = From121 },
        F(Fault.ClearKeepsOldbuckets, "clear-keeps-oldbuckets", "hypothetical",
            "mapclear leaves oldbuckets and nevacuate as they are",
            "A map cleared in the middle of a grow goes on to evacuate entries that were cleared.", "H3 H2", FaultMode.Fuzz, 2),
        F(Fault.ClearNoValueClear, "clear-no-value-clear", "golang/go#25936 (bulk tests)",
            "mapclear resets tophash and leaves keys and elems",
            "m[k] op= v on a new key begins with an elem that was cleared.", "H2 H3", FaultMode.Fuzz, 1),
        F(Fault.ClearNoverflowStale, "clear-noverflow-stale", "bookkeeping",
            "mapclear does not reset noverflow",
            "A cleared map counts overflow buckets that it does not have, and grows too early.", "H3 H4", FaultMode.Fuzz, 2),
    ];

    private static IEnumerable<FaultInfo> Growth =>
    [
        F(Fault.EvacWrongBit, "evac-wrong-bit", "hypothetical",
            "evacuate looks at the hash bit above the one that is new",
            "Entries go to the wrong half of the new array and are not found.", "H2 H3", FaultMode.Fuzz, 1),
        F(Fault.EvacDropsOverflow, "evac-drops-overflow", "hypothetical",
            "evacuate moves the first bucket of a chain only",
            "A grow loses every entry that was in an overflow bucket.", "H2 H3", FaultMode.Fuzz, 1),
        F(Fault.EvacNanUsesHash, "evac-nan-uses-hash", "TestMapNanGrowIterator",
            "evacuate sends NaN keys where their new hash says although an iteration runs",
            "The iteration, which tells halves apart by a bit of tophash, misses NaN entries or yields them twice.", "H1", FaultMode.Fuzz, 3),
        F(Fault.EvacFinishEarly, "evac-finish-early", "golang/go#10101 family",
            "the grow ends when one bucket is still to be evacuated",
            "The entries of the last old bucket are gone.", "H2 H3 G4", FaultMode.Fuzz, 2),
        F(Fault.EvacIgnoresOlditerator, "evac-ignores-olditerator", "runtime/map.go 1.23:1354",
            "evacuate clears the old bucket although an iteration walks there",
            "A range over a map with pointers misses the entries of old buckets that are evacuated under it.", "H1", FaultMode.Fuzz, 2),
        F(Fault.GrowNoSamesize, "grow-no-samesize", "golang/go#16070",
            "too many overflow buckets do not start a grow to the same size",
            "A map with steady insertion and deletion gathers overflow buckets for ever.", "H4", FaultMode.Fuzz, 2),
        F(Fault.GrowLoadfactorTrunc, "grow-loadfactor-trunc", "golang/go#63438",
            "the load limit is 6 entries a bucket and not 6.5",
            "The map doubles too early.", "H4", FaultMode.Fuzz, 1) with { Versions = Not121 },
        F(Fault.SamesizeComputesY, "samesize-computes-y", "runtime/map.go 1.23:1270",
            "evacuate computes the pointers of the upper half in a grow to the same size, too",
            "A pointer behind the new array lies on the stack when it is scanned: bad pointer, or another object is kept.", "G9", FaultMode.Explore, 2),
        F(Fault.SamesizeFlagSticky, "samesize-flag-sticky", "runtime/map.go 1.23:1389",
            "the end of a grow does not reset sameSizeGrow",
            "The next grow to twice the size is taken for one to the same size.", "H3 H2", FaultMode.Fuzz, 2),
        F(Fault.GrowOnUpdate, "grow-on-update", "golang/go#78853 class",
            "mapassign tests the load before it looks whether the key is there",
            "Assigning to a key that is there makes a full map grow.", "H4", FaultMode.Fuzz, 1),
    ];
}
