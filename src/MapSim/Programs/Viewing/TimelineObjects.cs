using System.Globalization;
using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Programs;

/// <summary>The objects and maps of a run while it is recorded: when they came and went, what they are called, and what happened to maps.</summary>
internal sealed class TimelineObjects
{
    private readonly ProgramRun _run;
    private readonly List<(int Born, int Freed)> _lives = [];
    private readonly List<ulong> _machineSteps = [];
    private readonly Dictionary<Addr, MapVariable> _maps = [];
    private readonly Dictionary<Addr, ulong> _growing = [];
    private List<TimelineObject> _byAddress = [];
    private ulong _frees;
    private bool _isMarking;
    private int _before;

    /// <summary>Nothing is known yet.</summary>
    public TimelineObjects(ProgramRun run) => _run = run;

    /// <summary>Objects allocated so far.</summary>
    public int Count => _lives.Count;

    /// <summary>Every object, in the order of allocation; after <see cref="Finish"/>.</summary>
    public IReadOnlyList<TimelineObject> All { get; private set; } = [];

    private Machine Machine => _run.Session.Machine;

    private HeapHistory History => Machine.Heap.History;

    /// <summary>The state after a step, 0 for the beginning.</summary>
    public void Note(int step)
    {
        _before = _lives.Count;
        _machineSteps.Add(Machine.Steps);
        for (uint n = (uint)_lives.Count + 1; n <= History.Count; n++)
        {
            _lives.Add((step, 0));
        }

        if (step == 0)
        {
            (_frees, _isMarking) = (Machine.Heap.Gc.Frees, Machine.Heap.Gc.IsMarking);
        }

        foreach (MapVariable map in MapsOf(_run))
        {
            if (!map.Address.IsNil)
            {
                _maps.TryAdd(map.Address, map);
            }
        }
    }

    /// <summary>What a step did to the heap and to maps; after <see cref="Note"/> of it.</summary>
    public List<string> EventsOf(TimelineStep step)
    {
        var events = new List<string>();
        if (_lives.Count > _before)
        {
            events.Add(TimelineEvents.Allocation);
        }

        foreach ((Addr hmap, _) in _maps)
        {
            ulong old = Machine.Memory.IsLive(hmap, Machine.L.HmapSize) ? SliceView.WordAt(Machine.Memory, Machine.Arch, hmap + Machine.L.OldBuckets) : 0;
            ulong before = _growing.GetValueOrDefault(hmap);
            if (old != 0 != (before != 0))
            {
                events.Add(old != 0 ? TimelineEvents.Grow : TimelineEvents.Grown);
            }

            _growing[hmap] = old;
        }

        Buckets(step, events);
        if (Machine.Heap.Gc.IsMarking != _isMarking)
        {
            _isMarking = !_isMarking;
            events.Add(TimelineEvents.Collector);
        }

        if (Machine.Heap.Gc.Frees != _frees)
        {
            _frees = Machine.Heap.Gc.Frees;
            events.Add(TimelineEvents.Freed);
            NoteFrees(step.Number);
        }

        return events;
    }

    /// <summary>The whole run is known: objects get their names.</summary>
    public void Finish()
    {
        int arrays = 0, overflow = 0;
        var counts = new Dictionary<ObjectKind, int>();
        var all = new List<TimelineObject>();
        for (uint n = 1; n <= _lives.Count; n++)
        {
            ObjectHistory h = History[n];
            var kind = (ObjectKind)h.Kind;
            int count = counts[kind] = counts.GetValueOrDefault(kind) + 1;
            string name = kind switch
            {
                ObjectKind.BucketArray => Numbered("A", arrays++),
                ObjectKind.OverflowBucket => Numbered("O", overflow++),
                ObjectKind.Hmap when _maps.TryGetValue(h.Start, out MapVariable? map) => map.Name,
                _ => Numbered(PlaceNameOf(kind), count),
            };
            all.Add(new TimelineObject((int)n, name, kind, h.Start, (int)h.Size, _lives[(int)n - 1].Born, _lives[(int)n - 1].Freed, h.Owner));
        }

        All = all;
        _byAddress = [.. all.OrderBy(o => o.Start).ThenBy(o => o.Number)];
    }

    /// <summary>The map variables of a run that goes back and forth: the declared ones, then those that a clone has made so far.</summary>
    public static IReadOnlyList<MapVariable> MapsOf(ProgramRun run)
    {
        int declared = run.Program.Maps.Count();
        IEnumerable<MapVariable> all = run.Code.Maps.Select((m, i) => new MapVariable(m.Name, m.Type, m.TypeNumber, run.MapAt(i)));
        return [.. all.Where((m, i) => i < declared || !m.Address.IsNil)];
    }

    /// <summary>The map whose hmap has an address.</summary>
    public MapVariable? MapOf(Addr hmap) => _maps.GetValueOrDefault(hmap);

    /// <summary>The name of the bucket or object that an address leads to.</summary>
    public string NameOf(Addr address)
    {
        if (address.IsNil)
        {
            return "nil";
        }

        int low = 0, high = _byAddress.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = _byAddress[middle].Start <= address ? (middle + 1, high) : (low, middle);
        }

        if (low == 0 || address - _byAddress[low - 1].Start >= (ulong)_byAddress[low - 1].Size)
        {
            return address.ToString();
        }

        TimelineObject found = _byAddress[low - 1];
        ulong offset = address - found.Start;
        int bucket = MapOf(found.Owner)?.Type.BucketSize ?? 0;
        string name = found.Name;
        if (found.Kind == ObjectKind.BucketArray && bucket > 0)
        {
            name = string.Create(CultureInfo.InvariantCulture, $"{name}:{offset / (ulong)bucket}");
            offset %= (ulong)bucket;
        }

        return offset == 0 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}+{offset}");
    }

    /// <summary>The timeline's step in which the machine counted one of its steps.</summary>
    public int StepAt(ulong machineStep)
    {
        int at = 1;
        while (at < _machineSteps.Count - 1 && _machineSteps[at] < machineStep)
        {
            at++;
        }

        return Math.Min(at, _machineSteps.Count - 1);
    }

    private static string Numbered(string word, int n) => word + n.ToString(CultureInfo.InvariantCulture);

    private static string PlaceNameOf(ObjectKind kind) => kind switch
    {
        ObjectKind.Hmap => "hmap",
        ObjectKind.MapExtra => "extra",
        ObjectKind.OverflowSlice => "list",
        ObjectKind.OverflowArray => "listarray",
        ObjectKind.Key => "key",
        ObjectKind.Elem => "elem",
        ObjectKind.Hiter => "hiter",
        ObjectKind.StringData => "string",
        ObjectKind.Boxed => "box",
        ObjectKind.Pointee => "object",
        _ => "other",
    };

    private void Buckets(TimelineStep step, List<string> events)
    {
        foreach (MemoryChange change in step.Changes)
        {
            if (step.Access.Kind == AccessKind.Store && Machine.Heap.TryFindObject(change.Address, out HeapObject found)
                && found.Kind is ObjectKind.BucketArray or ObjectKind.OverflowBucket && MapOf(History[found.Info.History].Owner) is { } map)
            {
                int offset = (int)((change.Address - found.Start) % (ulong)map.Type.BucketSize);
                if (offset == 0 && Bmap.IsEvacuated(change.New[0]) && !Bmap.IsEvacuated(change.Old[0]))
                {
                    events.Add(TimelineEvents.Evacuated);
                }
                else if (offset >= map.Type.OverflowOffset && change.New.AsSpan().ContainsAnyExcept((byte)0))
                {
                    events.Add(TimelineEvents.Overflow);
                }
            }
        }
    }

    private void NoteFrees(int step)
    {
        for (int n = 0; n < _lives.Count; n++)
        {
            if (_lives[n].Freed == 0 && History[(uint)n + 1].Freed != 0)
            {
                _lives[n] = (_lives[n].Born, step);
            }
        }
    }
}
