using MapSim.Memory;

namespace MapSim.Checks;

/// <summary>
/// The race oracle (H8): two accesses to a common byte by different goroutines, at least one of them a write, that
/// no synchronisation orders. It is told what goroutines do, in the order of one run, and touches nothing itself.
/// </summary>
/// <remarks>
/// Exact for the run it is told: for every byte and every pair of sites, a race is reported exactly if the run has
/// one, when its second access is made (the first such, with the latest access that it races with). Happens-before
/// is that of vector clocks: program order, fork to the child's first event, the last event of a goroutine to its
/// join, release to acquire. This is more than FastTrack keeps (Flanagan, Freund 2009), whose last write hides
/// earlier ones after a first race on an address.
///
/// Locks in these terms, as Go's sync package and runtime report them:
/// <code>
/// mutex    lock: Acquire(mu)                         unlock: Release(mu)
/// rwmutex  lock: Acquire(r), Acquire(w)              unlock: Release(r)      (two objects, r and w)
///          rlock: Acquire(r)                         runlock: ReleaseMerge(w)
/// channel  buffered: ReleaseAcquire(slot) on send and on receive, one object a slot of the buffer
///          unbuffered, when both have met: Release(sender, c), Acquire(receiver, c), Release(receiver, c), Acquire(sender, c)
///          close: Release(c)                         receive from closed: Acquire(c)
/// group    done: ReleaseMerge(wg)                    wait: Acquire(wg)
/// </code>
/// It does not see races that another schedule of the same program would have, and it cannot go back: after an undo
/// of machine steps, tell a new detector the run again.
/// </remarks>
/// <param name="mode">Which accesses count.</param>
public sealed class RaceDetector(RaceMode mode = RaceMode.GoView)
{
    private readonly List<VectorClock?> _goroutines = [];
    private readonly Dictionary<ulong, VectorClock> _syncObjects = [];
    private readonly Dictionary<ulong, VectorClock> _atomics = []; // by address
    private readonly Dictionary<ulong, RaceWord> _words = []; // by address / 8
    private readonly List<(RaceWord Word, PastAccess Past)> _found = [];
    private readonly VectorClock _before = new(); // within ReleaseAcquire
    private readonly List<Race> _races = [];
    private ulong _accesses;

    /// <summary>Which accesses count.</summary>
    public RaceMode Mode => mode;

    /// <summary>True if what it finds may decide about a program or a fault.</summary>
    public bool Scores => mode == RaceMode.GoView;

    /// <summary>All races, in the order in which they were found.</summary>
    public IReadOnlyList<Race> Races => _races;

    /// <summary>A go statement: what the parent did before it happens before all that the child does.</summary>
    /// <exception cref="ArgumentException">The child has done something already: numbers are not used twice.</exception>
    public void Fork(int parent, int child)
    {
        if (parent == child || (child < _goroutines.Count && _goroutines[child] != null))
        {
            throw new ArgumentException($"goroutine {child} exists already", nameof(child));
        }

        VectorClock clock = ClockOf(parent);
        ClockOf(child).Join(clock);
        clock.Tick(parent);
    }

    /// <summary>All that a finished goroutine did happens before what the waiter does from now on.</summary>
    public void Join(int waiter, int finished)
    {
        VectorClock clock = ClockOf(finished);
        ClockOf(waiter).Join(clock);
        clock.Tick(finished);
    }

    /// <summary>
    /// What came before the last <see cref="Release"/> or <see cref="ReleaseAcquire"/> of the object, and before each
    /// <see cref="ReleaseMerge"/> since, happens before what the goroutine does from now on.
    /// </summary>
    public void Acquire(int g, ulong syncObject) => AcquireFrom(_syncObjects, g, syncObject);

    /// <summary>Hands all that the goroutine did to those who acquire the object later; earlier releases are forgotten.</summary>
    public void Release(int g, ulong syncObject)
    {
        VectorClock clock = ClockOf(g);
        Released(_syncObjects, syncObject).CopyFrom(clock);
        clock.Tick(g);
    }

    /// <summary>As <see cref="Release"/>, and earlier releases stay: for objects that many release before one acquires.</summary>
    public void ReleaseMerge(int g, ulong syncObject) => MergeInto(_syncObjects, g, syncObject);

    /// <summary>
    /// Releases and acquires at once, without handing on what it acquires: a slot of a buffered channel. (An Acquire
    /// and then a Release would order a receiver after the receivers before it, and hide races.)
    /// </summary>
    public void ReleaseAcquire(int g, ulong syncObject)
    {
        VectorClock clock = ClockOf(g), released = Released(_syncObjects, syncObject);
        _before.CopyFrom(clock);
        clock.Join(released);
        released.CopyFrom(_before);
        clock.Tick(g);
    }

    /// <summary>A read.</summary>
    /// <param name="g">Who.</param>
    /// <param name="address">The lowest byte.</param>
    /// <param name="size">Bytes; 0 is no access.</param>
    /// <param name="what">Where in the program, and when.</param>
    public void Read(int g, Addr address, int size, in RaceEvent what) =>
        Touch(new RaceSide(g, RaceKind.Read, what, address, size));

    /// <summary>A write. The parameters are those of <see cref="Read"/>.</summary>
    public void Write(int g, Addr address, int size, in RaceEvent what) =>
        Touch(new RaceSide(g, RaceKind.Write, what, address, size));

    /// <summary>
    /// A visible step of the machine. Allocations count in both modes: a new object has no past. All else counts in
    /// <see cref="RaceMode.EveryAccess"/> only; atomic operations on an address are ordered as they come.
    /// </summary>
    public void Access(int g, Access access, in RaceEvent what)
    {
        if (access.Kind == AccessKind.Alloc)
        {
            Forget(access.Address, access.Size);
        }
        else if (mode == RaceMode.EveryAccess && access.Kind == AccessKind.Atomic)
        {
            AcquireFrom(_atomics, g, access.Address.Value);
            Touch(new RaceSide(g, RaceKind.Atomic, what, access.Address, access.Size));
            MergeInto(_atomics, g, access.Address.Value);
        }
        else if (mode == RaceMode.EveryAccess && access.Kind != AccessKind.None)
        {
            RaceKind kind = access.Kind == AccessKind.Load ? RaceKind.Read : RaceKind.Write;
            Touch(new RaceSide(g, kind, what, access.Address, access.Size));
        }
    }

    /// <summary>The memory belongs to a new object: what was done to the old one there cannot race with it.</summary>
    public void Forget(Addr address, int size)
    {
        var words = new WordRange(address, size);
        while (words.Next(out ulong number, out byte bytes))
        {
            if (_words.TryGetValue(number, out RaceWord? word))
            {
                word.Forget(bytes);
            }

            for (int i = 0; i < 8; i++)
            {
                if ((bytes >> i & 1) != 0)
                {
                    _atomics.Remove((number << 3) + (ulong)i);
                }
            }
        }
    }

    private void Touch(RaceSide side)
    {
        VectorClock clock = ClockOf(side.Goroutine);
        ulong order = _accesses++;
        var words = new WordRange(side.Address, side.Size);
        while (words.Next(out ulong number, out byte bytes))
        {
            if (!_words.TryGetValue(number, out RaceWord? word))
            {
                word = new RaceWord(number);
                _words.Add(number, word);
            }

            word.Meet(new PastAccess(side, clock[side.Goroutine], order, bytes), clock, _found);
        }

        if (_found.Count > 0)
        {
            Report(side);
            _found.Clear();
        }
    }

    /// <summary>One race for each earlier access that was met, the latest first; its words come in ascending order.</summary>
    private void Report(RaceSide second)
    {
        foreach (var met in _found.GroupBy(f => f.Past.Order).OrderByDescending(group => group.Key))
        {
            RaceSide first = met.First().Past.Side;
            var pair = new RacePair(first, second);
            Addr lowest = default;
            foreach ((RaceWord word, PastAccess past) in met)
            {
                Addr fresh = word.Report(pair, past.Bytes);
                lowest = lowest.IsNil ? fresh : lowest;
            }

            if (!lowest.IsNil)
            {
                _races.Add(new Race(lowest, first, second));
            }
        }
    }

    private void AcquireFrom(Dictionary<ulong, VectorClock> objects, int g, ulong id)
    {
        VectorClock clock = ClockOf(g);
        if (objects.TryGetValue(id, out VectorClock? released))
        {
            clock.Join(released);
        }
    }

    private void MergeInto(Dictionary<ulong, VectorClock> objects, int g, ulong id)
    {
        VectorClock clock = ClockOf(g);
        Released(objects, id).Join(clock);
        clock.Tick(g);
    }

    /// <summary>What an object hands to those who acquire it; nothing at first.</summary>
    private static VectorClock Released(Dictionary<ulong, VectorClock> objects, ulong id)
    {
        if (!objects.TryGetValue(id, out VectorClock? released))
        {
            released = new VectorClock();
            objects.Add(id, released);
        }

        return released;
    }

    private VectorClock ClockOf(int g)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(g);
        while (_goroutines.Count <= g)
        {
            _goroutines.Add(null);
        }

        if (_goroutines[g] is not { } clock)
        {
            clock = new VectorClock();
            clock.Tick(g);
            _goroutines[g] = clock;
        }

        return clock;
    }

    /// <summary>The aligned words that a range touches, and which of their bytes. A wild address at the end of memory is cut short.</summary>
    private struct WordRange(Addr address, int size)
    {
        private readonly ulong _last = address.Value + Math.Min((ulong)Math.Max(size - 1, 0), ulong.MaxValue - address.Value);
        private ulong _at = address.Value;
        private bool _isDone = size <= 0;

        public bool Next(out ulong number, out byte bytes)
        {
            number = _at >> 3;
            bool isLast = number == _last >> 3;
            int from = (int)(_at & 7), to = isLast ? (int)(_last & 7) : 7;
            bytes = (byte)((0xFF << from) & (0xFF >> (7 - to)));
            bool isSome = !_isDone;
            _isDone |= isLast;
            _at = isLast ? _at : (number + 1) << 3;
            return isSome;
        }
    }
}
