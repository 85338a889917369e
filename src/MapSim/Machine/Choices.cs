using MapSim.Memory;

namespace MapSim.Machines;

/// <summary>What a random number is drawn for.</summary>
public enum ChoiceKind : byte
{
    /// <summary>A hash seed (make, clear, the delete that empties a map, clone).</summary>
    Hash0,

    /// <summary>Where an iteration starts.</summary>
    IteratorStart,

    /// <summary>Whether an overflow bucket is counted (B of 16 and more).</summary>
    NoverflowLottery,

    /// <summary>The hash of a NaN.</summary>
    NaNHash,

    /// <summary>Which root or grey object a worker of the collector takes next.</summary>
    GcJob,

    /// <summary>Whether an allocation starts a collection.</summary>
    GcStart,

    /// <summary>Which of the cases of a select that are ready is taken.</summary>
    Select,
}

/// <summary>
/// The source of everything Go decides at random. The n-th draw is a function of n (and of the seed, or of a
/// recorded list), so the only state is the number of draws so far, which lives in simulated bytes: undoing a step
/// undoes its draws.
/// </summary>
public sealed class Choices
{
    private readonly SimMemory _memory;
    private readonly Segment _state;
    private IReadOnlyList<ulong>? _recorded;
    private ulong _recordedFrom;
    private (ulong Place, ulong Number) _hashed;
    private Fingerprint _hash;

    internal Choices(SimMemory memory, ulong seed)
    {
        _memory = memory;
        Seed = seed;
        _state = memory.Undo.NewSegment(8);
        _state.Grow(8);
    }

    /// <summary>The seed; changes what later draws give.</summary>
    public ulong Seed { get; set; }

    /// <summary>How many numbers were drawn.</summary>
    public unsafe ulong Count => *(ulong*)_state.Start;

    /// <summary>The part of the state's hash that says how many numbers were drawn.</summary>
    /// <param name="place">Where it stands.</param>
    /// <param name="number">What stands there.</param>
    internal Fingerprint HashOf(ulong place, ulong number)
    {
        if (_hashed != (place, number))
        {
            (_hashed, _hash) = ((place, number), Fingerprint.Of(place, number));
        }

        return _hash;
    }

    /// <summary>True if a recorded list ran out: the program drew more than the recording did.</summary>
    public bool Overdrawn { get; private set; }

    /// <summary>Draws of some kinds give these values, whatever the source; they count as draws all the same. Null for none.</summary>
    public IReadOnlyList<(ChoiceKind Kind, ulong Value)>? Forced { get; set; }

    /// <summary>Called for each draw, for logs; null when nobody listens.</summary>
    public Action<ChoiceKind, ulong>? Drawn { get; set; }

    /// <summary>Lets the next draws come from a list (of raw 64-bit outputs) instead of from the seed; null ends that.</summary>
    public void UseRecorded(IReadOnlyList<ulong>? draws)
    {
        _recorded = draws;
        _recordedFrom = Count;
        Overdrawn = false;
    }

    /// <summary>Numbers of the recorded list not drawn yet.</summary>
    public int RecordedLeft => _recorded == null ? 0 : _recorded.Count - (int)Math.Min((ulong)_recorded.Count, Count - _recordedFrom);

    /// <summary>The next random number: the 64 raw bits of the runtime's generator.</summary>
    public unsafe ulong Draw(ChoiceKind kind)
    {
        ulong n = Count;
        ulong value;
        if (_recorded == null)
        {
            value = Fingerprint.Mix(unchecked(Seed + (n + 1) * 0x9E3779B97F4A7C15));
        }
        else if (n - _recordedFrom < (ulong)_recorded.Count)
        {
            value = _recorded[(int)(n - _recordedFrom)];
        }
        else
        {
            Overdrawn = true;
            value = 0;
        }

        if (_memory.Tracking)
        {
            _memory.Undo.Save(_state, 0, 8);
        }

        for (int i = 0; Forced != null && i < Forced.Count; i++)
        {
            value = Forced[i].Kind == kind ? Forced[i].Value : value;
        }

        *(ulong*)_state.Start = n + 1;
        Drawn?.Invoke(kind, value);
        return value;
    }
}
