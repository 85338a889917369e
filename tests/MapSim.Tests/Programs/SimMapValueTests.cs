using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Programs;

public sealed class SimMapValueTests
{
    [Fact]
    public void C_sharp_values_become_the_literals_of_Go()
    {
        Assert.Equal(
            ["\"a\\xc3\\xa9\\x24i\"", "true", "false", "-1", "18446744073709551615", "255", "-9223372036854775808", "4294967295", "1.5", "2.0", "-0.0", "1E+300", "NaN", "+Inf"],
            Texts("aé$i", true, false, -1, ulong.MaxValue, byte.MaxValue, long.MinValue, uint.MaxValue, 1.5, 2.0, -0.0, 1e300, double.NaN, double.PositiveInfinity));
        Assert.Equal(
            ["NaN(0x7ff8000000000abc)", "bytes\"\\x01\"", "&p", "nil", "{1, {\"a\"}}", "(*T)(&p)", "-3", "3"],
            Texts(
                BitConverter.UInt64BitsToDouble(0x7ff8000000000abc), GoValue.Bytes([1]), GoValue.Label("p"), GoValue.Nil, GoValue.List(1, GoValue.List("a")),
                GoValue.Typed("*T", GoValue.Label("p")), (sbyte)-3, (ushort)3));
    }

    [Fact]
    public void A_value_becomes_a_C_sharp_value_again()
    {
        Assert.Equal((-5, 5UL, 5.0), (((GoValue)(-5)).AsInt64(), ((GoValue)5UL).AsUInt64(), ((GoValue)5).AsDouble()));
        Assert.Equal((0.1f, double.NegativeInfinity, true), ((float)GoValue.Plain("0.1").AsDouble(), ((GoValue)double.NegativeInfinity).AsDouble(), ((GoValue)true).AsBoolean()));
        Assert.Equal(0x7fc00abcu, BitConverter.SingleToUInt32Bits((float)GoValue.Plain("NaN(0x7fc00abc)").AsDouble()));
        Assert.Equal(("aé\0", "\uFFFD"), (((GoValue)"aé\0").AsString(), GoValue.String([0xFF]).AsString()));
        Assert.Equal([0xFF], GoValue.String([0xFF]).AsBytes());
        Assert.Equal((7, "x", true), (GoValue.Typed("int", 7).AsInt64(), GoValue.Typed("string", "x").AsString(), GoValue.Typed("*T", GoValue.Nil).IsNil));
        Assert.False(((GoValue)"nil").IsNil);
        Assert.Equal((GoValue)"a", (GoValue)"a");
    }

    [Fact]
    public void A_value_of_another_kind_is_an_error_that_says_what_was_found()
    {
        Assert.Equal("expected an integer, found the string \"5\"", Assert.Throws<InvalidOperationException>(() => ((GoValue)"5").AsInt64()).Message);
        Assert.Equal("expected an integer, found the float 1.5", Assert.Throws<InvalidOperationException>(() => ((GoValue)1.5).AsUInt64()).Message);
        Assert.Equal("expected a number, found the bool true", Assert.Throws<InvalidOperationException>(() => ((GoValue)true).AsDouble()).Message);
        Assert.Equal("expected a number, found the string \"a\"", Assert.Throws<InvalidOperationException>(() => ((GoValue)"a").AsDouble()).Message);
        Assert.Equal("expected a bool, found the integer 1", Assert.Throws<InvalidOperationException>(() => ((GoValue)1).AsBoolean()).Message);
        Assert.Equal("expected a string, found the interface value int(1)", Assert.Throws<InvalidOperationException>(() => GoValue.Typed("int", 1).AsString()).Message);
        Assert.Equal("expected bytes, found the list {1}", Assert.Throws<InvalidOperationException>(() => GoValue.List(1).AsBytes()).Message);
        Assert.Throws<OverflowException>(() => ((GoValue)ulong.MaxValue).AsInt64());
        Assert.Throws<OverflowException>(() => ((GoValue)(-1)).AsUInt64());
    }

    private static string[] Texts(params GoValue[] values) => [.. values.Select(v => v.ToString())];
}
