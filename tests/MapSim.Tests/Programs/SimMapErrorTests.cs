using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Programs;

public sealed class SimMapErrorTests
{
    public static TheoryData<string, GoValue, string> BadKeys => new()
    {
        { "map[string]int", 1, "map[string]int takes keys of type string, found the integer 1: expected a string, found '1'" },
        { "map[string]int", GoValue.Nil, "map[string]int takes keys of type string, found nil: expected a string, found 'nil'" },
        { "map[int8]int", 300, "map[int8]int takes keys of type int8, found the integer 300: expected an int8 (-128 to 127), found '300'" },
        { "map[uint]int", -1, "takes keys of type uint, found the integer -1: " },
        { "map[int]int", 1.0, "takes keys of type int, found the float 1.0: expected an int" },
        { "map[int]int", "x", "takes keys of type int, found the string \"x\": expected an int" },
        { "map[bool]int", 1, "takes keys of type bool, found the integer 1: expected true or false, found '1'" },
        { "map[float32]int", 1e300, "takes keys of type float32, found the float 1E+300: expected a float32, found '1E+300'" },
        { "map[float64]int", true, "takes keys of type float64, found the bool true: expected a float64, found 'true'" },
        { "map[*T]int", 0, "takes keys of type *T, found the integer 0: expected a pointer (&name or nil), found '0'" },
        { "map[*T]int", GoValue.Label("a b"), "takes keys of type *T, found the pointer &a b: expected the end of the value, found ' b'" },
        { "map[int]int", GoValue.Plain("$i"), "takes keys of type int, found $i: expected an int" },
        { "map[int]int", GoValue.Plain("1 # one"), "expected the end of the value, found ' # one'" },
        { "map[[2]byte]int", GoValue.Bytes([1, 2, 3]), "found bytes\"\\x01\\x02\\x03\": expected at most 2 bytes, found 3" },
        { "map[struct{ a int; b string }]int", GoValue.List(1, 2), "found the list {1, 2}: expected a string, found '2}'" },
        { "map[struct{ a int }]int", GoValue.List(1, 2), "found the list {1, 2}: expected '}' after the last value of struct{ a int }" },
        { "map[struct{ a int }]int", 1, "found the integer 1: expected a struct{ a int } like {}, found '1'" },
        { "map[interface{}]int", GoValue.List(1), "takes keys of type interface {}, found the list {1}: expected an interface value" },
        { "map[any]int", GoValue.Typed("int8", 1000), "found the interface value int8(1000): expected an int8 (-128 to 127), found '1000'" },
        { "map[any]int", GoValue.Typed("what", 1), "found the interface value what(1): expected a type of Go itself (a named one is written as what it is), found 'what'" },
        { "map[string]int", GoValue.Bytes(new byte[100]), "found bytes\"\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x...: expected" },
    };

    [Theory]
    [MemberData(nameof(BadKeys), DisableDiscoveryEnumeration = true)]
    public void A_value_that_is_none_of_its_type_is_refused_with_what_was_found_and_expected(string type, GoValue key, string message)
    {
        SimMap m = SimMapTests.Of(type);
        string before = m.Dump();
        foreach (Action operation in (Action[])[() => m.Assign(key, 1), () => m.TryGet(key, out _), () => m.Delete(key)])
        {
            var error = Assert.Throws<ArgumentException>(operation);
            Assert.Contains(message, error.Message, StringComparison.Ordinal);
            Assert.Equal("key", error.ParamName);
        }

        Assert.Equal(before, m.Dump());
    }

    [Fact]
    public void A_wrong_elem_is_refused_before_anything_is_done()
    {
        SimMap m = SimMapTests.Of("map[string]int");
        m.Assign("a", 1);
        int objects = m.Process.Session.Machine.Heap.LiveObjects().Count();
        var error = Assert.Throws<ArgumentException>(() => m.Assign("b", "c"));
        Assert.Equal("elem", error.ParamName);
        Assert.StartsWith("map[string]int takes elems of type int, found the string \"c\": expected an int (", error.Message, StringComparison.Ordinal);
        Assert.Equal((1, objects), (m.Count, m.Process.Session.Machine.Heap.LiveObjects().Count()));
        Assert.Throws<ArgumentNullException>("key", () => m.Assign(null!, 1));
        Assert.Throws<ArgumentNullException>("elem", () => m.Assign("b", (GoValue)null!));
        Assert.Throws<ArgumentNullException>("value", () => m.Assign("b", (string)null!));
    }

    [Fact]
    public void Types_and_options_that_make_no_map_are_refused()
    {
        Assert.Contains("expected a comparable key type", Assert.Throws<FormatException>(() => SimMapTests.Of("map[[]int]int")).Message, StringComparison.Ordinal);
        Assert.Contains("at most 16384 bytes", Assert.Throws<ArgumentException>(() => SimMapTests.Of("map[int][20000]byte")).Message, StringComparison.Ordinal);
        Assert.Contains("hash regime, found 99", Assert.Throws<ArgumentException>(() => new SimMap(MapType.Parse("map[int]int"), new() { Hash = (HashRegime)99 })).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>("type", () => new SimMap(null!));
    }

    [Fact]
    public void After_a_fatal_error_the_process_is_dead_and_its_maps_can_only_be_dumped()
    {
        SimMap m = SimMapTests.Of("map[int]int");
        m.Assign(1, 1);
        SimMap clone = m.Clone();
        using IEnumerator<KeyValuePair<GoValue, GoValue>> range = clone.Range().GetEnumerator();
        Assert.True(range.MoveNext());
        Machine machine = m.Process.Session.Machine;
        machine.Memory.Poke(m.Address + machine.L.Flags, [HmapFlags.HashWriting]);
        var fatal = Assert.Throws<GoFatalException>(() => m.Assign(2, 2));
        Assert.Equal(("concurrent map writes", Failure.ConcurrentWrites), (fatal.Message, fatal.Failure));
        foreach (Action operation in (Action[])[
            () => m.Assign(2, 2), () => clone.TryGet(1, out _), () => clone.Delete(1), clone.Clear, () => clone.Clone(), () => _ = clone.Count, () => range.MoveNext(),
            () => _ = clone.Range().Any()])
        {
            Assert.Equal("the simulated process has died: concurrent map writes", Assert.Throws<InvalidOperationException>(operation).Message);
        }

        Assert.Contains("# m: hmap", m.Dump(), StringComparison.Ordinal);
    }

    [Fact]
    public void Undefined_behaviour_is_fatal()
    {
        SimMap m = SimMapTests.Of("map[int]int");
        m.Assign(1, 1);
        Machine machine = m.Process.Session.Machine;
        machine.Memory.Poke(m.Address + machine.L.Buckets, [0, 0, 0, 0, 0x12, 0, 0, 0]);
        Assert.Equal(Failure.Unmapped, Assert.Throws<GoFatalException>(() => m.TryGet(1, out _)).Failure);
    }

    [Fact]
    public void No_memory_left_and_no_end_are_fatal()
    {
        SimMap m = SimMapTests.Of("map[int]int");
        var fatal = Assert.Throws<GoFatalException>(() => m.Process.Do(_ => throw new OutOfSimulatedMemoryException()));
        Assert.Equal("out of memory", fatal.Message);
        Assert.IsType<OutOfSimulatedMemoryException>(fatal.InnerException);
        Assert.Throws<InvalidOperationException>(() => m.Assign(1, 1));

        SimMap slow = SimMapTests.Of("map[int]int");
        slow.Process.Session.StepLimit = 3;
        Assert.Equal("the operation does not end", Assert.Throws<GoFatalException>(() => slow.Assign(1, 1)).Message);
    }

    [Fact]
    public void What_is_no_value_any_more_is_read_as_text()
    {
        SimMap m = SimMapTests.Of("map[int]string");
        m.Assign(1, "text");
        Machine machine = m.Process.Session.Machine;
        MapView view = new(machine.Memory, m.Type, m.Address);
        machine.Memory.Poke(view.Buckets + m.Type.ElemsOffset, [0, 0, 0, 0, 0x12, 0, 0, 0]);
        Assert.True(m.TryGet(1, out GoValue broken));
        Assert.Equal(ValueReader.Unreadable, broken.ToString());
        Assert.Contains("expected a string, found <not readable>", Assert.Throws<InvalidOperationException>(broken.AsString).Message, StringComparison.Ordinal);
    }
}
