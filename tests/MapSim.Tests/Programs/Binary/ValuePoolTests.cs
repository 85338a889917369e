using MapSim.Layout;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Programs.Binary;

public sealed class ValuePoolTests
{
    public static TheoryData<string> Maps => [.. BinaryTypes.Maps];

    [Theory]
    [MemberData(nameof(Maps))]
    public void Every_value_of_a_pool_fits_its_type(string map)
    {
        foreach (Arch arch in Arch.All)
        {
            MapType type = MapType.Parse(map, arch);
            var values = new PooledValues(arch);
            foreach (GoType t in (GoType[])[type.Key, type.Elem])
            {
                for (int n = 0; n < ValuePool.Count; n++)
                {
                    string text = values.Pool(t, n).ToText();
                    Assert.Equal(text, PooledValues.Parse(t, text, arch).ToText());
                    Assert.DoesNotContain("NaN", text, StringComparison.Ordinal);
                }

                Assert.All(Enumerable.Range(0, ValuePool.MostSpecials), n => values.Special(t, n));
                Assert.InRange(ValuePool.Specials(t).Count, 1, ValuePool.MostSpecials);
            }
        }
    }

    [Theory]
    [InlineData("int16", 55)]
    [InlineData("uint8", 64)]
    [InlineData("uint64", 60)]
    [InlineData("float32", 55)]
    [InlineData("float64", 60)]
    [InlineData("complex128", 60)]
    [InlineData("string", 62)]
    [InlineData("*T", 64)]
    [InlineData("interface {}", 64)]
    [InlineData("[200]byte", 64)]
    [InlineData("[2]string", 60)]
    [InlineData("struct{ a int8; b float64 }", 64)]
    [InlineData("bool", 2)]
    [InlineData("struct{}", 1)]
    public void A_pool_has_many_different_values(string type, int least)
    {
        GoType t = GoTypeParser.Parse(type, Arch.Amd64);
        var values = new PooledValues(Arch.Amd64);
        Assert.InRange(Enumerable.Range(0, ValuePool.Count).Select(n => values.Pool(t, n).ToText()).Distinct().Count(), least, ValuePool.Count);
    }

    [Fact]
    public void A_value_with_a_counter_fits_up_to_its_end()
    {
        foreach (string map in BinaryTypes.Maps)
        {
            GoType key = MapType.Parse(map).Key;
            long end = CounterValue.End(key);
            if (end > 0)
            {
                foreach (long n in (long[])[0, 1, Math.Min(end, 1 << 20) - 1])
                {
                    PooledValues.Parse(key, CounterValue.Of(key, n).ToText(), Arch.Amd64);
                }
            }

            Assert.True(end > 0 || key.Text is "bool" or "struct{}", map);
        }
    }

    [Fact]
    public void A_value_written_out_is_read_back() => BinaryFormTests.ForAll(random =>
    {
        MapType type = MapType.Parse(random.Pick(BinaryTypes.Maps));
        GoType t = random.Chance(50) ? type.Key : type.Elem;
        var values = new PooledValues(Arch.Amd64);
        GoValue value = random.Below(3) switch
        {
            0 => values.Pool(t, random.Below(64)),
            1 => values.Special(t, random.Below(ValuePool.MostSpecials)),
            _ => values.Read(t, new ArgumentReader(RandomLiteral(random))),
        };
        var arguments = new ArgumentWriter();
        new LiteralWriter(arguments, Arch.Amd64, []).Write(t, value);
        Assert.Equal(value.ToText(), values.Read(t, new ArgumentReader(arguments.Op(BinaryOpCode.AssignLiteral))).ToText());
    }, 3000);

    private static BinaryOp RandomLiteral(RandomSource random)
    {
        var bytes = new byte[random.Below(60)];
        random.Fill(bytes);
        return new BinaryOp(BinaryOpCode.AssignLiteral, bytes);
    }
}
