using System.Globalization;
using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Programs;

/// <summary>Decodes the state that a timeline stands at. Reads only, and leaves no trace of having read.</summary>
/// <param name="run">The run.</param>
/// <param name="recording">What is known of all of it.</param>
internal sealed class TimelineReader(ProgramRun run, TimelineRecording recording)
{
    private readonly Machine _machine = run.Session.Machine;

    /// <summary>The whole state.</summary>
    public TimelineState Read(int position)
    {
        List<MapState> maps = [.. TimelineObjects.MapsOf(run).Select(Map)];
        return new TimelineState(position, maps, Iterators(position, maps), Goroutines(), Collector(position));
    }

    /// <summary>Where the goroutines stand.</summary>
    public IReadOnlyList<GoroutineStanding> Goroutines()
    {
        var all = new List<GoroutineStanding>();
        for (int g = 0; g < _machine.Goroutines.Count; g++)
        {
            Instruction? at = g < run.Code.Goroutines.Count && _machine.Goroutines[g].IsBusy ? run.WaitingAt(g) : null;
            GoroutineStatus status = _machine.Goroutines[g].IsBusy ? (_machine.IsEnabled(g) ? GoroutineStatus.Ready : GoroutineStatus.Waiting)
                : _machine.Goroutines[g].Failure != Failure.None ? GoroutineStatus.Failed
                : GoroutineStatus.Ended;
            all.Add(new GoroutineStanding(run.NameOf(g), status, _machine.CallStack(g), at?.Line ?? 0, at?.Operation?.Call(null) ?? ""));
        }

        return all;
    }

    /// <summary>The collector and the colours of all live objects.</summary>
    public CollectorState Collector(int position)
    {
        var objects = new List<(TimelineObject, Colour)>();
        foreach (TimelineObject o in recording.Objects)
        {
            if (o.IsLiveAt(position) && _machine.Heap.TryFindObject(o.Start, out HeapObject found) && found.IsLive)
            {
                objects.Add((o, found.Colour));
            }
        }

        return new CollectorState(_machine.Heap.Gc.Phase, (int)_machine.Heap.Gc.Cycle, objects);
    }

    /// <summary>A value as text.</summary>
    public string TextAt(GoType type, Addr address)
    {
        MemoryFault fault = _machine.Memory.Fault;
        int accesses = _machine.Memory.Accesses;
        string text = run.Reader.Text(type, address);
        (_machine.Memory.Fault, _machine.Memory.Accesses) = (fault, accesses);
        return text;
    }

    private MapState Map(MapVariable map)
    {
        if (map.Address.IsNil || !_machine.Memory.IsLive(map.Address, _machine.L.HmapSize))
        {
            return new MapState(map.Name, map.Type, map.Address, [], [], [], 0);
        }

        var view = new MapView(_machine.Memory, map.Type, map.Address);
        StructLayouts l = _machine.L;
        int w = l.Word;
        FieldState F(string name, int offset, int size, string text) => new(name, map.Address + offset, offset, size, text);
        List<FieldState> header =
        [
            F("count", 0, w, Number(view.Count)), F("flags", l.Flags, 1, MapDump.FlagNames(view.Flags)), F("B", l.B, 1, Number(view.B)),
            F("noverflow", l.Noverflow, 2, Number(view.Noverflow)), F("hash0", l.Hash0, 4, $"0x{view.Hash0:x8}"), F("buckets", l.Buckets, w, ArrayName(view.Buckets)),
            F("oldbuckets", l.OldBuckets, w, ArrayName(view.OldBuckets)), F("nevacuate", l.Nevacuate, w, Number(view.Nevacuate)), F("extra", l.Extra, w, recording.NameOf(view.Extra)),
        ];
        List<ArrayState> arrays = [];
        if (Array(view, view.Buckets, false) is { } present)
        {
            arrays.Add(present);
        }

        if (Array(view, view.OldBuckets, true) is { } old)
        {
            arrays.Add(old);
        }

        return new MapState(map.Name, map.Type, map.Address, header, Extra(view, l), arrays, arrays.Where(a => a.IsOld).Sum(a => a.Buckets.Count(b => b.IsEvacuated)));
    }

    private List<FieldState> Extra(MapView view, StructLayouts l)
    {
        if (view.Extra.IsNil || !_machine.Memory.IsLive(view.Extra, l.MapExtraSize))
        {
            return [];
        }

        string List(Addr header) => header.IsNil || !_machine.Memory.IsLive(header, l.SliceSize) ? recording.NameOf(header)
            : string.Create(CultureInfo.InvariantCulture, $"{recording.NameOf(header)}, {view.Slice(header).Length} buckets");
        return
        [
            new("overflow", view.Extra, 0, l.Word, List(view.ExtraOverflow)), new("oldoverflow", view.Extra + l.OldOverflow, l.OldOverflow, l.Word, List(view.ExtraOldOverflow)),
            new("nextOverflow", view.Extra + l.NextOverflow, l.NextOverflow, l.Word, recording.NameOf(view.NextOverflow)),
        ];
    }

    private ArrayState? Array(MapView view, Addr start, bool isOld)
    {
        // A racy header may say that there are more buckets than its array has.
        TimelineObject? array = start.IsNil ? null : recording.Objects.FirstOrDefault(o => o.Start == start);
        if (array == null)
        {
            return null;
        }

        int total = array.Size / view.Type.BucketSize;
        ulong said = isOld ? view.OldBucketCount : view.BucketCount;
        int main = said < (ulong)total ? (int)said : total;
        List<BucketState> buckets = [];
        for (int i = 0; i < main && _machine.Memory.IsLive(start + i * view.Type.BucketSize, view.Type.BucketSize); i++)
        {
            buckets.Add(MainBucket(view, start + i * view.Type.BucketSize));
        }

        return new ArrayState(array.Name, start, isOld, main, total, buckets);
    }

    private BucketState MainBucket(MapView view, Addr at)
    {
        var chain = new List<BucketState>();
        var seen = new HashSet<Addr> { at };
        BucketState bucket = Bucket(view, at, chain);
        for (Addr next = view.BucketAt(at).Overflow; !next.IsNil && seen.Add(next) && _machine.Memory.IsLive(next, view.Type.BucketSize); next = view.BucketAt(next).Overflow)
        {
            chain.Add(Bucket(view, next, []));
        }

        return bucket;
    }

    private BucketState Bucket(MapView view, Addr at, List<BucketState> chain)
    {
        BucketView b = view.BucketAt(at);
        var (tops, keys, elems) = (new byte[Bmap.Slots], new string?[Bmap.Slots], new string?[Bmap.Slots]);
        for (int i = 0; i < Bmap.Slots; i++)
        {
            tops[i] = b.Top(i);
            if (tops[i] >= Bmap.MinTopHash)
            {
                keys[i] = TextAt(view.Type.Key, b.Key(i));
                elems[i] = view.Type.Elem.Size == 0 ? "" : TextAt(view.Type.Elem, b.Elem(i));
            }
        }

        return new BucketState(recording.NameOf(at), at, tops, keys, elems, recording.NameOf(b.Overflow), chain);
    }

    private List<IteratorState> Iterators(int position, List<MapState> maps)
    {
        var all = new List<IteratorState>();
        int n = 0;
        for (int g = 0; g < run.Code.Goroutines.Count; g++)
        {
            for (int r = 0; r < run.Code.Goroutines[g].Ranges; r++)
            {
                (int depth, Instruction[] code) = (r, run.CodeOf(g));
                Add(all, recording.Ranges[n++], map => NameOfRange(code, depth, map), position, maps);
            }

            foreach (Instruction i in run.CodeOf(g).Where(i => i.Operation?.Kind == OperationKind.Iter))
            {
                Add(all, run.IteratorAt(i.Iterator), _ => i.Operation!.Name, position, maps);
            }
        }

        return [.. all.DistinctBy(i => i.Address)];
    }

    private string NameOfRange(Instruction[] code, int depth, string map)
    {
        Instruction[] ranges = [.. code.Where(i => i.Operation?.Kind == OperationKind.Range && i.Iterator == depth)];
        return (ranges.FirstOrDefault(i => run.Code.Maps[i.Map].Name == map) ?? ranges[0]).Operation!.Name;
    }

    private void Add(List<IteratorState> all, Addr at, Func<string, string> name, int position, List<MapState> maps)
    {
        StructLayouts l = _machine.L;
        if (at.IsNil || !_machine.Memory.IsLive(at, l.HiterSize) || Word(at + l.ItH) == 0 || recording.MapOf(new Addr(Word(at + l.ItH))) is not { } map)
        {
            return;
        }

        FieldState F(string field, int offset, int size, bool isPointer = false) => new(
            field, at + offset, offset, size, isPointer ? ArrayName(new Addr(Word(at + offset))) : size == 1 ? Number(_machine.Memory.Raw(at + offset, 1)[0])
            : Word(at + offset) == _machine.Arch.MaxUintptr ? "no check" : Number(Word(at + offset)));
        int w = l.Word;
        List<FieldState> fields =
        [
            F("key", 0, w, true), F("elem", l.ItElem, w, true), F("h", l.ItH, w, true), F("buckets", l.ItBuckets, w, true), F("bptr", l.ItBptr, w, true),
            F("startBucket", l.ItStartBucket, w), F("offset", l.ItOffset, 1), F("wrapped", l.ItWrapped, 1), F("B", l.ItB, 1), F("i", l.ItI, 1),
            F("bucket", l.ItBucket, w), F("checkBucket", l.ItCheckBucket, w),
        ];
        IReadOnlyList<YieldedEntry> yielded = recording.YieldedBy(at, position);
        var seen = yielded.Select(y => y.Key).ToHashSet();
        MapState? state = maps.Find(m => m.Address == map.Address);
        IEnumerable<string> keys = state?.Arrays.SelectMany(a => a.Buckets).SelectMany(b => b.Chain.Prepend(b)).SelectMany(b => b.Keys).OfType<string>() ?? [];
        all.Add(new IteratorState(name(map.Name), at, map.Name, fields, recording.NameOf(new Addr(Word(at + l.ItBptr))), yielded, [.. keys.Where(k => !seen.Contains(k))]));
    }

    private string ArrayName(Addr at) => recording.Objects.FirstOrDefault(o => o.Start == at && o.Kind == ObjectKind.BucketArray)?.Name ?? recording.NameOf(at);

    private ulong Word(Addr at) => SliceView.WordAt(_machine.Memory, _machine.Arch, at);

    private static string Number(ulong n) => n.ToString(CultureInfo.InvariantCulture);
}
