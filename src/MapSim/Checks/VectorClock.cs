namespace MapSim.Checks;

/// <summary>
/// A vector clock: for each goroutine, up to which of its own times the owner has seen it. Goroutines it has never
/// heard of stand at 0; a running goroutine's own time starts at 1.
/// </summary>
/// <remarks>
/// An event that goroutine g made at its time t happens before everything that a goroutine with this clock does now
/// exactly if t &lt;= clock[g].
/// </remarks>
public sealed class VectorClock
{
    private ulong[] _times = [];

    /// <summary>The time of goroutine <paramref name="g"/> that was seen last; 0 for none.</summary>
    public ulong this[int g] => g < _times.Length ? _times[g] : 0;

    /// <summary>Moves goroutine <paramref name="g"/> on by one.</summary>
    public void Tick(int g)
    {
        if (g >= _times.Length)
        {
            Array.Resize(ref _times, g + 1);
        }

        _times[g]++;
    }

    /// <summary>Sees everything that the other clock has seen.</summary>
    public void Join(VectorClock other)
    {
        if (_times.Length < other._times.Length)
        {
            Array.Resize(ref _times, other._times.Length);
        }

        for (int g = 0; g < other._times.Length; g++)
        {
            _times[g] = Math.Max(_times[g], other._times[g]);
        }
    }

    /// <summary>Forgets all it has seen and stands where the other clock stands.</summary>
    public void CopyFrom(VectorClock other)
    {
        if (_times.Length != other._times.Length)
        {
            _times = new ulong[other._times.Length];
        }

        other._times.CopyTo(_times, 0);
    }

    /// <summary>For people: "[3 0 2]".</summary>
    public override string ToString() => $"[{string.Join(' ', _times)}]";
}
