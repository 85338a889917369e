using System.Text;
using MapSim.Checks;
using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Programs;

/// <summary>
/// What the operations of an explored run have returned so far, as hashes that can go back: two runs that stand in the same
/// state, but whose lookups and iterations gave different things, are not the same run. Also what the structure of a map
/// looked like when a write had ended, as soon as nobody else was busy with it.
/// </summary>
/// <remarks>
/// Each goroutine has a chain of its results. An operation that writes to a map also remembers how many operations of each of
/// the others were over when it began, one that reads how many of their writes: that is all of the order in time that a judge of
/// overlapping operations may use.
/// </remarks>
internal sealed partial class ResultTrail
{
    private readonly ProgramRun _run;
    private readonly Line[] _lines;
    private readonly List<(int Goroutine, TrailEvents Event, Line Old, ulong Broken, int FirstDead, Since Since)> _journal = [];
    private readonly List<Violation> _violations = [];
    private ulong _broken;
    private Fingerprint _hash;
    private bool _isHashed;

    /// <summary>An empty trail.</summary>
    /// <param name="run">The run.</param>
    /// <param name="isForEnds">What cannot change how the program ends is left out (<see cref="PlainTurns"/>).</param>
    public ResultTrail(ProgramRun run, bool isForEnds = false)
    {
        (_run, _lines) = (run, new Line[run.Code.Goroutines.Count]);
        _plain = isForEnds ? new PlainTurns(run) : null;
    }

    /// <summary>Entries of the journal; what <see cref="UndoTo"/> takes.</summary>
    public int Mark => _journal.Count;

    /// <summary>Which invariant was broken first when somebody looked, and what kind of operation had ended then; 0 for none.</summary>
    public ulong Broken => _broken;

    /// <summary>The goroutine that ended the process; -1 while it lives.</summary>
    public int FirstDead { get; private set; } = -1;

    /// <summary>What that goroutine was doing: a number of the line and of what it does there. Only while <see cref="FirstDead"/> says who.</summary>
    public ulong DeadAt { get; private set; }

    /// <summary>A hash of all results.</summary>
    public Fingerprint Hash
    {
        get
        {
            // Most steps tell nothing.
            if (!_isHashed)
            {
                (_hash, _isHashed) = (ComputeHash(), true);
            }

            return _hash;
        }
    }

    /// <summary>Operations that a goroutine has ended, by failing too.</summary>
    public int EndedBy(int g) => _lines[g].Ended;

    /// <summary>A goroutine begins an operation.</summary>
    public void Began(int g, Instruction i, Addr map)
    {
        if (_plain != null)
        {
            BeganPlainly(g, i, map);
            return;
        }

        ulong chain = _lines[g].Chain;
        for (int other = 0; other < _lines.Length && i.Type >= 0; other++)
        {
            int over = IsWrite(i) ? _lines[other].Ended : _lines[other].Writes;
            chain = other == g ? chain : Fingerprint.Mix(unchecked(chain + (ulong)over + 1));
        }

        Set(g, i.Type < 0 ? TrailEvents.None : IsWrite(i) ? TrailEvents.WriteBegan : TrailEvents.ReadBegan, _lines[g] with { Chain = chain, Map = map });
    }

    /// <summary>An operation has ended, or a turn of a range.</summary>
    public void Ended(int g, Instruction i, string result)
    {
        Line line = _lines[g];
        Addr map = line.Map;
        bool isPlain = _plain != null && EndedPlainly(g, i, result);
        if (!isPlain)
        {
            ulong chain = Fingerprint.OfBytes(unchecked(line.Chain + Detail(line) + 1), Encoding.UTF8.GetBytes(result)).Low;
            Set(g, IsWrite(i) ? TrailEvents.WriteEnded : EndOfRead(map), line.After(chain, IsWrite(i)));
        }

        Look(i, map);
    }

    /// <summary>An operation has failed.</summary>
    public void Failed(int g, Instruction i, Failure failure, bool recovers)
    {
        Line line = _lines[g];
        Addr map = line.Map;
        ulong chain = Fingerprint.Mix(unchecked(line.Chain + Detail(line) + (0x100UL << 32) + (ulong)failure));
        Set(g, TrailEvents.WriteEnded, line.After(chain, IsWrite(i)));
        _since.Touched |= IsWrite(i) ? ulong.MaxValue : 0;
        if (!recovers && FirstDead < 0)
        {
            (FirstDead, DeadAt) = (g, Fingerprint.Mix(((ulong)i.Line << 16) + ((ulong)i.Kind << 8) + (ulong)(i.Operation?.Kind ?? 0) + 1));
        }

        if (Failures.Severity(failure) <= FailureSeverity.Panic)
        {
            Look(i, map);
        }
    }

    /// <summary>What was told since.</summary>
    /// <param name="mark">From <see cref="Mark"/>.</param>
    public TrailEvents EventsSince(int mark)
    {
        var events = TrailEvents.None;
        for (int i = mark; i < _journal.Count; i++)
        {
            events |= _journal[i].Event;
        }

        return events;
    }

    /// <summary>Takes back what was told since.</summary>
    public void UndoTo(int mark)
    {
        if (_journal.Count == mark)
        {
            return;
        }

        _isHashed = false;
        for (int i = _journal.Count - 1; i >= mark; i--)
        {
            (_lines[_journal[i].Goroutine], _broken, FirstDead, _since) = (_journal[i].Old, _journal[i].Broken, _journal[i].FirstDead, _journal[i].Since);
        }

        _journal.RemoveRange(mark, _journal.Count - mark);
    }

    private Fingerprint ComputeHash()
    {
        Fingerprint hash = Fingerprint.Of(1UL << 41, _broken);
        for (int g = 0; g < _lines.Length; g++)
        {
            hash = hash.Xor(Fingerprint.Of((1UL << 40) + (ulong)g, _lines[g].Chain));
        }

        foreach ((Addr map, int at) in _unseen)
        {
            hash = (_since.Unseen >> at & 1) == 0 ? hash : hash.Xor(Fingerprint.Of((1UL << 43) + (map.Value << 1), 1));
        }

        return _plain == null ? hash : hash.Xor(PlainHash());
    }

    private static bool IsWrite(Instruction i) => i.Operation?.Kind is OperationKind.Assign or OperationKind.Delete or OperationKind.Clear;

    private bool IsBusy(Addr map)
    {
        bool isBusy = false;
        foreach (ref Line line in _lines.AsSpan())
        {
            isBusy |= line.Map == map;
        }

        return isBusy;
    }

    private void Set(int g, TrailEvents happened, Line line)
    {
        _isHashed = false;
        _journal.Add((g, happened, _lines[g], _broken, FirstDead, _since));
        _lines[g] = line;
    }

    private readonly record struct Line(ulong Chain, int Ended, int Writes, Addr Map)
    {
        /// <summary>What is only kept by a trail that leaves out plain turns.</summary>
        public Plain Plain { get; init; }

        /// <summary>An operation has ended, and this is the chain now.</summary>
        public Line After(ulong chain, bool isWrite) =>
            new(chain, Ended + 1, Writes + (isWrite ? 1 : 0), default) { Plain = new Plain { Told = Plain.Told + 1, Yielded = Plain.Yielded } };
    }
}
