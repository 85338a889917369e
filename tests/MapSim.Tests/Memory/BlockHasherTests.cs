using MapSim.Memory;
using Xunit;

namespace MapSim.Tests.Memory;

/// <summary>A run of bytes that changes, and is hashed after each change.</summary>
public sealed class BlockHasherTests
{
    [Fact]
    public void A_block_that_changes_somewhere_and_in_length_has_the_hash_that_it_has_from_nothing()
    {
        const ulong place = (3UL << 40) + 4;
        var random = new Random(11);
        var hasher = new BlockHasher(place);
        var bytes = new byte[400];
        var seen = new HashSet<Fingerprint>();
        for (int i = 0; i < 20_000; i++)
        {
            int length = random.Next(4) == 0 ? random.Next(bytes.Length + 1) : bytes.Length - random.Next(40);
            bytes[random.Next(bytes.Length)] = (byte)random.Next(3);
            Fingerprint hash = hasher.Hash(bytes.AsSpan(0, length));
            Assert.Equal(Fingerprint.OfBlock(place, bytes.AsSpan(0, length)), hash);
            seen.Add(hash);
        }

        Assert.True(seen.Count > 10_000);
    }
}
