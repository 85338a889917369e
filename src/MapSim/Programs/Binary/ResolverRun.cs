using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Map;
using MapSim.Memory;

namespace MapSim.Programs;

/// <summary>
/// The run that resolves selectors: one goroutine of the machine does everybody's operations one after the other, as far as
/// they are known and only when somebody asks for the state. Locks, channels and the schedule play no part, and nothing is
/// collected (that changes no map). It ends where a real run would: at a panic that is not recovered, or worse.
/// </summary>
internal sealed class ResolverRun
{
    private const int StepLimit = 5_000_000;
    private readonly MapProgram _header;
    private readonly Queue<(string Goroutine, IReadOnlyList<ProgramLine> Lines)> _waiting = [];
    private readonly int _goroutines;
    private readonly Action<string>? _observer;
    private readonly ObjectNames _names = new();
    private SequentialLines? _lines;
    private MapSession? _scratch;
    private ValueWriter? _scratchWriter;

    /// <summary>Prepares a run.</summary>
    /// <param name="header">A program of settings and maps.</param>
    /// <param name="goroutines">How many goroutines the program has.</param>
    /// <param name="observer">Is told the result of every operation; null if nobody listens.</param>
    public ResolverRun(MapProgram header, int goroutines, Action<string>? observer)
    {
        _header = header;
        _goroutines = goroutines;
        _observer = observer;
    }

    /// <summary>Lines that come next, whole blocks only.</summary>
    public void Enqueue(string goroutine, IReadOnlyList<ProgramLine> lines) => _waiting.Enqueue((goroutine, lines));

    /// <summary>Does what waits; null if the program has ended.</summary>
    public SequentialLines? Synchronise()
    {
        _lines ??= new SequentialLines(NewSession(), _header, _names, _observer);
        while (_waiting.TryDequeue(out (string Goroutine, IReadOnlyList<ProgramLine> Lines) unit) && !_lines.HasEnded)
        {
            _lines.Run(unit.Goroutine, unit.Lines);
        }

        return _lines.HasEnded ? null : _lines;
    }

    /// <summary>The present state of a map; null if it is nil or the program has ended.</summary>
    public MapProbe? Look(string map) =>
        Synchronise() is { } lines && lines.Map(map) is { Address.IsNil: false } m ? new MapProbe(new MapView(lines.Session.Machine.Memory, m.Type, m.Address)) : null;

    /// <summary>The iterator over a map that a goroutine started last; null if there is none.</summary>
    public Addr? LastIterator(string map, string goroutine) => _lines!.LastIterator(map, goroutine);

    /// <summary>The value at an address, as a program writes it; null if it cannot be written.</summary>
    public GoValue? Value(GoType type, Addr at)
    {
        string text = new ValueReader(_lines!.Session, _names).Text(type, at);
        try
        {
            return PooledValues.Parse(type, text, _lines.Session.Machine.Arch);
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
    public ulong? Bucket(string map, GoValue key, MapProbe probe)
    {
        MapVariable m = _lines!.Map(map)!;
        string text = key.ToText();
        if (text.Contains('&', StringComparison.Ordinal) || text.Contains("NaN", StringComparison.Ordinal))
        {
            return null;
        }

        if (m.Type.Key.HasPointers && _scratch == null)
        {
            _scratch = NewSession();
            _scratchWriter = new ValueWriter(_scratch, new ObjectNames());
        }

        // The key's place is free between operations.
        MapSession session = m.Type.Key.HasPointers ? _scratch! : _lines.Session;
        ValueWriter writer = m.Type.Key.HasPointers ? _scratchWriter! : _lines.Writer;
        session.Machine.Memory.Poke(session.KeyLocal, writer.Bytes(m.Type.Key, key));
        if (!KeyHash.TryHashAt(session.Machine, m.Type, session.KeyLocal, probe.Hash0, out ulong hash))
        {
            session.Machine.TakeFailure(out _);
            return null;
        }

        return probe.BucketOf(hash);
    }

    private MapSession NewSession()
    {
        ProgramSettings settings = ProgramSettings.Of(_header) with { StoreBuffers = 0 };
        IReadOnlyList<MapType> types = [.. _header.Maps.Select(m => m.Map.Type).Distinct().Select(t => MapType.Parse(t, settings.Arch))];
        var session = new MapSession(settings.ToOptions(_goroutines), types) { ForceGeneric = settings.Generic, StepLimit = StepLimit };
        session.Machine.Choices.Forced = settings.Forced.Count > 0 ? settings.Forced : null;
        return session;
    }
}
