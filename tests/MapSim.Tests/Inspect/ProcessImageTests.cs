using MapSim.Inspect;
using MapSim.Layout;
using MapSim.Memory;
using Xunit;

namespace MapSim.Tests.Inspect;

public sealed class ProcessImageTests
{
    [Fact]
    public void A_read_goes_on_from_range_to_range_and_ends_at_a_gap()
    {
        using var image = new ProcessImage();
        image.Add("second", new Addr(0x1004), [5, 6, 7, 8]);
        image.Add("first", new Addr(0x1000), [1, 2, 3, 4]);
        var bytes = new byte[16];
        Assert.Equal(8, image.Read(new Addr(0x1000), bytes));
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], bytes[..8]);
        Assert.True(image.Has(new Addr(0x1000), 8));
        Assert.False(image.Has(new Addr(0x1000), 9));
        Assert.Equal("0x1008 is in no file", image.WhyMissing(new Addr(0x1000), 9));
    }

    [Fact]
    public void The_range_that_was_added_first_is_asked_first_wherever_it_begins()
    {
        using var image = new ProcessImage();
        image.Add("small", new Addr(0x1002), [0xA, 0xB]);
        image.Add("large", new Addr(0x1000), [1, 2, 3, 4, 5, 6, 7, 8]);
        var bytes = new byte[8];
        Assert.True(image.TryRead(new Addr(0x1000), bytes));
        Assert.Equal([1, 2, 0xA, 0xB, 5, 6, 7, 8], bytes);
    }

    [Fact]
    public void Words_are_as_wide_as_the_architecture_says()
    {
        using var image = new ProcessImage();
        image.Add("bytes", new Addr(0x1000), [1, 2, 3, 4, 5, 6, 7, 8]);
        Assert.True(image.TryReadWord(new Addr(0x1000), Arch.I386, out ulong narrow));
        Assert.Equal(0x04030201UL, narrow);
        Assert.True(image.TryReadWord(new Addr(0x1000), Arch.Amd64, out ulong wide));
        Assert.Equal(0x0807060504030201UL, wide);
        Assert.False(image.TryReadWord(new Addr(0x1004), Arch.Amd64, out _));
    }

    [Fact]
    public void The_last_address_of_all_is_no_trap()
    {
        using var image = new ProcessImage();
        image.Add("top", new Addr(ulong.MaxValue - 3), [1, 2, 3, 4]);
        var bytes = new byte[8];
        Assert.Equal(4, image.Read(new Addr(ulong.MaxValue - 3), bytes));
        Assert.False(image.Has(new Addr(ulong.MaxValue - 3), 8));
    }
}
