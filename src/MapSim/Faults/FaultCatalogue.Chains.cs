namespace MapSim.Faults;

/// <content>Iteration, and the life of overflow chains.</content>
public static partial class FaultCatalogue
{
    private static IEnumerable<FaultInfo> Iteration =>
    [
        F(Fault.IterNoCheckbucket, "iter-no-checkbucket", "runtime/map.go 1.23:996",
            "mapiternext does not filter an old bucket's entries by the bucket it stands for",
            "A range begun in the middle of a grow yields entries of old buckets twice.", "H1", FaultMode.Fuzz, 2),
        F(Fault.IterGoldenSkipLookup, "iter-golden-skip-lookup", "cockroachdb/swiss#39, #33",
            "mapiternext yields an evacuated cell without looking its key up in the map",
            "A range yields an entry that was deleted, or an elem that was overwritten, since the grow.", "H1", FaultMode.Fuzz, 2),
        F(Fault.IterNoRegrabKey, "iter-no-regrab-key", "TestGrowWithNegativeZero",
            "mapiternext looks an evacuated key up but yields the old key",
            "A range yields +0 although the map holds -0 by now.", "H1", FaultMode.Fuzz, 3),
        F(Fault.IterWrapOffByOne, "iter-wrap-off-by-one", "hypothetical",
            "mapiternext takes the bucket after its start for its end",
            "A range yields a bucket twice, or misses one.", "H1", FaultMode.Fuzz, 1),
        F(Fault.IterStopOnEmptyrest, "iter-stop-on-emptyrest", "the remark at 1.23:987",
            "mapiternext leaves a bucket at emptyRest, although it began in its middle",
            "A range that starts at a cell behind the bucket's last entry misses the cells in front.", "H1", FaultMode.Fuzz, 1),
        F(Fault.IterPrefetch, "iter-prefetch", "xgo-dev/llgo#1803",
            "range fetches the next entry before it runs its body",
            "An entry that the body deletes or clears is yielded all the same.", "H1", FaultMode.Fuzz, 1),
        F(Fault.IterFixedStart, "iter-fixed-start", "golang/go#6719, #8410",
            "every iteration starts at bucket 0, cell 0",
            "The order is always the same, so programs come to depend on it, and taking any entry becomes slow.", "H5", FaultMode.Fuzz, 1),
    ];

    private static IEnumerable<FaultInfo> Overflow =>
    [
        F(Fault.OvfNoscanNotRecorded, "ovf-noscan-not-recorded", "golang/go#9477, CL 3288",
            "newoverflow does not enter the bucket in extra.overflow",
            "Buckets without pointers are not scanned, so only that list keeps the chain: a collection frees it.", "G5 G3 G4 H3", FaultMode.Explore, 1),
        F(Fault.OvfIterNoHold, "ovf-iter-no-hold", "the comment at hiter, 1.23:165",
            "an iteration does not take the overflow lists with it",
            "A grow ends under a range, a collection frees the old chains, and the range goes on in them.", "G5 G4 H1", FaultMode.Explore, 2),
        F(Fault.OvfDropOldEarly, "ovf-drop-old-early", "runtime/map.go 1.23:1387",
            "hashGrow does not keep the old array's overflow buckets in oldoverflow",
            "A collection in the middle of a grow frees chains that are not evacuated yet.", "G5 G3 G4 H3", FaultMode.Explore, 2),
        F(Fault.OvfPromoteForgotten, "ovf-promote-forgotten", "the throw of golang/go#13462",
            "hashGrow leaves the old array's list in extra.overflow",
            "The list of the new array is mixed with the old one; the old one is never dropped.", "H3 throw G5 G10", FaultMode.Fuzz, 2),
        F(Fault.OvfSentinelMissing, "ovf-sentinel-missing", "runtime/map.go 1.23:394",
            "makeBucketArray does not mark the last spare bucket",
            "When the spare buckets are used up the map goes on behind its array.", "H3 G9", FaultMode.Fuzz, 2),
        F(Fault.OvfSentinelKept, "ovf-sentinel-kept", "runtime/map.go 1.23:252",
            "newoverflow does not take the mark off the last spare bucket",
            "A chain that ends in that bucket goes on at the start of the array: a circle.", "H3", FaultMode.Fuzz, 2),
        F(Fault.OvfReuseEvacuated, "ovf-reuse-evacuated", "the remark at 1.23:1259, golang/go#19992",
            "newoverflow takes evacuated overflow buckets of the old array again",
            "A range that walks the old chain meets the new entries of the reused bucket.", "H1 H3", FaultMode.Fuzz, 3),
        F(Fault.OvfTypeNoscan, "ovf-type-noscan", "golang/go#9477 class",
            "buckets are allocated as memory without pointers although elems have some",
            "What only the map points to is freed.", "G8 G3", FaultMode.Explore, 1),
    ];
}
