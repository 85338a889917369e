using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Programs;

public sealed class GoNumberTests
{
    [Fact]
    public void Every_power_of_two_and_its_neighbours_read_back_to_the_same_bits()
    {
        for (ulong exponent = 0; exponent < 0xFFF; exponent++)
        {
            foreach (ulong bits in (ReadOnlySpan<ulong>)[exponent << 52, (exponent << 52) + 1, unchecked((exponent << 52) - 1) & 0xFFFFFFFFFFFFFFF])
            {
                Assert.True(!double.IsFinite(BitConverter.UInt64BitsToDouble(bits)) || (GoNumber.TryFloat(GoNumber.FloatText(bits, 8), 8, out ulong read) && read == bits), $"{bits:x}");
            }
        }

        for (ulong exponent = 0; exponent < 0x1FF; exponent++)
        {
            ulong bits = exponent << 23;
            Assert.True(!float.IsFinite(BitConverter.UInt32BitsToSingle((uint)bits)) || (GoNumber.TryFloat(GoNumber.FloatText(bits, 4), 4, out ulong read) && read == bits), $"{bits:x}");
        }
    }

    [Theory]
    [InlineData(0x3E60000000000000UL, "2.9802322387695312E-08")]
    [InlineData(0x0410000000000000UL, "4.1045368012983762E-289")]
    public void Two_powers_of_two_have_the_digit_that_dotnet_forgets(ulong bits, string text) => Assert.Equal(text, GoNumber.FloatText(bits, 8));
}
