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

    /// <summary>Makes it, with keys from a random source.</summary>
    public static IMemHash Create(HashRegime regime, GoVersion version, Arch arch, RandomSource random)
    {
        switch (regime)
        {
            case HashRegime.Aes when arch != Arch.Arm64:
                byte[] schedule = new byte[128];
                random.Fill(schedule);
                return arch == Arch.I386 ? new AesHash386(schedule) : new AesHash(schedule);
            case HashRegime.Aes or HashRegime.Portable:
                return Portable(version, arch, random);
            default:
                return new DegenerateHash(
                    regime switch
                    {
                        HashRegime.Identity => DegenerateHashKind.Identity,
                        HashRegime.LowBits => DegenerateHashKind.LowBits,
                        HashRegime.OneBucket => DegenerateHashKind.OneBucket,
                        _ => DegenerateHashKind.ConstantTop,
                    },
                    arch.PointerSize);
        }
    }

    private static IMemHash Portable(GoVersion version, Arch arch, RandomSource random)
    {
        var key = new ulong[4];
        for (int i = 0; i < key.Length; i++)
        {
            key[i] = random.Next() & arch.MaxUintptr | (version.HasPortableHashMultipliers ? 1UL : 0);
        }

        return arch.PointerSize == 4 ? new PortableHash32(key)
            : new PortableHash(key, version.HasPortableHashMultipliers ? PortableHashKind.FixedMultipliers : PortableHashKind.KeyedMultipliers);
    }
}
