using MapSim.Checks;
using MapSim.Gc;
using MapSim.Programs;

namespace MapSim.Traces;

/// <summary>
/// Verification with a collector beside the replay: it must not change a byte of the map, and none of its oracles may
/// fire.
/// </summary>
public sealed partial class TraceVerifier
{
    private GcOracles? _oracles;

    private void UseCollector(ulong seed)
    {
        // Freed memory is not used again: the comparison tells buckets apart by address, and no stale read goes unseen.
        var gc = new GcOptions(MinimumHeap: 16 << 10, StartOneIn: 200, BarrierBuffer: 2 + (int)(seed % 511), ReusesMemory: false, Seed: seed);
        var schedule = new GcSchedule(seed);
        _session.UseCollector(gc, schedule);

        _oracles = new GcOracles(_session.Machine);
        schedule.Stopped = _oracles.Look;
    }

    private void AskOracles()
    {
        if (_oracles != null)
        {
            // What reads the whole heap looks at few stops, fewer if there is much to read; and whenever marking ends.
            _oracles.Effort = 100 + (int)(_session.Machine.Heap.Gc.HeapLive / 64);
        }

        if (_oracles?.Violations is [{ } violation, ..])
        {
            _comparer.Difference ??= new Difference(violation.Id, violation.Expected, violation.Found, violation.About + "\n");
        }
    }
}
