using MapSim.Layout;

namespace MapSim.Programs;

/// <summary>
/// Bytes of values that were computed before, by the value's object: of types without pointers the bytes in memory, of a
/// string its text. For one thread at a time.
/// </summary>
internal sealed class KnownValues
{
    private const int Most = 1 << 14;
    private readonly Dictionary<GoValue, (GoType Type, byte[] Bytes)> _known = new(ReferenceEqualityComparer.Instance);

    /// <summary>The bytes; null if they are not known.</summary>
    public byte[]? Find(GoType type, GoValue value) =>
        _known.TryGetValue(value, out (GoType Type, byte[] Bytes) found) && ReferenceEquals(found.Type, type) ? found.Bytes : null;

    /// <summary>Remembers bytes, which nobody changes any more.</summary>
    public byte[] Add(GoType type, GoValue value, byte[] bytes)
    {
        if (_known.Count >= Most)
        {
            _known.Clear();
        }

        _known[value] = (type, bytes);
        return bytes;
    }
}
