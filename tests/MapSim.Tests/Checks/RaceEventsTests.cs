using MapSim.Checks;
using MapSim.Layout;
using MapSim.Memory;
using Xunit;

namespace MapSim.Tests.Checks;

/// <summary>What the -race build is told about maps, and what follows from it.</summary>
public sealed class RaceEventsTests
{
    private static readonly Addr Map = new(0xc000010000);
    private static readonly Addr Key = new(0xc000020000);
    private static readonly Addr Elem = new(0xc000030000);

    [Fact]
    public void The_table_is_that_of_the_design()
    {
        // gc-and-barriers.md D1, row by row.
        string[] expected =
        [
            "m[k] read, v,ok=: read of the hmap; generic: read of the key object",
            "Lookup.Map Read", "Lookup.KeyObject Read generic",
            "m[k]=v, op=, delete, clear: write of the hmap; generic: key read; caller: write of the elem",
            "Assign.Map Write", "Assign.KeyObject Read generic", "Delete.Map Write", "Delete.KeyObject Read generic", "Clear.Map Write", "StoreElem.Elem Write",
            "m[k] use of result: caller reads the elem",
            "LoadElem.Elem Read",
            "range: mapiterinit and each mapiternext read the hmap; caller reads key and elem slots",
            "IterInit.Map Read", "IterNext.Map Read", "LoadRangeKey.KeySlot Read", "LoadRangeElem.Elem Read",
            "len(m): read of the hmap",
            "Len.Map Read",
            "maps.Clone: nothing",
        ];
        Assert.Equal(
            expected.Where(e => !e.Contains(':', StringComparison.Ordinal)).Order(StringComparer.Ordinal),
            RaceEvents.Table.Select(r => $"{r.Site} {r.Kind}{(r.GenericOnly ? " generic" : "")}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_pair_of_operations_races_as_go_1_23_5_says()
    {
        // Reports of a -race build: two goroutines, different keys, nothing orders them; the same for an empty map, the
        // loop over which takes no step.
        const string Measured = """
                     Lookup Assign Delete Clear Range Len Clone
            Lookup   0      1      1      1     0     0   0
            Assign   1      1      1      1     1     1   0
            Delete   1      1      1      1     1     1   0
            Clear    1      1      1      1     1     1   0
            Range    0      1      1      1     0     0   0
            Len      0      1      1      1     0     0   0
            Clone    0      0      0      0     0     0   0
            """;
        string[][] lines = [.. Measured.Split('\n').Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
        for (int row = 1; row < lines.Length; row++)
        {
            for (int column = 1; column < lines[row].Length; column++)
            {
                var d = new RaceDetector();
                Do(d, 1, lines[row][0], Elem);
                Do(d, 2, lines[0][column - 1], Elem + 8);
                Assert.True((lines[row][column] == "1") == d.Races.Count > 0, $"{lines[row][0]} || {lines[0][column - 1]}: {string.Join(' ', d.Races)}");
            }
        }
    }

    [Fact]
    public void Different_keys_race_because_the_header_stands_for_the_whole_map()
    {
        var d = new RaceDetector();
        Emit(d, 1, RaceOperation.Assign, "map[uint64]uint64", key: Key);
        Emit(d, 1, RaceOperation.StoreElem, "map[uint64]uint64", elem: Elem);
        Emit(d, 2, RaceOperation.Lookup, "map[uint64]uint64", key: Key + 64);
        Emit(d, 2, RaceOperation.LoadElem, "map[uint64]uint64", elem: Elem + 8);
        Race race = Assert.Single(d.Races);
        Assert.Equal((Map, "Assign.Map write | Lookup.Map read"), (race.Address, race.Pair));
        Emit(d, 2, RaceOperation.Lookup, "map[uint64]uint64", map: Map + 48);
        Assert.Single(d.Races);
    }

    [Fact]
    public void An_elem_store_after_an_assignment_races_with_a_lookups_load_of_that_elem()
    {
        var d = new RaceDetector();
        Emit(d, 1, RaceOperation.Assign, "map[uint64]uint64");
        Emit(d, 2, RaceOperation.Lookup, "map[uint64]uint64");
        Emit(d, 1, RaceOperation.StoreElem, "map[uint64]uint64", elem: Elem);
        Emit(d, 2, RaceOperation.LoadElem, "map[uint64]uint64", elem: Elem);
        Assert.Equal(["Assign.Map write | Lookup.Map read", "LoadElem.Elem read | StoreElem.Elem write"], d.Races.Select(r => r.Pair));
    }

    [Fact]
    public void A_write_that_a_lock_orders_before_a_read_is_no_race()
    {
        var d = new RaceDetector();
        foreach ((int g, string operation) in new[] { (1, "Assign"), (2, "Range"), (1, "Clear"), (2, "Lookup"), (1, "Delete") })
        {
            d.Acquire(g, 1);
            Do(d, g, operation, Elem);
            d.Release(g, 1);
        }

        Assert.Empty(d.Races);
    }

    [Fact]
    public void A_clone_beside_a_write_is_not_seen()
    {
        var d = new RaceDetector();
        Emit(d, 1, RaceOperation.Clone, "map[string]int");
        Emit(d, 2, RaceOperation.Assign, "map[string]int");
        Emit(d, 3, RaceOperation.Clone, "map[string]int");
        Assert.Empty(d.Races);
    }

    [Fact]
    public void A_nil_map_reports_nothing_not_even_its_key()
    {
        foreach (RaceOperation operation in Enum.GetValues<RaceOperation>())
        {
            Addr? none = default(Addr); // a nil map has no slots
            bool isCall = operation < RaceOperation.LoadElem;
            Assert.Equal("", Bytes(operation, "map[[4]int]int", map: none, key: isCall ? Key : none, elem: none));
        }
    }

    [Theory]
    [InlineData("map[[4]int]int", "key+32")]
    [InlineData("map[struct{ a int64; b string }]int", "key+24")]
    [InlineData("map[struct{ a int16 }]int", "key+2")]
    [InlineData("map[float64]int", "key+1")]
    [InlineData("map[any]int", "key+1")]
    [InlineData("map[string][200]byte", "key+1")]
    [InlineData("map[struct{}]int", "")]
    [InlineData("map[uint32]int", "")]
    [InlineData("map[uint64]int", "")]
    [InlineData("map[*int]int", "")]
    [InlineData("map[string]int", "")]
    public void Generic_functions_read_the_key_object_and_fast_ones_do_not(string type, string key)
    {
        foreach (RaceOperation operation in (RaceOperation[])[RaceOperation.Lookup, RaceOperation.Assign, RaceOperation.Delete])
        {
            Assert.Equal(key.Length == 0 ? "map+1" : $"map+1 {key}", Bytes(operation, type));
        }

        Assert.Equal("map+1", Bytes(RaceOperation.Clear, type));
        Assert.Equal("map+1", Bytes(RaceOperation.IterInit, type));
    }

    [Fact]
    public void Forced_to_the_generic_functions_a_fast_type_reads_its_key_too()
    {
        Assert.Equal("map+1 key+1", Bytes(RaceOperation.Lookup, "map[uint64]int", variant: MapVariant.Generic));
    }

    [Theory]
    [InlineData("uint64", 1)]
    [InlineData("string", 1)]
    [InlineData("any", 1)]
    [InlineData("struct{ a int64 }", 1)]
    [InlineData("[1]string", 1)]
    [InlineData("struct{ a int64; b int64 }", 16)]
    [InlineData("[4]byte", 4)]
    [InlineData("[160]byte", 160)]
    [InlineData("struct{}", 0)]
    public void Compiled_code_reports_all_of_an_elem_with_several_components_else_its_first_byte(string elem, int size)
    {
        // As compiled with -race by 1.19 and 1.23: raceread or racereadrange behind each mapaccess.
        string expected = size == 0 ? "" : $"elem+{size}";
        Assert.Equal(expected, Bytes(RaceOperation.LoadElem, $"map[uint64]{elem}"));
        Assert.Equal(expected, Bytes(RaceOperation.StoreElem, $"map[uint64]{elem}"));
        Assert.Equal(expected, Bytes(RaceOperation.LoadRangeElem, $"map[uint64]{elem}"));
        Assert.Equal(size == 0 ? "" : $"key+{size}", Bytes(RaceOperation.LoadRangeKey, $"map[{elem}]int"));
    }

    [Fact]
    public void An_absent_key_and_an_ended_loop_load_nothing()
    {
        Assert.Equal("", Bytes(RaceOperation.LoadElem, "map[uint64]int", elem: default(Addr)));
        Assert.Equal("", Bytes(RaceOperation.LoadRangeKey, "map[uint64]int", key: default(Addr)));
    }

    [Fact]
    public void A_shared_key_object_written_while_a_lookup_reads_it_is_a_race()
    {
        var d = new RaceDetector();
        Emit(d, 1, RaceOperation.Lookup, "map[[4]int]int", key: Key);
        d.Write(2, Key + 24, 8, new RaceEvent("key = ...", 2));
        Assert.Equal("Lookup.KeyObject read | key = ... write", Assert.Single(d.Races).Pair);
    }

    [Fact]
    public void Nothing_is_emitted_when_every_access_counts()
    {
        var d = new RaceDetector(RaceMode.EveryAccess);
        Do(d, 1, "Assign", Elem);
        Do(d, 2, "Assign", Elem);
        Assert.Empty(d.Races);
    }

    /// <summary>An operation with what compiled code does around it, on the map of uint64 to uint64.</summary>
    private static void Do(RaceDetector d, int g, string operation, Addr elem)
    {
        const string Type = "map[uint64]uint64";
        if (operation == "Range")
        {
            Emit(d, g, RaceOperation.IterInit, Type);
            Emit(d, g, RaceOperation.LoadRangeKey, Type, key: Key);
            Emit(d, g, RaceOperation.LoadRangeElem, Type, elem: elem);
            Emit(d, g, RaceOperation.IterNext, Type);
            return;
        }

        Emit(d, g, Enum.Parse<RaceOperation>(operation), Type);
        if (operation is "Lookup" or "Assign")
        {
            Emit(d, g, operation == "Lookup" ? RaceOperation.LoadElem : RaceOperation.StoreElem, Type, elem: elem);
        }
    }

    private static void Emit(RaceDetector d, int g, RaceOperation operation, string type, Addr? map = null, Addr key = default, Addr elem = default)
    {
        MapType t = MapType.Parse(type, Arch.Amd64);
        RaceEvents.Emit(d, g, 1, new MapCall(operation, t, t.Variant, map ?? Map, key, elem));
    }

    /// <summary>The events of an operation as "map+1 key+8": found with a second goroutine that writes everywhere.</summary>
    private static string Bytes(RaceOperation operation, string type, Addr? map = null, Addr? key = null, Addr? elem = null, MapVariant? variant = null)
    {
        MapType t = MapType.Parse(type, Arch.Amd64);
        var d = new RaceDetector();
        RaceEvents.Emit(d, 1, 1, new MapCall(operation, t, variant ?? t.Variant, map ?? Map, key ?? Key, elem ?? Elem));
        d.Write(2, Map, 300, new RaceEvent("map", 2));
        d.Write(2, Key, 300, new RaceEvent("key", 2));
        d.Write(2, Elem, 300, new RaceEvent("elem", 2));
        return string.Join(' ', d.Races.Select(r => $"{r.Second.What.Site}+{r.First.Size}"));
    }
}
