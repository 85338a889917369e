using MapSim.Layout;

namespace MapSim.Machines;

/// <summary>Hashes taken from a recording, for architectures whose hash function is not modelled.</summary>
public interface IRecordedHashes
{
    /// <summary>The hash of a key under a seed; 0 if it was never recorded (go-map.md section 7.3 says why that is enough).</summary>
    /// <param name="type">The map's type.</param>
    /// <param name="content">The key's content in canonical form: no pointers in it.</param>
    /// <param name="seed">hash0.</param>
    ulong HashOf(MapType type, ReadOnlySpan<byte> content, ulong seed);
}
