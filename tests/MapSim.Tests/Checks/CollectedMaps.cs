using System.Buffers.Binary;
using System.Text;
using MapSim.Checks;
using MapSim.Gc;
using MapSim.Hash;
using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;
using MapSim.Programs;

namespace MapSim.Tests.Checks;

/// <summary>An iterator of a random program, and what happened to its map since it began.</summary>
internal sealed class LiveIterator(Addr address, KnownMap map, bool onStack)
{
    public Addr Address => address;

    public KnownMap Map => map;

    public bool OnStack => onStack;

    public int SameSizeGrows { get; set; }

    public int Grows { get; set; }

    public bool WasCleared { get; set; }
}

/// <summary>
/// Random programs over maps of one type with a collector beside them: piles of keys for one bucket that come and go (which
/// makes long chains and grows to the same size), clones, clears, iterators on the heap and the stack. The seed decides all.
/// </summary>
internal sealed class CollectedMaps
{
    private readonly List<(KnownMap Map, List<ulong> Keys, Addr Buckets, byte B)> _maps = [];
    private ulong _state;
    private ulong _serial;
    private Addr _heapIterator;

    public CollectedMaps(string type, ulong seed, DegenerateHashKind? hash = DegenerateHashKind.Identity, GcSchedule? schedule = null, GcOptions? options = null)
    {
        _state = seed;
        Session = Sessions.Of(type, hash: hash, seed: seed);
        Session.UseCollector(options ?? new GcOptions(Seed: seed, StartOneIn: 40, MinimumHeap: 1 << 14, BarrierBuffer: 8), schedule);
        AddMap(Session.Make(0));
    }

    public MapSession Session { get; }

    public List<LiveIterator> Iterators { get; } = [];

    public IReadOnlyList<KnownMap> Maps => [.. _maps.Select(m => m.Map)];

    public IReadOnlyList<Addr> IteratorAddresses => [.. Iterators.Select(i => i.Address)];

    /// <summary>What the last operation failed with.</summary>
    public Failure Failure { get; private set; }

    /// <summary>The iterator the last operation moved, if it did.</summary>
    public LiveIterator? Moved { get; private set; }

    public int Grows { get; private set; }

    /// <summary>One operation (or a pile of them, each reported to <paramref name="after"/>).</summary>
    public void Act(Action after)
    {
        int at = Next(_maps.Count);
        int choice = Next(100);
        if (choice < 45)
        {
            Assign(at, Bucket(), after);
        }
        else if (choice < 55)
        {
            Pile(at, after);
        }
        else if (choice < 75)
        {
            DeleteSome(at, 1 + Next(4), after);
        }
        else if (choice < 80)
        {
            Do(at, s => s.Lookup(0, _maps[at].Map.Map, Key(Next(40)), out _), after);
        }
        else if (choice < 88)
        {
            Iterate(at, after);
        }
        else
        {
            Rarely(at, after);
        }
    }

    public void Drop(LiveIterator it)
    {
        Iterators.Remove(it);
        if (!it.OnStack)
        {
            Session.Forget(it.Address);
            _heapIterator = _heapIterator == it.Address ? default : _heapIterator;
        }
    }

    private int Next(int limit)
    {
        _state = unchecked(_state + 0x9E3779B97F4A7C15);
        return (int)(Fingerprint.Mix(_state) % (ulong)limit);
    }

    private ulong Bucket() => (++_serial << 8) + (ulong)Next(Next(3) == 0 ? 256 : 4);

    private void Rarely(int at, Action after)
    {
        switch (Next(20))
        {
            case 0:
                Do(at, s => s.Clear(0, _maps[at].Map.Map), after);
                break;
            case 1 when _maps.Count < 3:
                Addr clone = default;
                List<ulong> keys = [.. _maps[at].Keys];
                Do(at, s => s.Clone(0, _maps[at].Map.Map, out clone), () => { });
                AddMap(clone);
                _maps[^1].Keys.AddRange(keys);
                after();
                break;
            case 2 when _maps.Count > 1:
                // The map dies, but for what its iterators hold.
                Session.Forget(_maps[at].Map.Map);
                _maps.RemoveAt(at);
                after();
                break;
            case < 6:
                Session.Collect();
                after();
                break;
            default:
                DeleteSome(at, _maps[at].Keys.Count / 2, after);
                break;
        }
    }

    private void Assign(int at, ulong key, Action after)
    {
        _maps[at].Keys.Add(key);
        Do(at, s => s.Assign(0, _maps[at].Map.Map, Key(key), Elem(key)), after);
    }

    private void Pile(int at, Action after)
    {
        ulong bucket = (ulong)Next(8);
        int size = 9 + Next(9);
        for (int i = 0; i < size; i++)
        {
            Assign(at, (++_serial << 8) | bucket, after);
        }

        DeleteSome(at, size, after);
    }

    private void DeleteSome(int at, int count, Action after)
    {
        List<ulong> keys = _maps[at].Keys;
        for (; count > 0 && keys.Count > 0; count--)
        {
            int which = Next(2) == 0 ? keys.Count - 1 : Next(keys.Count);
            ulong key = keys[which];
            keys.RemoveAt(which);
            Do(at, s => s.Delete(0, _maps[at].Map.Map, Key(key)), after);
        }
    }

    private void Iterate(int at, Action after)
    {
        if (Iterators.Count > 0 && Next(5) == 0)
        {
            LiveIterator it = Iterators[Next(Iterators.Count)];
            Moved = it;
            Failure = Session.IterNext(it.Address).Failure;
            after();
            Moved = null;
            if (Iterators.Contains(it) && Session.IteratorKey(it.Address).IsNil)
            {
                Drop(it);
            }

            return;
        }

        bool onStack = !Iterators.Exists(i => i.OnStack) && Next(2) == 0;
        if (!onStack && !_heapIterator.IsNil)
        {
            return;
        }

        Addr address = onStack ? Session.StackIterator() : Session.NewIterator();
        _heapIterator = onStack ? _heapIterator : address;
        Failure = Session.IterInit(0, _maps[at].Map.Map, address).Failure;
        var begun = new LiveIterator(address, _maps[at].Map, onStack);
        Iterators.Add(begun);
        after();
        if (Session.IteratorKey(address).IsNil)
        {
            Drop(begun);
        }
    }

    private void Do(int at, Func<MapSession, OperationEnd> operation, Action after)
    {
        ulong before = Session.Machine.Steps;
        bool isEmpty = Sessions.View(Session, _maps[at].Map.Map).Count == 0;
        Failure = operation(Session).Failure;
        (KnownMap map, List<ulong> keys, Addr buckets, byte b) = _maps[at];
        MapView view = Sessions.View(Session, map.Map);
        bool cleared = !isEmpty && view.Count == 0 && keys.Count > 0;
        if (cleared)
        {
            keys.Clear();
        }

        bool grew = view.Buckets != buckets && !buckets.IsNil;
        Grows += grew ? 1 : 0;
        foreach (LiveIterator it in Iterators.Where(i => i.Map == map))
        {
            it.SameSizeGrows += grew && view.B == b ? 1 : 0;
            it.Grows += grew ? 1 : 0;
            it.WasCleared |= cleared;
        }

        _maps[at] = (map, keys, view.Buckets, view.B);
        after();
    }

    private void AddMap(Addr map)
    {
        MapView view = Sessions.View(Session, map);
        _maps.Add((new KnownMap(0, map), [], view.Buckets, view.B));
    }

    private byte[] Key(int serial) => Key((ulong)serial << 8);

    /// <summary>A key whose identity hash, where the type has one, is the number.</summary>
    private byte[] Key(ulong number)
    {
        GoType type = Session.TypeOf(0).Key;
        switch (type.Kind)
        {
            case GoKind.String:
                return Header(Session.NewObject(BitConverter.GetBytes(number), ObjectKind.StringData), 8);
            case GoKind.Interface:
                Addr descriptor = Session.Machine.RuntimeType(GoTypeParser.Parse("int", Arch.Amd64));
                return [.. BitConverter.GetBytes(descriptor.Value), .. BitConverter.GetBytes(Session.NewObject(BitConverter.GetBytes(number), ObjectKind.Boxed).Value)];
            default:
                var bytes = new byte[type.Size];
                BinaryPrimitives.WriteUInt64LittleEndian(bytes, number);
                return bytes;
        }
    }

    private byte[] Elem(ulong number) => Session.TypeOf(0).Elem.Kind switch
    {
        GoKind.String => Header(Session.NewObject(Encoding.ASCII.GetBytes($"elem {number}"), ObjectKind.StringData), (ulong)$"elem {number}".Length),
        GoKind.Pointer => BitConverter.GetBytes(Session.NewObject(BitConverter.GetBytes(number), ObjectKind.Pointee).Value),
        _ => BitConverter.GetBytes(number),
    };

    private static byte[] Header(Addr data, ulong length) => [.. BitConverter.GetBytes(data.Value), .. BitConverter.GetBytes(length)];
}
