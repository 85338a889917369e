using MapSim.Layout;
using MapSim.Machines;
using MapSim.Map;
using MapSim.Memory;

namespace MapSim.Programs;

/// <summary>
/// The run that resolves selectors: one goroutine of the machine does everybody's operations one after the other. Locks, channels
/// and the schedule play no part, and nothing is collected (that changes no map). It ends where a real run would: at a panic
/// that is not recovered, or worse.
/// </summary>
/// <param name="program">The program.</param>
/// <param name="start">Makes the run.</param>
/// <param name="patience">So many whole lines or blocks wait until they are done together; all wait no longer when somebody asks for the state.</param>
/// <param name="isWhole">Main is alone, and there is nothing in its lines that is to be left out.</param>
internal sealed class ResolverRun(UnitProgram program, Func<UnitRun> start, int patience, bool isWhole)
{
    private readonly Queue<(int Owner, List<IStatement> Lines, int From, int To)> _waiting = [];
    private readonly List<(int Owner, Instruction[] Code)> _units = [];
    private readonly ProgramCompiler _compiler = new(program.Maps, program.Shared, program.Names);
    private UnitRun? _run;
    private int _done;
    private Dictionary<(MapType Type, uint Seed), Dictionary<GoValue, ulong?>>? _hashes;
    private (MapType? Type, uint Seed, Dictionary<GoValue, ulong?> Known) _asked;
    private MapSession? _scratch;
    private ValueWriter? _scratchWriter;

    /// <summary>All lines so far as code: what was done, what waits to be done, and what comes after the end of the run.</summary>
    public List<(int Owner, Instruction[] Code)> Units
    {
        get
        {
            while (_waiting.TryDequeue(out (int Owner, List<IStatement> Lines, int From, int To) next))
            {
                if (isWhole)
                {
                    _compiler.Add(next.Lines, next.From, next.To);
                }
                else
                {
                    IReadOnlyList<IStatement> part = SequentialPart.Of(next.Lines[next.From..next.To], next.Owner);
                    _compiler.Add(part, 0, part.Count);
                }

                // What one goroutine does without a break is one unit.
                if (!_waiting.TryPeek(out (int Owner, List<IStatement> Lines, int From, int To) following) || following.Owner != next.Owner)
                {
                    _units.Add((next.Owner, _compiler.TakeUnit()));
                }
            }

            return _units;
        }
    }

    /// <summary>The run, if somebody needed one so far.</summary>
    public UnitRun? Started => _run;

    /// <summary>Where the memory of the machine comes from on which keys are hashed; null for new one.</summary>
    public SegmentPool? Pool { get; init; }

    /// <summary>Lines that come next, whole blocks only.</summary>
    /// <param name="owner">The goroutine: 0 for main.</param>
    /// <param name="lines">All its lines; none of those so far changes any more.</param>
    /// <param name="from">The first that comes next.</param>
    /// <param name="to">The first behind them.</param>
    public void Enqueue(int owner, List<IStatement> lines, int from, int to)
    {
        _waiting.Enqueue((owner, lines, from, to));
        if (_waiting.Count >= patience)
        {
            Synchronise();
        }
    }

    /// <summary>Does what waits. The run; it may have ended, and then nothing is done any more.</summary>
    public UnitRun Synchronise()
    {
        _run ??= start();
        if (_run.HasEnded)
        {
            return _run;
        }

        List<(int Owner, Instruction[] Code)> units = Units;
        for (; _done < units.Count && !_run.HasEnded; _done++)
        {
            _run.Run.Owner = units[_done].Owner;
            _run.Do(units[_done].Code);
        }

        return _run;
    }

    /// <summary>The present state of a map; null if it is nil or the program has ended.</summary>
    public MapProbe? Look(int slot)
    {
        ProgramRun? run = Synchronise() is { HasEnded: false } present ? present.Run : null;
        Addr map = run?.MapAt(program.IndexOf(slot)) ?? default;
        return map.IsNil ? null : new MapProbe(new MapView(run!.Session.Machine.Memory, TypeOf(slot), map));
    }

    /// <summary>The bucket in which the iteration over a map stands that a goroutine began last; nil for none.</summary>
    public Addr LastBucket(int slot, int owner) => _run!.Run.LastBucket(owner, program.IndexOf(slot));

    /// <summary>The value at an address, as a program writes it; null if it cannot be written.</summary>
    public GoValue? Value(GoType type, Addr at)
    {
        string text = _run!.Run.Reader.Text(type, at);
        try
        {
            return PooledValues.Parse(type, text, _run.Run.Settings.Arch);
        }
        catch (ProgramFormatException)
        {
            return null;
        }
    }

    /// <summary>
    /// The bucket of a key in a map's present array; null if its hash is random, there is none, or it depends on an address.
    /// Keys with strings or boxes are hashed on another machine, so that the run allocates nothing for them.
    /// </summary>
    public ulong? Bucket(int slot, GoValue key, string text, MapProbe probe)
    {
        MapType type = TypeOf(slot);
        Dictionary<GoValue, ulong?> known = HashesOf(type, probe.Hash0);
        if (!known.TryGetValue(key, out ulong? hash))
        {
            hash = Hash(type, key, text, probe.Hash0);
            known.Add(key, hash);
        }

        return hash == null ? null : probe.BucketOf(hash.Value);
    }

    /// <summary>The hashes that are known. Most who ask ask for many keys of one map.</summary>
    private Dictionary<GoValue, ulong?> HashesOf(MapType type, uint seed)
    {
        if (_asked.Type != type || _asked.Seed != seed)
        {
            _hashes ??= [];
            if (!_hashes.TryGetValue((type, seed), out Dictionary<GoValue, ulong?>? known))
            {
                _hashes.Add((type, seed), known = new(ReferenceEqualityComparer.Instance));
            }

            _asked = (type, seed, known);
        }

        return _asked.Known;
    }

    /// <summary>Gives back the memory of the machine on which keys are hashed.</summary>
    public void Release()
    {
        _scratch?.Machine.Release();
        _scratch = null;
    }

    private ulong? Hash(MapType type, GoValue key, string text, uint seed)
    {
        if (text.Contains('&', StringComparison.Ordinal) || text.Contains("NaN", StringComparison.Ordinal))
        {
            return null;
        }

        ProgramRun run = _run!.Run;
        if (type.Key.HasPointers && _scratch == null)
        {
            _scratch = new MapSession(run.Session.Machine.Options, 0, program.Types, Pool);
            _scratchWriter = new ValueWriter(_scratch, new ObjectNames { OnlyLabels = true }) { KeepsBytes = run.Writer.KeepsBytes };
        }

        // The key's place is free between operations.
        MapSession session = type.Key.HasPointers ? _scratch! : run.Session;
        ValueWriter writer = type.Key.HasPointers ? _scratchWriter! : run.Writer;
        session.Machine.Memory.Poke(session.KeyLocal, writer.Bytes(type.Key, key));
        if (KeyHash.TryHashAt(session.Machine, type, session.KeyLocal, seed, out ulong hash))
        {
            return hash;
        }

        session.Machine.TakeFailure(out _);
        return null;
    }

    private MapType TypeOf(int slot) => program.Maps[program.IndexOf(slot)].Type;
}
