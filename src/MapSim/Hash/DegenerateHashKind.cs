namespace MapSim.Hash;

/// <summary>The bad hash functions of <see cref="DegenerateHash"/>: each brings maps into states that good ones rarely reach.</summary>
public enum DegenerateHashKind
{
    /// <summary>The key is its hash, so that a test chooses bucket and tophash. The seed is ignored.</summary>
    Identity,

    /// <summary>
    /// Seeded, but the low half is zero: every key falls into bucket 0 at every B up to 32 (16 on 32-bit), and stays
    /// in X at every grow; tophashes differ.
    /// </summary>
    LowBits,

    /// <summary>Zero for everything: one chain, one tophash, every probe compares keys. The seed is ignored.</summary>
    OneBucket,

    /// <summary>Seeded, but the top byte is 0x7f: buckets differ, tophashes do not, so every probe compares keys.</summary>
    ConstantTop,
}
