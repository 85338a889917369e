using MapSim.Hash;
using Xunit;

namespace MapSim.Tests.Hash;

public sealed class HashAllocationTests
{
    [Fact]
    public void Hashing_allocates_nothing()
    {
        ulong[] key = [1, 2, 3, 4];
        IMemHash[] hashes =
        [
            new AesHash(new byte[128]), new AesHash(new byte[128], useIntrinsics: false),
            new AesHash386(new byte[64]), new AesHash386(new byte[64], useIntrinsics: false),
            new PortableHash(key, PortableHashKind.KeyedMultipliers), new PortableHash32(key),
            new DegenerateHash(DegenerateHashKind.LowBits, 8),
        ];
        byte[] input = HashVectors.Input(300);
        foreach (IMemHash hash in hashes)
        {
            HashAll(hash, input); // the first pass may run static constructors
            long before = GC.GetAllocatedBytesForCurrentThread();
            HashAll(hash, input);
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    private static void HashAll(IMemHash hash, byte[] input)
    {
        hash.Hash32(1, 7);
        hash.Hash64(1, 7);
        for (int length = 0; length <= input.Length; length++)
        {
            hash.HashBytes(input.AsSpan(0, length), 7);
            hash.HashString(input.AsSpan(0, length), 7);
        }
    }
}
