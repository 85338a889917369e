using MapSim.Hash;
using Xunit;

namespace MapSim.Tests.Hash;

public sealed class PortableHashTests
{
    private static readonly ulong[] Key = [1, 2, 3, 4];

    [Theory]
    [InlineData("1.19-amd64-noaes", PortableHashKind.FixedMultipliers)]
    [InlineData("1.23-amd64-noaes", PortableHashKind.KeyedMultipliers)]
    public void The_64_bit_portable_hashes_of_a_real_Go_process_are_reproduced(string process, PortableHashKind kind)
    {
        HashVectors vectors = HashVectors.Load(process);
        Assert.Equal(716, vectors.Check(new PortableHash(vectors.HashKey, kind)));
    }

    [Fact]
    public void The_32_bit_portable_hashes_of_a_real_Go_process_are_reproduced()
    {
        HashVectors vectors = HashVectors.Load("1.19-386-noaes");
        Assert.Equal(716, vectors.Check(new PortableHash32(vectors.HashKey)));
    }

    [Fact]
    public void Up_to_Go_1_22_only_the_first_hash_key_matters()
    {
        byte[] input = HashVectors.Input(200);
        ulong Hash(PortableHashKind kind, ulong last) => new PortableHash([9, last, last, last], kind).HashBytes(input, 7);

        Assert.Equal(Hash(PortableHashKind.FixedMultipliers, 1), Hash(PortableHashKind.FixedMultipliers, 3));
        Assert.NotEqual(Hash(PortableHashKind.KeyedMultipliers, 1), Hash(PortableHashKind.KeyedMultipliers, 3));
    }

    [Theory]
    [InlineData(PortableHashKind.FixedMultipliers)]
    [InlineData(PortableHashKind.KeyedMultipliers)]
    public void A_word_hashes_like_its_bytes_on_64_bit(PortableHashKind kind)
    {
        var hash = new PortableHash(Key, kind);
        Assert.Equal(hash.Hash32(0x12345678, 7), hash.HashBytes(BitConverter.GetBytes(0x12345678u), 7));
        Assert.Equal(hash.Hash64(0x123456789abcdef0, 7), hash.HashBytes(BitConverter.GetBytes(0x123456789abcdef0UL), 7));
    }

    [Fact]
    public void A_hash_key_of_the_wrong_size_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new PortableHash([1, 2, 3], PortableHashKind.KeyedMultipliers));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PortableHash(Key, (PortableHashKind)2));
        Assert.Throws<ArgumentException>(() => new PortableHash32([1, 2, 3]));
        Assert.Throws<OverflowException>(() => new PortableHash32([1UL << 32, 2, 3, 4]));
    }

    [Fact]
    public void A_seed_wider_than_the_architecture_is_refused()
    {
        var hash = new PortableHash32(Key);
        Assert.Throws<OverflowException>(() => hash.Hash64(0, 1UL << 32));
    }
}
