namespace MapSim.Faults;

/// <content>Write barriers and the collector.</content>
public static partial class FaultCatalogue
{
    private static IEnumerable<FaultInfo> Barrier =>
    [
        F(Fault.WbSkipUserElemStore, "wb-skip-user-elem-store", "golang/go#14306, #12068",
            "compiled code stores the elem behind mapassign without a barrier",
            "A pointer moves from a stack that is not scanned yet into a bucket that is: nobody marks what it points to.", "G1 G2 G3", FaultMode.Explore, 2),
        F(Fault.WbSkipKeyFast64ptr, "wb-skip-key-fast64ptr", "golang/go#21297",
            "mapassign_fast64ptr stores the key without a barrier",
            "As wb-skip-user-elem-store, for a key that is a pointer.", "G1 G2 G3", FaultMode.Explore, 2),
        F(Fault.WbKeyAsIntegerRoot, "wb-key-as-integer-root", "golang/go#22781",
            "inside mapassign the pointer key is an integer, which the stack scan does not follow",
            "A collection within mapassign frees what the key points to.", "G3", FaultMode.Explore, 2),
        F(Fault.WbSkipDeleteClear, "wb-skip-delete-clear", "golang/go#18956 class",
            "mapdelete clears pointers without a barrier",
            "A pointer that was read onto a scanned stack is then deleted from a bucket that is not: nobody marks it.", "G1 G2 G3", FaultMode.Explore, 2),
        F(Fault.WbNoDeletionHalf, "wb-no-deletion-half", "proposal 17503",
            "the barrier shades the new pointer only, not the old one (Dijkstra's half)",
            "As wb-skip-delete-clear, for every overwrite and clear.", "G1 G2 G3", FaultMode.Explore, 2),
        F(Fault.WbNoInsertionHalf, "wb-no-insertion-half", "proposal 17503",
            "the barrier shades the old pointer only, not the new one (Yuasa's half)",
            "As wb-skip-user-elem-store, for every store.", "G1 G2 G3", FaultMode.Explore, 2),
        F(Fault.WbSkipClear, "wb-skip-clear", "gc-and-barriers.md B, runtime/map.go 1.23:385",
            "mapclear clears its buckets without barriers",
            "As wb-skip-delete-clear, with clear.", "G1 G2 G3", FaultMode.Explore, 2),
        F(Fault.WbSkipBucketsInstall, "wb-skip-buckets-install", "a claim of an article, refuted",
            "h.buckets = newobject without a barrier",
            "Only if the allocation itself starts the collection is the new bucket white and hidden on the stack.", "G1 G2 G3", FaultMode.Explore, 4)
            with { Expected = FaultVerdict.KilledIfAllocationsCollect },
        F(Fault.WbSkipSetoverflow, "wb-skip-setoverflow", "gc-and-barriers.md B, runtime/map.go 1.23:263",
            "b.overflow = ovf without a barrier",
            "As wb-skip-buckets-install, for an overflow bucket of a map with pointers; without pointers nothing, as that word is not scanned.", "G1 G2 G3", FaultMode.Explore, 4)
            with { Expected = FaultVerdict.KilledIfAllocationsCollect },
        F(Fault.WbSkipEvacCopy, "wb-skip-evac-copy", "gc-and-barriers.md B",
            "evacuate copies keys and elems without barriers",
            "Nothing: what is copied is in the heap already, and the clear of the old bucket has its barrier.", "G1 G2 G3", FaultMode.Explore, 4)
            with { Expected = FaultVerdict.Equivalent },
        F(Fault.WbSkipEvacClear, "wb-skip-evac-clear", "gc-and-barriers.md B",
            "evacuate clears the old bucket without barriers",
            "Nothing, without a data race: the copy into the new bucket has its barrier. A lookup that races can hold an overflow bucket whose link is cleared under it, and that nobody marks.", "G1 G2 G3 G4", FaultMode.Explore, 4)
            with { Expected = FaultVerdict.Equivalent },
        F(Fault.WbSkipEvacBoth, "wb-skip-evac-both", "double fault",
            "evacuate copies and clears without barriers",
            "A pointer moves from an array that is not scanned yet into one that is: nobody marks what it points to.", "G1 G2 G3", FaultMode.Explore, 3),
        F(Fault.WbFlagHoisted, "wb-flag-hoisted", "golang/go#71228 class",
            "compiled code reads whether barriers are on before a safe-point and stores the elem behind it",
            "Marking starts at that safe-point; the store that follows has no barrier.", "G1 G2 G3", FaultMode.Explore, 3),
        F(Fault.WbPostStore, "wb-post-store", "the rule that a barrier comes before its store",
            "the barrier comes after the store of the elem, with a safe-point between",
            "The old pointer is gone when the barrier looks at it: as wb-no-deletion-half, for an elem that is overwritten.", "G1 G2 G3", FaultMode.Explore, 3),
        F(Fault.WbBulkShort, "wb-bulk-short", "the rule of PtrBytes",
            "bulk barriers cover keys and elems, but not the word that links to the overflow bucket",
            "A pointer that was read out of an overflow bucket onto a scanned stack is lost when clear drops the bucket: nobody looks into it.", "G1 G2 G3 G4", FaultMode.Explore, 4),
    ];

    private static IEnumerable<FaultInfo> Gc =>
    [
        F(Fault.GcTermNoFlush, "gc-term-no-flush", "golang/go#27993",
            "marking ends without flushing the barrier buffers",
            "What is only in a buffer is not marked.", "G2 G3", FaultMode.Explore, 3),
        F(Fault.GcAllocWhite, "gc-alloc-white", "runtime/malloc.go 1.23:1213",
            "objects allocated while marking are white",
            "What a scanned goroutine allocates and keeps on its stack is freed.", "G6 G1 G3", FaultMode.Explore, 1),
        F(Fault.GcSkipOneStack, "gc-skip-one-stack", "hypothetical",
            "the stack of the program's last goroutine is not scanned",
            "What only that stack holds is freed.", "G1 G2 G3", FaultMode.Explore, 1),
        F(Fault.GcMarkBeforeBarrier, "gc-mark-before-barrier", "G7",
            "marking begins before barriers are on at every P",
            "A P without barriers stores a pointer into what the worker has scanned.", "G7 G1 G3", FaultMode.Explore, 2),
        F(Fault.GcNoInterior, "gc-no-interior", "findObject",
            "pointers into the middle of an object do not mark it",
            "An iteration that holds only its bucket, or an elem's address, holds nothing.", "G1 G2 G3 G4", FaultMode.Explore, 2),
        F(Fault.GcTornPointerCopy, "gc-torn-pointer-copy", "golang/go#36101",
            "copies move a pointer in two halves",
            "The worker scans between the halves and sees a pointer that never was.", "G9 G1 G3", FaultMode.Explore, 2),
        F(Fault.MmPublishBeforeInit, "mm-publish-before-init", "golang/go#63640 class",
            "a new bucket is linked before the stores that make it empty have left the store buffer",
            "Another goroutine reads what was in that memory before.", "H2 G9", FaultMode.Explore, 3),
    ];
}
