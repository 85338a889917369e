namespace MapSim.Concurrency.States;

/// <summary>A set of places in a model's memory: a bit for each, the words in the order of their numbers.</summary>
/// <param name="words">The words' numbers; all sets that meet share them.</param>
internal sealed class PlaceSet(WordNumbers words) : IPlaces
{
    private ulong[] _bits = new ulong[8];
    private int _used;

    /// <summary>The bits, without zeros at the end.</summary>
    public ReadOnlySpan<ulong> Bits
    {
        get
        {
            while (_used > 0 && _bits[_used - 1] == 0)
            {
                _used--;
            }

            return _bits.AsSpan(0, _used);
        }
    }

    /// <summary>Takes everything out.</summary>
    public void Clear()
    {
        Array.Clear(_bits, 0, _used);
        _used = 0;
    }

    /// <inheritdoc/>
    public void Add(ulong place, uint length)
    {
        for (uint done = 0; done < length;)
        {
            (int at, ulong mask) = Part(place, length, ref done);
            Reserve(at + 1);
            _bits[at] |= mask;
        }
    }

    /// <summary>Adds a range of places, but for those that are in another set.</summary>
    public void AddBut(ulong place, uint length, PlaceSet others)
    {
        for (uint done = 0; done < length;)
        {
            (int at, ulong mask) = Part(place, length, ref done);
            Reserve(at + 1);
            _bits[at] |= at < others._used ? mask & ~others._bits[at] : mask;
        }
    }

    /// <summary>Takes a range of places out.</summary>
    public void Remove(ulong place, uint length)
    {
        for (uint done = 0; done < length;)
        {
            (int at, ulong mask) = Part(place, length, ref done);
            if (at < _used)
            {
                _bits[at] &= ~mask;
            }
        }
    }

    /// <summary>Adds all places of another set.</summary>
    /// <param name="bits">Its <see cref="Bits"/>.</param>
    public void UnionWith(ReadOnlySpan<ulong> bits)
    {
        Reserve(bits.Length);
        for (int i = 0; i < bits.Length; i++)
        {
            _bits[i] |= bits[i];
        }
    }

    /// <summary>The part of a range that lies in one word: where its bits are, and which.</summary>
    private (int At, ulong Mask) Part(ulong place, uint length, ref uint done)
    {
        int bit = (words.NumberOf(place + done, out int within) * words.PlacesPerWord) + within;
        int count = (int)Math.Min((uint)(words.PlacesPerWord - within), length - done);
        done += (uint)count;
        return (bit >> 6, ((1UL << count) - 1) << (bit & 63));
    }

    private void Reserve(int count)
    {
        if (count > _used)
        {
            if (count > _bits.Length)
            {
                Array.Resize(ref _bits, Math.Max(count, 2 * _bits.Length));
            }

            _used = count;
        }
    }
}
