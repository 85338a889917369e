using System.Buffers.Binary;
using MapSim.Hash;
using MapSim.Layout;

namespace MapSim.Programs;

/// <summary>The hash functions of random programs: Go's own with random keys, and deliberately bad ones.</summary>
public enum HashRegime : byte
{
    /// <summary>Go's AES hash (arm64: the portable one).</summary>
    Aes,

    /// <summary>Go's hash for machines without AES instructions.</summary>
    Portable,

    /// <summary>The key is its hash.</summary>
    Identity,

    /// <summary>Every key in bucket 0, tophashes differ.</summary>
    LowBits,

    /// <summary>Every hash is 0.</summary>
    OneBucket,

    /// <summary>Buckets differ, tophashes do not.</summary>
    ConstantTop,
}

/// <summary>Makes the hash of a regime.</summary>
public static class HashRegimes
{
    /// <summary>Every regime.</summary>
    public static IReadOnlyList<HashRegime> All { get; } = Enum.GetValues<HashRegime>();

    /// <summary>Makes it.</summary>
    /// <param name="regime">Which one; Aes on arm64 is the portable one.</param>
    /// <param name="version">The release: its portable hash, and whether keys are made odd.</param>
    /// <param name="arch">The architecture.</param>
    /// <param name="key">The random words that a process makes its keys of: word 0, 1, 2 ...</param>
    public static IMemHash Create(HashRegime regime, GoVersion version, Arch arch, Func<int, ulong> key) => regime switch
    {
        HashRegime.Aes when arch == Arch.Amd64 => new AesHash(Schedule(16, key)),
        HashRegime.Aes when arch == Arch.I386 => new AesHash386(Schedule(8, key)),
        HashRegime.Aes or HashRegime.Portable => Portable(version, arch, key),
        HashRegime.Identity => new DegenerateHash(DegenerateHashKind.Identity, arch.PointerSize),
        HashRegime.LowBits => new DegenerateHash(DegenerateHashKind.LowBits, arch.PointerSize),
        HashRegime.OneBucket => new DegenerateHash(DegenerateHashKind.OneBucket, arch.PointerSize),
        _ => new DegenerateHash(DegenerateHashKind.ConstantTop, arch.PointerSize),
    };

    private static byte[] Schedule(int words, Func<int, ulong> key)
    {
        var bytes = new byte[8 * words];
        for (int i = 0; i < words; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(8 * i), key(i));
        }

        return bytes;
    }

    /// <summary>Up to 1.22 a process makes its keys odd.</summary>
    private static IMemHash Portable(GoVersion version, Arch arch, Func<int, ulong> key)
    {
        ulong odd = version.HasPortableHashMultipliers ? 1UL : 0;
        ulong[] keys = [.. Enumerable.Range(0, 4).Select(i => (key(i) | odd) & arch.MaxUintptr)];
        return arch.PointerSize == 4 ? new PortableHash32(keys)
            : new PortableHash(keys, version.HasPortableHashMultipliers ? PortableHashKind.FixedMultipliers : PortableHashKind.KeyedMultipliers);
    }
}
