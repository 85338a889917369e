using MapSim.Hash;
using Xunit;

namespace MapSim.Tests.Hash;

public sealed class AesHashTests
{
    private const int LongestInput = 300;

    [Theory]
    [InlineData("1.19-amd64-aes", true)]
    [InlineData("1.19-amd64-aes", false)]
    [InlineData("1.23-amd64-aes", true)]
    [InlineData("1.23-amd64-aes", false)]
    public void The_amd64_aes_hashes_of_a_real_Go_process_are_reproduced(string process, bool useIntrinsics)
    {
        HashVectors vectors = HashVectors.Load(process);
        Assert.Equal(716, vectors.Check(new AesHash(vectors.Schedule, useIntrinsics)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_386_aes_hashes_of_a_real_Go_process_are_reproduced(bool useIntrinsics)
    {
        HashVectors vectors = HashVectors.Load("1.19-386-aes");
        Assert.Equal(716, vectors.Check(new AesHash386(vectors.Schedule, useIntrinsics)));
    }

    [Fact]
    public void The_round_in_software_equals_the_instruction_on_every_length()
    {
        Assert.SkipUnless(AesHash.IntrinsicsSupported, "this host has no AES instructions");
        var inputs = new SeededInputs(1);
        for (int process = 0; process < 4; process++)
        {
            byte[] schedule = inputs.Bytes(128);
            AssertEqual(new AesHash(schedule), new AesHash(schedule, useIntrinsics: false), inputs, ulong.MaxValue);
            AssertEqual(new AesHash386(schedule), new AesHash386(schedule, useIntrinsics: false), inputs, uint.MaxValue);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_hash_depends_on_no_byte_beside_its_input(bool useIntrinsics)
    {
        var inputs = new SeededInputs(2);
        byte[] schedule = inputs.Bytes(128);
        IMemHash[] hashes = [new AesHash(schedule, useIntrinsics), new AesHash386(schedule, useIntrinsics)];
        for (int length = 0; length <= LongestInput; length++)
        {
            byte[] exact = inputs.Bytes(length), framed = inputs.Bytes(length + 32);
            exact.CopyTo(framed, 16);
            foreach (IMemHash hash in hashes)
            {
                Assert.Equal(hash.HashBytes(exact, 7), hash.HashBytes(framed.AsSpan(16, length), 7));
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Every_bit_of_an_input_matters(bool useIntrinsics)
    {
        var inputs = new SeededInputs(3);
        var hash = new AesHash(inputs.Bytes(128), useIntrinsics);
        foreach (int length in (int[])[1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 32, 33, 64, 65, 128, 129, 200, 257])
        {
            byte[] input = inputs.Bytes(length);
            ulong whole = hash.HashBytes(input, 7);
            for (int bit = 0; bit < 8 * length; bit++)
            {
                input[bit / 8] ^= (byte)(1 << bit % 8);
                Assert.NotEqual(whole, hash.HashBytes(input, 7));
                input[bit / 8] ^= (byte)(1 << bit % 8);
            }
        }
    }

    [Fact]
    public void Eight_bytes_hash_unlike_the_word_they_form()
    {
        var hash = new AesHash(new SeededInputs(4).Bytes(128));
        Assert.NotEqual(hash.Hash64(0x3ff0000000000000, 7), hash.HashBytes(BitConverter.GetBytes(1.0), 7));
    }

    [Fact]
    public void A_key_schedule_that_is_too_short_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new AesHash(new byte[127]));
        Assert.Throws<ArgumentException>(() => new AesHash386(new byte[63]));
    }

    [Fact]
    public void A_seed_wider_than_the_architecture_is_refused()
    {
        var hash = new AesHash386(new byte[64]);
        Assert.Throws<OverflowException>(() => hash.Hash32(0, 1UL << 32));
        Assert.Throws<OverflowException>(() => hash.HashBytes([], 1UL << 32));
    }

    private static void AssertEqual(IMemHash one, IMemHash other, SeededInputs inputs, ulong seedMask)
    {
        for (int length = 0; length <= LongestInput; length++)
        {
            ulong seed = inputs.Word() & seedMask, value = inputs.Word();
            byte[] bytes = inputs.Bytes(length);
            Assert.Equal(one.Hash32((uint)(value >> 32), seed), other.Hash32((uint)(value >> 32), seed));
            Assert.Equal(one.Hash64(value, seed), other.Hash64(value, seed));
            Assert.Equal(one.HashBytes(bytes, seed), other.HashBytes(bytes, seed));
            Assert.Equal(one.HashString(bytes, seed), other.HashString(bytes, seed));
        }
    }
}
