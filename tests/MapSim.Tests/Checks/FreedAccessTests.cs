using MapSim.Checks;
using MapSim.Gc;
using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Checks;

/// <summary>G4: a use after free is explained with the chain of pointers that led there.</summary>
public sealed class FreedAccessTests
{
    [Fact]
    public void A_dangling_chain_is_told_from_the_root_to_the_link_that_the_collector_does_not_see()
    {
        (MapSession s, MapView map) = ChainCoverageTests.NinthColliding();
        s.Machine.Memory.Poke(map.Slice(map.ExtraOverflow).Array, Sessions.U64(0));
        s.Collect();
        Assert.Equal(Failure.UseAfterFree, s.Lookup(0, map.Address, Sessions.U64(16), out _).Failure);
        FreedAccess found = Explain(s)!;
        Assert.Equal(ObjectKind.OverflowBucket, found.Object.Kind);
        
        // mapaccess_fast64 looks at the key before the tophash.
        Assert.Equal((8, "overflow bucket, key slot 0"), (found.Offset, found.Field));
        Assert.Equal(("map[uint64]uint64", map.Address), (found.MapType!.Text, found.History.Owner));
        Assert.Equal(
            ["hmap.buckets -> bucket array", "bucket 0, overflow word -> freed overflow bucket"],
            found.Chain.Skip(1).Select(l => $"{l.From} -> {l.To}"));
        Assert.Equal([true, true, false], found.Chain.Select(l => l.Seen));
        Assert.Contains(found.Stack, w => w.Contains("MapAccess", StringComparison.Ordinal));
        Assert.Equal((1u, 1), (found.History.FreedCycle, (int)found.History.FreedBy == 0 ? 1 : (int)found.History.FreedBy));
        TestContext.Current.SendDiagnosticMessage(found.ToString());
    }

    [Fact]
    public void A_freed_array_is_told_with_the_field_of_the_header_and_one_on_the_stack_with_the_name_of_its_variable()
    {
        MapSession s = Sessions.Of("map[uint64]uint64");
        s.UseCollector(new GcOptions());
        Addr map = s.Make(0, Map.MakeForm.Stack);
        for (ulong i = 0; i < 60; i++)
        {
            s.Assign(0, map, Sessions.U64(i), Sessions.U64(i));
        }

        Addr array = Sessions.View(s, map).Buckets;
        s.Machine.Heap.Free(array);
        Assert.Equal(Failure.UseAfterFree, s.Lookup(0, map, Sessions.U64(16), out _).Failure);
        FreedAccess found = Explain(s)!;
        Assert.Equal((ObjectKind.BucketArray, array), (found.Object.Kind, found.Object.Start));
        Assert.Contains("(hmap.buckets)", Assert.Single(found.Stack, w => w.Contains("variable", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.StartsWith("bucket ", found.Field, StringComparison.Ordinal);
        Assert.EndsWith("key slot 0", found.Field, StringComparison.Ordinal);
    }

    [Fact]
    public void A_freed_bucket_under_an_iterator_on_the_heap_is_told_with_the_iterators_field()
    {
        MapSession s = Sessions.Of("map[uint64]uint64");
        s.UseCollector(new GcOptions());
        Addr map = Sessions.Filled(s, 60), it = s.NewIterator();
        s.IterInit(0, map, it);
        s.Machine.Heap.Free(Sessions.View(s, map).Buckets);
        Assert.Equal(Failure.UseAfterFree, s.IterNext(it).Failure);
        FreedAccess found = Explain(s)!;
        Assert.Contains(found.Chain[^1].From, new[] { "hiter.key", "hiter.elem", "hiter.buckets", "hiter.bptr" });
        Assert.Contains("MapIterNext", found.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_place_is_where_the_access_was_made_and_not_where_the_frame_went_with_what_it_got()
    {
        // A failed load of count gives 0, and a lookup in an empty map returns at once.
        MapSession s = Sessions.Of("map[string]string");
        s.UseCollector(new GcOptions());
        Addr map = s.Make(0);
        s.Assign(0, map, Sessions.Str(s, "k"), Sessions.Str(s, "v"));
        s.BeginLookup(0, map, Sessions.Str(s, "k"));
        s.Machine.Heap.Free(map);
        s.Machine.Run();
        FreedAccess found = Explain(s)!;
        Assert.Equal("MapAccess.LoadCount", found.Site.Stack[0]);
        Assert.Equal("hmap.count", found.Field);
        Assert.StartsWith("goroutine 0, MapAccess, word 0", found.Stack[0], StringComparison.Ordinal);
    }

    [Fact]
    public void There_is_nothing_to_tell_without_a_fault_after_another_one_and_after_a_collection_of_a_sound_map()
    {
        (MapSession s, MapView map) = ChainCoverageTests.NinthColliding();
        Assert.Null(Explain(s));
        s.Collect();
        Assert.True(s.Lookup(0, map.Address, Sessions.U64(16), out bool found).IsOk && found);
        Assert.Null(Explain(s));
        s.Machine.Memory.Poke(map.Address + s.Machine.L.Buckets, Sessions.U64(0xC000_1234_0000));
        Assert.False(s.Lookup(0, map.Address, Sessions.U64(16), out _).IsOk);
        Assert.Null(Explain(s));
    }

    private static FreedAccess? Explain(MapSession s)
    {
        Fingerprint before = s.Machine.StateHash;
        FreedAccess? found = FreedAccess.Of(s.Machine);
        string text = found?.ToString() ?? "";
        Assert.Equal(text, FreedAccess.Of(s.Machine)?.ToString() ?? "");
        Assert.Equal(before, s.Machine.StateHash);
        Assert.Equal((MemoryFaultKind.None, 0), (s.Machine.Memory.Fault.Kind, s.Machine.Memory.Accesses));
        return found;
    }
}
