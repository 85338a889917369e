namespace MapSim.Heap;

/// <summary>
/// Every statement of the map implementation (and of the user code around it) that may write a pointer, by name. What
/// barrier each has and why stands in <see cref="BarrierTable"/>; frames pass the name with each store.
/// </summary>
public enum PointerWrite : byte
{
    /// <summary>makemap: h.buckets.</summary>
    MakeBuckets,

    /// <summary>makemap: h.extra.</summary>
    MakeExtra,

    /// <summary>makemap: h.extra.nextOverflow.</summary>
    MakeNextOverflow,

    /// <summary>A map that does not escape: its bucket, beside it on the stack.</summary>
    StackBucket,

    /// <summary>makeBucketArray: the sentinel in the last spare bucket.</summary>
    Sentinel,

    /// <summary>makeBucketArray: an old array is zeroed (clear).</summary>
    ZeroBuckets,

    /// <summary>newoverflow: the next spare bucket.</summary>
    NextOverflow,

    /// <summary>newoverflow: there is no further spare bucket.</summary>
    NoNextOverflow,

    /// <summary>newoverflow: nil over the sentinel.</summary>
    SentinelReset,

    /// <summary>newoverflow: the array of the list of overflow buckets.</summary>
    ListArray,

    /// <summary>newoverflow: an element of the list.</summary>
    ListElement,

    /// <summary>growslice: the elements of the list in a bigger array.</summary>
    ListGrow,

    /// <summary>newoverflow: the link from the bucket before.</summary>
    Link,

    /// <summary>createOverflow: h.extra.</summary>
    CreateExtra,

    /// <summary>createOverflow: h.extra.overflow.</summary>
    CreateList,

    /// <summary>mapassign: the first bucket.</summary>
    FirstBucket,

    /// <summary>mapassign: an equal key is stored again.</summary>
    KeyUpdate,

    /// <summary>mapassign: pointer to the storage of an indirect key.</summary>
    KeyStorage,

    /// <summary>mapassign: pointer to the storage of an indirect elem.</summary>
    ElemStorage,

    /// <summary>mapassign: a new key.</summary>
    Key,

    /// <summary>mapassign_fast32, mapassign_fast64: a new key without pointers.</summary>
    FastKey,

    /// <summary>mapassign_fast32ptr, mapassign_fast64ptr: a new key that is a pointer.</summary>
    FastPointerKey,

    /// <summary>mapassign_faststr: the data pointer of an equal key.</summary>
    StringKeyUpdate,

    /// <summary>mapassign_faststr: the data pointer of a new key.</summary>
    StringKey,

    /// <summary>User code: the elem, after mapassign returned.</summary>
    UserElem,

    /// <summary>User code: an elem is copied out of the map into a variable on the stack.</summary>
    UserLoad,

    /// <summary>mapdelete: nil over the pointer to an indirect key.</summary>
    DeleteKeyStorage,

    /// <summary>mapdelete: nil over the pointer to an indirect elem.</summary>
    DeleteElemStorage,

    /// <summary>mapdelete: the key is cleared.</summary>
    DeleteKey,

    /// <summary>mapdelete and its fast variants: the elem is cleared.</summary>
    DeleteElem,

    /// <summary>mapdelete_fast32, mapdelete_fast64: nil over a pointer key.</summary>
    DeletePointerKey,

    /// <summary>mapdelete_faststr: nil over the data pointer.</summary>
    DeleteStringKey,

    /// <summary>hashGrow: h.oldbuckets.</summary>
    GrowOldBuckets,

    /// <summary>hashGrow: h.buckets.</summary>
    GrowBuckets,

    /// <summary>hashGrow: h.extra.oldoverflow.</summary>
    GrowOldOverflow,

    /// <summary>hashGrow: nil to h.extra.overflow.</summary>
    GrowOverflow,

    /// <summary>hashGrow: h.extra.</summary>
    GrowExtra,

    /// <summary>hashGrow: h.extra.nextOverflow.</summary>
    GrowNextOverflow,

    /// <summary>evacuate: pointer to an indirect key.</summary>
    EvacuateKeyStorage,

    /// <summary>evacuate: pointer to an indirect elem.</summary>
    EvacuateElemStorage,

    /// <summary>evacuate: key.</summary>
    EvacuateKey,

    /// <summary>evacuate and its fast variants: elem.</summary>
    EvacuateElem,

    /// <summary>evacuate_fast32, evacuate_fast64: key that is a pointer.</summary>
    EvacuatePointerKey,

    /// <summary>evacuate_fast32, evacuate_fast64: key without pointers.</summary>
    EvacuateFastKey,

    /// <summary>evacuate_faststr: string.</summary>
    EvacuateStringKey,

    /// <summary>evacuate and its fast variants: the old bucket is cleared.</summary>
    EvacuateClear,

    /// <summary>advanceEvacuationMark: nil to h.oldbuckets.</summary>
    EndOldBuckets,

    /// <summary>advanceEvacuationMark: nil to h.extra.oldoverflow.</summary>
    EndOldOverflow,

    /// <summary>mapiterinit: it.t.</summary>
    IterType,

    /// <summary>mapiterinit: it.h.</summary>
    IterH,

    /// <summary>mapiterinit: it.buckets.</summary>
    IterBuckets,

    /// <summary>mapiterinit: it.overflow.</summary>
    IterOverflow,

    /// <summary>mapiterinit: it.oldoverflow.</summary>
    IterOldOverflow,

    /// <summary>mapiternext: it.key.</summary>
    IterKey,

    /// <summary>mapiternext: it.elem.</summary>
    IterElem,

    /// <summary>mapiternext: it.bptr.</summary>
    IterBptr,

    /// <summary>mapclear: nil to h.oldbuckets.</summary>
    ClearOldBuckets,

    /// <summary>mapclear: the mapextra is emptied.</summary>
    ClearExtra,

    /// <summary>mapclear: h.extra.nextOverflow.</summary>
    ClearNextOverflow,

    /// <summary>mapclone2: h.buckets of the copy.</summary>
    CloneBucket,

    /// <summary>mapclone2: a single bucket is copied as it is.</summary>
    CloneWholeBucket,

    /// <summary>moveToBmap: pointer to an indirect key.</summary>
    CloneKeyStorage,

    /// <summary>moveToBmap: pointer to an indirect elem.</summary>
    CloneElemStorage,

    /// <summary>moveToBmap: key.</summary>
    CloneKey,

    /// <summary>moveToBmap: elem.</summary>
    CloneElem,
}

/// <summary>How a pointer write is barriered.</summary>
public enum BarrierKind : byte
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>The compiler's barrier around one pointer store: old and new pointer.</summary>
    Word,

    /// <summary>Before a bulk copy: old and new pointer of each pointer word of the destination.</summary>
    Bulk,

    /// <summary>Before bulk clearing: the old pointers.</summary>
    BulkDeletion,

    /// <summary>Before a bulk copy into fresh memory: the new pointers.</summary>
    BulkSource,
}
