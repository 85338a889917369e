using System.Buffers.Binary;
using System.Text;
using MapSim.Checks;
using MapSim.Gc;
using MapSim.Hash;
using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Map;
using MapSim.Memory;
using MapSim.Programs;

namespace MapSim.Tests.Checks;

/// <summary>
/// A random program on a few maps under a collector, with the collector's oracles looking on: either at a stretch,
/// looked at at every stop of the schedule, or step by step, program and workers in a random order, looked at after every
/// step. It judges no results.
/// </summary>
internal sealed class WatchedMaps
{
    private const int MostMaps = 3;
    private readonly RandomSource _random;
    private readonly List<(int Type, Addr Map)> _maps = [];
    private readonly List<Addr> _iterators = [];
    private readonly Dictionary<int, Addr> _pointees = [];
    private readonly MapType _type;
    private readonly int _keys;
    private Addr _stackIterator;

    public WatchedMaps(
        string type, ulong seed, bool stepping, GoVersion? version = null, Arch? arch = null, DegenerateHashKind? hash = null, int workers = 1,
        GcOptions? options = null, int keys = 60)
    {
        _random = new RandomSource(seed);
        IsStepping = stepping;
        _keys = keys;
        Session = Sessions.Of(type, version, arch, hash, seed);
        _type = Session.TypeOf(0);
        var schedule = new GcSchedule(seed, startOneIn: 8);
        Session.UseCollector(options ?? new GcOptions(StartOneIn: 12, BarrierBuffer: 2 + _random.Below(12), Seed: seed), schedule, workers);
        Oracles = new GcOracles(Machine) { Maps = _maps };
        schedule.Stopped = Look;
    }

    public MapSession Session { get; }

    public Machine Machine => Session.Machine;

    public GcOracles Oracles { get; }

    public bool IsStepping { get; }

    /// <summary>Where the machine stood when something was found first.</summary>
    public string FoundAt { get; private set; } = "";

    public void Run(int operations)
    {
        Make();
        for (int i = 0; i < operations && Oracles.Violations.Count == 0; i++)
        {
            Operate();
        }
    }

    private void Operate()
    {
        Addr map = _random.Pick(_maps).Map;
        switch (_random.Below(100))
        {
            case < 42: Assign(map, Value(_type.Key, Number()), Value(_type.Elem, _random.Below(1000))); break;
            case < 57: Delete(map, Value(_type.Key, Number())); break;
            case < 67: Lookup(map, Value(_type.Key, Number())); break;
            case < 71: StartRange(map, onStack: false); break;
            case < 75: StartRange(map, onStack: true); break;
            case < 91: StepRange(); break;
            case < 93: Clear(map); break;
            case < 95: Clone(map); break;
            case < 96: Make(); break;
            default: Length(map); break;
        }
    }

    private int Number() => _random.Below(_keys);

    private void Make()
    {
        MakeForm form = _random.Chance(50) ? MakeForm.Hint : MakeForm.Small;
        int hint = _random.Pick([0, 9, 30, 110]);
        if (!IsStepping)
        {
            Add(Session.Make(0, form, hint));
            return;
        }

        Session.BeginMake(0, form, hint);
        Finish();
        Add(new Addr(Machine.TakeResult()));
    }

    private void Add(Addr map)
    {
        Session.Keep(map);
        if (_maps.Count == MostMaps)
        {
            int gone = _random.Below(MostMaps);
            Session.Forget(_maps[gone].Map);
            _maps.RemoveAt(gone);
        }

        _maps.Add((0, map));
    }

    private void Assign(Addr map, byte[] key, byte[] elem)
    {
        if (!IsStepping)
        {
            Session.Assign(0, map, key, elem);
            return;
        }

        Machine.Memory.Poke(Session.ElemLocal, elem);
        Machine.DeclareVariable(0, 1, Session.ElemLocal, elem.Length, Machine.PointersOf(0).Elem);
        Session.BeginAssign(0, map, key);
        if (Finish())
        {
            Session.BeginStoreElem(0, elem);
            Finish();
        }

        Undeclare(1);
    }

    private void Delete(Addr map, byte[] key)
    {
        if (!IsStepping)
        {
            Session.Delete(0, map, key);
            return;
        }

        Session.BeginDelete(0, map, key);
        Finish();
    }

    private void Lookup(Addr map, byte[] key)
    {
        if (!IsStepping)
        {
            Session.Lookup(0, map, key, out _);
            return;
        }

        Session.BeginLookup(0, map, key);
        if (Finish() && new Addr(Machine.TakeResult()) is { IsNil: false } elem && _type.Elem.Size > 0)
        {
            Machine.Memory.Poke(Session.ResultLocal, new byte[_type.Elem.Size]);
            Machine.DeclareVariable(0, 2, Session.ResultLocal, _type.Elem.Size, Machine.PointersOf(0).Elem);
            MemMove.Call(Machine, Session.ResultLocal, elem, _type.Elem.Size, PointerWrite.UserLoad);
            Finish();
        }
    }

    private void Length(Addr map)
    {
        MapLen.Call(Machine, map);
        Finish();
        Machine.TakeResult();
    }

    private void Clear(Addr map)
    {
        if (_type.Key.IsReflexive || Machine.Version.HasClone)
        {
            MapClear.Call(Machine, 0, map);
            Finish();
        }
    }

    private void Clone(Addr map)
    {
        if (Machine.Version.HasClone)
        {
            MapClone.Call(Machine, 0, map);
            Finish();
            Add(new Addr(Machine.TakeResult()));
        }
    }

    private void StartRange(Addr map, bool onStack)
    {
        Addr it = onStack ? Session.StackIterator() : Session.NewIterator();
        if (onStack)
        {
            _stackIterator = it;
        }
        else
        {
            _iterators.Add(it);
        }

        MapIterInit.Call(Machine, 0, map, it);
        Finish();
        if (_iterators.Count > 2)
        {
            Session.Forget(_iterators[0]);
            _iterators.RemoveAt(0);
        }
    }

    private void StepRange()
    {
        Addr it = _iterators.Count == 0 || (!_stackIterator.IsNil && _random.Chance(50)) ? _stackIterator : _random.Pick(_iterators);
        if (it.IsNil || Session.IteratorKey(it).IsNil)
        {
            return;
        }

        MapIterNext.Call(Machine, it);
        Finish();
    }

    private void Undeclare(int variable) => Machine.DeclareVariable(0, variable, default, 0, Machine.Heap.PointerMaps.None);

    private bool Finish()
    {
        if (!IsStepping)
        {
            return Session.Finish().IsOk;
        }

        GcRecords gc = Machine.Heap.Gc;
        int share = _random.Pick([20, 50, 80]);
        int first = Machine.Current.Id;
        while (Machine.Goroutines[first].IsBusy && Oracles.Violations.Count == 0)
        {
            if (!gc.IsMarking && !gc.Requested && _random.Below(60) == 0)
            {
                gc.Requested = true;
            }

            int g = _random.Chance(share) && Machine.IsEnabled(0) ? 0 : _random.Pick<int>([.. Session.Collector!.Workers]);
            if (Machine.IsEnabled(g))
            {
                Machine.Step(g);
                Look();
            }
        }

        Machine.Select(0);
        bool ok = Machine.TakeFailure(out _) == Failure.None;
        Undeclare(0);
        return ok;
    }

    private void Look()
    {
        Oracles.Look();
        if (Oracles.Violations.Count > 0 && FoundAt.Length == 0)
        {
            FoundAt = string.Join(" | ", Machine.Goroutines.Select(g => string.Join(" < ", Machine.CallStack(g.Id)))) + $" step {Machine.Steps}";
        }
    }

    private byte[] Value(GoType type, int n)
    {
        var bytes = new byte[type.Size];
        Write(type, n, bytes);
        return bytes;
    }

    private void Write(GoType type, int n, Span<byte> to)
    {
        switch (type.Kind)
        {
            case GoKind.String:
                byte[] data = Encoding.UTF8.GetBytes($"text {n}");
                Word(to, Session.NewObject(data, ObjectKind.StringData).Value);
                Word(to[Machine.PointerSize..], (ulong)data.Length);
                break;
            case GoKind.Pointer:
                Word(to, Pointee(n).Value);
                break;
            case GoKind.Interface:
                GoType dynamic = GoTypeParser.Parse(n % 3 == 0 ? "string" : n % 3 == 1 ? "int" : "*T", Machine.Arch);
                Word(to, Machine.RuntimeType(dynamic).Value);
                byte[] content = Value(dynamic, n);
                Word(to[Machine.PointerSize..], dynamic.IsDirectInterface ? BinaryPrimitives.ReadUInt32LittleEndian(content) | (content.Length == 8 ? BinaryPrimitives.ReadUInt64LittleEndian(content) : 0) : Session.NewObject(content, ObjectKind.Boxed, dynamic).Value);
                break;
            case GoKind.Array:
                for (int i = 0; i < type.Length; i++)
                {
                    Write(type.Elem!, n, to.Slice(i * type.Elem!.Size, type.Elem.Size));
                }

                break;
            case GoKind.Struct:
                foreach (GoField field in type.Fields)
                {
                    Write(field.Type, n, to.Slice(field.Offset, field.Type.Size));
                }

                break;
            case GoKind.Float:
                BitConverter.GetBytes(n % 20 == 0 ? double.NaN : n).AsSpan(0, to.Length).CopyTo(to);
                break;
            default:
                BitConverter.GetBytes((long)n).AsSpan(0, Math.Min(8, to.Length)).CopyTo(to);
                break;
        }
    }

    /// <summary>Half of them are the program's own and live on, the others hang on the map alone.</summary>
    private Addr Pointee(int n)
    {
        if (n % 2 == 0 && _pointees.TryGetValue(n, out Addr known))
        {
            return known;
        }

        Addr made = Session.NewObject(new byte[16], ObjectKind.Pointee, hasPointers: true);
        if (n % 2 == 0)
        {
            Session.Keep(made);
            _pointees.Add(n, made);
        }

        return made;
    }

    private void Word(Span<byte> to, ulong value)
    {
        if (Machine.PointerSize == 8)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(to, value);
        }
        else
        {
            BinaryPrimitives.WriteUInt32LittleEndian(to, (uint)value);
        }
    }
}
