using MapSim.Checks;
using MapSim.Gc;
using MapSim.Hash;
using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Map;
using MapSim.Memory;
using MapSim.Programs;

namespace MapSim.Cli;

/// <summary>What one oracle costs.</summary>
/// <param name="Oracle">Its numbers and name.</param>
/// <param name="Asked">How often it is asked: what one unit is.</param>
/// <param name="Nanoseconds">For each of those.</param>
internal sealed record OracleCost(string Oracle, string Asked, double Nanoseconds);

/// <summary>
/// The cost of every oracle, on one state: a map[string]int64 in the middle of a grow, an iteration over it, a collector
/// in the middle of marking. Oracles that read the map or the heap cost in proportion to its size.
/// </summary>
internal sealed class OracleBenchmarks
{
    private readonly MapSession _s;
    private readonly Machine _m;
    private readonly MapType _type;
    private readonly RandomKeys _keys;
    private readonly RandomKey[] _present;
    private readonly NaiveMap _model = new(true);
    private readonly Addr _map;
    private readonly Addr _iterator;
    private readonly double _seconds;

    public OracleBenchmarks(double seconds)
    {
        _seconds = seconds;
        var hash = new AesHash(Enumerable.Range(1, 128).Select(i => (byte)i).ToArray());
        _type = MapType.Parse("map[string]int64");
        _s = new MapSession(new MachineOptions(GoVersion.Go123, Arch.Amd64, hash), _type);
        _s.UseCollector(new GcOptions(Percent: 0));
        _m = _s.Machine;
        _keys = new RandomKeys(new RandomValues(_s, new RandomSource(1)), _type.Key, 300);
        RandomKey[] keys = [.. _keys.All.DistinctBy(k => k.Class)];
        _map = _s.Make(0);
        int count = 0;
        while (count < 100 || !View.IsGrowing)
        {
            _model.Assign(keys[count], new byte[8]);
            _s.Assign(0, _map, keys[count++].Bytes, new byte[8]);
        }

        _present = keys[..count];
        _iterator = _s.NewIterator();
        _s.IterInit(0, _map, _iterator);
    }

    /// <summary>What the state is.</summary>
    public string State => FormattableString.Invariant(
        $"{_type.Text} with {_present.Length} entries, growing; {_m.Heap.Statistics().HeapObjects} objects on the heap; marking");

    /// <summary>An assignment to an existing key, to compare with.</summary>
    public double Assignment { get; private set; }

    public IReadOnlyList<OracleCost> Costs()
    {
        var elem = new byte[8];
        Assignment = Time(() => Each(k => _s.Assign(0, _map, k.Bytes, elem)));
        return [.. OfTheMap(), .. OfTheHeap(), .. OfSteps()];
    }

    private MapView View => new(_m.Memory, _type, _map);

    private IEnumerable<OracleCost> OfTheMap()
    {
        var elem = new byte[8];
        var found = new List<Violation>();
        var scan = new MapScan();
        var range = new RangeOracle(_model, _keys);
        MapHeader header = MapHeader.Read(_m, 0, _map);
        yield return Cost("H1 range oracle", "an entry that an iteration yields", () => Each(k => range.Yield(k.Bytes, elem, out _)));
        yield return Cost("H2 model map", "an assignment", () => Each(k => _model.Assign(k, elem)));
        yield return Cost("H3 structure, 22 invariants", "a look at the map", () => Once(() => MapChecks.Check(scan, _m, 0, _map, found)));
        yield return Cost("H4 growth policy", "an operation", () => Once(() => GrowthPolicy.Check(_m, _map, MapEffect.Update, header, header, found)));
        var starts = new IteratorStarts();
        yield return Cost("H5 iteration starts", "an iteration", () => Once(() => starts.Add(_m.Memory, Arch.Amd64, _iterator)));
        var chains = new ChainLengths();
        yield return Cost("H5 chain lengths", "a map", () => Once(() => chains.Add(View)));
        var races = new RaceDetector();
        var call = new MapCall(RaceOperation.Assign, _type, _type.Variant, _map);
        yield return Cost("H8 races, Go's view", "an operation under a lock", () => Once(() =>
        {
            races.Acquire(0, 1);
            RaceEvents.Emit(races, 0, 1, call);
            races.Release(0, 1);
        }));
        var coverage = new ChainCoverage();
        KnownMap[] maps = [new(0, _map)];
        yield return Cost("G5 chain coverage", "a look at map and iterator", () => Once(() => coverage.Check(_m, maps, [_iterator], found)));
    }

    private IEnumerable<OracleCost> OfTheHeap()
    {
        // These two work while no collection runs; the others while one marks.
        var found = new List<HeapViolation>();
        var precision = new CollectorPrecision();
        var leaks = new List<Violation>();
        yield return Cost("G7 barriers before scan, colours", "a look at the heap", () => Once(() => BarriersBeforeScan.CheckColours(_m, found)));
        yield return Cost("G10 garbage is freed", "a look at the heap", () => Once(() => precision.Look(_m, leaks)));
        _m.StartMarking();
        _s.Collector!.Work(100);
        var graph = new HeapGraph();
        graph.ReadReachable(_m);
        var colours = new WeakTriColour();
        var black = new NewIsBlack();
        var flags = new NoScanFlag();
        yield return Cost("G1 weak tri-colour", "a look at the heap", () => Once(() => colours.Check(_m, found)));
        yield return Cost("G2, G3, G9: reading and judging what is reachable", "a look at the heap", () => Once(() =>
        {
            graph.ReadReachable(_m);
            NothingReachableFreed.Check(_m, graph, found);
            PointersStayInside.Check(_m, graph, found);
        }));
        yield return Cost("G2 marking is complete", "an end of marking", () => Once(() => MarkIsComplete.Check(_m, graph, found)));
        yield return Cost("G6 new objects are black", "a stop", () => Once(() => black.Check(_m, true, found)));
        yield return Cost("G7 barriers before scan, flags", "a stop", () => Once(() => BarriersBeforeScan.CheckFlags(_m, found)));
        yield return Cost("G8 noscan flag", "a look at the map", () => Once(() => flags.Check(_m, 0, _map, found)));
    }

    private IEnumerable<OracleCost> OfSteps()
    {
        var table = new DetectionTable(_m);
        var lasso = new Lasso(_m, 0);
        double step = Time(() => Lookup(null, null));
        yield return new OracleCost("H7 detection table", "a step", Math.Max(0, Time(() => Lookup(table.Before, table.After)) - step));
        yield return new OracleCost("lasso", "a step", Math.Max(0, Time(() => Lookup(null, g => lasso.After(g))) - step));
        yield return Cost("deadlock", "a stop", () => Once(() => Deadlock.Of(_m)));
    }

    /// <summary>A lookup step by step; the number of steps.</summary>
    private long Lookup(Action<int>? before, Action<int>? after)
    {
        ulong from = _m.Steps;
        _m.Memory.Poke(_s.KeyLocal, _present[0].Bytes);
        MapAccess.Call(_m, 0, _map, _s.KeyLocal, _type.Variant, AccessMode.Elem);
        while (_m.Goroutines[0].IsBusy)
        {
            before?.Invoke(0);
            _m.Step(0);
            after?.Invoke(0);
        }

        _m.TakeResult();
        return (long)(_m.Steps - from);
    }

    private long Each(Action<RandomKey> action)
    {
        foreach (RandomKey key in _present)
        {
            action(key);
        }

        return _present.Length;
    }

    private static long Once(Action action)
    {
        const int Times = 100;
        for (int i = 0; i < Times; i++)
        {
            action();
        }

        return Times;
    }

    private double Time(Func<long> round) => 1e9 / Benchmarks.Measure("", "", _seconds / 2, round).PerSecond;

    private OracleCost Cost(string oracle, string asked, Func<long> round) => new(oracle, asked, Time(round));
}
