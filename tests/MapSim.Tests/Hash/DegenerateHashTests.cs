using MapSim.Hash;
using Xunit;

namespace MapSim.Tests.Hash;

public sealed class DegenerateHashTests
{
    private const int Samples = 500;

    [Fact]
    public void Identity_is_the_key_itself()
    {
        var wide = new DegenerateHash(DegenerateHashKind.Identity, 8);
        Assert.Equal(0x89abcdefUL, wide.Hash32(0x89abcdef, 7));
        Assert.Equal(0x0123456789abcdefUL, wide.Hash64(0x0123456789abcdef, 7));
        Assert.Equal(0x0123456789abcdefUL, wide.HashBytes(BitConverter.GetBytes(0x0123456789abcdef), 7));
        Assert.Equal(0x636261UL, wide.HashString("abc"u8, 7));
        Assert.Equal(0UL, wide.HashString([], 7));
    }

    [Fact]
    public void Identity_xors_in_what_follows_the_first_word()
    {
        ReadOnlySpan<byte> data = [1, 0, 0, 0, 2, 0, 0, 0, 4, 0];
        Assert.Equal(0x0000000200000005UL, new DegenerateHash(DegenerateHashKind.Identity, 8).HashBytes(data, 7));
        Assert.Equal(0x00000007UL, new DegenerateHash(DegenerateHashKind.Identity, 4).HashBytes(data, 7));
        Assert.Equal(0x00000003UL, new DegenerateHash(DegenerateHashKind.Identity, 4).Hash64(0x0000000200000001, 7));
    }

    [Theory]
    [InlineData(8, 0xffff_ffffUL)]
    [InlineData(4, 0xffffUL)]
    public void LowBits_sends_every_key_to_bucket_zero_with_varied_tophashes(int pointerSize, ulong lowHalf)
    {
        ulong[] hashes = Hashes(DegenerateHashKind.LowBits, pointerSize);
        Assert.All(hashes, hash => Assert.Equal(0UL, hash & lowHalf));
        Assert.True(Tops(hashes, pointerSize).Distinct().Count() > 200);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(4)]
    public void OneBucket_is_zero_for_everything(int pointerSize) =>
        Assert.All(Hashes(DegenerateHashKind.OneBucket, pointerSize), hash => Assert.Equal(0UL, hash));

    [Theory]
    [InlineData(8)]
    [InlineData(4)]
    public void ConstantTop_spreads_keys_over_buckets_under_one_tophash(int pointerSize)
    {
        ulong[] hashes = Hashes(DegenerateHashKind.ConstantTop, pointerSize);
        Assert.All(Tops(hashes, pointerSize), top => Assert.Equal(0x7fUL, top));
        Assert.True(hashes.Select(hash => hash & 0xff).Distinct().Count() > 200);
    }

    [Theory]
    [InlineData(DegenerateHashKind.LowBits)]
    [InlineData(DegenerateHashKind.ConstantTop)]
    public void The_mixed_kinds_depend_on_seed_length_and_content(DegenerateHashKind kind)
    {
        var hash = new DegenerateHash(kind, 8);
        ulong[] distinct =
        [
            hash.HashBytes([1], 7), hash.HashBytes([1], 8), hash.HashBytes([2], 7), hash.HashBytes([1, 0], 7), hash.HashBytes([], 7),
            hash.HashBytes([1, 0, 0, 0, 0, 0, 0, 0, 1], 7), hash.Hash64(1, 7), hash.Hash64(1, 8), hash.Hash64(2, 7),
        ];
        Assert.Equal(distinct.Length, distinct.Distinct().Count());
    }

    [Fact]
    public void On_a_32_bit_architecture_every_hash_fits_32_bits()
    {
        foreach (DegenerateHashKind kind in Enum.GetValues<DegenerateHashKind>())
        {
            Assert.All(Hashes(kind, 4), hash => Assert.True(hash <= uint.MaxValue));
        }
    }

    [Fact]
    public void An_unknown_kind_or_pointer_size_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new DegenerateHash((DegenerateHashKind)4, 8));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DegenerateHash(DegenerateHashKind.Identity, 2));
    }

    private static ulong[] Hashes(DegenerateHashKind kind, int pointerSize)
    {
        var hash = new DegenerateHash(kind, pointerSize);
        var inputs = new SeededInputs(5);
        List<ulong> hashes = [];
        for (int i = 0; i < Samples; i++)
        {
            hashes.Add(hash.Hash32((uint)i, 7));
            hashes.Add(hash.Hash64(inputs.Word(), 7));
            hashes.Add(hash.HashBytes(inputs.Bytes(i % 40), 7));
            hashes.Add(hash.HashString(inputs.Bytes(i % 40), 7));
        }

        return [.. hashes];
    }

    private static IEnumerable<ulong> Tops(ulong[] hashes, int pointerSize) => hashes.Select(hash => hash >> 8 * pointerSize - 8);
}
