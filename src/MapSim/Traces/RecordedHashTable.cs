using MapSim.Layout;
using MapSim.Machines;

namespace MapSim.Traces;

/// <summary>Hashes as a trace recorded them, for processes whose hash function is not modelled.</summary>
internal sealed class RecordedHashTable : IRecordedHashes
{
    private readonly Dictionary<(ulong Seed, string Content), ulong> _hashes = [];

    /// <inheritdoc/>
    public ulong HashOf(MapType type, ReadOnlySpan<byte> content, ulong seed) =>
        _hashes.GetValueOrDefault((seed, Convert.ToHexString(content)));

    /// <summary>Notes a hash.</summary>
    public void Add(ReadOnlySpan<byte> content, ulong seed, ulong hash) => _hashes[(seed, Convert.ToHexString(content))] = hash;
}
