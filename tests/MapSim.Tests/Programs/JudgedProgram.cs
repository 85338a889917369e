using MapSim.Gc;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Map;
using MapSim.Memory;
using MapSim.Programs;

namespace MapSim.Tests.Programs;

/// <summary>Runs a sequential text program with a model oracle beside it.</summary>
internal sealed class JudgedProgram
{
    private readonly Dictionary<string, (int Type, Addr Map)> _maps = [];
    private readonly Dictionary<string, int> _ranges = [];
    private readonly ValueWriter _writer;
    private readonly MapProgram _program;

    public JudgedProgram(MapProgram program, GoVersion? version = null)
    {
        _program = program;
        Settings = ProgramSettings.Of(program, version, null);
        string[] texts = [.. program.Maps.Select(m => m.Map.Type).Distinct()];
        var session = new MapSession(Settings.ToOptions(), [.. texts.Select(t => MapType.Parse(t, Settings.Arch))])
        {
            ForceGeneric = Settings.Generic, StepLimit = Settings.Limit,
        };
        if (Settings.Collector)
        {
            session.UseCollector(new GcOptions(Percent: 0, ReusesMemory: false, Seed: Settings.Seed));
        }

        var names = new ObjectNames();
        _writer = new ValueWriter(session, names);
        Judged = new JudgedSession(session, names);
        foreach ((_, MapDeclaration map) in program.Maps)
        {
            int type = Array.IndexOf(texts, map.Type);
            _maps[map.Name] = (type, map.Origin switch
            {
                MapOrigin.Nil => default,
                MapOrigin.Hint => Judged.Make(type, map.Name, MakeForm.Hint, map.Hint),
                MapOrigin.Stack => Judged.Make(type, map.Name, MakeForm.Stack),
                _ => Judged.Make(type, map.Name),
            });
        }
    }

    public ProgramSettings Settings { get; }

    public JudgedSession Judged { get; }

    /// <summary>The findings with the lines of the operations that made them.</summary>
    public List<(int Line, OracleFinding Finding)> Findings { get; } = [];

    /// <summary>Runs it up to the failure that ends it, if one does.</summary>
    public OperationEnd Run()
    {
        foreach ((int line, Operation operation) in _program.Operations)
        {
            for (long i = operation.Repeat?.From ?? 0; i < (operation.Repeat?.To ?? 1); i++)
            {
                OperationEnd end = Do(operation, operation.Repeat == null ? null : i);
                Findings.AddRange(Judged.Findings.Select(f => (line, f)));
                Judged.Findings.Clear();
                if (!end.IsOk && !(operation.Recovers && Failures.Severity(end.Failure) == FailureSeverity.Panic))
                {
                    return end;
                }
            }
        }

        return default;
    }

    private OperationEnd Do(Operation operation, long? counter)
    {
        if (operation.Kind == OperationKind.Gc)
        {
            Judged.Session.Collect();
            return default;
        }

        if (operation.Kind == OperationKind.Next)
        {
            return Judged.Step(_ranges[operation.Name]);
        }

        (int type, Addr map) = _maps[operation.Kind == OperationKind.Iter ? operation.Other! : operation.Name];
        MapType t = Judged.Session.TypeOf(type);
        byte[] key = operation.Key == null ? [] : _writer.Bytes(t.Key, operation.Key, counter);
        switch (operation.Kind)
        {
            case OperationKind.Assign when operation.ElemPanics: return new OperationEnd(Failure.DivideByZero, 0);
            case OperationKind.Assign: return Judged.Assign(type, map, key, _writer.Bytes(t.Elem, operation.Elem, counter));
            case OperationKind.Lookup: return Judged.Lookup(type, map, key);
            case OperationKind.Delete: return Judged.Delete(type, map, key);
            case OperationKind.Clear: return Judged.Clear(type, map);
            case OperationKind.Clone:
                OperationEnd end = Judged.Clone(type, map, operation.Other!, out Addr clone);
                _maps[operation.Other!] = end.IsOk ? (type, clone) : _maps.GetValueOrDefault(operation.Other!);
                return end;
            case OperationKind.Iter:
                _ranges.TryAdd(operation.Name, _ranges.Count);
                return Judged.Start(_ranges[operation.Name], operation.Name, type, map);
            default:
                Judged.Length(type, map);
                return default;
        }
    }
}
