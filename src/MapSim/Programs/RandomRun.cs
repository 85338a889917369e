using MapSim.Checks;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Map;
using MapSim.Memory;

namespace MapSim.Programs;

/// <summary>How a random program ended.</summary>
/// <param name="Digest">Depends on every result and on every header after an operation.</param>
/// <param name="Tally">What it reached.</param>
/// <param name="Report">What is wrong, for a person; null if nothing is.</param>
public sealed record RandomResult(Fingerprint Digest, RunTally Tally, string? Report);

/// <summary>
/// A random sequential program on up to four maps of one type: phases that grow, churn, drain, iterate and mix. After
/// each operation the result is compared with a map without buckets, after each write (and every eighth operation, and
/// at the end) every invariant is checked.
/// </summary>
/// <remarks>
/// It checks results, panics, len, the range oracle (H1), the structure (H3) and the growth policy (H4). It does not
/// check bytes against recorded Go, nor anything concurrent. Everything is a function of the <see cref="RandomCase"/>.
/// </remarks>
public sealed partial class RandomRun
{
    private static readonly Phase[] Phases =
    [
        Phase.Grow, Phase.Churn, Phase.Drain, Phase.Iterate, Phase.Copy, Phase.Mix, Phase.Pile, Phase.Pile, Phase.PileHigh, Phase.PileHigh, Phase.Full,
        Phase.Full,
    ];

    private const int MostMaps = 4;
    private const int MostRanges = 3;
    private readonly RandomCase _case;
    private readonly Action<string>? _log;
    private readonly RandomSource _random;
    private readonly MapSession _session;
    private readonly RandomValues _values;
    private readonly RandomKeys _keys;
    private readonly MapType _type;
    private readonly List<LiveMap> _maps = [];
    private readonly List<LiveRange> _ranges = [];
    private readonly List<Violation> _violations = [];
    private readonly MapScan _scan = new();
    private readonly RunTally _tally = new() { Programs = 1 };
    private Fingerprint _digest;
    private string? _problem;
    private string _operation = "";
    private readonly int _ceiling;

    // Iterations stand still for a whole phase: some hazards need a grow or two between two steps.
    private bool _frozen;
    private readonly bool _hunting;
    private int _head;
    private int _tail;
    private int _names;

    /// <summary>Prepares a program.</summary>
    /// <param name="randomCase">Which.</param>
    /// <param name="log">Takes a line for each operation; null when nobody listens.</param>
    public RandomRun(RandomCase randomCase, Action<string>? log = null)
    {
        _case = randomCase;
        _log = log;
        _type = randomCase.Type;
        _random = new RandomSource(randomCase.Seed);
        Hash.IMemHash hash = HashRegimes.Create(randomCase.Regime, randomCase.Version, randomCase.Arch, _ => _random.Next());
        var options = new MachineOptions(randomCase.Version, randomCase.Arch, hash, _random.Next()) { Changes = randomCase.Changes };
        _session = new MapSession(options, _type) { StepLimit = 20_000_000, ForceGeneric = _random.Chance(10) };
        if (randomCase.Collector)
        {
            UseCollector();
        }

        _hunting = _random.Chance(30);
        _ceiling = Ceiling();
        _values = new RandomValues(_session, _random);
        _keys = new RandomKeys(_values, _type.Key, PoolSize());
    }

    /// <summary>The machine it runs on.</summary>
    public Machine Machine => _session.Machine;

    /// <summary>Runs the program to its end or to the first thing that is wrong.</summary>
    public RandomResult Execute()
    {
        int left = _random.Pick<int>(_hunting ? [250, 600, 1500] : [30, 60, 60, 120, 250, 250, 600, 1500]);
        Make();
        LiveMap favourite = _maps[0];
        while (left > 0 && _problem == null)
        {
            Phase phase = _random.Pick(Phases);
            int length = Math.Min(left, phase is Phase.Pile or Phase.PileHigh or Phase.Full ? 40 + _random.Below(300) : 5 + _random.Below(80));
            left -= length;
            favourite = _random.Chance(60) && _maps.Contains(favourite) ? favourite : _random.Pick(_maps);
            ForgetDropped(favourite);
            _frozen = _random.Chance(50);
            _pile.Clear();
            _dug.Clear();
            if (_hunting && _random.Chance(50))
            {
                Hunt(favourite);
            }

            for (int i = 0; i < length && _problem == null; i++)
            {
                Operate(phase, _random.Chance(90) ? favourite : _random.Pick(_maps));
            }
        }

        Close();
        _tally.Steps = Machine.Steps;
        _tally.Collections = Machine.Heap.Gc.Cycle;
        _tally.Freed = (long)Machine.Heap.Gc.Frees;
        _tally.Awaited = _precision.Confirmed;
        return new RandomResult(_digest, _tally, _problem);
    }

    /// <summary>The load limit of a small table, at which the program's maps are mostly kept; or no limit.</summary>
    private int Ceiling()
    {
        int buckets = _random.Pick<int>(_hunting ? [4, 8, 8, 16] : [0, 0, 2, 4, 8, 8, 16]);
        return buckets == 0 ? int.MaxValue : (int)_case.Version.LoadFactorNum * buckets / 2;
    }

    private int PoolSize()
    {
        int size = _random.Pick<int>(_hunting ? [150, 400, 400, 1000] : [5, 12, 30, 60, 60, 150, 150, 400, 1000]);
        return _case.Regime switch
        {
            HashRegime.OneBucket => Math.Min(size, 60),
            HashRegime.LowBits => Math.Min(size, 150),
            _ => size,
        };
    }

    private enum Phase
    {
        Grow,
        Churn,
        Drain,
        Iterate,
        Copy,
        Pile,
        PileHigh,
        Full,
        Mix,
    }

    private void Operate(Phase phase, LiveMap map)
    {
        if (InGrow(map))
        {
            return;
        }

        int dice = _random.Below(100);
        switch (phase)
        {
            case Phase.Grow when dice < 85:
                Insert(map, Following(ref _head));
                break;
            case Phase.Churn when dice < 45:
                Insert(map, Following(ref _head));
                break;
            case Phase.Churn when dice < 90:
                Delete(map, Following(ref _tail));
                break;
            case Phase.Drain when dice < 85:
                Delete(map, Following(ref _tail));
                break;
            case Phase.Pile or Phase.PileHigh when dice < 85:
                Pile(map, phase == Phase.PileHigh);
                break;
            case Phase.Full when dice < 85:
                KeepFull(map);
                break;
            case Phase.Pile or Phase.PileHigh or Phase.Full when dice < 92 && !_frozen:
                StepRange();
                break;
            case Phase.Pile or Phase.PileHigh or Phase.Full when dice < 95 && !(_frozen && _ranges.Count == MostRanges):
                StartRange(map);
                break;
            case Phase.Full when dice < 97:
                Clone(map);
                break;
            case Phase.Full:
                Lookup(map, AnyKey());
                break;
            case Phase.Iterate when dice < 15:
                StartRange(map);
                break;
            case Phase.Iterate when dice < 60:
                StepRange();
                break;
            case Phase.Copy when dice < 15:
                Clone(map);
                break;
            case Phase.Copy when dice < 20:
                Make();
                break;
            default:
                Any(map);
                break;
        }
    }

    private void Any(LiveMap map)
    {
        switch (_random.Below(100))
        {
            case < 30: Insert(map, AnyKey()); break;
            case < 48: Lookup(map, AnyKey()); break;
            case < 70: Delete(map, AnyKey()); break;
            case < 72: Clear(map); break;
            case < 77: StartRange(map); break;
            case < 92: StepRange(); break;
            case < 94: Clone(map); break;
            case < 95: Make(); break;
            case < 97: Nil(); break;
            default: Length(map); break;
        }
    }

    /// <summary>Assigns, or deletes something if the program keeps its maps small and this one is at its size.</summary>
    private void Insert(LiveMap map, RandomKey key)
    {
        if (map.Model.Count >= _ceiling && map.Model.Find(key) == null && key.Unhashable == null)
        {
            Delete(map, Following(ref _tail));
        }
        else
        {
            Assign(map, key);
        }
    }

    /// <summary>The keys in their order, round and round: a head that inserts and a tail that deletes make a window that moves.</summary>
    private RandomKey Following(ref int at)
    {
        at = (at + 1) % _keys.All.Count;
        return _keys.All[at];
    }

    /// <summary>Mostly one of few hot keys.</summary>
    private RandomKey AnyKey() => _keys.All[_random.Below(_random.Chance(60) ? Math.Min(8, _keys.All.Count) : _keys.All.Count)];

    /// <summary>Ends the open iterations and compares every map with its model, entry by entry.</summary>
    private void Close()
    {
        while (_ranges.Count > 0 && _problem == null)
        {
            StepRange();
        }

        foreach (LiveMap map in _maps.ToArray())
        {
            if (_problem != null)
            {
                return;
            }

            foreach (RandomKey key in _keys.All)
            {
                if (_problem == null && key.Unhashable == null)
                {
                    Lookup(map, key);
                }
            }

            Length(map);
            StartRange(map);
            while (_ranges.Count > 0 && _problem == null)
            {
                StepRange();
            }

            MapChecks.Check(_scan, Machine, 0, map.Address, _violations);
            ReportViolations();
        }
    }

    private sealed class LiveMap(string name, Addr address, NaiveMap model)
    {
        public string Name => name;

        public Addr Address => address;

        public NaiveMap Model => model;
    }

    private sealed class LiveRange(string name, LiveMap map, Addr iterator, RangeOracle oracle, RangeCursor cursor)
    {
        public string Name => name;

        public LiveMap Map => map;

        public Addr Iterator => iterator;

        public RangeOracle Oracle => oracle;

        public RangeCursor Cursor => cursor;

        /// <summary>It can walk buckets that nothing keeps alive (G5).</summary>
        public bool LostList { get; set; }
    }
}
