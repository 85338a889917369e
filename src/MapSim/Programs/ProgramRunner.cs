using MapSim.Checks;
using MapSim.Faults;
using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Map;
using MapSim.Memory;

namespace MapSim.Programs;

/// <summary>
/// Runs a program on a machine of its own, under the oracles: its goroutines as its schedule says. A panic ends its
/// operation and, unless the line says recover, the program; a fatal error, a throw or undefined behaviour always ends it.
/// What an oracle finds does not end it, but is the verdict.
/// </summary>
public sealed class ProgramRunner
{
    private readonly MapProgram _program;
    private readonly ProgramRun _run;
    private readonly ScheduleMode _mode;
    private StepRecorder? _recorder;

    /// <summary>Prepares a run.</summary>
    /// <param name="program">The program.</param>
    /// <param name="version">Replaces the release that the program names; null to keep it.</param>
    /// <param name="seed">Replaces the seed; null to keep it.</param>
    /// <param name="mode">
    /// How the program's schedule is used. Strict means <see cref="ScheduleMode.Prefix"/> if the model is changed, or the
    /// program says what it expects of a changed one.
    /// </param>
    /// <param name="changes">What is changed in the model against the real runtime.</param>
    /// <exception cref="ProgramFormatException">The program's release cannot have one of the faults.</exception>
    public ProgramRunner(
        MapProgram program, GoVersion? version = null, ulong? seed = null, ScheduleMode mode = ScheduleMode.Strict, ModelChanges changes = default)
    {
        _program = program;
        Settings = SettingsOf(program, changes, version, seed);
        _mode = ModeOf(mode);
        _run = new ProgramRun(program, Settings);
    }

    /// <summary>Prepares one of many runs of a program.</summary>
    /// <param name="program">The program with its schedule.</param>
    /// <param name="mode">How that is used.</param>
    /// <param name="parts">What the program is without it.</param>
    /// <param name="pool">Where the memory comes from.</param>
    internal ProgramRunner(MapProgram program, ScheduleMode mode, ProgramParts parts, Memory.SegmentPool pool)
    {
        (_program, Settings) = (program, parts.Settings);
        _mode = ModeOf(mode);
        _run = new ProgramRun(program, parts.Settings, parts.Code, parts.Types, null, pool, parts.IsQuiet);
    }

    /// <summary>What the header says.</summary>
    public ProgramSettings Settings { get; }

    /// <summary>The machine and its maps.</summary>
    public MapSession Session => _run.Session;

    /// <summary>Reads values from the machine.</summary>
    public ValueReader Reader => _run.Reader;

    /// <summary>The maps made so far, clones included.</summary>
    public IReadOnlyList<MapVariable> Maps => _run.Maps;

    /// <summary>Called after each operation; null if nobody listens.</summary>
    public Action<OperationResult>? Observer
    {
        get => _run.Results.Observer;
        set => _run.Results.Observer = value;
    }

    /// <summary>Is told of each operation on a map; null if nobody listens. Slots are told right only if the maps have the names of the binary form, m0 to m7.</summary>
    public MapWatcher? Watcher
    {
        get => _run.Watcher;
        set => _run.Watcher = value;
    }

    /// <summary>The steps that were recorded; empty if <see cref="RecordSteps"/> was not asked for.</summary>
    public IReadOnlyList<RecordedStep> Steps => _recorder?.Steps ?? [];

    /// <summary>Has every visible step recorded, which is slow: with its name and its access.</summary>
    /// <param name="most">Keep only the last so many.</param>
    public void RecordSteps(int most = int.MaxValue) => _recorder = new StepRecorder(_run, most);

    /// <summary>What a line of the program says.</summary>
    public string TextOfLine(int line) => _program.Lines[line - 1].Statement?.ToText() ?? "";

    /// <summary>The name of a goroutine of the machine: main, w1, gc.1.</summary>
    public string NameOf(int goroutine) => _run.NameOf(goroutine);

    /// <summary>Runs the program; only once.</summary>
    /// <param name="stopAfter">Stops after so many operations, as if the program ended there.</param>
    /// <param name="mostSteps">Stops when so many visible steps were made: that is a step limit.</param>
    /// <exception cref="ProgramFormatException">The program does something that this release, or this session, cannot do.</exception>
    public RunResult Run(int stopAfter = int.MaxValue, ulong mostSteps = ulong.MaxValue)
    {
        ProcessEnd? end = Play(stopAfter, mostSteps, out IReadOnlyList<Stretch> schedule);
        return Judge(end, schedule);
    }

    /// <summary>Runs the program, only once, for its verdict alone.</summary>
    internal ScheduledEnd RunForVerdict()
    {
        (VerdictKind kind, string message, _, string? key) = _run.Verdict(Play(int.MaxValue, ulong.MaxValue, out _));
        return new ScheduledEnd(kind, message, key);
    }

    private ProcessEnd? Play(int stopAfter, ulong mostSteps, out IReadOnlyList<Stretch> schedule)
    {
        CheckRelease();
        (_run.StopAfter, _run.MostSteps) = (stopAfter, Math.Min(_run.MostSteps, mostSteps));
        schedule = [];
        ProcessEnd? memory = null;
        try
        {
            _run.MakeMaps();
            var scheduler = new ProgramScheduler(_run, _mode);
            schedule = scheduler.Done;
            _recorder?.Watch(scheduler);
            if (stopAfter > 0)
            {
                scheduler.Run();
            }

            if (_run.Dead == null && Session.Machine.Steps >= _run.MostSteps)
            {
                _run.End(new ProcessEnd(VerdictKind.StepLimit, $"the program takes more than {_run.MostSteps} steps", 0, "", 0));
            }

            if (_run.Dead == null)
            {
                _run.Oracles.AtEnd();
            }
        }
        catch (Exception e) when (ProcessEnd.IsOutOfMemory(e))
        {
            memory = ProcessEnd.OutOfMemory;
        }

        return memory ?? _run.Dead;
    }

    /// <summary>The names of the buckets of maps of one type, for dumps.</summary>
    public BucketNames NewBucketNames(MapType type) =>
        new(Session.Machine.Memory, type, b => MakeBucketArray.BucketCount(type, b, Settings.Version));

    /// <summary>What a program's header says, with changes of the model.</summary>
    /// <exception cref="ProgramFormatException">The program's release cannot have one of the faults.</exception>
    internal static ProgramSettings SettingsOf(MapProgram program, ModelChanges changes, GoVersion? version = null, ulong? seed = null)
    {
        ProgramSettings settings = ProgramSettings.Of(program, version, seed) with { Changes = changes };
        return changes.NotOf(settings.Version) is { } wrong
            ? throw new ProgramFormatException(program.Settings.FirstOrDefault(s => s.Setting.Name == "go").Line is > 0 and var line ? line : 1, 1, wrong)
            : settings;
    }

    /// <summary>The changed model and the unchanged one make different numbers of steps: neither follows the other's schedule exactly.</summary>
    private ScheduleMode ModeOf(ScheduleMode mode) =>
        mode == ScheduleMode.Strict && (!Settings.Changes.IsNone || _program.ChangedExpectations.Count > 0) ? ScheduleMode.Prefix : mode;

    private void CheckRelease()
    {
        foreach ((int line, Operation operation) in _program.Operations)
        {
            if (operation.Kind == OperationKind.Clone && !Settings.Version.HasClone)
            {
                throw new ProgramFormatException(line, 1, $"expected 'clone' only from Go 1.21 on, found go {Settings.Version}");
            }
        }
    }

    /// <summary>What went wrong first: a result that its line does not expect, what an oracle saw, or how the process died.</summary>
    private RunResult Judge(ProcessEnd? end, IReadOnlyList<Stretch> schedule)
    {
        (VerdictKind kind, string message, int line, string? key) = _run.Verdict(end);

        // What an oracle says has addresses in it; its key has not.
        ProgramDigest digest = FinishDigest(kind, kind == VerdictKind.Finding ? key! : message);
        string? explanation = kind == VerdictKind.Undefined ? FreedAccess.Of(Session.Machine)?.ToString() : end is { Detail.Length: > 0 } ? end.Detail : null;
        return new RunResult(
            kind, message, line, _program.Expectation, _run.Results.Count, Session.Machine.Steps, digest.Value, _run.Results.Mismatches)
        {
            Checkpoints = _run.Results.Checkpoints, Explanation = explanation, BugKey = key, Finding = kind == VerdictKind.Finding ? _run.Oracles.First : null, Schedule = schedule,
        };
    }

    private ProgramDigest FinishDigest(VerdictKind verdict, string message)
    {
        ProgramDigest digest = _run.Results.Finish();
        digest.Add(Expectation.Word(verdict) + ": " + message);
        foreach (IGrouping<string, MapVariable> maps in Maps.Where(m => !m.Address.IsNil).GroupBy(m => m.Type.Text))
        {
            BucketNames names = NewBucketNames(maps.First().Type);
            foreach (MapVariable map in maps)
            {
                digest.AddMap(map.Name, new MapView(Session.Machine.Memory, map.Type, map.Address), names);
            }
        }

        return digest;
    }
}
