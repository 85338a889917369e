using System.Globalization;
using MapSim.Faults;
using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Programs;

/// <summary>
/// A program on its machine: its goroutines, its variables in simulated memory, and those who are told what it does. The
/// frames (<see cref="ProgramBody"/>) find it as the machine's host; who moves when is not decided here.
/// </summary>
internal sealed partial class ProgramRun
{
    private const int MostFullOperations = 64;
    private readonly Instruction[][] _code;
    private readonly Addr[] _mapSlots;
    private readonly bool[] _isMade;
    private readonly List<Addr> _iteratorSlots;
    private readonly GoroutineLocals[] _locals;
    private readonly ObjectNames _names = new();
    private readonly ValueWriter _writer;
    private readonly List<int> _mapOrder = [];
    private ProcessEnd? _death;
    private ProcessEnd? _end;

    /// <summary>Makes the machine, its goroutines and variables. Maps are made by <see cref="MakeMaps"/>.</summary>
    public ProgramRun(MapProgram program, ProgramSettings settings)
        : this(program, settings, ProgramCompiler.Compile(program, settings, out List<MapType> types), types, null)
    {
    }

    /// <summary>Makes the machine, its goroutines and variables.</summary>
    /// <param name="program">The program; for a run by units only its maps count.</param>
    /// <param name="settings">What its header says.</param>
    /// <param name="code">Its code; for a run by units without instructions.</param>
    /// <param name="types">The types of its maps.</param>
    /// <param name="units">Of a run by units: what it keeps from run to run; else null.</param>
    /// <param name="pool">Where the memory of any other run comes from; null for new.</param>
    /// <param name="isQuiet">Of any other run: nobody asks for the texts of results, nor for a digest.</param>
    internal ProgramRun(MapProgram program, ProgramSettings settings, ProgramCode code, IReadOnlyList<MapType> types, UnitParts? units, SegmentPool? pool = null, bool isQuiet = false)
    {
        Program = program;
        Settings = settings;
        MostSteps = (ulong)settings.Limit * MostFullOperations;
        Code = code;
        _code = [.. code.Goroutines.Select(g => g.Instructions.ToArray())];
        IsByUnits = units != null;
        Structure = units?.Structure ?? new Checks.StructureWatch();
        IsQuiet = units?.IsQuiet ?? isQuiet;
        _names.OnlyLabels = units is { IsQuiet: true };
        Session = new MapSession(units?.Options ?? settings.ToOptions(Code.Goroutines.Count), GoroutineLocals.SizeOf(Code.Goroutines[0], types), types, units?.Pool ?? pool)
        {
            ForceGeneric = settings.Generic, StepLimit = settings.Limit,
        };
        Machine m = Session.Machine;
        m.Host = this;
        m.Choices.Forced = settings.Forced.Count > 0 ? settings.Forced : null;
        m.GcChoices.Forced = m.Choices.Forced;
        _locals = new GoroutineLocals[Code.Goroutines.Count];
        for (int g = 0; g < _locals.Length; g++)
        {
            Addr at = g == 0 ? Session.ExtraLocals : m.AddGoroutine(GoroutineLocals.SizeOf(Code.Goroutines[g], types)).Locals;
            _locals[g] = new GoroutineLocals(m, g, at, Code.Goroutines[g], types);
        }

        if (settings.Collector)
        {
            // Only where the program says gc or gcstart; and freed memory stays poisoned, so that no stale read goes unseen.
            Session.UseCollector(new Gc.GcOptions(Percent: 0, StartOneIn: settings.GcStart, ReusesMemory: false, Seed: settings.Seed), workers: settings.Workers);
        }

        _mapSlots = AddWords(Code.Maps.Count);
        _isMade = new bool[_mapSlots.Length];
        _iteratorSlots = [.. AddWords(Code.Iterators)];
        Shared = new SharedMemory(m, Code);
        Channels = new Channels(m, Code);
        _writer = new ValueWriter(Session, _names) { KeepsBytes = units is { KeepsBytes: true } };
        Reader = new ValueReader(Session, _names);
        Results = IsQuiet ? new ResultLog(Code) : new ResultLog(Code, new ProgramDigest(Session, _names), g => new ProgramDigest(Session, _names));
        Oracles = new ProgramOracles(this);
        Races = settings.Race ? new RaceWatch(this) : null;
        Detection = Code.Goroutines.Count > 1 && settings.StoreBuffers == 0 ? new DetectionWatch(this) : null;
        m.Dispatching = Code.Goroutines.Count > 1 && (Detection != null || Races != null) ? GoesOn : null;
    }

    private Addr[] AddWords(int count)
    {
        var words = new Addr[count];
        for (int i = 0; i < count; i++)
        {
            words[i] = Machine.Memory.AddGlobals(8);
        }

        return words;
    }

    /// <summary>The program.</summary>
    public MapProgram Program { get; }

    /// <summary>What its header says.</summary>
    public ProgramSettings Settings { get; }

    /// <summary>Its code.</summary>
    public ProgramCode Code { get; }

    /// <summary>The machine, and how values get into it.</summary>
    public MapSession Session { get; }

    /// <summary>Locks and variables.</summary>
    public SharedMemory Shared { get; }

    /// <summary>Channels.</summary>
    public Channels Channels { get; }

    /// <summary>Turns values into bytes.</summary>
    public ValueWriter Writer => _writer;

    /// <summary>Reads values from the machine.</summary>
    public ValueReader Reader { get; }

    /// <summary>What the operations returned.</summary>
    public ResultLog Results { get; }

    /// <summary>Looks for what is wrong after each operation.</summary>
    public ProgramOracles Oracles { get; }

    /// <summary>The race detector; null without one.</summary>
    public RaceWatch? Races { get; }

    /// <summary>
    /// True if the process is dead: a goroutine of the program ended with a failure, which stays in its registers. So a step
    /// that is taken back brings the process back to life.
    /// </summary>
    public bool IsDead => DeadGoroutine >= 0;

    /// <summary>What ended the process, or the run, early; null while it goes on.</summary>
    public ProcessEnd? Dead => _end ?? (IsDead ? _death ?? LateDeath() : null);

    /// <summary>True if nobody goes on: the process is dead, the run was ended, or as many operations are done as were asked for.</summary>
    public bool IsStopped => _end != null || (IsDead && !OutlivesDeath) || Results.Count >= StopAfter || Session.Machine.Steps >= MostSteps
        || (Oracles.First is { } finding && Session.Machine.Steps - finding.Step >= (ulong)Settings.Limit);

    /// <summary>How many operations to do.</summary>
    public int StopAfter { get; set; } = int.MaxValue;

    /// <summary>
    /// The run stops at the end of the operation in which it has made so many visible steps. Each turn of a range is an operation,
    /// so a broken iteration that never ends is ended by this.
    /// </summary>
    public ulong MostSteps { get; set; }

    /// <summary>The maps in the order in which they came to be.</summary>
    public IReadOnlyList<MapVariable> Maps =>
        [.. _mapOrder.Select(i => new MapVariable(Code.Maps[i].Name, Code.Maps[i].Type, Code.Maps[i].TypeNumber, MapAt(i)))];

    private Machine Machine => Session.Machine;

    /// <summary>Makes the declared maps and what labels name, and puts each goroutine before its first instruction.</summary>
    /// <param name="labels">The labels of a run by units; null for those of the program.</param>
    public void MakeMaps(IEnumerable<string>? labels = null)
    {
        int at = 0;

        // What is made before the program begins starts no collection.
        Action<Machine, ulong>? allocated = Machine.Allocated;
        Machine.Allocated = null;
        foreach ((int line, MapDeclaration map) in Program.Maps)
        {
            int type = Code.Maps[at].TypeNumber;
            try
            {
                Addr address = map.Origin switch
                {
                    MapOrigin.Nil => default,
                    MapOrigin.Hint => Session.Make(type, Map.MakeForm.Hint, map.Hint),
                    MapOrigin.Stack => Session.Make(type, Map.MakeForm.Stack),
                    MapOrigin.Memory => Lay(map.Memory!, type),
                    _ => Session.Make(type),
                };
                SetMap(at++, address);
                Session.Forget(address);
                Oracles.Made(type, address, map);
            }
            catch (InvalidOperationException e) when (map.Origin == MapOrigin.Stack)
            {
                throw new ProgramFormatException(line, 1, $"expected maps that fit the stack, found one too many ({e.Message})");
            }
        }

        foreach (string label in labels ?? ProgramLabels.Of(Program))
        {
            _writer.MakeLabel(label);
        }

        Machine.Allocated = allocated;

        // What was done before the first goroutine starts happens before all that it does.
        Machine.DrainStoreBuffers();
        for (int g = 0; g < _locals.Length; g++)
        {
            Machine.Select(g);
            _locals[g].DeclarePointers();
            if (!IsByUnits)
            {
                ProgramBody.Call(Machine);
            }

            if (g > 0 && !Code.Goroutines[g].IsSpawned)
            {
                Races?.Forked(0, g);
            }
        }

        Machine.Select(0);
    }

    /// <summary>The instructions of a goroutine.</summary>
    public Instruction[] CodeOf(int g) => _code[g];

    /// <summary>Where a goroutine's variables lie.</summary>
    public GoroutineLocals Locals(int g) => _locals[g];

    /// <summary>The name of any goroutine: main, its block's, or gc.1 for a worker of the collector.</summary>
    public string NameOf(int g) => g < Code.Goroutines.Count ? Code.Goroutines[g].Name
        : string.Create(CultureInfo.InvariantCulture, $"gc.{g - Code.Goroutines.Count + 1}");

    /// <summary>The hmap in a map variable.</summary>
    public Addr MapAt(int map) => PeekPointer(_mapSlots[map]);

    /// <summary>True for the address of a map variable.</summary>
    public bool IsMapSlot(Addr address) => Array.IndexOf(_mapSlots, address) >= 0;

    /// <summary>What the program calls the object that starts at an address; null if it has no name.</summary>
    public string? NameOfObject(Addr address) => _names.Of(address);

    /// <summary>The iterator that "iter" made.</summary>
    public Addr IteratorAt(int iterator) => PeekPointer(IteratorSlot(iterator));

    /// <summary>True if there is no such iteration any more: it has ended, or never began.</summary>
    public bool IsOver(int iterator) => IteratorAt(iterator) is var at && (at.IsNil || PeekPointer(at).IsNil);

    /// <summary>A fresh iterator on the heap.</summary>
    public Addr NewIterator(int iterator)
    {
        int g = Machine.Current.Id;
        Addr at = Machine.Heap.Allocate(
            Machine.ProcOf(g), (ulong)(Machine.Has(Repair.IterEndsWithSeed) ? Machine.L.HiterSpace : Machine.L.HiterSize), Machine.Heap.PointerMaps.Hiter, ObjectKind.Hiter, new Origin(Machine.Steps, g, default));
        Machine.SetGlobal(IteratorSlot(iterator), at);
        return at;
    }

    /// <summary>The slot of the key an iteration stands at; nil at its end.</summary>
    public Addr StandingKey(int g, Instruction i) => PeekPointer(HiterOf(g, i));

    /// <summary>The slot of the elem it stands at.</summary>
    public Addr StandingElem(int g, Instruction i) => PeekPointer(HiterOf(g, i) + Machine.L.ItElem);

    /// <summary>The iterator an instruction is about.</summary>
    public Addr HiterOf(int g, Instruction i) =>
        i.Operation!.Kind == OperationKind.Range ? _locals[g].Hiter(i.Iterator) : IteratorAt(i.Iterator);

    /// <summary>What a pointer variable holds.</summary>
    public Addr PointerAt(int g, int pointer) => PeekPointer(_locals[g].Pointer(pointer));

    /// <summary>Sets a pointer variable.</summary>
    public void SetPointer(int g, int pointer, Addr value) => Machine.Memory.Poke(_locals[g].Pointer(pointer), BitConverter.GetBytes(value.Value));

    /// <summary>Names the object that a pointer variable holds: it was just made.</summary>
    public string NameObject(int g, int pointer) => _names.NameNew(PointerAt(g, pointer));

    /// <summary>The bytes of a key or elem of an operation.</summary>
    public byte[] Operand(in ProgramBody f, Instruction i, GoType type, GoValue? value)
    {
        if (value is not { IsReference: true })
        {
            return _writer.Bytes(type, value, f.Counter(i));
        }

        GoroutineLocals locals = _locals[f.Goroutine];
        int range = value.Kind == GoValueKind.Variable ? -1 : RangeNamed(f.Goroutine, f.Position, value.Text);
        Addr at = value.Kind switch
        {
            GoValueKind.Variable => locals.Pointer(PointerNamed(f.Goroutine, value.Text)),
            GoValueKind.RangeKey => locals.RangeKey(range),
            _ => locals.RangeElem(range),
        };
        return Machine.Memory.Raw(at, type.Size).ToArray();
    }

    /// <summary>The number of an add, store or send.</summary>
    public ulong NumberOf(in ProgramBody f, Instruction i, Operation operation) =>
        operation.Elem == null ? 0 : BitConverter.ToUInt64(_writer.Bytes(Int64, operation.Elem, f.Counter(i)));

    /// <summary>An int64 as text.</summary>
    public static string Number(ulong bits) => unchecked((long)bits).ToString(CultureInfo.InvariantCulture);

    /// <summary>True for an atomic variable, false for a wait group.</summary>
    public bool IsVariable(int shared) => Code.Shared[shared].Kind == SharedKind.Var;

    /// <summary>True for an RWMutex.</summary>
    public bool IsReadWrite(int shared) => Code.Shared[shared].Kind == SharedKind.RWMutex;

    /// <summary>False for a goroutine that waits for its spawn.</summary>
    public bool HasStarted(int g) => Code.Goroutines.Count == 1 || Shared.Peek(Shared.StateOf(g)) != 0;

    /// <summary>True if somebody waits for the end of a goroutine.</summary>
    public bool IsJoined(int g) => Code.Goroutines[g].IsJoined;

    private int DeadGoroutine
    {
        get
        {
            for (int g = 0; g < _locals.Length; g++)
            {
                if (Machine.GoroutineAt(g) is { IsBusy: false, Failure: not Failure.None })
                {
                    return g;
                }
            }

            return -1;
        }
    }

    /// <summary>A store that left its buffer after its goroutine had ended, into memory that was freed meanwhile.</summary>
    private ProcessEnd LateDeath()
    {
        Failure failure = Machine.Goroutines[DeadGoroutine].Failure;
        return new ProcessEnd(KindOf(failure), Failures.Message(failure), 0, KeyOf(failure, OperationKind.Store), DeadGoroutine);
    }

    private GoType Int64 => GoTypeParser.Parse("int64", Settings.Arch);

    private void SetMap(int map, Addr address)
    {
        Machine.SetGlobal(_mapSlots[map], address);
        if (!_isMade[map] && !IsMuted)
        {
            _isMade[map] = true;
            _mapOrder.Add(map);
        }
    }

    /// <summary>In a run by units nobody knows beforehand how many there will be.</summary>
    private Addr IteratorSlot(int iterator)
    {
        while (iterator >= _iteratorSlots.Count)
        {
            _iteratorSlots.Add(Machine.Memory.AddGlobals(8));
        }

        return _iteratorSlots[iterator];
    }

    private Addr PeekPointer(Addr at) => Session.ReadPointer(at);

    private int PointerNamed(int g, string name)
    {
        IReadOnlyList<string> names = Code.Goroutines[g].Pointers;
        for (int i = 0; i < names.Count; i++)
        {
            if (names[i] == name)
            {
                return i;
            }
        }

        throw new FormatException($"no pointer variable '{name}'");
    }

    /// <summary>The innermost range of that name around an instruction.</summary>
    private int RangeNamed(int g, int position, string name)
    {
        Instruction[] code = CodeOf(g);
        for (int at = position; at >= 0; at--)
        {
            if (code[at] is { Kind: InstructionKind.Operation, Operation.Kind: OperationKind.Range } range && range.Operation.Name == name && range.Target > position)
            {
                return range.Iterator;
            }
        }

        throw new FormatException($"no range '{name}'");
    }
}
