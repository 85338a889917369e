using System.Text.RegularExpressions;
using MapSim.Faults;
using MapSim.Heap;
using Xunit;

namespace MapSim.Tests.Heaps;

/// <summary>
/// The table of pointer writes against the one that was read off real toolchains (tests/data/design/table-b.md, a copy
/// of gc-and-barriers.md B), and docs/WRITE-BARRIERS.md against the table.
/// </summary>
public sealed partial class BarrierTableTests
{
    /// <summary>For each row of table B, by the words its statement begins with: the writes that stand for it.</summary>
    private static readonly (string Row, PointerWrite[] Writes)[] Rows =
    [
        ("makemap: h.buckets", [PointerWrite.MakeBuckets]),
        ("makemap: h.extra", [PointerWrite.MakeExtra, PointerWrite.MakeNextOverflow]),
        ("compiler walkMakeMap", [PointerWrite.StackBucket]),
        ("makeBucketArray(dirtyalloc): memclrHasPointers", [PointerWrite.ZeroBuckets]),
        ("makeBucketArray: last.setoverflow", [PointerWrite.Sentinel]),
        ("newoverflow: extra.nextOverflow", [PointerWrite.NextOverflow, PointerWrite.NoNextOverflow]),
        ("newoverflow: ovf.setoverflow(nil)", [PointerWrite.SentinelReset]),
        ("newoverflow: *extra.overflow", [PointerWrite.ListArray, PointerWrite.ListElement, PointerWrite.ListGrow]),
        ("newoverflow: b.setoverflow", [PointerWrite.Link]),
        ("createOverflow", [PointerWrite.CreateExtra, PointerWrite.CreateList]),
        ("mapassign*: h.buckets", [PointerWrite.FirstBucket]),
        ("mapassign: key update", [PointerWrite.KeyUpdate]),
        ("mapassign: *insertk = kmem", [PointerWrite.KeyStorage, PointerWrite.ElemStorage]),
        ("mapassign: new key", [PointerWrite.Key]),
        ("mapassign_fast32/64: key store", [PointerWrite.FastKey]),
        ("mapassign_fast64ptr", [PointerWrite.FastPointerKey]),
        ("mapassign_faststr: k.str", [PointerWrite.StringKeyUpdate]),
        ("mapassign_faststr: *insertk", [PointerWrite.StringKey]),
        ("**user code**", [PointerWrite.UserElem]),
        ("mapdelete: *k=nil", [PointerWrite.DeleteKeyStorage, PointerWrite.DeleteElemStorage]),
        ("mapdelete: memclrHasPointers", [PointerWrite.DeleteKey, PointerWrite.DeleteElem]),
        ("mapdelete_fast64: *k=nil", [PointerWrite.DeletePointerKey, PointerWrite.DeleteStringKey]),
        ("mapdelete_fast32/64/str: memclrHasPointers", [PointerWrite.DeleteElem]),
        ("hashGrow: h.oldbuckets", [PointerWrite.GrowOldBuckets, PointerWrite.GrowBuckets]),
        ("hashGrow: extra.oldoverflow", [PointerWrite.GrowOldOverflow, PointerWrite.GrowOverflow, PointerWrite.GrowExtra, PointerWrite.GrowNextOverflow]),
        ("evacuate: *dst.k=k2", [PointerWrite.EvacuateKeyStorage, PointerWrite.EvacuateElemStorage]),
        ("evacuate*: typedmemmove", [PointerWrite.EvacuateKey, PointerWrite.EvacuateElem]),
        ("evacuate_fast64: pointer key copy", [PointerWrite.EvacuatePointerKey]),
        ("evacuate_fast64: raw", [PointerWrite.EvacuateFastKey]),
        ("evacuate_fast32", [PointerWrite.EvacuateFastKey]),
        ("evacuate_faststr", [PointerWrite.EvacuateStringKey]),
        ("evacuate*: memclrHasPointers", [PointerWrite.EvacuateClear]),
        ("advanceEvacuationMark", [PointerWrite.EndOldBuckets, PointerWrite.EndOldOverflow]),
        ("mapiterinit:", [PointerWrite.IterType, PointerWrite.IterH, PointerWrite.IterBuckets, PointerWrite.IterOverflow, PointerWrite.IterOldOverflow]),
        ("mapiternext:", [PointerWrite.IterKey, PointerWrite.IterElem, PointerWrite.IterBptr]),
        ("mapclear:", [PointerWrite.ClearOldBuckets, PointerWrite.ClearExtra, PointerWrite.ClearNextOverflow]),
        ("mapclone2/moveToBmap: dst.buckets", [PointerWrite.CloneBucket]),
        ("moveToBmap: *dstK", [PointerWrite.CloneKeyStorage, PointerWrite.CloneElemStorage, PointerWrite.CloneKey, PointerWrite.CloneElem, PointerWrite.CloneWholeBucket]),
    ];

    /// <summary>Rows of table B that no write of the simulator stands for, and why.</summary>
    private static readonly (string Row, string Why)[] NotWritten =
    [
        ("makemap_small", "writes no pointer"),
        ("makeBucketArray: newarray zeroing", "the allocator hands out zeroed memory"),
        ("makeBucketArray(dirtyalloc): memclrNoHeapPointers", "ZeroBuckets, which needs no barrier in memory without pointers"),
        ("mapdelete: memclrNoHeapPointers", "DeleteElem, which needs no barrier in memory without pointers"),
        ("evacuate: xy[]", "frame words"),
        ("compiler zeroing of hiter", "the driver zeroes it"),
        ("tophash[]", "no pointers"),
    ];

    [Fact]
    public void Every_row_of_table_B_has_its_writes_and_every_write_a_row()
    {
        List<string[]> table = TableB();
        Assert.InRange(table.Count, 45, 60);
        foreach (string[] row in table)
        {
            int known = Rows.Count(r => row[0].StartsWith(r.Row, StringComparison.Ordinal)) + NotWritten.Count(r => row[0].StartsWith(r.Row, StringComparison.Ordinal));
            Assert.True(known == 1, $"row '{row[0]}' of table B is covered {known} times");
        }

        var missing = Enum.GetValues<PointerWrite>().Except(Rows.SelectMany(r => r.Writes)).Except([PointerWrite.UserLoad]);
        Assert.Empty(missing);
    }

    [Fact]
    public void Every_write_has_the_barrier_that_table_B_says()
    {
        foreach (string[] row in TableB())
        {
            foreach ((string name, PointerWrite[] writes) in Rows.Where(r => row[0].StartsWith(r.Row, StringComparison.Ordinal)))
            {
                bool none = row[3].Contains("none", StringComparison.Ordinal), bulk = row[3].Contains("bulk", StringComparison.OrdinalIgnoreCase);
                bool word = row[3].Contains("WB", StringComparison.Ordinal);
                Assert.True(none || bulk || word, $"{name}: {row[3]}");
                foreach (PointerWrite write in writes)
                {
                    BarrierKind kind = BarrierTable.Of(write).Barrier;
                    Assert.True(none == (kind == BarrierKind.None), $"{write}: {kind}, table B: {row[3]}");
                    Assert.True(kind != BarrierKind.Word || word, $"{write}: {kind}, table B: {row[3]}");
                    Assert.True(kind is BarrierKind.None or BarrierKind.Word || bulk || write == PointerWrite.UserElem, $"{write}: {kind}, table B: {row[3]}");
                }
            }
        }
    }

    [Fact]
    public void Every_write_gives_the_lines_that_table_B_gives()
    {
        List<string[]> table = TableB();
        foreach (BarrierRow write in BarrierTable.Rows.Where(w => w.Write != PointerWrite.UserLoad))
        {
            var lines = Rows.Where(r => r.Writes.Contains(write.Write))
                .SelectMany(r => table.Where(t => t[0].StartsWith(r.Row, StringComparison.Ordinal)))
                .SelectMany(t => Number().Matches(t[1] + " " + t[2] + " " + t[3]).Select(m => m.Value)).ToHashSet();
            foreach (Match number in Number().Matches(write.Go119 + " " + write.Go123))
            {
                Assert.True(lines.Contains(number.Value), $"{write.Write}: line {number.Value} is not in its row of table B");
            }
        }
    }

    [Fact]
    public void The_rows_stand_in_the_order_of_their_names()
    {
        Assert.Equal(Enum.GetValues<PointerWrite>(), BarrierTable.Rows.Select(r => r.Write));
        Assert.All(BarrierTable.Rows, r => Assert.Contains(r.Alone, new[] { "Y", "M", "E", "-" }));
        Assert.All(BarrierTable.Rows, r => Assert.Equal(r.Barrier == BarrierKind.None, r.Alone == "-"));
    }

    [Fact]
    public void A_fault_leaves_out_only_barriers_that_there_are_and_both_halves_of_a_move_when_it_says_both()
    {
        Assert.All(SkippedBarriers.Rows, r => Assert.All(r.Writes, w => Assert.True(BarrierTable.HasBarrier(w), $"{r.Fault}: {w}")));
        IReadOnlyList<PointerWrite> Of(Fault fault) => SkippedBarriers.Rows.Single(r => r.Fault == fault).Writes;
        Assert.Equal([.. Of(Fault.WbSkipEvacCopy), .. Of(Fault.WbSkipEvacClear)], Of(Fault.WbSkipEvacBoth));
        Assert.Equal(BarrierTable.Rows.Select(r => BarrierTable.HasBarrier(r.Write)), SkippedBarriers.Barriers(ModelChanges.None));
    }

    [Fact]
    public void The_page_is_printed_from_the_table()
    {
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "WRITE-BARRIERS.md")).ReplaceLineEndings("\n");
        Assert.All([BarrierTable.ToMarkdown(), SkippedBarriers.ToMarkdown()], printed =>
            Assert.True(page.Contains(printed, StringComparison.Ordinal), "docs/WRITE-BARRIERS.md must contain:\n" + printed));
    }

    [GeneratedRegex(@"\d{3,4}")]
    private static partial Regex Number();

    private static List<string[]> TableB() =>
        [.. File.ReadLines(Path.Combine(Repository.Root, "tests", "data", "design", "table-b.md"))
            .Where(l => l.StartsWith("| ", StringComparison.Ordinal) && !l.StartsWith("| function", StringComparison.Ordinal))
            .Select(l => l.Trim('|', ' ').Split(" | "))];
}
