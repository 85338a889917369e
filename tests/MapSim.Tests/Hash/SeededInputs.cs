namespace MapSim.Tests.Hash;

/// <summary>Words for tests that need many arbitrary ones, the same in every run.</summary>
internal sealed class SeededInputs(ulong state)
{
    public ulong Word()
    {
        unchecked
        {
            state += 0x9e3779b97f4a7c15;
            ulong x = (state ^ state >> 32) * 0xd6e8feb86659fd93;
            return x ^ x >> 29;
        }
    }

    public byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        for (int i = 0; i < length; i++)
        {
            bytes[i] = (byte)(Word() >> 56);
        }

        return bytes;
    }
}
