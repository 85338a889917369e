using System.Globalization;

namespace MapSim.Fuzz;

/// <summary>
/// What one execution showed, as numbers: each feature once, in the order in which it first came. The upper four bits are
/// its <see cref="FeatureDomain"/>, the others what the domain makes of it.
/// </summary>
/// <remarks>A table of open addressing whose slots remember in which execution they were used, so that nothing is cleared between executions.</remarks>
public sealed class FeatureSet
{
    /// <summary>Changes whenever the same execution gives other features.</summary>
    public const int Version = 3;

    private const int DomainShift = 28;
    private ulong[] _slots = new ulong[4096];
    private uint[] _items = new uint[1024];
    private uint _run = 1;

    /// <summary>The name of these features in control files.</summary>
    public static string Schema => "target-features/" + Version.ToString(CultureInfo.InvariantCulture);

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>The features of the execution.</summary>
    public ReadOnlySpan<uint> Items => _items.AsSpan(0, Count);

    /// <summary>The domain of a feature.</summary>
    public static FeatureDomain DomainOf(uint feature) => (FeatureDomain)(feature >> DomainShift);

    /// <summary>The feature of a domain and what it makes of it (the lower 28 bits).</summary>
    public static uint Feature(FeatureDomain domain, uint tuple) => ((uint)domain << DomainShift) | (tuple & ((1u << DomainShift) - 1));

    /// <summary>Forgets all: the next execution begins.</summary>
    public void Clear()
    {
        Count = 0;
        if (_run == uint.MaxValue)
        {
            _run = 0;
            Array.Clear(_slots);
        }

        _run++;
    }

    /// <summary>Adds a feature.</summary>
    /// <returns>True if it is the first of its kind in this execution.</returns>
    public bool Add(FeatureDomain domain, uint tuple) => Add(Feature(domain, tuple));

    /// <summary>Adds a feature.</summary>
    /// <returns>True if it is the first of its kind in this execution.</returns>
    public bool Add(uint feature)
    {
        if (Count * 2 >= _slots.Length)
        {
            Grow();
        }

        if (!Insert(feature))
        {
            return false;
        }

        if (Count == _items.Length)
        {
            Array.Resize(ref _items, Count * 2);
        }

        _items[Count++] = feature;
        return true;
    }

    /// <summary>A well mixed 32-bit number for a feature: its place in a map of an external engine.</summary>
    public static uint Mix(uint feature)
    {
        unchecked
        {
            uint x = feature * 0x9E3779B1;
            x ^= x >> 15;
            x *= 0x85EBCA77;
            return x ^ (x >> 13);
        }
    }

    private bool Insert(uint feature)
    {
        ulong wanted = ((ulong)_run << 32) | feature;
        int mask = _slots.Length - 1;
        for (int at = (int)(Mix(feature) & (uint)mask); ; at = (at + 1) & mask)
        {
            if (_slots[at] == wanted)
            {
                return false;
            }

            if (_slots[at] >> 32 != _run)
            {
                _slots[at] = wanted;
                return true;
            }
        }
    }

    private void Grow()
    {
        _slots = new ulong[_slots.Length * 2];
        foreach (uint feature in Items)
        {
            Insert(feature);
        }
    }
}
