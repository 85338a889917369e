using MapSim.Checks;
using MapSim.Gc;
using MapSim.Memory;

namespace MapSim.Programs;

/// <summary>Random programs with a collector beside them: how it behaves and when it moves is random too.</summary>
public sealed partial class RandomRun
{
    // Maps that the program uses no more, or only for the rest of a phase.
    private readonly List<LiveMap> _dropped = [];

    private readonly ChainCoverage _coverage = new();
    private readonly List<KnownMap> _known = [];
    private readonly List<(int Type, Addr Map)> _watched = [];
    private readonly CollectorPrecision _precision = new();
    private GcOracles? _oracles;
    private bool _isAstray;
    private int _effort;

    /// <summary>
    /// The rule that keeps chains alive (G5), after each operation. Iterations that real Go fails too are set aside; in maps
    /// whose buckets hold pointers there are none.
    /// </summary>
    private void CheckCollector()
    {
        if (!_case.Collector)
        {
            return;
        }

        // What reads the whole heap looks at some stops only, fewer if there is much to read; in some programs at every one
        // while the heap is small.
        _oracles!.Effort = _effort + (int)(Machine.Heap.Gc.HeapLive / 512);
        if (_oracles.Violations.Count > 0)
        {
            _problem ??= Report(string.Join('\n', _oracles.Violations.Select(v => "  " + v)));
        }

        _known.Clear();
        _known.AddRange(_maps.Concat(_dropped).Select(m => new KnownMap(0, m.Address)));
        _watched.Clear();
        _watched.AddRange(_known.Select(k => (k.Type, k.Map)));
        _coverage.Check(Machine, _known, [], _violations);
        foreach (LiveRange range in _ranges)
        {
            if (range.LostList || _violations.Count > 0)
            {
                continue;
            }

            _coverage.Check(Machine, _known, [range.Iterator], _violations);
            if (_violations.Count > 0 && !_type.BucketHasPointers)
            {
                range.LostList = true;
                _violations.Clear();
            }
        }
    }

    private void LookAtCollector()
    {
        _oracles!.Look();
        if (!_isAstray && _oracles.Looks % (20 + _oracles.Effort) == 0)
        {
            _precision.Look(Machine, _violations);
        }
    }

    /// <summary>The iteration takes a step; one that is astray already may come to garbage that is not collected yet, and so keep it alive.</summary>
    private OperationEnd NextOf(LiveRange range)
    {
        _isAstray = range.LostList;
        if (_isAstray)
        {
            _precision.Forget();
        }

        OperationEnd end = _session.IterNext(range.Iterator);
        if (_isAstray)
        {
            // The collector may have met the freed bucket on the stack before the iteration read from it.
            _oracles?.Forgive(v => v.Id is NothingReachableFreed.Id or PointersStayInside.Id);
        }

        _isAstray = false;
        return end;
    }

    private void ForgetDropped(LiveMap stillUsed)
    {
        foreach (LiveMap map in _dropped.Where(m => m != stillUsed).ToArray())
        {
            _session.Forget(map.Address);
            _dropped.Remove(map);
        }
    }

    private void UseCollector()
    {
        // A source of its own: the program is the same as without a collector.
        var random = new RandomSource(Fingerprint.Mix(_case.Seed ^ 0xC011EC7));
        var options = new GcOptions(
            MinimumHeap: random.Pick<ulong>([4 << 10, 16 << 10, 64 << 10, 4 << 20]),
            StartOneIn: random.Pick<int>([0, 10, 50, 200]),
            Assists: random.Chance(80),
            BarrierBuffer: random.Pick<int>([2, 3, 8, 64, 512]),
            ReusesMemory: random.Chance(70),
            Seed: random.Next());
        var schedule = new GcSchedule(random.Next(), random.Pick<int>([5, 20, 100]));
        _session.UseCollector(options, schedule, workers: 1 + random.Below(2));

        _effort = random.Pick<int>([1, 20, 50, 50]);
        _oracles = new GcOracles(Machine) { Effort = _effort, Maps = _watched };
        schedule.Stopped = LookAtCollector;
    }
}
