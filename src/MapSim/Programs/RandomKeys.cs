using MapSim.Layout;
using MapSim.Memory;

namespace MapSim.Programs;

/// <summary>A key of a random program, with what the naive model knows of it.</summary>
/// <param name="Number">Its number in the pool.</param>
/// <param name="Bytes">Its bytes in memory: its identity.</param>
/// <param name="Class">Keys are equal in Go's sense exactly if this is equal (and the key equals itself).</param>
/// <param name="Text">What a person reads.</param>
/// <param name="IsReflexive">False if a NaN is in it.</param>
/// <param name="Unhashable">The type for which hashing it panics; null if it does not.</param>
public sealed record RandomKey(int Number, byte[] Bytes, int Class, string Text, bool IsReflexive, string? Unhashable);

/// <summary>
/// The keys of a random program. Equality is known from how a key was made (its text), not from its bytes, so that the
/// model does not share MapSim's idea of equality.
/// </summary>
public sealed class RandomKeys
{
    private readonly RandomValues _values;
    private readonly Dictionary<string, int> _classes = new(StringComparer.Ordinal);
    private readonly Dictionary<ulong, RandomKey> _byBytes = [];
    private readonly List<RandomKey> _keys = [];

    /// <summary>Makes a pool of about <paramref name="count"/> different keys.</summary>
    public RandomKeys(RandomValues values, GoType type, int count)
    {
        _values = values;
        for (int tries = 0; _keys.Count < count && tries < 2 * count + 16; tries++)
        {
            Add(type, count);
        }
    }

    /// <summary>Every key; equal ones of different identity are among them.</summary>
    public IReadOnlyList<RandomKey> All => _keys;

    /// <summary>The key with these bytes; null if the program has none.</summary>
    public RandomKey? Identify(ReadOnlySpan<byte> bytes) =>
        _byBytes.TryGetValue(Fingerprint.OfBytes(0, bytes).Low, out RandomKey? key) && bytes.SequenceEqual(key.Bytes) ? key : null;

    private void Add(GoType type, int count)
    {
        byte[] bytes = new byte[type.Size];
        RandomTraits traits = _values.Write(type, bytes, count);
        _values.Keep(type, bytes);
        ulong place = Fingerprint.OfBytes(0, bytes).Low;
        if (_byBytes.ContainsKey(place))
        {
            return;
        }

        string text = traits.Text.ToString();
        if (!_classes.TryGetValue(text, out int number))
        {
            number = _classes.Count;
            _classes.Add(text, number);
        }

        var key = new RandomKey(_keys.Count, bytes, number, text, !traits.HasNaN, traits.Unhashable);
        _byBytes.Add(place, key);
        _keys.Add(key);
    }
}
