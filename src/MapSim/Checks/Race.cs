using System.Numerics;
using System.Runtime.InteropServices;
using MapSim.Memory;

namespace MapSim.Checks;

/// <summary>Which accesses count for the race oracle.</summary>
public enum RaceMode : byte
{
    /// <summary>The events of Go's own -race build (<see cref="RaceEvents"/>): what scores.</summary>
    GoView,

    /// <summary>
    /// Every visible access of the machine: for people to read. Unmodified Go trips it (the start of an iteration, for
    /// example), so it never scores.
    /// </summary>
    EveryAccess,
}

/// <summary>How memory is touched, as far as races go.</summary>
public enum RaceKind : byte
{
    /// <summary>A plain read.</summary>
    Read,

    /// <summary>A plain write.</summary>
    Write,

    /// <summary>An atomic read-modify-write: races with plain accesses, never with another atomic.</summary>
    Atomic,
}

/// <summary>What the program does where it touches memory.</summary>
/// <param name="Site">The place in the program or in the runtime: "Assign.Map", "MapIterInit.LoadFlags". Races are told apart by it.</param>
/// <param name="Step">The step of the run, in the caller's count.</param>
public readonly record struct RaceEvent(string Site, ulong Step);

/// <summary>One of the two accesses of a race.</summary>
/// <param name="Goroutine">Who.</param>
/// <param name="Kind">Read, write or atomic.</param>
/// <param name="What">Where in the program, and when.</param>
/// <param name="Address">The lowest byte touched.</param>
/// <param name="Size">Bytes touched.</param>
public readonly record struct RaceSide(int Goroutine, RaceKind Kind, RaceEvent What, Addr Address, int Size)
{
    /// <summary>True if the two may not be unordered: one of them writes, and they are not both atomic.</summary>
    public bool Conflicts(in RaceSide other) =>
        Goroutine != other.Goroutine && (Kind != RaceKind.Read || other.Kind != RaceKind.Read)
        && !(Kind == RaceKind.Atomic && other.Kind == RaceKind.Atomic);

    /// <summary>True if a report cannot tell the two apart but by their steps.</summary>
    internal bool IsSameSite(in RaceSide other) =>
        Goroutine == other.Goroutine && Kind == other.Kind && string.Equals(What.Site, other.What.Site, StringComparison.Ordinal);

    /// <summary>"Assign.Map write".</summary>
    internal string SiteText => $"{What.Site} {Name(Kind)}";

    /// <summary>"goroutine 1, step 12: Assign.Map write 0xc000010000+1".</summary>
    public override string ToString() => $"goroutine {Goroutine}, step {What.Step}: {SiteText} {Address}+{Size}";

    private static string Name(RaceKind kind) => kind switch
    {
        RaceKind.Read => "read",
        RaceKind.Write => "write",
        _ => "atomic",
    };
}

/// <summary>Two accesses to a common byte that nothing orders.</summary>
/// <param name="Address">The lowest common byte for which this pair of sites was not reported before.</param>
/// <param name="First">The access that came first in this run.</param>
/// <param name="Second">The access that came later.</param>
public readonly record struct Race(Addr Address, RaceSide First, RaceSide Second)
{
    /// <summary>The two sites in alphabetical order: the same for all races that are the same mistake.</summary>
    public string Pair => new RacePair(First, Second).ToString();

    /// <summary>"race at 0xc000010000: goroutine 1, step 12: ...; goroutine 2, step 40: ...".</summary>
    public override string ToString() => $"race at {Address}: {First}; {Second}";
}

/// <summary>Two sites, whichever came first.</summary>
internal readonly record struct RacePair
{
    private readonly string _low, _high;

    public RacePair(in RaceSide a, in RaceSide b)
    {
        (string x, string y) = (a.SiteText, b.SiteText);
        (_low, _high) = string.CompareOrdinal(x, y) <= 0 ? (x, y) : (y, x);
    }

    public override string ToString() => $"{_low} | {_high}";
}

/// <summary>An access as an aligned word of memory remembers it.</summary>
/// <param name="Side">The access.</param>
/// <param name="Time">The goroutine's own time then.</param>
/// <param name="Order">Its number among all accesses.</param>
/// <param name="Bytes">Which of the word's 8 bytes; bit 0 is the lowest address.</param>
internal readonly record struct PastAccess(RaceSide Side, ulong Time, ulong Order, byte Bytes);

/// <summary>
/// What is remembered of one aligned word of 8 bytes: for each byte the last access of each goroutine at each site,
/// and which pairs of sites were reported. Old accesses are not dropped when later ones cover them: a race found must
/// not hide another.
/// </summary>
internal sealed class RaceWord(ulong number)
{
    private readonly List<PastAccess> _past = [];
    private readonly List<(RacePair Pair, byte Bytes)> _reported = [];

    /// <summary>Finds the accesses that race with a new one, and remembers it.</summary>
    public void Meet(in PastAccess now, VectorClock clock, List<(RaceWord Word, PastAccess Past)> found)
    {
        for (int i = _past.Count - 1; i >= 0; i--)
        {
            ref readonly PastAccess past = ref CollectionsMarshal.AsSpan(_past)[i];
            byte common = (byte)(past.Bytes & now.Bytes);
            if (common == 0)
            {
                continue;
            }

            if (past.Side.Conflicts(now.Side) && past.Time > clock[past.Side.Goroutine])
            {
                found.Add((this, past with { Bytes = common }));
            }

            if (past.Side.IsSameSite(now.Side))
            {
                Keep(i, (byte)(past.Bytes & ~common));
            }
        }

        _past.Add(now);
    }

    /// <summary>Notes that a pair of sites is reported for some bytes. Returns the lowest address that is new; nil if none is.</summary>
    public Addr Report(RacePair pair, byte bytes)
    {
        int i = _reported.FindIndex(r => r.Pair == pair);
        byte known = i < 0 ? (byte)0 : _reported[i].Bytes;
        if (i < 0)
        {
            _reported.Add((pair, bytes));
        }
        else
        {
            _reported[i] = (pair, (byte)(known | bytes));
        }

        int fresh = bytes & ~known;
        return fresh == 0 ? default : new Addr(number << 3) + BitOperations.TrailingZeroCount(fresh);
    }

    /// <summary>Forgets some bytes: they belong to a new object.</summary>
    public void Forget(byte bytes)
    {
        for (int i = _past.Count - 1; i >= 0; i--)
        {
            Keep(i, (byte)(_past[i].Bytes & ~bytes));
        }

        for (int i = 0; i < _reported.Count; i++)
        {
            _reported[i] = (_reported[i].Pair, (byte)(_reported[i].Bytes & ~bytes));
        }
    }

    private void Keep(int i, byte bytes)
    {
        if (bytes == 0)
        {
            _past.RemoveAt(i);
        }
        else
        {
            _past[i] = _past[i] with { Bytes = bytes };
        }
    }
}
