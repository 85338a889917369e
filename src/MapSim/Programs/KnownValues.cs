using System.Runtime.CompilerServices;
using MapSim.Layout;

namespace MapSim.Programs;

/// <summary>
/// Bytes of values that were computed before, by the value's object: of types without pointers the bytes in memory, of a
/// string its text. For one thread at a time.
/// </summary>
internal sealed class KnownValues
{
    private const int Most = 1 << 14;
    private readonly Dictionary<Same, (GoType Type, byte[] Bytes)> _known = [];

    /// <summary>The bytes; null if they are not known.</summary>
    public byte[]? Find(GoType type, GoValue value) =>
        _known.TryGetValue(new Same(value), out (GoType Type, byte[] Bytes) found) && ReferenceEquals(found.Type, type) ? found.Bytes : null;

    /// <summary>Remembers bytes, which nobody changes any more.</summary>
    public byte[] Add(GoType type, GoValue value, byte[] bytes)
    {
        if (_known.Count >= Most)
        {
            _known.Clear();
        }

        _known[new Same(value)] = (type, bytes);
        return bytes;
    }

    /// <summary>A value that equals only itself. A struct: the table then calls no comparer.</summary>
    private readonly struct Same(GoValue value) : IEquatable<Same>
    {
        private readonly GoValue _value = value;

        public bool Equals(Same other) => ReferenceEquals(_value, other._value);

        public override bool Equals(object? obj) => obj is Same other && Equals(other);

        public override int GetHashCode() => RuntimeHelpers.GetHashCode(_value);
    }
}
