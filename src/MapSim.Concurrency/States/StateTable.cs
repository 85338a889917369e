namespace MapSim.Concurrency.States;

/// <summary>The states that were seen, as 128-bit hashes, each with a number if the caller wants that.</summary>
/// <remarks>
/// Open addressing with linear probing. It grows by a quarter when four fifths are full, so that a state costs 20 to 25 bytes
/// (with numbers 25 to 31). The slot grows with the hash, so growing reads and writes the table from one end to the other. Two states of the same hash would be taken for one: with n states the chance is below
/// n² / 2^129, for a billion states 10^-21.
/// </remarks>
internal sealed class StateTable
{
    private const int FirstSlots = 1 << 10;
    private ulong[] _keys = new ulong[2 * FirstSlots];
    private int[]? _numbers;
    private int _limit = FirstSlots / 5 * 4;

    /// <summary>An empty table.</summary>
    /// <param name="hasNumbers">True if every state has a number.</param>
    public StateTable(bool hasNumbers = false) => _numbers = hasNumbers ? new int[FirstSlots] : null;

    /// <summary>Number of states.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes that the table takes.</summary>
    public long Bytes => 8L * _keys.Length + 4L * (_numbers?.Length ?? 0);

    /// <summary>Adds a state; false if it was there.</summary>
    public bool Add(UInt128 state) => Add(state, 0, out _);

    /// <summary>Adds a state with a number; false if it was there, and then its number.</summary>
    public bool Add(UInt128 state, int number, out int found)
    {
        (ulong low, ulong high) = Key(state);
        int slot = Find(low, high);
        if (_keys[2 * slot + 1] != 0)
        {
            found = _numbers?[slot] ?? 0;
            return false;
        }

        found = number;
        if (Count == _limit)
        {
            Grow();
            slot = Find(low, high);
        }

        Put(slot, low, high, number);
        Count++;
        return true;
    }

    /// <summary>The number of a state that is there.</summary>
    public bool TryFind(UInt128 state, out int number)
    {
        (ulong low, ulong high) = Key(state);
        int slot = Find(low, high);
        number = _numbers?[slot] ?? 0;
        return _keys[2 * slot + 1] != 0;
    }

    /// <summary>Adds a state with a number, or raises the number of one that is there; false if that has the same or a higher one.</summary>
    public bool Raise(UInt128 state, int number)
    {
        if (Add(state, number, out int found))
        {
            return true;
        }

        if (found >= number)
        {
            return false;
        }

        (ulong low, ulong high) = Key(state);
        _numbers![Find(low, high)] = number;
        return true;
    }

    /// <summary>Writes the states with their numbers.</summary>
    public void Write(BinaryWriter to)
    {
        to.Write(Count);
        to.WriteAll(_keys);
        foreach (int number in _numbers ?? [])
        {
            to.Write(number);
        }
    }

    /// <summary>Takes over states that were written.</summary>
    public void Read(BinaryReader from)
    {
        Count = from.ReadInt32();
        _keys = from.ReadAll();
        _numbers = _numbers == null ? null : new int[_keys.Length / 2];
        for (int i = 0; i < (_numbers?.Length ?? 0); i++)
        {
            _numbers![i] = from.ReadInt32();
        }

        _limit = _keys.Length / 2 / 5 * 4;
    }

    // The upper word is never 0, so that 0 says "free".
    private static (ulong Low, ulong High) Key(UInt128 state)
    {
        ulong high = (ulong)(state >> 64);
        return (unchecked((ulong)state), high == 0 ? 1 : high);
    }

    private int Find(ulong low, ulong high)
    {
        ulong[] keys = _keys;
        int slots = keys.Length / 2;
        // The slot comes from the upper bits of the lower word: any number of slots will do.
        int slot = (int)Math.BigMul(low, (ulong)slots, out _);
        while (true)
        {
            int at = 2 * slot;
            if (keys[at + 1] == 0 || (keys[at] == low && keys[at + 1] == high))
            {
                return slot;
            }

            slot = slot + 1 == slots ? 0 : slot + 1;
        }
    }

    private void Put(int slot, ulong low, ulong high, int number)
    {
        _keys[2 * slot] = low;
        _keys[2 * slot + 1] = high;
        if (_numbers != null)
        {
            _numbers[slot] = number;
        }
    }

    private void Grow()
    {
        ulong[] keys = _keys;
        int[]? numbers = _numbers;
        int slots = checked((int)(keys.Length / 2 * 5L / 4));
        _keys = new ulong[2 * slots];
        _numbers = numbers == null ? null : new int[slots];
        _limit = slots / 5 * 4;
        for (int i = 0; i < keys.Length / 2; i++)
        {
            if (keys[2 * i + 1] != 0)
            {
                Put(Find(keys[2 * i], keys[2 * i + 1]), keys[2 * i], keys[2 * i + 1], numbers?[i] ?? 0);
            }
        }
    }
}
