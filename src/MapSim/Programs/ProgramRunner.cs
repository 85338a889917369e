using MapSim.Checks;
using MapSim.Gc;
using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Map;
using MapSim.Memory;

namespace MapSim.Programs;

/// <summary>
/// Runs a program, one operation after the other, on a machine of its own. A panic ends its operation and, unless the
/// line says recover, the program; a fatal error, a throw or undefined behaviour always ends it.
/// </summary>
public sealed class ProgramRunner
{
    private readonly MapProgram _program;
    private readonly ObjectNames _names = new();
    private readonly ValueWriter _writer;
    private readonly Dictionary<string, int> _typeNumbers = [];
    private readonly List<MapVariable> _maps = [];
    private readonly Dictionary<string, Iteration> _iterators = [];
    private readonly List<OperationResult> _mismatches = [];
    private readonly ProgramDigest _digest;
    private int _operations;

    /// <summary>Prepares a run.</summary>
    /// <param name="program">The program.</param>
    /// <param name="version">Replaces the release that the program names; null to keep it.</param>
    /// <param name="seed">Replaces the seed; null to keep it.</param>
    public ProgramRunner(MapProgram program, GoVersion? version = null, ulong? seed = null)
    {
        _program = program;
        Settings = ProgramSettings.Of(program, version, seed);
        var types = new List<MapType>();
        foreach (string text in program.Maps.Select(m => m.Map.Type).DefaultIfEmpty("map[int]int").Distinct())
        {
            _typeNumbers.Add(text, types.Count);
            types.Add(MapType.Parse(text, Settings.Arch));
        }

        Session = new MapSession(Settings.ToOptions(), types) { ForceGeneric = Settings.Generic, StepLimit = Settings.Limit };
        if (Settings.Collector)
        {
            // Only where the program says gc; and freed memory stays poisoned, so that no stale read goes unseen.
            Session.UseCollector(new GcOptions(Percent: 0, ReusesMemory: false, Seed: Settings.Seed));
        }

        _writer = new ValueWriter(Session, _names);
        Reader = new ValueReader(Session, _names);
        _digest = new ProgramDigest(Session, _names);
    }

    /// <summary>What the header says.</summary>
    public ProgramSettings Settings { get; }

    /// <summary>The machine and its maps.</summary>
    public MapSession Session { get; }

    /// <summary>Reads values from the machine.</summary>
    public ValueReader Reader { get; }

    /// <summary>The maps made so far, clones included.</summary>
    public IReadOnlyList<MapVariable> Maps => _maps;

    /// <summary>Called after each operation; null if nobody listens.</summary>
    public Action<OperationResult>? Observer { get; set; }

    /// <summary>Runs the program; only once.</summary>
    /// <param name="stopAfter">Stops after so many operations, as if the program ended there.</param>
    /// <exception cref="ProgramFormatException">The program does something that this release, or this session, cannot do.</exception>
    public RunResult Run(int stopAfter = int.MaxValue)
    {
        (VerdictKind verdict, string message, int line) end = default;
        try
        {
            foreach ((int line, MapDeclaration map) in _program.Maps)
            {
                Make(line, map);
            }

            end = RunOperations(stopAfter);
        }
        catch (Exception e) when (e is OutOfSimulatedMemoryException or ArgumentOutOfRangeException { ParamName: "size" })
        {
            end = (VerdictKind.MemoryLimit, "the program needs more memory than a simulated process has", 0);
        }

        if (_mismatches.Count > 0)
        {
            OperationResult first = _mismatches[0];
            end = (VerdictKind.Mismatch, $"'{first.Text}' gave {first.Result}, expected {first.Expected}", first.Line);
        }

        FinishDigest(end.verdict, end.message);
        return new RunResult(
            end.verdict, end.message, end.line, _program.Expectation, _operations, Session.Machine.Steps, _digest.Value, _mismatches)
        {
            Explanation = end.verdict == VerdictKind.Undefined ? FreedAccess.Of(Session.Machine)?.ToString() : null,
        };
    }

    /// <summary>The names of the buckets of maps of one type, for dumps.</summary>
    public BucketNames NewBucketNames(MapType type) =>
        new(Session.Machine.Memory, type, b => MakeBucketArray.BucketCount(type, b, Settings.Version));

    private (VerdictKind Verdict, string Message, int Line) RunOperations(int stopAfter)
    {
        foreach ((int line, Operation operation) in _program.Operations)
        {
            Repetition? repeat = operation.Repeat;
            for (long i = repeat?.From ?? 0; i < (repeat?.To ?? 1) && _operations < stopAfter; i++)
            {
                long? counter = repeat == null ? null : i;
                OperationEnd end = Do(line, operation, counter, out string result);
                if (Session.HitStepLimit || Session.Machine.Current.IsBusy)
                {
                    Note(line, operation, counter, "step limit");
                    return (VerdictKind.StepLimit, $"'{operation.Call(counter)}' takes more than {Settings.Limit} steps", line);
                }

                string failure = end.IsOk ? "" : Session.Machine.FailureText(end.Failure, end.Detail) ?? "";
                VerdictKind kind = KindOf(end.Failure);
                Note(line, operation, counter, end.IsOk ? result : $"{Expectation.Word(kind)}: {failure}");
                if (!end.IsOk && !(operation.Recovers && kind == VerdictKind.Panic))
                {
                    return (kind, failure, line);
                }
            }
        }

        return (VerdictKind.Clean, "", 0);
    }

    private static VerdictKind KindOf(Failure failure) => Failures.Severity(failure) switch
    {
        FailureSeverity.None => VerdictKind.Clean,
        FailureSeverity.Panic => VerdictKind.Panic,
        FailureSeverity.Fatal => VerdictKind.Fatal,
        FailureSeverity.Throw => VerdictKind.Throw,
        _ => VerdictKind.Undefined,
    };

    private void Make(int line, MapDeclaration map)
    {
        int type = _typeNumbers[map.Type];
        try
        {
            Addr address = map.Origin switch
            {
                MapOrigin.Nil => default,
                MapOrigin.Hint => Session.Make(type, MakeForm.Hint, map.Hint),
                MapOrigin.Stack => Session.Make(type, MakeForm.Stack),
                _ => Session.Make(type),
            };
            _maps.Add(new MapVariable(map.Name, Session.TypeOf(type), type, address));
        }
        catch (InvalidOperationException e) when (map.Origin == MapOrigin.Stack)
        {
            throw new ProgramFormatException(line, 1, $"expected maps that fit the stack, found one too many ({e.Message})");
        }
    }

    private OperationEnd Do(int line, Operation operation, long? counter, out string result)
    {
        result = "ok";
        if (operation.Kind == OperationKind.Next)
        {
            return Next(operation, out result);
        }

        if (operation.Kind == OperationKind.Gc)
        {
            Session.Collect();
            return default;
        }

        MapVariable map = Map(operation.Kind == OperationKind.Iter ? operation.Other! : operation.Name);
        byte[] key = operation.Key == null ? [] : _writer.Bytes(map.Type.Key, operation.Key, counter);
        switch (operation.Kind)
        {
            case OperationKind.Assign:
                return Session.Assign(map.TypeNumber, map.Address, key, _writer.Bytes(map.Type.Elem, operation.Elem, counter));
            case OperationKind.Lookup:
                OperationEnd looked = Session.Lookup(map.TypeNumber, map.Address, key, out bool found);
                result = found ? Reader.Text(map.Type.Elem, Session.ResultLocal) : "absent";
                return looked;
            case OperationKind.Delete:
                return Session.Delete(map.TypeNumber, map.Address, key);
            case OperationKind.Clear:
                return Session.Clear(map.TypeNumber, map.Address);
            case OperationKind.Len:
                result = FormattableString.Invariant($"{Session.Length(map.Address)}");
                return default;
            case OperationKind.Clone:
                return Clone(line, map, operation.Other!);
            default:
                return Iter(operation.Name, map, out result);
        }
    }

    private OperationEnd Clone(int line, MapVariable source, string name)
    {
        if (!Settings.Version.HasClone)
        {
            throw new ProgramFormatException(line, 1, $"expected 'clone' only from Go 1.21 on, found go {Settings.Version}");
        }

        OperationEnd end = Session.Clone(source.TypeNumber, source.Address, out Addr clone);
        if (end.IsOk)
        {
            var made = new MapVariable(name, source.Type, source.TypeNumber, clone);
            int at = _maps.FindIndex(m => m.Name == name);
            if (at < 0)
            {
                _maps.Add(made);
            }
            else
            {
                Session.Forget(_maps[at].Address);
                _maps[at] = made;
            }
        }

        return end;
    }

    private OperationEnd Iter(string name, MapVariable map, out string result)
    {
        Addr iterator = Session.NewIterator();
        OperationEnd end = Session.IterInit(map.TypeNumber, map.Address, iterator);
        if (_iterators.TryGetValue(name, out Iteration? before))
        {
            Session.Forget(before.Address);
        }

        _iterators[name] = new Iteration(iterator, map.Type);
        result = Entry(iterator, map.Type);
        return end;
    }

    /// <summary>An iteration that has ended is not advanced again, as no Go program does that.</summary>
    private OperationEnd Next(Operation operation, out string result)
    {
        if (!_iterators.TryGetValue(operation.Name, out Iteration? iteration))
        {
            throw new FormatException($"no iteration '{operation.Name}'");
        }

        OperationEnd end = Session.IteratorKey(iteration.Address).IsNil ? default : Session.IterNext(iteration.Address);
        result = Entry(iteration.Address, iteration.Type);
        return end;
    }

    private string Entry(Addr iterator, MapType type)
    {
        Addr key = Session.IteratorKey(iterator);
        return key.IsNil ? "end"
            : type.Elem.Size == 0 ? Reader.Text(type.Key, key)
            : Reader.Text(type.Key, key) + " " + Reader.Text(type.Elem, Session.IteratorElem(iterator));
    }

    private void Note(int line, Operation operation, long? counter, string result)
    {
        _operations++;
        _digest.Add(result);
        string? expected = Expected(operation, counter);
        bool mismatch = expected != null && expected != result && _mismatches.Count < RunResult.MostMismatches;
        if (!mismatch && Observer == null)
        {
            return;
        }

        var noted = new OperationResult(_operations, line, operation.Call(counter), result, expected);
        if (mismatch)
        {
            _mismatches.Add(noted);
        }

        Observer?.Invoke(noted);
    }

    private string? Expected(Operation operation, long? counter)
    {
        if (operation.Expected is not { Word: null } expected)
        {
            return operation.Expected?.Word;
        }

        if (operation.Kind == OperationKind.Len)
        {
            return expected.ToText(counter);
        }

        MapType type = operation.Kind switch
        {
            OperationKind.Next => _iterators[operation.Name].Type,
            OperationKind.Iter => Map(operation.Other!).Type,
            _ => Map(operation.Name).Type,
        };
        GoType[] places = operation.Kind == OperationKind.Lookup ? [type.Elem] : type.Elem.Size == 0 ? [type.Key] : [type.Key, type.Elem];
        return string.Join(' ', places.Select((t, i) => ValueText.Of(t, expected.Values[i], counter, Settings.Arch)));
    }

    private MapVariable Map(string name) =>
        _maps.Find(m => m.Name == name) ?? throw new FormatException($"no map '{name}'");

    private void FinishDigest(VerdictKind verdict, string message)
    {
        _digest.Add(Expectation.Word(verdict) + ": " + message);
        foreach (IGrouping<string, MapVariable> maps in _maps.Where(m => !m.Address.IsNil).GroupBy(m => m.Type.Text))
        {
            BucketNames names = NewBucketNames(maps.First().Type);
            foreach (MapVariable map in maps)
            {
                _digest.AddMap(map.Name, new MapView(Session.Machine.Memory, map.Type, map.Address), names);
            }
        }
    }

    private sealed record Iteration(Addr Address, MapType Type);
}
