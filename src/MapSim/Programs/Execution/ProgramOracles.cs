using MapSim.Checks;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Programs;

/// <summary>What an oracle saw: the first of them is the run's verdict.</summary>
/// <param name="Key">The bug key.</param>
/// <param name="Text">What went wrong, in map terms, for people.</param>
/// <param name="Line">The line of the operation after which it was seen.</param>
/// <param name="Operation">That operation, in words.</param>
/// <param name="Number">Its number among all operations of the run, from 1.</param>
/// <param name="Step">Visible steps made by then.</param>
/// <param name="Goroutine">Whose operation it was.</param>
public sealed record Finding(string Key, string Text, int Line, string Operation, int Number, ulong Step, string Goroutine);

/// <summary>
/// Looks after each operation of a program for what is wrong: what the map contains and what range loops yield (H2, H1),
/// the structure of the map (H3), when it grows (H4), whether what is drawn at random looks so (H5), and with a collector what it
/// marks and frees (G1 to G3, G6 to G9), that chains are held (G5) and that garbage goes (G10), and in the end whether operations
/// that overlapped look as if done one after the other (H9). It reads only.
/// </summary>
/// <remarks>
/// G4, an access to freed memory, is the machine's own. G5 is asked for what a map itself walks, not for iterators: those
/// real Go lets dangle (docs/DISCOVERIES.md, iter-dangling), and G4 sees it when one gets there. G10 is asked at the end
/// of each gc (<see cref="GarbageWatch"/> says of what), not of collections that nobody called.
///
/// Where goroutines are in the middle of operations on the same map, what only holds between operations is not asked; when
/// the last of them has ended, it is. Large maps are not looked at after every operation (the work would be quadratic), but
/// always at the end of the program.
/// </remarks>
internal sealed partial class ProgramOracles
{
    private const int LookedAtAlways = 64;

    private readonly ProgramRun _run;
    private readonly MapScan _scan;
    private readonly List<Violation> _violations = [];
    private readonly List<Doing?> _doing = [];
    private Doing? _ended;
    private readonly Dictionary<Addr, MapState> _maps = [];
    private readonly List<(int Type, Addr Map)> _watched = [];
    private readonly HashSet<(int Goroutine, Addr Map)> _buffered = [];
    private readonly GcOracles? _collector;
    private ulong _length;

    /// <summary>Looks at a run from its start.</summary>
    public ProgramOracles(ProgramRun run)
    {
        _run = run;
        _scan = run.Scan;
        _doing.AddRange(Enumerable.Repeat<Doing?>(null, run.Code.Goroutines.Count));
        _model = new ModelOracle(Machine, run.Reader);
        _collector = run.Settings.Collector ? new GcOracles(Machine) { Maps = _watched } : null;
        _garbage = run.Settings.Collector ? new GarbageWatch(run, _model) : null;
        _starts = LooksAt(ChoiceKind.IteratorStart) ? new RepeatedStarts() : null;
        _seeds = LooksAt(ChoiceKind.Hash0) ? new RepeatedSeeds() : null;
    }

    /// <summary>Nobody asks them: they look at nothing.</summary>
    public bool IsOff { get; set; }

    /// <summary>What went wrong first; null if nothing did.</summary>
    public Finding? First { get; private set; }

    /// <summary>The map of the operation that ended last, and its header before; null if it was none on a map, or nobody looked at it.</summary>
    public (Addr Map, MapHeader Before)? LastEnded => HasEnded ? (_ended!.Map, _ended.Before) : null;

    /// <summary>True if the operation that ended last was one on a map, and they looked at it.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>The key of the operation that ended last; null if it has none, or nobody looked at it.</summary>
    public KeyIdentity? LastKey => _model.LastKey;

    private Machine Machine => _run.Session.Machine;

    /// <summary>Notes a finding; only the first counts.</summary>
    public void Report(string key, string text, int g, Instruction? i, long? counter = null)
    {
        First ??= new Finding(
            key, text, i?.Line ?? 0, i?.Operation?.Call(counter) ?? "the end of the program", _run.Results.Count, Machine.Steps, _run.NameOf(g));
    }

    /// <summary>A map was made before the program began.</summary>
    public void Made(int type, Addr map, MapDeclaration declaration)
    {
        if (IsOff)
        {
            return;
        }

        Know(type, map);
        if (declaration.Origin == MapOrigin.Memory)
        {
            MadeOfMemory(type, map, declaration);
            return;
        }

        if (!map.IsNil)
        {
            _model.Made(type, map, declaration.Name);
            _histories[map] = new MapHistory(declaration.Name);
            LookAtSeed(type, map, 0, null, null);
        }

        // A hint for which there could be no memory is ignored by make; how large that is, is not said here.
        ulong hint = declaration.Origin == MapOrigin.Hint ? (ulong)Math.Max(0, declaration.Hint) : 0;
        ulong most = (1UL << (_run.Settings.Arch.PointerSize == 8 ? 47 : 31)) / (ulong)Machine.Types[type].BucketSize;
        if (!map.IsNil && hint < most)
        {
            GrowthPolicy.CheckInitial(Machine, map, hint, MapHeader.Read(Machine, type, map), _violations);
            ReportViolations("growth", "make", 0, null, null);
        }
    }

    /// <summary>An operation begins.</summary>
    public void Began(in ProgramBody f, Instruction i)
    {
        if (IsOff)
        {
            return;
        }

        if (i.Type < 0)
        {
            BeginsCollection(f.Goroutine, i);
            return;
        }

        bool isStep = i.Kind == InstructionKind.RangeEnd || i.Operation!.Kind == OperationKind.Next;
        Addr map = isStep ? _run.MapOfIteration(f.Goroutine, i) : _run.MapAt(i.Map);
        bool isWrite = i.Operation!.Kind is OperationKind.Assign or OperationKind.Delete or OperationKind.Clear && !i.Operation.ElemPanics;
        Doing doing = (_ended ?? new Doing()).Begin(i, map, isWrite, map.IsNil ? default : MapHeader.Read(Machine, i.Type, map), isBlurred: !IsSettled || IsBrokenFromTheStart(map));
        _ended = null;
        doing.Began = ++_moment;
        for (int g = 0; g < _doing.Count; g++)
        {
            if (_doing[g] is { } other && other.Map == map && !map.IsNil)
            {
                other.MetWrite |= isWrite;
                other.IsBlurred = true;
                doing.MetWrite |= other.IsWrite;
                doing.IsBlurred = true;
            }
        }

        doing.MetWrite |= MeetsBufferedWrite(f.Goroutine, map, isWrite);
        _doing[f.Goroutine] = doing;
        BeginsModel(f, i);
    }

    /// <summary>True if somebody is in the middle of an operation on a map.</summary>
    private bool IsBusy(Addr map)
    {
        bool busy = false;
        for (int g = 0; g < _doing.Count; g++)
        {
            busy |= _doing[g] is { } other && other.Map == map;
        }

        return busy;
    }

    /// <summary>True if no store waits in a buffer: memory is what the goroutines see.</summary>
    private bool IsSettled
    {
        get
        {
            bool settled = true;
            for (int g = 0; _run.Settings.StoreBuffers > 0 && g < _doing.Count; g++)
            {
                settled &= Machine.BufferedStores(g) == 0;
            }

            return settled;
        }
    }

    /// <summary>For the others a write goes on until its last store has left the buffer.</summary>
    private bool MeetsBufferedWrite(int g, Addr map, bool isWrite)
    {
        if (_run.Settings.StoreBuffers == 0 || map.IsNil)
        {
            return false;
        }

        return WaitsInBuffer(g, map, isWrite);
    }

    private bool WaitsInBuffer(int g, Addr map, bool isWrite)
    {
        // A buffer that is empty in the middle of a write gets more.
        _buffered.RemoveWhere(w => Machine.BufferedStores(w.Goroutine) == 0 && !(_doing[w.Goroutine] is { IsWrite: true } doing && doing.Map == w.Map));
        if (isWrite)
        {
            _buffered.Add((g, map));
        }

        return _buffered.Any(w => w.Goroutine != g && w.Map == map);
    }

    /// <summary>An operation has ended.</summary>
    public void Ended(in ProgramBody f, Instruction i, OperationEnd end)
    {
        if (IsOff)
        {
            return;
        }

        HasEnded = false;
        if (_doing[f.Goroutine] is not { } doing)
        {
            LookAtCollector(f.Goroutine, i, f.Counter(i));
            EndedCollection(f.Goroutine, i, end);
            return;
        }

        _doing[f.Goroutine] = null;
        HasEnded = true;
        _model.LastKey = null;
        if (!IsBrokenFromTheStart(doing.Map))
        {
            CheckFatal(f, i, doing, end.Failure);
        }

        bool isBusy = IsBusy(doing.Map);
        MapEffect? effect = EndedModel(f, i, doing, end);
        Remember(f, i, doing, end);
        if (_maps.TryGetValue(doing.Map, out MapState? state))
        {
            state.Owed += doing.IsWrite && effect is null or > MapEffect.Iterate ? 8 : 1;
        }

        if (!isBusy && IsSettled && First == null && !doing.Map.IsNil && Failures.Severity(end.Failure) <= FailureSeverity.Panic)
        {
            CheckMap(f, i, doing, effect);
            LookAtChance(f, i, doing, effect, end);
        }

        _ended = doing;
        LookAtCollector(f.Goroutine, i, f.Counter(i));
    }

    /// <summary>The program is over: look at every map once more.</summary>
    public void AtEnd()
    {
        if (IsOff)
        {
            return;
        }

        Machine.DrainStoreBuffers();
        for (int i = 0; i < _watched.Count && First == null; i++)
        {
            (int type, Addr map) = _watched[i];
            if (IsBusy(map) || !Machine.Memory.IsLive(map, Machine.L.HmapSize))
            {
                continue;
            }

            CheckChains(type, map, "end", 0, null, null);
            CheckStructure(type, map);
            ReportViolations("structure", "end", 0, null, null);
        }

        JudgeHistories();
    }

    /// <summary>len returned this.</summary>
    public void Returned(ulong length) => _length = length;

    private void CheckMap(in ProgramBody f, Instruction i, Doing doing, MapEffect? effect)
    {
        long? counter = f.Counter(i);
        string operation = ProgramRun.KeyWord(i.Operation!.Kind);
        if (IsDue(doing.Map))
        {
            CheckChains(i.Type, doing.Map, operation, f.Goroutine, i, counter);
            CheckStructure(i.Type, doing.Map);
            ReportViolations("structure", operation, f.Goroutine, i, counter);
        }

        if (First == null && !doing.IsBlurred && effect is { } known)
        {
            GrowthPolicy.Check(Machine, doing.Map, known, doing.Before, MapHeader.Read(Machine, i.Type, doing.Map), _violations);
            ReportViolations("growth", operation, f.Goroutine, i, counter);
        }
    }

    /// <summary>
    /// Small maps after each write, large ones less often; after reads now and then. A write that ends beside somebody else cannot be looked at: whoever is the last to end notices what it
    /// has broken, be it a read.
    /// </summary>
    private bool IsDue(Addr map)
    {
        MapState state = _maps[map];
        ulong size = SizeOf(new MapView(Machine.Memory, Machine.Types[state.Type], map));
        if (state.Owed < 8 || (size > LookedAtAlways && (ulong)state.Owed < size))
        {
            return false;
        }

        state.Owed = 0;
        return true;
    }

    /// <summary>True if a map is so small that it is looked at after each write.</summary>
    internal static bool IsLookedAtAlways(MapView map) => SizeOf(map) <= LookedAtAlways;

    /// <summary>Entries or buckets, whichever are more. A count that a race has brought below zero says nothing about the size.</summary>
    private static ulong SizeOf(MapView map) => Math.Max(unchecked((long)map.Count) < 0 ? 0 : map.Count, map.BucketCount);

    private void ReportViolations(string oracle, string operation, int g, Instruction? i, long? counter) =>
        ReportViolations(oracle, _violations.Count > 0 ? _violations[0].Id : "", operation, g, i, counter);

    private void ReportViolations(string oracle, string what, string operation, int g, Instruction? i, long? counter)
    {
        if (_violations.Count > 0)
        {
            Report($"{oracle}/{what}/{operation}", string.Join("; ", _violations), g, i, counter);
            _violations.Clear();
        }
    }

    private void Know(int type, Addr map)
    {
        if (map.IsNil)
        {
            return;
        }

        _maps[map] = new MapState(type);
        for (int i = _watched.Count - 1; i >= 0; i--)
        {
            if (_watched[i].Map == map)
            {
                _watched.RemoveAt(i);
            }
        }

        _watched.Add((type, map));
    }

    /// <summary>A map that the oracles know.</summary>
    private sealed class MapState(int type)
    {
        public int Type => type;

        public int Owed { get; set; }

        /// <summary>Invariants that were broken when the program began: they are not told again.</summary>
        public IReadOnlyList<string> Broken { get; init; } = [];
    }

    /// <summary>An operation in progress.</summary>
    private sealed class Doing
    {
        public Instruction Instruction { get; private set; } = null!;

        public Addr Map { get; private set; }

        public bool IsWrite { get; private set; }

        /// <summary>The header before it.</summary>
        public MapHeader Before;

        /// <summary>When it began (H9).</summary>
        public int Began { get; set; }

        /// <summary>Another goroutine was in the middle of a write to the map at the same time.</summary>
        public bool MetWrite { get; set; }

        /// <summary>The header before and after is not this operation's doing alone: another one on the map overlapped, or stores waited in buffers.</summary>
        public bool IsBlurred { get; set; }

        /// <summary>It begins; the object may have been that of an operation that has ended.</summary>
        public Doing Begin(Instruction instruction, Addr map, bool isWrite, in MapHeader before, bool isBlurred)
        {
            (Instruction, Map, IsWrite, MetWrite, IsBlurred) = (instruction, map, isWrite, false, isBlurred);
            Before = before;
            return this;
        }
    }
}
