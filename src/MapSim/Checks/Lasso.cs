using MapSim.Machines;
using MapSim.Map;
using MapSim.Memory;

namespace MapSim.Checks;

/// <summary>
/// Sees a goroutine that spins: one whose stack comes back to a state it had before, with nothing stored anywhere and
/// nothing drawn in between. Typical is a lookup in a chain that has become a circle.
/// </summary>
/// <remarks>
/// <para>Call <see cref="After"/> after each step of the goroutine; the steps of others need not be shown, for what they store
/// is seen in the pages of memory. Brent's algorithm (1980): one remembered state, moved on after 128, 256, 512 ... steps. One more
/// round collects the buckets.</para>
/// <para>It does not see a circle in which the goroutine itself stores, nor one over several operations. Going back in time
/// is not a store: call <see cref="Reset"/> after an undo or a restore.</para>
/// </remarks>
public sealed class Lasso
{
    /// <summary>Most stops in a report.</summary>
    public const int MaxStops = 64;

    private const int Compared = 256;

    /// <summary>Steps of an operation before the first state is remembered: most are over by then, and cost nothing.</summary>
    private const int FirstLook = 128;
    private const int None = -1;
    private readonly Machine _machine;
    private readonly int _g;
    private readonly byte[] _frame = new byte[Compared];
    private readonly List<LassoStop> _stops = [];
    private int _frameLength = None;
    private Fingerprint _stack;
    private ulong _draws;
    private uint _epoch;
    private int _steps;
    private int _power;
    private int _circle;

    /// <summary>Watches a goroutine.</summary>
    public Lasso(Machine machine, int g)
    {
        _machine = machine;
        _g = g;
        Reset();
    }

    /// <summary>The circle that was found; null if there is none so far.</summary>
    public LassoReport? Found { get; private set; }

    /// <summary>Forgets what was seen.</summary>
    public void Reset()
    {
        Found = null;
        _frameLength = None;
        _steps = 0;
        _power = FirstLook;
        _circle = 0;
        _stops.Clear();
    }

    /// <summary>The goroutine has made a step.</summary>
    /// <returns>The circle, once it is known.</returns>
    public LassoReport? After(int g)
    {
        if (g != _g || Found != null)
        {
            return Found;
        }

        if (!_machine.Goroutines[_g].IsBusy)
        {
            Reset();
            return null;
        }

        _steps++;
        if (_circle != 0)
        {
            Collect();
        }
        else
        {
            Search();
        }

        return Found;
    }

    private void Search()
    {
        if (_frameLength == None)
        {
            if (_steps == FirstLook)
            {
                Remember();
            }

            return;
        }

        bool remembered = IsRemembered();
        if (remembered && AnythingStored())
        {
            _power = FirstLook;
            Remember();
        }
        else if (remembered)
        {
            _circle = _steps;
            _steps = 0;
        }
        else if (_steps == _power)
        {
            _power = Math.Min(2 * _power, 1 << 29);
            Remember();
        }
    }

    private void Collect()
    {
        Stop();
        bool closed = _steps == _circle;
        if (closed && IsRemembered() && !AnythingStored())
        {
            MergeEnds();
            Found = new LassoReport(_g, _circle, IsAlone(), [.. _stops]);
        }
        else if (closed)
        {
            Reset();
        }
    }

    private void Stop()
    {
        FrameView frame = _machine.FrameAt(_g);
        int word = BucketWord(frame.Kind);
        Addr bucket = word == None ? default : frame.Word(word);
        if (_stops.Count > 0 && _stops[^1].Bucket == bucket)
        {
            _stops[^1] = _stops[^1] with { Steps = _stops[^1].Steps + 1 };
        }
        else if (_stops.Count < MaxStops)
        {
            _stops.Add(new LassoStop(bucket, $"{frame.Name}.{frame.Label}", 1));
        }
    }

    /// <summary>The circle was entered somewhere in a bucket: its two parts are one stop.</summary>
    private void MergeEnds()
    {
        if (_stops.Count > 1 && _stops.Count < MaxStops && _stops[0].Bucket == _stops[^1].Bucket)
        {
            _stops[^1] = _stops[^1] with { Steps = _stops[^1].Steps + _stops[0].Steps };
            _stops.RemoveAt(0);
        }
    }

    private void Remember()
    {
        ReadOnlySpan<byte> frame = TopFrame();
        frame.CopyTo(_frame);
        _frameLength = frame.Length;
        _stack = _machine.Goroutines[_g].Hash(isJournaled: false);
        _draws = _machine.Choices.Count;
        _epoch = _machine.Memory.WriteEpoch;
        _machine.Memory.WriteEpoch = _epoch + 1;
        _steps = 0;
    }

    /// <summary>The running frame first: it nearly always differs, and the whole stack need not be hashed.</summary>
    private bool IsRemembered() =>
        TopFrame().SequenceEqual(_frame.AsSpan(0, _frameLength))
        && _machine.Choices.Count == _draws && _machine.Goroutines[_g].Hash(isJournaled: false) == _stack;

    private ReadOnlySpan<byte> TopFrame()
    {
        ReadOnlySpan<byte> bytes = _machine.FrameAt(_g).Bytes;
        return bytes[..Math.Min(bytes.Length, Compared)];
    }

    private bool AnythingStored()
    {
        SimMemory memory = _machine.Memory;
        for (int p = 0; p < _machine.Heap.ArenaCount; p++)
        {
            Region arena = memory.RegionOf(new Addr(memory.HeapBase + (ulong)p * memory.ArenaStride))!;
            if (arena.WrittenAfter(0, arena.Bytes.HighWater, _epoch))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsAlone()
    {
        foreach (Goroutine g in _machine.Goroutines)
        {
            if (g.Id != _g && g.IsBusy)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Which of a frame's addresses is the bucket it is at, for the frames that walk chains without storing.</summary>
    private static int BucketWord(ushort kind) => kind switch
    {
        FrameKinds.MapAccess or FrameKinds.MapAssign or FrameKinds.MapDelete or FrameKinds.MapIterNext => 2,
        FrameKinds.MapErase => 3,
        FrameKinds.CloneOldBuckets => 4,
        _ => None,
    };
}
