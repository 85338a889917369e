using System.Runtime.CompilerServices;
using MapSim.Faults;
using MapSim.Hash;
using MapSim.Heap;
using MapSim.Layout;
using MapSim.Memory;

namespace MapSim.Machines;

/// <summary>What a machine simulates.</summary>
/// <param name="Version">Which Go release.</param>
/// <param name="Arch">Which architecture.</param>
/// <param name="MemHash">The memory hash every hasher is built from.</param>
/// <param name="Seed">Seed of the random choices.</param>
/// <param name="Procs">Number of Ps, each with its own arena.</param>
/// <param name="StoreBuffers">Stores that can wait in each goroutine's store buffer (total store order); 0: none, sequential consistency.</param>
public sealed record MachineOptions(GoVersion Version, Arch Arch, IMemHash MemHash, ulong Seed = 0, int Procs = 1, int StoreBuffers = 0)
{
    /// <summary>What is changed in the model against the real runtime; nothing, if nobody says otherwise.</summary>
    public ModelChanges Changes { get; init; }
}

/// <summary>The pointer maps of a map type.</summary>
/// <param name="Bucket">Of its buckets.</param>
/// <param name="Key">Of a key.</param>
/// <param name="Elem">Of an elem.</param>
public readonly record struct TypePointers(PointerMap Bucket, PointerMap Key, PointerMap Elem);

/// <summary>
/// The simulated process: memory, heap, goroutines and random choices. It runs frames, one visible step at a time
/// (<see cref="Step"/>), or an operation at a stretch (<see cref="Run"/>), which executes the same frames without
/// coming back after each step.
/// </summary>
/// <remarks>
/// Which function is simulated is not known here: frames come from a <see cref="FrameTable"/>. A visible step is at
/// most one access to shared memory and the local work around it; that is checked at every step.
/// </remarks>
public sealed unsafe partial class Machine
{
    private readonly FrameTable _frames;
    private readonly List<Goroutine> _goroutines = [];
    private MapType[] _types = [];
    private TypePointers[] _pointerMaps = [];
    private Goroutine _current = null!;
    private GoroutineState* _g;
    private byte* _stack;
    private PState* _p;
    private int _budget;
    private int _limit;
    private bool _isRunning;
    private ushort _dispatched;
    private bool _blocked;
    private FaultSite? _faultSite;
    private readonly ModelChanges _changes;
    private readonly bool[] _barriers;

    /// <summary>Creates a machine with an empty heap and the goroutine main.</summary>
    /// <param name="options">What to simulate.</param>
    /// <param name="frames">The functions it can run.</param>
    /// <param name="localsSize">Bytes of main's own variables.</param>
    /// <param name="pool">Where the arrays of its memory come from; null for new ones.</param>
    public Machine(MachineOptions options, FrameTable frames, int localsSize = 1024, SegmentPool? pool = null)
    {
        Options = options;
        _changes = options.Changes;
        _barriers = SkippedBarriers.Barriers(_changes);
        _frames = frames;
        Version = options.Version;
        Arch = options.Arch;
        PointerSize = options.Arch.PointerSize;
        L = StructLayouts.Of(options.Arch);
        MemHash = options.MemHash;
        Memory = new SimMemory(PointerSize, pool);
        Heap = new SimHeap(Memory, Version, Arch, _changes);
        Choices = new Choices(Memory, options.Seed);
        GcChoices = new Choices(Memory, 0);
        for (int p = 1; p < options.Procs; p++)
        {
            Heap.AddArena();
        }

        AddGoroutine(localsSize);
        Select(0);
        Memory.Faulted = () => _faultSite = NoteFaultSite();
    }

    /// <summary>Gives the arrays of its memory back to the pool they came from. Nobody may use the machine any more.</summary>
    public void Release() => Memory.Release();

    /// <summary>What it simulates.</summary>
    public MachineOptions Options { get; }

    /// <summary>The Go release.</summary>
    public GoVersion Version { get; }

    /// <summary>True if the model has this fault.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Has(Fault fault) => _changes.Has(fault);

    /// <summary>True if the model has this repair.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Has(Repair repair) => _changes.Has(repair);

    /// <summary>The architecture.</summary>
    public Arch Arch { get; }

    /// <summary>Bytes in a word.</summary>
    public int PointerSize { get; }

    /// <summary>Offsets of the runtime's structs.</summary>
    public StructLayouts L { get; }

    /// <summary>The memory hash.</summary>
    public IMemHash MemHash { get; set; }

    /// <summary>Hashes that were recorded instead of computed; null when they are computed.</summary>
    public IRecordedHashes? RecordedHashes { get; set; }

    /// <summary>All bytes.</summary>
    public SimMemory Memory { get; }

    /// <summary>The allocator.</summary>
    public SimHeap Heap { get; }

    /// <summary>Everything random.</summary>
    public Choices Choices { get; }

    /// <summary>
    /// The collector's random choices: a source of its own, so that what the collector does changes no number the
    /// program draws.
    /// </summary>
    public Choices GcChoices { get; }

    /// <summary>What drives the machine, for frames that belong to it; the machine itself does not look at it.</summary>
    public object? Host { get; set; }

    /// <summary>Names and sizes of the frames.</summary>
    public FrameTable Frames => _frames;

    /// <summary>Visible steps executed since the machine was made (undone ones not counted), each <see cref="DrainOne"/> included.</summary>
    public ulong Steps { get; private set; }

    /// <summary>The goroutines; 0 is main.</summary>
    public IReadOnlyList<Goroutine> Goroutines => _goroutines;

    /// <summary>A goroutine by its number.</summary>
    internal Goroutine GoroutineAt(int g) => _goroutines[g];

    /// <summary>The map types that frames refer to by number.</summary>
    public ReadOnlySpan<MapType> Types => _types;

    /// <summary>The pointer maps of a map type's buckets, keys and elems.</summary>
    public TypePointers PointersOf(int type) => _pointerMaps[type];

    /// <summary>The goroutine whose frame runs.</summary>
    public Goroutine Current => _current;

    /// <summary>Adds a goroutine with a stack of its own.</summary>
    /// <param name="localsSize">Bytes of its program's variables.</param>
    /// <param name="isSystem">True for the collector's own.</param>
    public Goroutine AddGoroutine(int localsSize, bool isSystem = false)
    {
        var g = new Goroutine(_goroutines.Count, Memory.AddStack(Math.Min(1 << 20, 16384 + localsSize)), localsSize, isSystem);
        _goroutines.Add(g);
        AddStoreBuffer();

        // A goroutine that begins while the collector marks has no roots of its own: its stack is black.
        g.State.StackScanned = Heap.Gc.IsMarking ? (byte)1 : (byte)0;
        return g;
    }

    /// <summary>The P that a goroutine runs on: which arena it allocates from, which barrier buffer it fills.</summary>
    public int ProcOf(int g) => Math.Min(g, Heap.ArenaCount - 1);

    /// <summary>Makes a map type known; the number stands for it in frames.</summary>
    public int AddType(MapType type)
    {
        int at = Array.IndexOf(_types, type);
        if (at < 0)
        {
            at = _types.Length;
            _types = [.. _types, type];
            _pointerMaps = [.. _pointerMaps, new TypePointers(BucketPointers(type), Heap.PointerMaps.Of(type.Key), Heap.PointerMaps.Of(type.Elem))];
        }

        return at;
    }

    /// <summary>The pointers that a map type's buckets are allocated with.</summary>
    private PointerMap BucketPointers(MapType type)
    {
        bool onlyInElems = !type.IndirectKey && !type.Key.HasPointers;
        return onlyInElems && Has(Fault.OvfTypeNoscan) ? Heap.PointerMaps.None : Heap.PointerMaps.OfBucket(type);
    }

    /// <summary>The address at which the runtime would keep the descriptor of a map type (hiter.t).</summary>
    public Addr TypeAddress(int type) => new((Memory.Is32Bit ? 0x0810_0000UL : 0x4C_0000UL) + (ulong)type * 0x100);

    /// <summary>The number of the map type whose descriptor is at an address.</summary>
    public int TypeAt(Addr descriptor) => (int)((descriptor - TypeAddress(0)) / 0x100);

    /// <summary>Chooses the goroutine that <see cref="Call{T}"/> and <see cref="Run"/> act on.</summary>
    public void Select(int g)
    {
        _current = _goroutines[g];
        _stack = _current.Stack.Bytes.Start;
        _g = (GoroutineState*)_stack;
        _p = Heap.Gc.StateOf(ProcOf(g));
        Memory.SelectStack(_current.Stack);
    }

    /// <summary>
    /// Runs the selected goroutine's operation to its end.
    /// </summary>
    /// <param name="limit">At most this many pieces of work; a corrupt chain can loop for ever.</param>
    /// <returns>False if the limit was reached or the goroutine must wait (<see cref="IsEnabled"/>); the operation can be continued.</returns>
    public bool Run(int limit = int.MaxValue)
    {
        _budget = limit;
        _limit = limit;
        _isRunning = true;
        _savedStack = null;
        _blocked = false;
        ForgetOutsideReads();
        while (_g->Top != 0)
        {
            DispatchTop();
            if (_budget < 0 && _g->Top != 0)
            {
                return false;
            }
        }

        _budget = 0;
        return true;
    }

    /// <summary>Executes one visible step of a goroutine (or the rest of an operation that has no visible step left).</summary>
    /// <returns>The access made; kept exactly only while tracking, else only whether one was made. None if the goroutine must wait.</returns>
    public Access Step(int g)
    {
        Select(g);
        if (_g->Top == 0)
        {
            throw new MachineInvariantException($"goroutine {g} has nothing to do");
        }

        if (Memory.Tracking)
        {
            PushMark();
        }

        _savedStack = null;
        ForgetOutsideReads();
        _blocked = false;
        Memory.LastAccess = default;
        ulong before = Steps;
        _isRunning = false;
        do
        {
            _budget = 0;
            string site = NotesSites ? Where() : "";
            ulong steps = Steps;
            Dispatching?.Invoke(g);
            DispatchTop();
            LastSite = Steps == steps ? LastSite : site;
        }
        while (_g->Top != 0 && !_blocked && (Steps == before || IsTopLocal()));

        _savedStack = null;
        if (Memory.Tracking)
        {
            Memory.Settle();
            NoteEvent(g, Memory.LastAccess);
        }

        return Memory.LastAccess;
    }

    /// <summary>
    /// Told the goroutine before each piece of work within a <see cref="Step"/>: a step goes through frames and labels without
    /// an access before it makes its one access. It may look, no more. Null if nobody listens.
    /// </summary>
    public Action<int>? Dispatching { get; set; }

    /// <summary>Whether <see cref="LastSite"/> is kept; it costs a string a step.</summary>
    public bool NotesSites { get; set; }

    /// <summary>The frame and label that made the last visible step of <see cref="Step"/>: "MapAssign.StoreTop".</summary>
    public string LastSite { get; private set; } = "";

    /// <summary>Work that touches nothing shared belongs to the step before it.</summary>
    private bool IsTopLocal()
    {
        var header = (FrameHeader*)(_stack + _g->Top);
        return _frames.HasLocalWork[header->Kind] && _frames.IsLocal(header->Kind, (byte*)header + sizeof(FrameHeader));
    }

    /// <summary>
    /// Called by a frame after each piece of work: closes the step, and says whether the frame may go on by itself.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Next()
    {
        int accesses = Memory.Accesses;
        if ((uint)accesses > 1)
        {
            return CloseOddStep(accesses);
        }

        Memory.Accesses = 0;
        Steps = unchecked(Steps + (uint)accesses);
        return --_budget >= 0;
    }

    /// <summary>The limit of <see cref="Run"/> counts from here on: an operation of the program ended.</summary>
    internal void RenewLimit() => _budget = _isRunning ? _limit : _budget;

    /// <summary>True if a frame may do bulk work at a stretch: nobody looks between its steps.</summary>
    internal bool Rushing => _budget > 0 && !Memory.Tracking && !Memory.Buffering;

    /// <summary>
    /// True if a frame may do so many accesses right away, without a frame for them: nobody looks between its steps, no
    /// barrier is on, and the budget is large enough that <see cref="Next"/> says false only of a failed access.
    /// </summary>
    internal bool CanRush(int accesses) => _budget > accesses + 1 && Rushing && _p->BarrierOn == 0;

    /// <summary>A look from outside at memory that is not live (a dump of a broken map) is not the program's failure.</summary>
    private void ForgetOutsideReads()
    {
        Memory.Fault = default;
        Memory.Accesses = 0;
    }

    private void DispatchTop()
    {
        byte* header = _stack + _g->Top;
        if (Memory.Tracking)
        {
            SaveBeforeDispatch(_current.Stack.Bytes, _g->Top, ((FrameHeader*)header)->Size);
        }

        _safeAt = unchecked(Steps - (_g->Safe != 0 ? 1UL : 2UL));
        uint events = unchecked((uint)Steps);
        _dispatched = ((FrameHeader*)header)->Kind;
        _frames.Steps[_dispatched](header + sizeof(FrameHeader), this);
        if (Memory.Accesses != 0)
        {
            Next();
        }

        _g->Events += unchecked((uint)Steps - events);
        _g->Safe = unchecked(Steps - _safeAt) <= 1 ? (byte)1 : (byte)0;
        if (_allocated != 0)
        {
            AfterAllocation();
        }
    }

    private bool CloseOddStep(int accesses)
    {
        Memory.Accesses = 0;
        Steps++;
        MemoryFault fault = Memory.Fault;
        if (fault.Kind == MemoryFaultKind.None)
        {
            throw new MachineInvariantException($"a step of {_frames.Name(_dispatched)} made {accesses} accesses (now at {Where()})");
        }

        Memory.Fault = default;
        LastFault = fault;
        LastFaultSite = _faultSite;
        Fail(Failures.Of(fault.Kind));
        return false;
    }

    /// <summary>The memory fault behind the last failure of that kind.</summary>
    public MemoryFault LastFault { get; private set; }

    /// <summary>Where the goroutine stood at <see cref="LastFault"/>; null before the first.</summary>
    public FaultSite? LastFaultSite { get; private set; }
}
