namespace MapSim.Faults;

/// <content>Detection of concurrent use; clone, hash, equality and bookkeeping.</content>
public static partial class FaultCatalogue
{
    private static IEnumerable<FaultInfo> Detection =>
    [
        F(Fault.DetIterUnchecked, "det-iter-unchecked", "golang/go#16278",
            "mapiternext does not test hashWriting",
            "A next in the middle of another goroutine's write goes on.", "H7", FaultMode.Explore, 1),
        F(Fault.DetOrNotXor, "det-or-not-xor", "Go before 1.11",
            "writers set hashWriting with or, not with exclusive or",
            "Two writers that are both past their first test do not notice one another.", "H7", FaultMode.Explore, 2),
        F(Fault.DetFlagBeforeHash, "det-flag-before-hash", "golang/go#19359",
            "writers set hashWriting before they call the hasher",
            "After a recovered panic of the hasher the map counts as being written for ever.", "H7 H4 H3", FaultMode.Fuzz, 1),
        F(Fault.DetNoExitCheck, "det-no-exit-check", "hypothetical",
            "writers do not test hashWriting at their end",
            "Two writers that are both past their first test do not notice one another.", "H7", FaultMode.Explore, 2),
        F(Fault.DetPlainOr8, "det-plain-or8", "runtime/map.go 1.23:917",
            "mapiterinit sets the iterator bits with a load and a store, not atomically",
            "Nothing, without a data race: who begins an iteration beside it stores the same bits. Beside a writer it can store an old hashWriting back, or take a new one away.", "H7", FaultMode.Explore, 4)
            with { Expected = FaultVerdict.Equivalent },
        F(Fault.RaceClearAsRead, "race-clear-as-read", "gc-and-barriers.md D1",
            "the race detector is told that clear and delete read the map",
            "An unsynchronised clear beside a read is not reported.", "H8", FaultMode.Explore, 1),
    ];

    private static IEnumerable<FaultInfo> Rest =>
    [
        F(Fault.CloneSharesIndirect, "clone-shares-indirect", "golang/go#64474",
            "maps.Clone copies the pointer to a large elem, not the elem",
            "A write to the clone is seen in the source.", "H2", FaultMode.Fuzz, 1) with { Versions = From121 },
        F(Fault.CloneIgnoresOld, "clone-ignores-old", "golang/go#62203 class",
            "maps.Clone leaves out old buckets that are not evacuated",
            "The clone of a growing map misses entries.", "H2", FaultMode.Fuzz, 2) with { Versions = From121 },
        F(Fault.CloneHintOverload, "clone-hint-overload", "golang/go#69110",
            "maps.Clone does not limit its hint",
            "The clone of a map above its load limit gets a larger array, and reads behind the source's.", "G9", FaultMode.Fuzz, 4) with { Versions = From122 },
        F(Fault.CloneNewHash0, "clone-new-hash0", "hypothetical",
            "maps.Clone keeps a seed of its own and copies buckets as they are",
            "The clone's entries are not found.", "H2 H3", FaultMode.Fuzz, 1) with { Versions = From121 },
        F(Fault.TophashNoBump, "tophash-no-bump", "runtime/map.go 1.23:188",
            "tophash does not stay clear of the values that mark cells",
            "A key whose hash begins with a small byte counts as empty or evacuated.", "H2 H3", FaultMode.Fuzz, 2),
        F(Fault.HashTwoFunctions, "hash-two-functions", "golang/go#37716",
            "evacuate and mapiternext hash a stored key with typehash, which takes a struct's fields one by one, and not with its type's own function",
            "What was inserted through one path is not found through the other.", "H3 H2", FaultMode.Fuzz, 1),
        F(Fault.HashFixedSeed, "hash-fixed-seed", "golang/go#66841, #66885",
            "every map has the same seed",
            "Keys that collide in one map collide in all, so an attacker can prepare them.", "H5", FaultMode.Fuzz, 2),
        F(Fault.FastIgnoresEmpty, "fast-ignores-empty", "runtime/map_fast64.go 1.23:94",
            "the fast lookups compare a key without looking whether the cell is empty",
            "A lookup of 0 finds a cell that was never filled.", "H2", FaultMode.Fuzz, 1),
        F(Fault.NoverflowNotReset, "noverflow-not-reset", "runtime/map.go 1.23:1161",
            "hashGrow does not reset noverflow",
            "The new array counts overflow buckets of the old one: it grows again and again.", "H3 H4", FaultMode.Fuzz, 2),
    ];
}
