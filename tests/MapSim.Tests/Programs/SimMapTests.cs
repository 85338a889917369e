using MapSim.Layout;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Programs;

public sealed class SimMapTests
{
    public static TheoryData<string> Versions => new("1.19", "1.21", "1.22", "1.23");

    [Theory]
    [MemberData(nameof(Versions))]
    public void A_map_is_assigned_looked_up_deleted_and_cleared(string version)
    {
        SimMap m = Of("map[string]int", version);
        for (int i = 0; i < 100; i++)
        {
            m.Assign($"k{i}", i);
            m.Assign($"k{i}", 10 * i);
        }

        Assert.Equal((100, false, version), (m.Count, m.IsNil, m.Version.Name));
        Assert.True(m.TryGet("k7", out GoValue seven));
        Assert.Equal((70, "70"), (seven.AsInt64(), seven.ToString()));
        m.Delete("k7");
        m.Delete("never there");
        Assert.False(m.TryGet("k7", out GoValue absent));
        Assert.Equal((99, 0), (m.Count, absent.AsInt64()));
        m.Clear();
        Assert.Equal((0, false), (m.Count, m.TryGet("k8", out _)));
        m.Assign("", -1);
        Assert.Equal("\"\"=-1", Entries(m));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void Every_NaN_is_an_entry_of_its_own_and_both_zeros_are_one_key(string version)
    {
        SimMap m = Of("map[float64]string", version);
        m.Assign(double.NaN, "a");
        m.Assign(double.NaN, "b");
        m.Assign(BitConverter.UInt64BitsToDouble(0x7ff8000000000abc), "c");
        m.Assign(0.0, "plus");
        m.Assign(-0.0, "minus");
        m.Assign(1.5, "d");
        Assert.False(m.TryGet(double.NaN, out _));
        m.Delete(double.NaN);
        Assert.True(m.TryGet(0, out GoValue zero));
        Assert.Equal("minus", zero.AsString());
        Assert.Equal("-0=\"minus\" 1.5=\"d\" NaN(0x7ff8000000000abc)=\"c\" NaN=\"a\" NaN=\"b\"", Entries(m));
        m.Clear();
        Assert.Equal(0, m.Count);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void Keys_in_interfaces_have_types_and_one_that_cannot_be_hashed_panics(string version)
    {
        SimMap m = Of("map[interface{}]int", version);
        m.Assign(1, 1);
        m.Assign("1", 2);
        m.Assign(1.0, 3);
        m.Assign(true, 4);
        m.Assign(GoValue.Typed("uint8", 1), 5);
        m.Assign(GoValue.Typed("[2]string", GoValue.List("a", "b")), 6);
        m.Assign(GoValue.Typed("*T", GoValue.Label("p")), 7);
        m.Assign(GoValue.Nil, 8);
        Assert.Equal(
            "(*T)(&p)=7 [2]string{\"a\", \"b\"}=6 bool(true)=4 float64(1)=3 int(1)=1 nil=8 string(\"1\")=2 uint8(1)=5", Entries(m));
        GoValue slice = GoValue.Typed("[]int", GoValue.List());
        foreach (Action operation in (Action[])[() => m.Assign(slice, 1), () => m.TryGet(slice, out _), () => m.Delete(slice)])
        {
            var panic = Assert.Throws<GoPanicException>(operation);
            Assert.Equal(("runtime error: hash of unhashable type []int", MapSim.Machines.Failure.Unhashable), (panic.Message, panic.Failure));
        }

        m.Assign(1, 9);
        Assert.Equal((8, 9), (m.Count, m.TryGet(1, out GoValue nine) ? nine.AsInt64() : 0));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void Keys_and_elems_may_be_too_large_for_a_bucket(string version)
    {
        SimMap m = Of("map[[200]byte][150]byte", version);
        byte[] full = [.. Enumerable.Range(1, 200).Select(i => (byte)i)];
        for (byte i = 1; i < 30; i++)
        {
            full[0] = i;
            m.Assign(GoValue.Bytes(full), GoValue.Bytes([i, i, 0]));
        }

        full[0] = 17;
        Assert.True(m.TryGet(GoValue.Bytes(full), out GoValue elem));
        Assert.Equal([17, 17], elem.AsBytes());
        Assert.False(m.TryGet(GoValue.List(), out elem));
        Assert.Equal(([], 29), (elem.AsBytes(), m.Count));
        Assert.Contains(full, m.Range().Select(e => e.Key.AsBytes()));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void A_label_is_the_same_pointer_each_time(string version)
    {
        SimMap m = Of("map[*T]struct{}", version);
        m.Assign(GoValue.Label("p"), GoValue.List());
        m.Assign(GoValue.Label("q"), GoValue.List());
        m.Assign(GoValue.Label("p"), GoValue.List());
        m.Assign(GoValue.Nil, GoValue.List());
        Assert.False(m.TryGet(GoValue.Label("r"), out GoValue nothing));
        Assert.Equal(("&p={} &q={} nil={}", "{}"), (Entries(m), nothing.ToString()));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void Structs_are_lists_of_their_fields(string version)
    {
        SimMap m = Of("map[struct{ x, y int16; name string }]struct{ p *T; f []float32 }", version);
        m.Assign(GoValue.List(1, -2, "a"), GoValue.List(GoValue.Label("p")));
        m.Assign(GoValue.List(1), GoValue.List(GoValue.Nil, GoValue.Nil));
        Assert.True(m.TryGet(GoValue.List(1, 0, ""), out _));
        Assert.Equal("{1, -2, \"a\"}={&p, nil} {1, 0, \"\"}={nil, nil}", Entries(m));
        GoValue key = m.Range().Select(e => e.Key).Single(k => k.Items[1].AsInt64() == -2);
        Assert.Equal("a", key.Items[2].AsString());
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void A_nil_map_is_read_like_an_empty_one_and_panics_when_it_is_written(string version)
    {
        SimMap m = SimMap.Nil(MapType.Parse("map[string]int"), new() { Version = GoVersion.Parse(version) });
        Assert.Equal((true, 0, false), (m.IsNil, m.Count, m.TryGet("a", out _)));
        Assert.Empty(m.Range());
        m.Delete("a");
        m.Clear();
        Assert.Equal("assignment to entry in nil map", Assert.Throws<GoPanicException>(() => m.Assign("a", 1)).Message);
        Assert.Equal((0, "# m: map[string]int, nil\n"), (m.Count, m.Dump()));
    }

    [Theory]
    [InlineData("1.21")]
    [InlineData("1.22")]
    [InlineData("1.23")]
    public void A_clone_has_the_same_entries_and_a_life_of_its_own(string version)
    {
        SimMap m = Of("map[int]*T", version);
        for (int i = 0; i < 60; i++)
        {
            m.Assign(i, GoValue.Label($"p{i}"));
        }

        SimMap clone = m.Clone();
        Assert.Equal(Entries(m), Entries(clone));
        m.Delete(1);
        clone.Assign(2, GoValue.Label("p3"));
        clone.Assign(100, GoValue.Nil);
        Assert.True(m.TryGet(2, out GoValue two) && clone.TryGet(1, out GoValue one) && one == GoValue.Label("p1"));
        Assert.Equal((59, 61, GoValue.Label("p2")), (m.Count, clone.Count, two));
        SimMap again = clone.Clone();
        clone.Clear();
        Assert.Equal((59, 0, 61), (m.Count, clone.Count, again.Count));
        Assert.True(SimMap.Nil(m.Type).Clone().IsNil);
    }

    [Fact]
    public void Go_1_19_has_no_clone()
    {
        var error = Assert.Throws<NotSupportedException>(() => Of("map[int]int", "1.19").Clone());
        Assert.Equal("maps.Clone exists from Go 1.21 on; this map runs on Go 1.19", error.Message);
    }

    [Fact]
    public void Any_value_of_any_type_is_read_as_it_was_written() =>
        ProgramRoundTripTests.ForAllSeeds(seed =>
        {
            Arch arch = Arch.All[seed % 3];
            var random = new RandomPrograms(seed, arch);
            MapType type = MapType.Parse(RandomPrograms.MapTypes[random.Next(RandomPrograms.MapTypes.Count)], arch);
            var m = new SimMap(type, new() { Version = GoVersion.All[seed % 4], Hash = HashRegimes.All[seed % 6], Seed = (ulong)seed, ForceGeneric = seed % 5 == 0 });
            GoValue key = random.Value(type.Key), elem = random.Value(type.Elem);
            try
            {
                m.Assign(key, elem);
            }
            catch (GoPanicException e) when (e.Failure == MapSim.Machines.Failure.Unhashable)
            {
                return;
            }

            KeyValuePair<GoValue, GoValue> entry = Assert.Single(m.Range());
            Assert.Equal(ValueText.Of(type.Key, key, null, arch), entry.Key.ToString());
            Assert.Equal(ValueText.Of(type.Elem, elem, null, arch), entry.Value.ToString());
            Assert.True(!m.TryGet(key, out GoValue read) || read.ToString() == entry.Value.ToString());
        }, runs: 400);

    internal static SimMap Of(string type, string version = "1.23", ulong seed = 1) =>
        new(MapType.Parse(type), new() { Version = GoVersion.Parse(version), Seed = seed });

    /// <summary>The entries in the order of their texts.</summary>
    internal static string Entries(SimMap m) => string.Join(' ', m.Range().Select(e => $"{e.Key}={e.Value}").Order(StringComparer.Ordinal));
}
