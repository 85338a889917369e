using MapSim.Layout;

namespace MapSim.Programs;

/// <summary>
/// Values written out in arguments that were read before, by their type and the bytes: a fuzzer runs the same ops again and again,
/// and what else is known of a value is known by its object. For one thread at a time.
/// </summary>
internal sealed class KnownLiterals
{
    private const int Size = 1 << 13;
    private readonly Known?[] _known = new Known?[Size];

    /// <summary>The value that the next arguments mean, which are skipped; null if it is not known.</summary>
    public GoValue? Find(GoType type, ArgumentReader arguments)
    {
        ReadOnlySpan<byte> rest = arguments.Rest;
        if (_known[PlaceOf(type, rest)] is not { } known || !ReferenceEquals(known.Type, type) || !rest.SequenceEqual(known.Arguments))
        {
            return null;
        }

        arguments.Skip(known.Used);
        return known.Value;
    }

    /// <summary>Remembers a value; another may be forgotten for it.</summary>
    /// <param name="type">Its type, which has one object for each architecture.</param>
    /// <param name="rest">All arguments from the first of the value on.</param>
    /// <param name="used">How many of them it took.</param>
    /// <param name="value">The value.</param>
    public void Add(GoType type, ReadOnlySpan<byte> rest, int used, GoValue value) =>
        _known[PlaceOf(type, rest)] = new Known(type, rest.ToArray(), used, value);

    private static int PlaceOf(GoType type, ReadOnlySpan<byte> arguments)
    {
        uint hash = unchecked((uint)type.Size * 31 + (uint)type.Kind);
        foreach (byte b in arguments)
        {
            hash = unchecked((hash ^ b) * 16777619);
        }

        return (int)((hash ^ (hash >> 15)) % Size);
    }

    private sealed record Known(GoType Type, byte[] Arguments, int Used, GoValue Value);
}
