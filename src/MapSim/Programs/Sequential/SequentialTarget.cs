using MapSim.Checks;
using MapSim.Faults;
using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Programs;

/// <summary>
/// Runs programs of the binary form that have one goroutine, fast, under all oracles for such programs: the target of a fuzzer.
/// One object a thread, for any number of programs; it keeps memory and what it computed from one to the next.
/// </summary>
/// <remarks>
/// The run that resolves the selectors of a program is the run that is judged. What it says is what
/// <see cref="ProgramRunner"/> says of the program's text (<see cref="LastText"/>), only without the texts: verdict, key and
/// number of operations. Programs whose keys have pointers in them are run a second time, since the text's run makes what
/// labels name before all else, and the hash of a pointer depends on its address.
/// </remarks>
public sealed class SequentialTarget
{
    private const int MostKnownMachines = 512, Limit = 1_000_000, ShortWork = 500, Together = 8;
    private readonly SegmentPool _pool = new();
    private readonly KnownLiterals _literals = new();
    private readonly StructureWatch _structure = new();
    private readonly Dictionary<(ProgramSettings Settings, ModelChanges Changes), MachineOptions> _machines = [];
    private BinaryProgram _program = new();
    private ModelChanges _changes;
    private BinaryResolver? _resolver;
    private UnitProgram? _unitProgram;
    private IReadOnlyList<string>? _labels;
    private UnitRun? _run;
    private SequentialEnd? _cut;

    /// <summary>Most operations of a run, 20,000 unless somebody says otherwise: with more, the verdict is StepLimit and there is no key.</summary>
    public int MostOperations { get; set; } = 20_000;

    /// <summary>Most visible steps of a run, any number unless somebody says otherwise: the run ends as with too many operations. What a long chain costs is told by steps alone.</summary>
    public ulong MostSteps { get; set; } = ulong.MaxValue;

    /// <summary>The machine and the maps of the last run, as they are after it; null before the first one. Gone with the next run.</summary>
    public MapSession? Session => _run?.Run.Session;

    /// <summary>Is told of each operation on a map when it has ended, of the runs that are judged; null if nobody listens.</summary>
    public MapWatcher? Watcher { get; set; }

    /// <summary>Called with the result of each operation as text, which is slow; null if nobody listens.</summary>
    internal Action<OperationResult>? Observer { get; set; }

    /// <summary>The iterations of the run that have begun and not ended, in the order in which they began.</summary>
    public IEnumerable<LiveIterator> LiveIterators => _run?.Run.LiveIterators ?? [];

    /// <summary>
    /// True for programs that can be run here: one goroutine, no collector, store buffers or race detector, and nothing in the
    /// stream that needs others or a schedule.
    /// </summary>
    public static bool CanRun(BinaryProgram program)
    {
        BinaryConfig config = BinaryConfig.Of(program);
        bool can = config is { Others: 0, HasCollector: false, StoreBuffers: 0 } && (config.Goroutines & 32) == 0;
        for (int i = 0; i < program.Ops.Count && can; i++)
        {
            BinaryOpCode code = program.Ops[i].Code;
            can = code is not ((>= BinaryOpCode.Spawn and < BinaryOpCode.New) or BinaryOpCode.Yield or BinaryOpCode.RandomSchedule);
        }

        return can;
    }

    /// <summary>Resolves a program and runs it.</summary>
    /// <param name="program">The program.</param>
    /// <param name="changes">What is changed in the model: repairs. Selectors are resolved on that model, too.</param>
    /// <exception cref="ArgumentException">The program cannot be run here (<see cref="CanRun"/>).</exception>
    public SequentialEnd Run(BinaryProgram program, ModelChanges changes = default)
    {
        if (!CanRun(program))
        {
            throw new ArgumentException("expected a program of one goroutine without locks, channels and schedule, found another", nameof(program));
        }

        Release();
        (_program, _changes, _labels, _cut) = (program, changes, null, null);
        bool hasAddresses = false;
        _resolver = new BinaryResolver(program, (p, isWhole) =>
        {
            _unitProgram = p;
            hasAddresses = KeyAddresses.AreIn(p.Types);
            return new ResolverRun(p, () => _run = NewRun(changes, null, isJudged: !hasAddresses), hasAddresses ? int.MaxValue : Together, isWhole) { Pool = _pool };
        }, _literals);
        _resolver.DoWhileAlive();

        // What is run a second time is run a first time only as far as selectors ask for the state, unless it could be cut.
        bool isShort = hasAddresses && _resolver.MainWork <= Math.Min(ShortWork, MostOperations / 2);
        _run = isShort ? _resolver.Run.Started : _resolver.Run.Synchronise();
        if (_run?.Cut is { } limit)
        {
            SequentialEnd end = _run.Finish();
            _cut = end with { Verdict = limit, BugKey = null };
            return end;
        }

        return hasAddresses ? RunAgain(changes) : _run!.Finish();
    }

    /// <summary>
    /// Runs the lines of the last program once more, on a model with other changes: what its selectors meant stays as it was.
    /// A program that was cut (a limit) is cut again.
    /// </summary>
    /// <param name="changes">What is changed in the model. What the program's release cannot have makes the end that of a program without operations.</param>
    /// <exception cref="InvalidOperationException">Nothing was run yet.</exception>
    public SequentialEnd RunAgain(ModelChanges changes)
    {
        UnitProgram program = _unitProgram ?? throw new InvalidOperationException("expected a program that was run, found none");
        if (_cut is { } cut)
        {
            return cut;
        }

        if (changes.NotOf(program.Settings.Version) != null)
        {
            return new SequentialEnd(VerdictKind.Clean, null, 0, 0);
        }

        Release();
        _resolver!.Complete();
        _run = NewRun(changes, _labels ??= ProgramLabels.Of(_resolver!.MainLines), isJudged: true);
        List<(int Owner, Instruction[] Code)> units = _resolver.Run.Units;
        for (int i = 0; i < units.Count && !_run.HasEnded; i++)
        {
            _run.Do(units[i].Code);
        }

        return _run.Finish();
    }

    /// <summary>The text of the last program: what <see cref="BinaryResolver.Resolve(BinaryProgram)"/> gives, if the model was not changed.</summary>
    public MapProgram LastText()
    {
        if (_cut != null || _resolver == null)
        {
            return BinaryResolver.Resolve(_program, _changes);
        }

        _resolver.Complete();
        return _resolver.Text();
    }

    private UnitRun NewRun(ModelChanges changes, IReadOnlyList<string>? labels, bool isJudged)
    {
        ProgramSettings settings = _unitProgram!.Settings with { Limit = Limit, Changes = changes };
        var run = new UnitRun(_unitProgram, settings, new UnitParts(OptionsOf(settings), _pool, KeepsBytes: true, IsQuiet: Observer == null) { Structure = _structure }, labels, MostOperations, isJudged);
        run.Run.MostSteps = Math.Min(run.Run.MostSteps, MostSteps);
        run.Run.Watcher = isJudged ? Watcher : null;
        run.Run.Results.Observer = isJudged ? Observer : null;
        return run;
    }

    /// <summary>A single goroutine has one P, whatever the header says: others would have arenas that nobody uses.</summary>
    private MachineOptions OptionsOf(ProgramSettings settings)
    {
        var key = (settings with { Forced = [], Changes = default, Procs = 1 }, settings.Changes);
        if (!_machines.TryGetValue(key, out MachineOptions? options))
        {
            if (_machines.Count >= MostKnownMachines)
            {
                _machines.Clear();
            }

            options = key.Item1.ToOptions() with { Changes = settings.Changes };
            _machines.Add(key, options);
        }

        return options;
    }

    private void Release()
    {
        _resolver?.Run.Release();
        _run?.Run.Session.Machine.Release();
        _run = null;
    }
}
