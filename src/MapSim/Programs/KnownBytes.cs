using MapSim.Layout;

namespace MapSim.Programs;

/// <summary>
/// Bytes of a value that were computed before, kept with its object: of a type without pointers the bytes in memory, of a string
/// its text. They are a function of value and type, so it does not matter which thread computed them, nor when.
/// </summary>
internal struct KnownBytes : IEquatable<KnownBytes>
{
    private Entry? _last;

    /// <summary>The bytes of a value as a type; null if they are not known. Nobody may change them.</summary>
    public readonly byte[]? Find(GoType type, GoValue value) =>
        _last is { } last && ReferenceEquals(last.Type, type) && ReferenceEquals(last.Value, value) ? last.Bytes : null;

    /// <summary>Remembers bytes; those that were known before are forgotten.</summary>
    public byte[] Add(GoType type, GoValue value, byte[] bytes)
    {
        _last = new Entry(type, value, bytes);
        return bytes;
    }

    /// <summary>Always: what is known of a value is no part of it.</summary>
    public readonly bool Equals(KnownBytes other) => true;

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is KnownBytes;

    /// <inheritdoc/>
    public override readonly int GetHashCode() => 0;

    /// <summary>The value is named, since a copy of its object (with) has what was known of the first.</summary>
    private sealed class Entry(GoType type, GoValue value, byte[] bytes)
    {
        public readonly GoType Type = type;
        public readonly GoValue Value = value;
        public readonly byte[] Bytes = bytes;
    }
}
