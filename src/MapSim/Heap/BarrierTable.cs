using System.Text;

namespace MapSim.Heap;

/// <summary>One row of the table of pointer writes.</summary>
/// <param name="Write">Its name in MapSim.</param>
/// <param name="Function">The Go function.</param>
/// <param name="Statement">What it writes.</param>
/// <param name="Go119">Lines of runtime/map.go in 1.19; another file is named.</param>
/// <param name="Go123">Lines in 1.23.</param>
/// <param name="Barrier">How it is barriered.</param>
/// <param name="Alone">Is leaving out this barrier alone a bug? Y yes; M only if an allocation can start a collection; E no, it is equivalent; - there is none.</param>
/// <param name="Why">Why it has this barrier, and what happens without.</param>
public sealed record BarrierRow(
    PointerWrite Write, string Function, string Statement, string Go119, string Go123, BarrierKind Barrier, string Alone, string Why);

/// <summary>
/// Every pointer write of the map implementation, its barrier and why: read off `go build -gcflags=runtime=-d=wb` and
/// `go tool objdump` of 1.19 and 1.23 (gc-and-barriers.md B). The machine asks it at each pointer store while barriers
/// are on; docs/WRITE-BARRIERS.md is printed from it.
/// </summary>
public static class BarrierTable
{
    private const string Fresh = "the new object is reachable only from a stack until this store";
    private const string Interior = "points into an array that is reachable anyway";
    private const string Copied = "the copied pointer was reachable in the heap before, and its removal there is shaded";
    private const string Kept = "the target was reachable when marking began or was shaded when it was stored";
    private const string Iterator = "nothing to lose on a stack, which is scanned; on the heap (reflect.MapIter) a black iterator would hide its bucket";

    /// <summary>The rows, in the order of <see cref="PointerWrite"/>.</summary>
    public static IReadOnlyList<BarrierRow> Rows { get; } =
    [
        new(PointerWrite.MakeBuckets, "makemap", "h.buckets = array", "329", "343", BarrierKind.Word, "M", Fresh),
        new(PointerWrite.MakeExtra, "makemap", "h.extra = new(mapextra)", "331", "345", BarrierKind.Word, "M", Fresh),
        new(PointerWrite.MakeNextOverflow, "makemap", "h.extra.nextOverflow = spare", "332", "346", BarrierKind.Word, "E", Interior),
        new(PointerWrite.StackBucket, "walkMakeMap (compiler)", "hv.buckets = &bv", "walk/builtin.go", "walk/builtin.go:336-350", BarrierKind.None, "-", "a stack slot: stacks are scanned, never barriered"),
        new(PointerWrite.Sentinel, "makeBucketArray", "last.setoverflow(buckets)", "385", "399", BarrierKind.Word, "E", "points to the array it lies in"),
        new(PointerWrite.ZeroBuckets, "makeBucketArray", "memclr of the old array (clear)", "371", "385", BarrierKind.BulkDeletion, "Y", "keys and elems may be held by a black stack only; an array without pointers needs none (memclrNoHeapPointers)"),
        new(PointerWrite.NextOverflow, "newoverflow", "h.extra.nextOverflow = next spare", "254", "247", BarrierKind.Word, "E", Interior),
        new(PointerWrite.NoNextOverflow, "newoverflow", "h.extra.nextOverflow = nil", "260", "253", BarrierKind.Word, "E", Interior),
        new(PointerWrite.SentinelReset, "newoverflow", "ovf.setoverflow(nil)", "259", "252", BarrierKind.Word, "E", Interior),
        new(PointerWrite.ListArray, "newoverflow", "*h.extra.overflow = append(...): array", "268", "261", BarrierKind.Word, "M", Fresh),
        new(PointerWrite.ListElement, "newoverflow", "*h.extra.overflow = append(...): element", "268", "261", BarrierKind.Word, "M", "the only pointer that the collector sees to an overflow bucket of a map without pointers"),
        new(PointerWrite.ListGrow, "growslice", "copy of the old array", "slice.go:294", "slice.go:280", BarrierKind.BulkSource, "E", "the old array is shaded when its pointer is overwritten"),
        new(PointerWrite.Link, "newoverflow", "b.setoverflow(ovf)", "270 (213)", "263 (206)", BarrierKind.Word, "M", Fresh + "; in a map without pointers the word is not scanned at all"),
        new(PointerWrite.CreateExtra, "createOverflow", "h.extra = new(mapextra)", "276", "269", BarrierKind.Word, "M", Fresh),
        new(PointerWrite.CreateList, "createOverflow", "h.extra.overflow = new([]*bmap)", "279", "272", BarrierKind.Word, "M", Fresh),
        new(PointerWrite.FirstBucket, "mapassign, fast variants", "h.buckets = newobject(bucket)", "604; fast32 110, 200; fast64 110, 200; faststr 221", "641; fast32 130, 229; fast64 130, 231; faststr 241", BarrierKind.Word, "M", Fresh),
        new(PointerWrite.KeyUpdate, "mapassign", "typedmemmove(k, key)", "641", "678", BarrierKind.Bulk, "Y", "the new key may be on a grey stack only, the old one on a black stack"),
        new(PointerWrite.KeyStorage, "mapassign", "*insertk = kmem", "673", "710", BarrierKind.Word, "M", Fresh),
        new(PointerWrite.ElemStorage, "mapassign", "*elem = vmem", "678", "715", BarrierKind.Word, "M", Fresh),
        new(PointerWrite.Key, "mapassign", "typedmemmove(insertk, key)", "680", "717", BarrierKind.Bulk, "Y", "the key may be on a grey stack only"),
        new(PointerWrite.FastKey, "mapassign_fast32, _fast64", "*insertk = key", "map_fast32.go, map_fast64.go", "map_fast64.go:190", BarrierKind.None, "-", "the key type has no pointers; with pointers this was golang/go#21297"),
        new(PointerWrite.FastPointerKey, "mapassign_fast32ptr, _fast64ptr", "*insertk = key", "map_fast64.go:260", "map_fast64.go:291, map_fast32.go:289", BarrierKind.Word, "Y", "the key may be on a grey stack only"),
        new(PointerWrite.StringKeyUpdate, "mapassign_faststr", "k.str = key.str", "map_faststr.go:261", "map_faststr.go:281", BarrierKind.Word, "Y", "the old data may be held by a black stack only"),
        new(PointerWrite.StringKey, "mapassign_faststr", "*insertk = key", "map_faststr.go:289", "map_faststr.go:309", BarrierKind.Word, "Y", "the key may be on a grey stack only"),
        new(PointerWrite.UserElem, "user code", "*elem = v after mapassign", "caller", "caller", BarrierKind.Bulk, "Y", "the most important one: the value may be on a grey stack only; hashWriting is clear by now"),
        new(PointerWrite.UserLoad, "user code", "v = m[key]", "caller", "caller", BarrierKind.None, "-", "a stack slot: stacks are scanned, never barriered"),
        new(PointerWrite.DeleteKeyStorage, "mapdelete", "*k = nil", "750", "796", BarrierKind.Word, "Y", "a black stack may hold the only other pointer"),
        new(PointerWrite.DeleteElemStorage, "mapdelete", "*e = nil", "756", "802", BarrierKind.Word, "Y", "a black stack may hold the only other pointer"),
        new(PointerWrite.DeleteKey, "mapdelete", "memclrHasPointers(k)", "752", "798", BarrierKind.BulkDeletion, "Y", "a black stack may hold the only other pointer"),
        new(PointerWrite.DeleteElem, "mapdelete, fast variants", "memclrHasPointers(e)", "758; fast 312, 314, 340", "804; fast 341, 345, 360", BarrierKind.BulkDeletion, "Y", "a black stack may hold the only other pointer; an elem without pointers needs none (memclrNoHeapPointers)"),
        new(PointerWrite.DeletePointerKey, "mapdelete_fast32, _fast64", "*k = nil", "map_fast64.go:305", "map_fast64.go:336", BarrierKind.Word, "Y", "a black stack may hold the only other pointer"),
        new(PointerWrite.DeleteStringKey, "mapdelete_faststr", "k.str = nil", "map_faststr.go:337", "map_faststr.go:357", BarrierKind.Word, "Y", "a black stack may hold the only other pointer"),
        new(PointerWrite.GrowOldBuckets, "hashGrow", "h.oldbuckets = array", "1060", "1158", BarrierKind.Word, "E", "the old array is grey, black or still reachable"),
        new(PointerWrite.GrowBuckets, "hashGrow", "h.buckets = new array", "1061", "1159", BarrierKind.Word, "M", Fresh),
        new(PointerWrite.GrowOldOverflow, "hashGrow", "h.extra.oldoverflow = h.extra.overflow", "1070", "1168", BarrierKind.Word, "E", Kept),
        new(PointerWrite.GrowOverflow, "hashGrow", "h.extra.overflow = nil", "1071", "1169", BarrierKind.Word, "E", Kept),
        new(PointerWrite.GrowExtra, "hashGrow", "h.extra = new(mapextra)", "1075", "1173", BarrierKind.Word, "M", Fresh),
        new(PointerWrite.GrowNextOverflow, "hashGrow", "h.extra.nextOverflow = spare", "1077", "1175", BarrierKind.Word, "E", Interior),
        new(PointerWrite.EvacuateKeyStorage, "evacuate", "*dst.k = k2", "1232", "1335", BarrierKind.Word, "E", Copied),
        new(PointerWrite.EvacuateElemStorage, "evacuate", "*dst.e = *e", "1237", "1340", BarrierKind.Word, "E", Copied),
        new(PointerWrite.EvacuateKey, "evacuate", "typedmemmove(dst.k, k)", "1234", "1337", BarrierKind.Bulk, "E", Copied),
        new(PointerWrite.EvacuateElem, "evacuate, fast variants", "typedmemmove(dst.e, e)", "1239; fast 438, 446, 461", "1342; fast 467, 477, 481", BarrierKind.Bulk, "E", Copied),
        new(PointerWrite.EvacuatePointerKey, "evacuate_fast32, _fast64", "*dst.k = *k, in a test of writeBarrier.enabled", "map_fast64.go:436", "map_fast64.go:467", BarrierKind.Word, "E", Copied),
        new(PointerWrite.EvacuateFastKey, "evacuate_fast32, _fast64", "raw copy of a uint32 or uint64", "map_fast64.go:443", "map_fast64.go:474, map_fast32.go", BarrierKind.None, "-", "no pointers, or barriers off: no safe-point between flag test and store"),
        new(PointerWrite.EvacuateStringKey, "evacuate_faststr", "*dst.k = *k", "map_faststr.go:459", "map_faststr.go:479", BarrierKind.Word, "E", Copied),
        new(PointerWrite.EvacuateClear, "evacuate, fast variants", "memclrHasPointers(old bucket)", "1257; fast 455, 463, 478", "1360; fast 484, 494, 498", BarrierKind.BulkDeletion, "E", "the copies are shaded (without both this is a bug), and the chain is nobody's any more, but a reader's that races"),
        new(PointerWrite.EndOldBuckets, "advanceEvacuationMark", "h.oldbuckets = nil", "1279", "1382", BarrierKind.Word, "E", "the old array is needed by iterators only, whose own stores have barriers"),
        new(PointerWrite.EndOldOverflow, "advanceEvacuationMark", "h.extra.oldoverflow = nil", "1284", "1387", BarrierKind.Word, "E", "as h.oldbuckets"),
        new(PointerWrite.IterType, "mapiterinit", "it.t = t", "821", "883", BarrierKind.Word, "E", "no heap address"),
        new(PointerWrite.IterH, "mapiterinit", "it.h = h", "829", "891", BarrierKind.Word, "Y", Iterator),
        new(PointerWrite.IterBuckets, "mapiterinit", "it.buckets = h.buckets", "833", "895", BarrierKind.Word, "Y", Iterator),
        new(PointerWrite.IterOverflow, "mapiterinit", "it.overflow = h.extra.overflow", "840", "902", BarrierKind.Word, "Y", Iterator),
        new(PointerWrite.IterOldOverflow, "mapiterinit", "it.oldoverflow = h.extra.oldoverflow", "841", "903", BarrierKind.Word, "Y", Iterator),
        new(PointerWrite.IterKey, "mapiternext", "it.key", "885, 959-981", "956, 1030-1052", BarrierKind.Word, "Y", Iterator),
        new(PointerWrite.IterElem, "mapiternext", "it.elem", "886, 959-981", "957, 1030-1052", BarrierKind.Word, "Y", Iterator),
        new(PointerWrite.IterBptr, "mapiternext", "it.bptr = b", "959-981", "1030-1052", BarrierKind.Word, "Y", Iterator),
        new(PointerWrite.ClearOldBuckets, "mapclear", "h.oldbuckets = nil", "1011", "1109", BarrierKind.Word, "E", Kept),
        new(PointerWrite.ClearExtra, "mapclear", "*h.extra = mapextra{}", "1022", "1120", BarrierKind.Word, "E", Kept),
        new(PointerWrite.ClearNextOverflow, "mapclear", "h.extra.nextOverflow = spare", "1032", "1130", BarrierKind.Word, "E", Interior),
        new(PointerWrite.CloneBucket, "mapclone2", "dst.buckets = newobject(bucket)", "-", "1700, 1707", BarrierKind.Word, "M", Fresh),
        new(PointerWrite.CloneWholeBucket, "mapclone2", "typedmemmove of the only bucket", "-", "1702", BarrierKind.Bulk, "E", "the source keeps its pointers"),
        new(PointerWrite.CloneKeyStorage, "moveToBmap", "*dstK = srcK", "-", "1657", BarrierKind.Word, "E", "the source keeps its pointers"),
        new(PointerWrite.CloneElemStorage, "moveToBmap", "*dstEle = eStore", "-", "1665", BarrierKind.Word, "E", "the source keeps its pointers"),
        new(PointerWrite.CloneKey, "moveToBmap", "typedmemmove of the key", "-", "1651, 1659", BarrierKind.Bulk, "E", "the source keeps its pointers"),
        new(PointerWrite.CloneElem, "moveToBmap", "typedmemmove of the elem", "-", "1664, 1667", BarrierKind.Bulk, "E", "the source keeps its pointers"),
    ];

    private static readonly bool[] Barriered = [.. Rows.Select(r => r.Barrier != BarrierKind.None)];

    /// <summary>True if a write has a barrier.</summary>
    public static bool HasBarrier(PointerWrite write) => Barriered[(int)write];

    /// <summary>The row of a write.</summary>
    public static BarrierRow Of(PointerWrite write) => Rows[(int)write];

    /// <summary>The table as a page of Markdown.</summary>
    public static string ToMarkdown()
    {
        var text = new StringBuilder("| write | Go function | statement | 1.19 | 1.23 | barrier | alone | why |\n|---|---|---|---|---|---|---|---|\n");
        foreach (BarrierRow r in Rows)
        {
            text.Append("| ").AppendJoin(" | ", r.Write, r.Function, '`' + r.Statement + '`', r.Go119, r.Go123, Words(r.Barrier), r.Alone, r.Why).Append(" |\n");
        }

        return text.ToString();
    }

    private static string Words(BarrierKind barrier) => barrier switch
    {
        BarrierKind.Word => "old and new pointer",
        BarrierKind.Bulk => "bulk: old and new pointers",
        BarrierKind.BulkDeletion => "bulk: old pointers",
        BarrierKind.BulkSource => "bulk: new pointers",
        _ => "none",
    };
}
