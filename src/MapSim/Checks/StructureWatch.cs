using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Checks;

/// <summary>
/// Asks the structural invariants of maps (H3) again and again, and looks only at what changed since the last time: it keeps a
/// copy of every bucket that it found sound, and compares. What it says is what <see cref="MapChecks.Check(Machine, int, Addr)"/> says.
/// </summary>
/// <remarks>
/// A bucket whose bytes are the same, and what they point to as well, gives the same answers; liveness changes only when something is
/// freed (<see cref="Heap.SimHeap.Frees"/>), and then everything is forgotten. So it is exact, whoever wrote the bytes and how. It
/// only ever says "sound" by itself: whatever is not, or not as expected, is judged by a look at the whole map. For one machine
/// after the other; not for one that goes back in time.
/// </remarks>
public sealed class StructureWatch
{
    private readonly Dictionary<Addr, WatchedMap> _maps = [];
    private readonly Stack<WatchedMap> _spare = [];
    private Machine? _machine;

    /// <summary>Reads whole maps.</summary>
    public MapScan Scan { get; } = new();

    /// <summary>How many looks found a map sound without looking at all of it.</summary>
    public long Short { get; private set; }

    /// <summary>Checks every invariant of a map between two operations. Nothing is found in a nil map.</summary>
    /// <param name="m">The machine.</param>
    /// <param name="type">The map type's number.</param>
    /// <param name="map">The hmap.</param>
    /// <param name="found">Takes at most one violation of each invariant; if H3.1 is broken only that. Empty before.</param>
    public void Check(Machine m, int type, Addr map, List<Violation> found)
    {
        if (map.IsNil)
        {
            return;
        }

        if (m.RecordedHashes == null && !m.Memory.Tracking && IsSound(m, type, map, found))
        {
            Short++;
            return;
        }

        found.Clear();
        MapChecks.Check(Scan, m, type, map, found);
    }

    private bool IsSound(Machine m, int type, Addr map, List<Violation> found)
    {
        WatchedMap watched = Of(m, map);
        MemoryFault fault = m.Memory.Fault;
        int accesses = m.Memory.Accesses;
        bool sound = watched.IsSound(Scan, m, type, map, found);
        if (!sound)
        {
            watched.Forget();
        }

        m.Memory.Fault = fault;
        m.Memory.Accesses = accesses;
        return sound;
    }

    private WatchedMap Of(Machine m, Addr map)
    {
        if (_machine != m)
        {
            foreach (WatchedMap old in _maps.Values)
            {
                old.Forget();
                _spare.Push(old);
            }

            _maps.Clear();
            _machine = m;
        }

        if (!_maps.TryGetValue(map, out WatchedMap? watched))
        {
            watched = _spare.TryPop(out WatchedMap? spare) ? spare : new WatchedMap();
            _maps.Add(map, watched);
        }

        return watched;
    }
}
