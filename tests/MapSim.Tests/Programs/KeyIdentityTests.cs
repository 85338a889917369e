using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Programs;

public sealed class KeyIdentityTests
{
    /// <summary>Every key type of random programs, and some that mix more.</summary>
    private static readonly string[] MapTypes =
    [
        .. RandomTypes.All, "map[[2][2]float32]int8", "map[struct{ a interface{}; _ float64; b [2]string }]int8",
        "map[struct{ c complex64; i interface{}; n int8 }]int8", "map[[3]struct{ x int8; y *T }]int8", "map[[0]float64]int8", "map[[2]struct{ _ string; s string }]int8",
    ];

    private readonly MapSession _s = Sessions.Of("map[interface{}]int");

    [Fact]
    public void Numbers_have_as_many_digits_as_they_need()
    {
        for (int bit = 0; bit < 64; bit++)
        {
            foreach (ulong number in new[] { 1UL << bit, (1UL << bit) - 1, 0xFEDC_BA98_7654_3210 >> bit })
            {
                KeyIdentity key = Of("float64", BitConverter.GetBytes(number));
                string digits = number == 1UL << 63 ? "0" : number.ToString("x", System.Globalization.CultureInfo.InvariantCulture);
                Assert.Equal(digits + ",", key.Canonical);
            }
        }
    }

    [Fact]
    public void Both_zeros_are_one_key_and_no_NaN_equals_anything()
    {
        foreach ((string type, byte[] plus, byte[] minus, byte[] nan) in new[]
        {
            ("float64", BitConverter.GetBytes(0.0), BitConverter.GetBytes(-0.0), BitConverter.GetBytes(double.NaN)),
            ("float32", BitConverter.GetBytes(0f), BitConverter.GetBytes(-0f), BitConverter.GetBytes(float.NaN)),
            ("complex64", new byte[8], [0, 0, 0, 0, 0, 0, 0, 0x80], [0, 0, 0, 0, 1, 0, 0x80, 0x7F]),
            ("[2]float32", new byte[8], [0, 0, 0, 0x80, 0, 0, 0, 0], [0, 0, 0x80, 0xFF, 1, 0, 0x80, 0xFF]),
        })
        {
            Assert.True(AreEqual(type, plus, minus));
            Assert.True(Of(type, plus).IsReflexive);
            Assert.False(Of(type, nan).IsReflexive);
            Assert.False(AreEqual(type, nan, nan));
        }

        Assert.True(Of("float64", BitConverter.GetBytes(double.PositiveInfinity)).IsReflexive);
        Assert.False(AreEqual("float64", BitConverter.GetBytes(double.PositiveInfinity), BitConverter.GetBytes(double.NegativeInfinity)));
    }

    [Fact]
    public void Strings_are_what_is_in_them()
    {
        Assert.True(AreEqual("string", Sessions.Str(_s, "ab"), Sessions.Str(_s, "ab")));
        Assert.False(AreEqual("string", Sessions.Str(_s, "ab"), Sessions.Str(_s, "ac")));
        Assert.True(AreEqual("string", new byte[16], [.. BitConverter.GetBytes(Object([1]).Value), .. new byte[8]]));
        Assert.False(AreEqual("[2]string", [.. Sessions.Str(_s, "ab"), .. Sessions.Str(_s, "c")], [.. Sessions.Str(_s, "a"), .. Sessions.Str(_s, "bc")]));
    }

    [Fact]
    public void Padding_and_blank_fields_do_not_count()
    {
        byte[] a = [1, 2, 2, 2, 2, 2, 2, 2, 7, 0, 0, 0, 0, 0, 0, 0], b = [1, 3, 3, 3, 3, 3, 3, 3, 7, 0, 0, 0, 0, 0, 0, 0];
        Assert.True(AreEqual("struct{ a int8; b int64 }", a, b));
        Assert.False(AreEqual("struct{ a uint64; b int64 }", a, b));
        Assert.True(AreEqual("struct{ a int8; _ [7]uint8; b int64 }", a, b));
        Assert.True(Of("struct{ _ float64; n int8 }", [.. BitConverter.GetBytes(double.NaN), .. a[..8]]).IsReflexive);
    }

    [Fact]
    public void An_interface_is_its_dynamic_type_and_what_is_in_it()
    {
        Assert.True(AreEqual("interface{}", Any("int", [5, 0, 0, 0, 0, 0, 0, 0]), Any("int", [5, 0, 0, 0, 0, 0, 0, 0])));
        Assert.False(AreEqual("interface{}", Any("int", [5, 0, 0, 0, 0, 0, 0, 0]), Any("uint", [5, 0, 0, 0, 0, 0, 0, 0])));
        Assert.True(AreEqual("interface{}", Any("string", Sessions.Str(_s, "x")), Any("string", Sessions.Str(_s, "x"))));
        Assert.True(AreEqual("interface{}", Any("float64", BitConverter.GetBytes(0.0)), Any("float64", BitConverter.GetBytes(-0.0))));
        Assert.False(Of("interface{}", Any("[1]interface{}", Any("float32", BitConverter.GetBytes(float.NaN)))).IsReflexive);
        Assert.True(AreEqual("interface{}", Any("struct{}", []), Any("struct{}", [])));
        Assert.False(AreEqual("interface{}", Any("struct{}", []), new byte[16]));
        Addr p = Object([1]), q = Object([1]);
        Assert.True(AreEqual("interface{}", Direct("*T", p), Direct("*T", p)));
        Assert.False(AreEqual("interface{}", Direct("*T", p), Direct("*T", q)));
        Assert.False(AreEqual("interface{}", Direct("*T", p), Direct("struct{ p *T }", p)));
    }

    [Theory]
    [InlineData("[]int", "[]int")]
    [InlineData("map[string]int", "map[string]int")]
    [InlineData("[2][]int", "[2][]int")]
    public void A_dynamic_type_that_cannot_be_hashed_is_named(string type, string named)
    {
        byte[] inner = Any(type, new byte[GoTypeParser.Parse(type, Arch.Amd64).Size]);
        Assert.Equal(named, Of("interface{}", inner).Unhashable);
        Assert.Equal(named, Of("interface{}", Any("struct{ a int8; i interface{} }", [.. new byte[8], .. inner])).Unhashable);
        Assert.Equal(named, Of("[2]interface{}", [.. new byte[16], .. inner]).Unhashable);
        Assert.Null(Of("struct{ _ interface{}; a int }", [.. inner, .. new byte[8]]).Unhashable);
    }

    [Fact]
    public void A_key_that_points_to_nothing_is_unreadable_and_leaves_no_fault()
    {
        byte[] dangling = [0, 0, 0, 0, 0, 0, 0x12, 0, 4, 0, 0, 0, 0, 0, 0, 0];
        Assert.False(Of("string", dangling).IsReadable);
        Assert.False(Of("interface{}", dangling).IsReadable);
        Assert.False(Of("interface{}", [.. Any("int", new byte[8])[..8], .. dangling[..8]]).IsReadable);
        Assert.True(Of("*T", dangling[..8]).IsReadable);
        Assert.Equal(MemoryFaultKind.None, _s.Machine.Memory.Fault.Kind);
    }

    [Fact]
    public void Keys_are_equal_exactly_if_a_map_takes_one_for_the_other()
    {
        int equal = 0, other = 0, disguised = 0, unhashable = 0, nan = 0;
        ProgramRoundTripTests.ForAllSeeds(
            seed =>
            {
                var random = new RandomSource((ulong)seed);
                Arch arch = random.Pick(Arch.All);
                GoVersion version = random.Pick(GoVersion.All);
                MapType type = MapType.Parse(random.Pick(MapTypes), arch);
                var options = new MachineOptions(version, arch, HashRegimes.Create(random.Pick(HashRegimes.All), version, arch, _ => random.Next()), random.Next());
                var s = new MapSession(options, type) { ForceGeneric = random.Chance(30) };
                var values = new RandomValues(s, random);
                byte[][] keys = [.. Enumerable.Range(0, 8).Select(_ => Key(values, type.Key))];
                KeyIdentity[] known = [.. keys.Select(k => KeyIdentity.Of(s.Machine, type.Key, k))];
                for (int a = 0; a < keys.Length; a++)
                {
                    Assert.True(known[a].IsReadable);
                    nan += known[a].IsReflexive ? 0 : 1;
                    for (int b = 0; b < keys.Length; b++)
                    {
                        Addr map = s.Make(0);
                        OperationEnd end = s.Assign(0, map, keys[a], new byte[type.Elem.Size]);
                        unhashable += end.IsOk ? 0 : 1;
                        Assert.Equal(known[a].Unhashable, end.IsOk ? null : s.Machine.FailureText(end.Failure, end.Detail)![Failures.Message(Failure.Unhashable).Length..]);
                        Assert.Equal(known[b].Unhashable == null, s.Lookup(0, map, keys[b], out bool found).IsOk);
                        if (known[a].Unhashable == null && known[b].Unhashable == null)
                        {
                            bool areEqual = KeyIdentity.AreEqual(known[a], known[b]);
                            Assert.True(areEqual == found, $"{type.Text}: {known[a]} and {known[b]}");
                            equal += areEqual && a != b ? 1 : 0;
                            other += areEqual ? 0 : 1;
                            disguised += areEqual && !keys[a].AsSpan().SequenceEqual(keys[b]) ? 1 : 0;
                        }
                    }
                }
            },
            runs: 600);
        Assert.True(equal > 3000 && other > 10_000 && disguised > 400 && unhashable > 100 && nan > 100, $"{equal}, {other}, {disguised}, {unhashable}, {nan}");
    }

    private static byte[] Key(RandomValues values, GoType type)
    {
        byte[] bytes = new byte[type.Size];
        values.Write(type, bytes, 3);
        return bytes;
    }

    private KeyIdentity Of(string type, byte[] bytes) => KeyIdentity.Of(_s.Machine, GoTypeParser.Parse(type, Arch.Amd64), bytes);

    private bool AreEqual(string type, byte[] a, byte[] b) => KeyIdentity.AreEqual(Of(type, a), Of(type, b));

    private Addr Object(byte[] content) => _s.NewObject(content, ObjectKind.Boxed);

    private byte[] Any(string type, byte[] content) => Direct(type, Object(content));

    private byte[] Direct(string type, Addr data) =>
        [.. BitConverter.GetBytes(_s.Machine.RuntimeType(GoTypeParser.Parse(type, Arch.Amd64)).Value), .. BitConverter.GetBytes(data.Value)];
}
