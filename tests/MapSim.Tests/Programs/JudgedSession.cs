using MapSim.Layout;
using MapSim.Machines;
using MapSim.Map;
using MapSim.Memory;
using MapSim.Programs;

namespace MapSim.Tests.Programs;

/// <summary>A session whose every operation is told to a model oracle, as a runner does it.</summary>
internal sealed class JudgedSession
{
    private readonly Dictionary<int, (Addr Iterator, MapType Type)> _open = [];

    public JudgedSession(MapSession session, ObjectNames? names = null)
    {
        Session = session;
        Reader = new ValueReader(session, names ?? new ObjectNames());
        Oracle = new ModelOracle(session.Machine, Reader);
    }

    public MapSession Session { get; }

    public ValueReader Reader { get; }

    public ModelOracle Oracle { get; }

    public List<OracleFinding> Findings { get; } = [];

    public int Yields { get; private set; }

    public int Ends { get; private set; }

    public IEnumerable<int> OpenRanges => _open.Keys;

    public Addr Make(int type, string name, MakeForm form = MakeForm.Small, long hint = 0)
    {
        Addr map = Session.Make(type, form, hint);
        Oracle.Made(type, map, name);
        return map;
    }

    public OperationEnd Assign(int type, Addr map, byte[] key, byte[] elem)
    {
        OperationEnd end = Session.Assign(type, map, key, elem);
        Note(Oracle.Assigned(type, map, key, elem, end));
        return end;
    }

    public OperationEnd Lookup(int type, Addr map, byte[] key)
    {
        OperationEnd end = Session.Lookup(type, map, key, out bool found);
        Note(Oracle.LookedUp(type, map, key, found, Session.Machine.Memory.Raw(Session.ResultLocal, Session.TypeOf(type).Elem.Size), end));
        return end;
    }

    public OperationEnd Delete(int type, Addr map, byte[] key)
    {
        OperationEnd end = Session.Delete(type, map, key);
        Note(Oracle.Deleted(type, map, key, end));
        return end;
    }

    public OperationEnd Clear(int type, Addr map)
    {
        OperationEnd end = Session.Clear(type, map);
        Oracle.Cleared(type, map, end);
        return end;
    }

    public void Length(int type, Addr map) => Note(Oracle.Length(type, map, Session.Length(map)));

    public OperationEnd Clone(int type, Addr map, string name, out Addr clone)
    {
        OperationEnd end = Session.Clone(type, map, out clone);
        Note(Oracle.Cloned(type, map, clone, name, end));
        return end;
    }

    public OperationEnd Start(int range, string name, int type, Addr map)
    {
        Addr iterator = Session.NewIterator();
        _open[range] = (iterator, Session.TypeOf(type));
        Oracle.RangeStarting(range, name, type, map, iterator);
        return After(range, Session.IterInit(type, map, iterator));
    }

    /// <summary>A step of a loop that has not ended; else nothing.</summary>
    public OperationEnd Step(int range)
    {
        if (!_open.TryGetValue(range, out (Addr Iterator, MapType Type) open))
        {
            return default;
        }

        Oracle.BeforeStep(range);
        return After(range, Session.IterNext(open.Iterator));
    }

    public void ToTheEnd(int range)
    {
        while (_open.ContainsKey(range))
        {
            Step(range);
        }
    }

    public void Break(int range)
    {
        _open.Remove(range);
        Oracle.RangeBroken(range);
    }

    public bool IsOpen(int range) => _open.ContainsKey(range);

    /// <summary>Key and elem at which a loop stands.</summary>
    public (byte[] Key, byte[] Elem) At(int range)
    {
        (Addr it, MapType type) = _open[range];
        SimMemory memory = Session.Machine.Memory;
        return (memory.Raw(Session.IteratorKey(it), type.Key.Size).ToArray(), memory.Raw(Session.IteratorElem(it), type.Elem.Size).ToArray());
    }

    private OperationEnd After(int range, OperationEnd end)
    {
        if (!end.IsOk)
        {
            _open.Remove(range);
            Note(Oracle.StepFailed(range, end));
        }
        else if (Session.IteratorKey(_open[range].Iterator).IsNil)
        {
            _open.Remove(range);
            Ends++;
            Note(Oracle.RangeEnded(range));
        }
        else
        {
            (byte[] key, byte[] elem) = At(range);
            Yields++;
            Note(Oracle.Yielded(range, key, elem));
        }

        return end;
    }

    private void Note(OracleFinding? finding)
    {
        if (finding != null)
        {
            Findings.Add(finding);
        }
    }
}
